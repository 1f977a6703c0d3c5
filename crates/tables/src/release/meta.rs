//! What a release says about itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The description of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseMeta {
    /// Short name of the series, first part of the file's name: `mpfs-rvu`, `ncci-ptp-practitioner`. Lower case, digits
    /// and hyphens. Two releases of a family are versions of the same publication.
    pub family: String,
    /// Who published it: `CMS`, `NCHS`, `X12`.
    pub publisher: String,
    /// The publication in the publisher's words: `National Physician Fee Schedule Relative Value File`.
    pub publication: String,
    /// Version in the publisher's spelling: `RVU25D`, `FY2026`, `v30.2`.
    pub version: String,
    /// The day of publication, where known. A correction has its own.
    pub published: Option<Date>,
    /// First day the release speaks for.
    pub from: Date,
    /// Last day the release speaks for; `None` when the publication names none.
    pub to: Option<Date>,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
    /// Its tables, sorted by name; [`ReleaseWriter`](super::ReleaseWriter) fills this in.
    pub tables: Vec<TableRows>,
    /// What the importer met, the first thousand; [`ReleaseWriter::warn`](super::ReleaseWriter::warn) adds.
    pub warnings: Vec<Warning>,
    /// How many more warnings there were.
    #[serde(default)]
    pub more_warnings: u64,
    /// Name and version of the importer that read it.
    pub importer: String,
}

impl ReleaseMeta {
    /// A description without sources and tables, of a publication that speaks for `from` onwards.
    #[must_use]
    pub fn new(family: &str, publisher: &str, publication: &str, version: &str, from: Date) -> Self {
        Self {
            family: family.to_owned(),
            publisher: publisher.to_owned(),
            publication: publication.to_owned(),
            version: version.to_owned(),
            published: None,
            from,
            to: None,
            sources: Vec::new(),
            tables: Vec::new(),
            warnings: Vec::new(),
            more_warnings: 0,
            importer: String::new(),
        }
    }

    /// Whether the release speaks for the day.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }

    /// The day from which the release counts as known: its day of publication, or its first day when that is unknown.
    #[must_use]
    pub fn known_from(&self) -> Date {
        self.published.unwrap_or(self.from)
    }

    /// How evidence names the release: publication and version.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.publication, self.version)
    }
}

/// A file that a release was read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, with the archives it lay in: `RVU25D.zip/PPRRVU25_OCT.csv`. No folders of the importing machine.
    pub file: String,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
}

/// How a table is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableShape {
    /// A [`Relation`](crate::relation::Relation).
    Relation,
    /// A [`PairTable`](crate::pairs::PairTable).
    Pairs,
}

/// A table of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRows {
    /// Its name, `mpfs/pprrvu`.
    pub table: String,
    /// Rows stored.
    pub rows: u64,
    /// Rows of the source that repeated another exactly and are stored once.
    #[serde(default)]
    pub repeated: u64,
    /// How it is stored.
    pub shape: TableShape,
}

/// Something an importer met that a user should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The file, named as in [`SourceFile::file`].
    pub file: String,
    /// The row, 1-based as an editor shows it.
    pub row: Option<u64>,
    /// The column.
    pub column: Option<String>,
    /// What was met and what was done about it.
    pub message: String,
}

impl Warning {
    /// A warning about a file as a whole.
    #[must_use]
    pub fn new(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), row: None, column: None, message: message.into() }
    }

    /// The same about a row.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same about a column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl From<crate::relation::RowFault> for Warning {
    fn from(fault: crate::relation::RowFault) -> Self {
        Self { file: fault.file, row: Some(fault.row), column: fault.column, message: fault.problem }
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}
