//! What the unit tests of this crate share.

use crate::{FlatFile, FlatWriter};

/// Writes to a temporary file and opens it again.
pub(crate) fn reopen(writer: FlatWriter) -> FlatFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.flat");
    writer.write_to(&path).unwrap();
    FlatFile::open(&path).unwrap()
}
