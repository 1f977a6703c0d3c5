//! Libraries of the made-up publications under `tests/cases/files`, read by the importers of the real ones.

use openclaim_edits::service::Tables;
use openclaim_import::{ImportOptions, prepare};
use openclaim_reference::Library;
use openclaim_reference::data_folder::DataFolder;
use openclaim_reference::release::BuiltRelease;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A library without some tables, opened when first asked for.
pub(crate) struct Libraries {
    releases: Vec<BuiltRelease>,
    opened: BTreeMap<Vec<String>, (tempfile::TempDir, Library, Tables)>,
}

impl Libraries {
    /// Imports every file of a folder.
    pub(crate) fn new(files: &Path) -> Self {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_none_or(|extension| extension != "md"));
        paths.sort();
        // Files of one release must be read together.
        let prepared = prepare(&paths, &ImportOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        let releases = prepared.releases;
        Self { releases, opened: BTreeMap::new() }
    }

    /// The library of all releases but those that hold one of the tables named; `all` leaves out every one.
    pub(crate) fn without(&mut self, tables: &[String]) -> (&Library, &Tables) {
        let opened = self.opened.entry(tables.to_vec()).or_insert_with(|| {
            let folder = tempfile::tempdir().unwrap();
            let left_out = |release: &BuiltRelease| {
                tables.iter().any(|name| name == "all" || release.meta.tables.iter().any(|rows| rows.table == *name))
            };
            let kept: Vec<BuiltRelease> = self.releases.iter().filter(|release| !left_out(release)).cloned().collect();
            if !kept.is_empty() {
                let data = DataFolder::new(folder.path());
                data.write_access("case runner", Duration::from_secs(10)).unwrap().install(&kept).unwrap();
            }
            let library = Library::open(Some(folder.path())).unwrap();
            assert_eq!(library.warnings(), []);
            let prepared = Tables::new(&library);
            (folder, library, prepared)
        });
        (&opened.1, &opened.2)
    }
}
