//! All tables that are loaded.

use crate::embedded;
use openclaim_tables::{FlatError, FlatFile, TableInfo, info};

/// The opened tables of the embedded release.
///
/// Opening costs microseconds: sections are located, not read.
#[derive(Debug, Clone)]
pub struct Library {
    file: FlatFile,
}

impl Library {
    /// The release that is part of the binary.
    ///
    /// # Errors
    /// [`FlatError`] when the binary was damaged after it was built.
    pub fn embedded() -> Result<Self, FlatError> {
        Self::from_file(embedded::open()?)
    }

    fn from_file(file: FlatFile) -> Result<Self, FlatError> {
        Ok(Self { file })
    }

    /// Where every table comes from and what span of time it covers.
    ///
    /// # Errors
    /// [`FlatError`] when the release does not describe itself.
    pub fn tables(&self) -> Result<Vec<TableInfo>, FlatError> {
        info::read(&self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_release_opens_and_names_its_sources() {
        let tables = Library::embedded().unwrap().tables().unwrap();
        assert!(tables.iter().all(|table| table.sha256.len() == 64), "{tables:?}");
    }
}
