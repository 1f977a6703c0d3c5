//! What goes wrong when a file is imported, always with its place.

use std::path::PathBuf;

/// Where in a source something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, with the archives it lies in: `cms_2026_dx.zip/icd10cm_order_2026.txt`.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// 1-based line of a text, row of a sheet, or line of an XML element; 0 when the file as a whole is meant.
    pub row: u64,
    /// Name of the column or field.
    pub column: Option<String>,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet `{sheet}`")?;
        }
        if self.row > 0 {
            write!(f, ", row {}", self.row)?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        Ok(())
    }
}

/// Why something could not be imported. Nothing was written to the data folder.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An archive or a member of it cannot be read.
    #[error("{file}: {problem}")]
    Damaged {
        /// The archive, or the member by its whole path.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An archive would unpack to more than is reasonable.
    #[error("{file}: {problem}; refused as a likely zip bomb")]
    Bomb {
        /// The archive or member.
        file: String,
        /// The limit that it passes.
        problem: String,
    },
    /// No importer knows the file, or several know it equally well.
    #[error("{file}: {reason}")]
    Unrecognised {
        /// The file.
        file: String,
        /// What it looked like and what was missing.
        reason: String,
    },
    /// A table lacks columns that its importer needs.
    #[error("{place}: no column {}; found {}", quoted(.missing), quoted(.found))]
    Columns {
        /// The file, and the row that resembles the header most.
        place: Box<Place>,
        /// The columns that are missing, by the importer's names.
        missing: Vec<String>,
        /// The header cells that were found.
        found: Vec<String>,
    },
    /// A value cannot be what its column says.
    #[error("{place}: `{value}` {problem}")]
    Value {
        /// Where it stands.
        place: Box<Place>,
        /// The text as it stands there.
        value: String,
        /// Continues the sentence after the value: "is not a date".
        problem: String,
    },
    /// Something is wrong with a row or a file as a whole.
    #[error("{place}: {problem}")]
    Content {
        /// Where.
        place: Box<Place>,
        /// What.
        problem: String,
    },
    /// The release could not be built.
    #[error("{0}")]
    Store(String),
}

impl ImportError {
    /// A fault of a file's content at a place.
    #[must_use]
    pub fn content(place: Place, problem: impl Into<String>) -> Self {
        Self::Content { place: Box::new(place), problem: problem.into() }
    }

    /// What is wrong, without the place; for warnings that carry the place themselves.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Value { value, problem, .. } => format!("`{value}` {problem}"),
            Self::Content { problem, .. } => problem.clone(),
            other => other.to_string(),
        }
    }
}

fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut text = names
        .iter()
        .filter(|name| !name.trim().is_empty())
        .take(SHOWN)
        .map(|name| format!("`{}`", name.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(", …");
    }
    if text.is_empty() { "nothing".to_owned() } else { text }
}
