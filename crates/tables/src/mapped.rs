//! Read-only memory mapping: the only `unsafe` of the project.
//!
//! # Safety argument
//! A mapping is sound as long as nobody truncates or rewrites the file while it is mapped. Release files are written
//! to a temporary name, synced and renamed into place ([`FlatWriter::write_to`](crate::FlatWriter::write_to)), never
//! edited; replacing one leaves the old contents mapped until the last reader is gone. A person who truncates a file of
//! the data folder under a running program gets a bus error from the operating system, as with every mapped database.
#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// A file mapped read-only.
#[derive(Debug)]
pub(crate) struct MappedFile(Mmap);

impl MappedFile {
    /// Maps the whole file.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: see the module's safety argument; the mapping is private to this type and read-only.
        unsafe { Mmap::map(&file) }.map(Self)
    }

    /// The bytes; they begin on a page boundary.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FlatFile, FlatWriter};

    #[test]
    fn a_written_file_opens_and_survives_its_replacement() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("release.flat");
        let write = |value: u32| {
            let mut writer = FlatWriter::new();
            writer.put("value", &[value]).unwrap();
            writer.write_to(&path).unwrap();
        };
        write(1);
        let first = FlatFile::open(&path).unwrap().section::<u32>("value").unwrap();
        write(2);
        let second = FlatFile::open(&path).unwrap().section::<u32>("value").unwrap();
        assert_eq!((first[0], second[0]), (1, 2));
    }

    #[test]
    fn an_empty_or_absent_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.flat");
        std::fs::write(&path, b"").unwrap();
        assert!(FlatFile::open(&path).is_err());
        assert!(FlatFile::open(&folder.path().join("absent.flat")).is_err());
        assert!(MappedFile::open(&folder.path().join("absent.flat")).is_err());
    }
}
