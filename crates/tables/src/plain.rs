//! Reading the plain tables under `data/`: csv with a header line.

use crate::{Day, FlatError};
use std::path::{Path, PathBuf};

/// The folder of plain tables.
#[derive(Debug, Clone)]
pub struct PlainTables {
    folder: PathBuf,
}

impl PlainTables {
    /// The tables in `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Hands every row of a table to `each`, as its fields in the order of `columns`.
    ///
    /// # Errors
    /// [`FlatError::Source`] when the file cannot be read, lacks a column, or `each` finds fault with a row.
    pub fn rows<const N: usize>(
        &self,
        file: &str,
        columns: [&str; N],
        mut each: impl FnMut([&str; N]) -> Result<(), String>,
    ) -> Result<(), FlatError> {
        let fault = |line, problem: String| FlatError::Source { file: file.to_owned(), line, problem };
        let mut reader = csv::Reader::from_path(self.folder.join(file)).map_err(|error| fault(0, error.to_string()))?;
        let header = reader.headers().map_err(|error| fault(1, error.to_string()))?.clone();
        let mut positions = [0; N];
        for (position, column) in positions.iter_mut().zip(columns) {
            *position = header
                .iter()
                .position(|name| name == column)
                .ok_or_else(|| fault(1, format!("there is no column `{column}`")))?;
        }
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| fault(0, error.to_string()))? {
            let fields = positions.map(|position| record.get(position).unwrap_or_default());
            each(fields).map_err(|problem| fault(record.position().map_or(0, csv::Position::line), problem))?;
        }
        Ok(())
    }

    /// The csv files of a sub-folder, by name, sorted; for tables that are split over files.
    ///
    /// # Errors
    /// [`FlatError::Source`] when the folder cannot be listed.
    pub fn files(&self, sub_folder: &str) -> Result<Vec<String>, FlatError> {
        let fault = |error: std::io::Error| FlatError::Source {
            file: sub_folder.to_owned(),
            line: 0,
            problem: error.to_string(),
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.folder.join(sub_folder)).map_err(fault)? {
            let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".csv") {
                names.push(format!("{sub_folder}/{name}"));
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Reads an ISO date of a plain table.
///
/// # Errors
/// A sentence that quotes the text.
pub fn day(text: &str) -> Result<Day, String> {
    Day::parse_iso(text).ok_or_else(|| format!("`{text}` is not a date like 2025-10-01"))
}

/// Reads a number of a plain table.
///
/// # Errors
/// A sentence that quotes the text.
pub fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number in range"))
}
