//! `data/sources.csv`, which is compiled into the release, and `data/SOURCES.md`, which people read.

use super::SourceEntry;
use super::plain::csv_writer;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

const INTRODUCTION: &str = "\
# Where the tables come from

Tables under `data/` are derived by `cargo xtask data` from a published package, or kept by hand with the source of every
row in the row where no package holds the figures. They hold facts and figures only.
The facts are US government publications (CMS, NCHS) in the public domain. `from` and `to` are the days a table speaks
for; outside them the engine answers `not_evaluated`. The SHA-256 is that of the source file. Files that nobody derived
(`search/abbreviations.csv`; in `risk/cms` the models, segments, groups, interactions, requirements, payment constants and
blends, transcribed from CMS's SAS macros and rate announcements; `modifier/`, `ncci/`, `icd-10-cm/guideline_rules.csv` …) are
the project's own; those that state rules name in every row the manual, guideline, change request or law that says so.

| table | publication | version | from | to | rows | source | SHA-256 |
| --- | --- | --- | --- | --- | --- | --- | --- |
";

/// Writes both lists, sorted by table.
pub(super) fn write(data: &Path, entries: &mut [SourceEntry]) -> Result<()> {
    entries.sort_by(|a, b| a.table.cmp(&b.table));
    let mut csv = csv_writer(&data.join("sources.csv"))?;
    csv.write_record(["table", "publisher", "publication", "version", "from", "to", "rows", "source", "sha256"])?;
    let mut markdown = String::from(INTRODUCTION);
    let mut notes = String::from("\n## What was derived\n\n");
    for entry in entries.iter() {
        let SourceEntry { table, publisher, publication, version, from, to, rows, source, sha256, note } = entry;
        csv.write_record([table, publisher, publication, version, from, to, &rows.to_string(), source, sha256])?;
        writeln!(
            markdown,
            "| `{table}` | {publisher}, {publication} | {version} | {from} | {to} | {rows} | {source} | `{sha256}` |"
        )?;
        writeln!(notes, "- `{table}`: {note}")?;
    }
    csv.flush()?;
    std::fs::write(data.join("SOURCES.md"), markdown + &notes).context("SOURCES.md")
}

/// Derived files that are not the same in both folders, by relative path.
pub(super) fn differing_files(derived: &Path, data: &Path) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    let mut folders = vec![derived.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.insert(path.strip_prefix(derived)?.to_owned());
            }
        }
    }
    let differs = |name: &Path| std::fs::read(derived.join(name)).ok() != std::fs::read(data.join(name)).ok();
    Ok(names.iter().filter(|name| differs(name)).map(|name| name.display().to_string()).collect())
}
