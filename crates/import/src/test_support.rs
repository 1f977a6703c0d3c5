//! What the tests of importers share.

use crate::{ImportError, ImportOptions, read_bytes};
use openclaim_tables::release::{BuiltRelease, Release};

/// Opens a release as a reader would.
pub(crate) fn open(built: &BuiltRelease) -> Release {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(built.file_name());
    std::fs::write(&path, &built.bytes).unwrap();
    // The mapping outlives the name on the systems that tests run on.
    Release::open(&path).unwrap()
}

/// The rows of a table, as a csv export shows them.
pub(crate) fn rows(built: &[BuiltRelease], table: &str) -> Vec<Vec<String>> {
    let release = built.iter().find(|built| built.meta.tables.iter().any(|rows| rows.table == table));
    let table = open(release.unwrap_or_else(|| panic!("no table {table}"))).table(table).unwrap();
    (0..table.len()).map(|row| table.cells(row).iter().map(ToString::to_string).collect()).collect()
}

/// Reads a file made up by a test.
pub(crate) fn read(name: &str, text: &str) -> Result<Vec<BuiltRelease>, ImportError> {
    read_bytes(name, text.as_bytes(), &ImportOptions::default())
}
