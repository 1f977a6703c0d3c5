//! The release that is part of the binary.

use openclaim_tables::{FlatError, FlatFile};

/// Wraps the file so that it begins on a multiple of eight, as the flat format requires, and of a cache line, so that rows
/// which the format puts in one line do stand in one.
#[repr(C, align(64))]
struct Aligned<Bytes: ?Sized>(Bytes);

static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/embedded.flat")));

/// Opens the embedded release: a view of the binary itself, nothing is copied or unpacked.
///
/// # Errors
/// [`FlatError`] when the binary was damaged after it was built.
pub(crate) fn open() -> Result<FlatFile, FlatError> {
    FlatFile::from_static(&FILE.0)
}
