//! Reading a release.

use super::{DIGEST, META, ReleaseMeta, Table, hex};
use crate::pairs::PairTable;
use crate::relation::Relation;
use crate::{FlatError, FlatFile};
use sha2::{Digest, Sha256};
use std::path::Path;

/// An opened release. Opening reads its description; tables are opened when they are asked for.
#[derive(Debug, Clone)]
pub struct Release {
    meta: ReleaseMeta,
    file: FlatFile,
}

impl Release {
    /// Maps a release file.
    ///
    /// # Errors
    /// [`FlatError`] when it cannot be opened, is damaged, or is no release.
    pub fn open(path: &Path) -> Result<Self, FlatError> {
        let file = FlatFile::open(path)?;
        let json = file.section::<u8>(META)?;
        let meta = serde_json::from_slice(&json)
            .map_err(|error| FlatError::Damaged(format!("its description cannot be read: {error}")))?;
        Ok(Self { meta, file })
    }

    /// Its description.
    #[must_use]
    pub fn meta(&self) -> &ReleaseMeta {
        &self.meta
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &FlatFile {
        &self.file
    }

    /// Whether it has a table of this name.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.meta.tables.iter().any(|rows| rows.table == table)
    }

    /// A relation.
    ///
    /// # Errors
    /// As [`Relation::open`].
    pub fn relation(&self, table: &str) -> Result<Relation, FlatError> {
        Relation::open(&self.file, table)
    }

    /// A pair table.
    ///
    /// # Errors
    /// As [`PairTable::open`].
    pub fn pairs(&self, table: &str) -> Result<PairTable, FlatError> {
        PairTable::open(&self.file, table)
    }

    /// A table of whatever shape.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when the release has no such table, [`FlatError::Damaged`] when it is damaged.
    pub fn table(&self, table: &str) -> Result<Table, FlatError> {
        Table::open(self, table)
    }

    /// The digest that the file records of itself, in hexadecimal digits.
    ///
    /// # Errors
    /// [`FlatError`] when the section is missing.
    pub fn sha256(&self) -> Result<String, FlatError> {
        self.file.section::<u8>(DIGEST).map(|digest| hex(&digest))
    }

    /// Reads the whole file and compares it with its own digest, and every table with the rows it should have.
    ///
    /// # Errors
    /// [`FlatError::Damaged`] when they differ.
    pub fn verify(&self) -> Result<(), FlatError> {
        let bytes = self.file.bytes();
        let place = crate::flat::section_place(bytes, DIGEST).ok_or_else(|| FlatError::NoSection(DIGEST.to_owned()))?;
        let mut hasher = Sha256::new();
        hasher.update(&bytes[..place.start]);
        hasher.update(vec![0; place.len()]);
        hasher.update(&bytes[place.end..]);
        let (found, recorded) = (hex(&hasher.finalize()), self.sha256()?);
        if found != recorded {
            return Err(FlatError::Damaged(format!("its content has SHA-256 {found} and should have {recorded}")));
        }
        for listed in &self.meta.tables {
            let rows = self.table(&listed.table)?.len() as u64;
            if rows != listed.rows {
                let problem = format!("table `{}` has {rows} rows and should have {}", listed.table, listed.rows);
                return Err(FlatError::Damaged(problem));
            }
        }
        Ok(())
    }
}
