//! The pages under `docs/edits` and the table of the README are what the doc comments give.
//!
//! `cargo xtask docs`, which is `OPENCLAIM_WRITE_DOCS=1 cargo test -p openclaim-edits --test docs`, writes them anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_edits::{pages, registry};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every generated file, by path from the workspace's root.
fn generated(root: &Path) -> BTreeMap<PathBuf, String> {
    let folder = PathBuf::from("docs/edits");
    let mut files: BTreeMap<PathBuf, String> =
        registry::all().map(|edit| (folder.join(pages::path(edit)), pages::page(edit))).collect();
    files.insert(folder.join("README.md"), pages::index());

    let readme = fs::read_to_string(root.join("README.md")).unwrap_or_default();
    let [begin, end] = pages::README_MARKS;
    if let (Some(start), Some(stop)) = (readme.find(begin), readme.find(end)) {
        let anew = format!("{}{begin}\n{}{}", &readme[..start], pages::readme_table(), &readme[stop..]);
        files.insert(PathBuf::from("README.md"), anew);
    }
    files
}

/// Pages that no edit has any more.
fn orphans(root: &Path, generated: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for family in fs::read_dir(root.join("docs/edits")).into_iter().flatten().flatten() {
        for page in fs::read_dir(family.path()).into_iter().flatten().flatten() {
            let path = page.path().strip_prefix(root).unwrap().to_owned();
            if !generated.contains_key(&path) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn pages_are_what_the_doc_comments_give() {
    let root = openclaim_testkit::workspace_root();
    let generated = generated(&root);
    let orphans = orphans(&root, &generated);
    let differing: Vec<&PathBuf> = generated
        .iter()
        .filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    if std::env::var_os("OPENCLAIM_WRITE_DOCS").is_some() {
        for path in differing {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), &generated[path]).unwrap();
        }
        for path in orphans {
            fs::remove_file(root.join(path)).unwrap();
        }
        return;
    }
    assert!(
        differing.is_empty() && orphans.is_empty(),
        "run `cargo xtask docs`: these differ from the doc comments: {differing:?}; these have no edit: {orphans:?}"
    );
}
