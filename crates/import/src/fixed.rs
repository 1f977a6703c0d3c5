//! Fixed-width lines.

use crate::error::ImportError;
use crate::row::{Cells, Row, TableName};

/// A field of a fixed-width line, by the 1-based character positions that record layouts print.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name, used in errors.
    pub name: &'static str,
    /// First character, 1-based.
    pub begin: usize,
    /// Last character, inclusive; [`usize::MAX`] reaches to the end of the line.
    pub end: usize,
}

impl Field {
    /// The field at positions `begin` to `end`, both included.
    #[must_use]
    pub const fn at(name: &'static str, begin: usize, end: usize) -> Self {
        Self { name, begin, end }
    }

    /// The field's text; short lines lack their last fields.
    #[must_use]
    pub fn of<'a>(&self, line: &'a str) -> &'a str {
        let (from, to) = (self.begin.saturating_sub(1), self.end.min(line.len()));
        // Positions count characters. Lines are nearly always ASCII, where characters are bytes.
        if line.is_ascii() {
            return line.get(from.min(to)..to).unwrap_or_default();
        }
        let at = |count: usize| line.char_indices().nth(count).map_or(line.len(), |(at, _)| at);
        line.get(at(from)..at(self.end).max(at(from))).unwrap_or_default()
    }
}

/// A text of fixed-width lines.
#[derive(Debug)]
pub struct FixedWidth<'a> {
    text: &'a str,
    file: &'a str,
    fields: &'a [Field],
    names: Vec<String>,
}

impl<'a> FixedWidth<'a> {
    /// Reads `text` by the given fields.
    #[must_use]
    pub fn new(text: &'a str, file: &'a str, fields: &'a [Field]) -> Self {
        Self { text, file, fields, names: fields.iter().map(|field| field.name.to_owned()).collect() }
    }

    /// Hands every line that is not blank to `each`. The importer passes over titles itself.
    ///
    /// # Errors
    /// The first error of `each`.
    pub fn each(&self, mut each: impl FnMut(Row<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
        for (at, line) in self.text.lines().enumerate() {
            // Some files end with the end-of-file mark of another age.
            let line = line.trim_end_matches(['\r', '\u{1a}', '\0']);
            if line.trim().is_empty() {
                continue;
            }
            each(Row {
                table: TableName { file: self.file, sheet: None, names: &self.names },
                number: at as u64 + 1,
                cells: Cells::Fixed { line, fields: self.fields },
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_one_based_and_inclusive() {
        const FIELDS: [Field; 3] = [Field::at("a", 1, 3), Field::at("b", 5, 6), Field::at("rest", 8, usize::MAX)];
        let mut rows = Vec::new();
        FixedWidth::new("abc 12 the rest\r\n\nx\u{e9}z 34\n", "f", &FIELDS)
            .each(|row| {
                rows.push((row.number(), [row.text(0), row.text(1), row.text(2)].map(str::to_owned)));
                Ok(())
            })
            .unwrap();
        assert_eq!(rows[0], (1, ["abc", "12", "the rest"].map(str::to_owned)));
        assert_eq!(rows[1], (3, ["x\u{e9}z", "34", ""].map(str::to_owned)));
    }
}
