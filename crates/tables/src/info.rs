//! What a release says about its tables.

use crate::{FlatError, FlatFile, FlatWriter, plain::PlainTables};
use serde::{Deserialize, Serialize};

/// Where a table comes from and what span of time it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Table name, `ms-drg/diagnosis`.
    pub table: String,
    /// Who published the facts: `CMS`, `NCHS`.
    pub publisher: String,
    /// The publication, `MS-DRG Grouper v40.0-v44.0`.
    pub publication: String,
    /// Version of the publication.
    pub version: String,
    /// First day the table speaks for, ISO.
    pub from: String,
    /// Last day the table speaks for, ISO.
    pub to: String,
    /// Rows of the plain table.
    pub rows: u64,
    /// Package or file the rows were taken from, with its version.
    pub source: String,
    /// SHA-256 of that file.
    pub sha256: String,
}

impl TableInfo {
    /// How evidence names the release: publication and version.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.publication, self.version)
    }
}

const SECTION: &str = "tables.json";

/// Compiles `sources.csv`, the machine-readable half of `data/SOURCES.md`.
///
/// # Errors
/// [`FlatError::Source`] when the file is missing or malformed.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let mut tables = Vec::new();
    let columns = ["table", "publisher", "publication", "version", "from", "to", "rows", "source", "sha256"];
    data.rows("sources.csv", columns, |[table, publisher, publication, version, from, to, rows, source, sha256]| {
        crate::plain::day(from)?;
        crate::plain::day(to)?;
        tables.push(TableInfo {
            table: table.into(),
            publisher: publisher.into(),
            publication: publication.into(),
            version: version.into(),
            from: from.into(),
            to: to.into(),
            rows: crate::plain::number(rows)?,
            source: source.into(),
            sha256: sha256.into(),
        });
        Ok(())
    })?;
    let json = serde_json::to_vec(&tables).map_err(|error| FlatError::Damaged(error.to_string()))?;
    writer.put(SECTION, &json)
}

/// The tables of a release.
///
/// # Errors
/// [`FlatError`] when the section is missing or no JSON.
pub fn read(file: &FlatFile) -> Result<Vec<TableInfo>, FlatError> {
    let json = file.section::<u8>(SECTION)?;
    serde_json::from_slice(&json).map_err(|error| FlatError::Damaged(error.to_string()))
}
