//! Finding the header of a table among title lines, and its columns by name.

use crate::error::{ImportError, Place};
use crate::text::normalise;

/// A column that an importer asks for. Its position in the importer's list is how [`crate::row::Row`] hands it out.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The importer's name of it, also used in errors.
    pub name: &'static str,
    /// Header cells that mean it, beside the name itself; compared as [`normalise`] leaves them. One that ends in `…` is
    /// a beginning: `"payment rate…"`.
    pub synonyms: &'static [&'static str],
    /// Whether the table cannot be read without it.
    pub required: bool,
}

impl Column {
    /// A column without which the table cannot be read.
    #[must_use]
    pub const fn required(name: &'static str, synonyms: &'static [&'static str]) -> Self {
        Self { name, synonyms, required: true }
    }

    /// A column that some layouts lack; its cells are then blank.
    #[must_use]
    pub const fn optional(name: &'static str, synonyms: &'static [&'static str]) -> Self {
        Self { name, synonyms, required: false }
    }

    fn wants(&self) -> Wanted {
        Wanted {
            name: self.name.to_owned(),
            names: std::iter::once(&self.name).chain(self.synonyms).map(|name| Pattern::new(name)).collect(),
            required: self.required,
        }
    }
}

/// A column that is asked for, with its names prepared.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The name used in errors.
    pub name: String,
    names: Vec<Pattern>,
    required: bool,
}

impl Wanted {
    /// A column whose names are known only at run time, as those of a mapping file.
    #[must_use]
    pub fn new(name: &str, synonyms: &[String], required: bool) -> Self {
        let names = std::iter::once(name).chain(synonyms.iter().map(String::as_str)).map(Pattern::new).collect();
        Self { name: name.to_owned(), names, required }
    }
}

#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    beginning: bool,
}

impl Pattern {
    fn new(name: &str) -> Self {
        Self { text: normalise(name), beginning: name.ends_with('…') }
    }

    fn fits(&self, cell: &str) -> bool {
        if self.beginning { cell.starts_with(&self.text) } else { cell == self.text }
    }
}

/// The columns of an importer, prepared.
#[must_use]
pub fn wanted(columns: &[Column]) -> Vec<Wanted> {
    columns.iter().map(Column::wants).collect()
}

/// How header cells spread over rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderStyle {
    /// One row holds the names (a quoted cell may hold line breaks).
    Single,
    /// A name is written downwards over up to this many rows, as in PPRRVU: `NON-FAC` over `PE RVU`. Each column's cells
    /// are joined with a space.
    Stacked(usize),
}

/// A header that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Index of the last header row among the rows looked at; data begins after it.
    pub last_row: usize,
    /// For each column asked for, its position in the rows of the table.
    pub positions: Vec<Option<usize>>,
    /// The header cells as found, joined when stacked.
    pub cells: Vec<String>,
}

/// The best attempt at a header.
#[derive(Debug)]
pub struct Match {
    /// The header, complete or not.
    pub header: Header,
    /// Names of the required columns that it lacks.
    pub missing: Vec<String>,
    /// Number of required columns that it has.
    pub required_found: usize,
}

/// Looks for the header among the first rows of a table: the first row (or stack of rows) that has every required
/// column, or else the one that has most.
#[must_use]
pub fn find(rows: &[Vec<String>], wanted: &[Wanted], style: HeaderStyle) -> Option<Match> {
    let depth = match style {
        HeaderStyle::Single => 1,
        HeaderStyle::Stacked(depth) => depth.max(1),
    };
    let normal: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| normalise(cell)).collect()).collect();
    let mut best: Option<Match> = None;
    for last in 0..rows.len() {
        for rows_above in 0..depth.min(last + 1) {
            let stack = &normal[last - rows_above..=last];
            let width = stack.iter().map(Vec::len).max().unwrap_or(0);
            let joined: Vec<String> = (0..width)
                .map(|at| {
                    let parts = stack.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
                    parts.map(String::as_str).collect::<Vec<_>>().join(" ")
                })
                .collect();
            let found = attempt(joined, wanted, last);
            if found.missing.is_empty() {
                return Some(with_cells(found, rows, rows_above));
            }
            if best.as_ref().is_none_or(|best| found.required_found > best.required_found) {
                best = Some(with_cells(found, rows, rows_above));
            }
        }
    }
    best
}

fn attempt(cells: Vec<String>, wanted: &[Wanted], last_row: usize) -> Match {
    let mut taken = vec![false; cells.len()];
    let mut positions = Vec::with_capacity(wanted.len());
    for column in wanted {
        // Names are tried in the order given, so that an exact name wins over a mere beginning.
        let position = column
            .names
            .iter()
            .find_map(|name| cells.iter().enumerate().position(|(at, cell)| !taken[at] && name.fits(cell)));
        if let Some(at) = position {
            taken[at] = true;
        }
        positions.push(position);
    }
    let lacks = |(column, at): &(&Wanted, &Option<usize>)| column.required && at.is_none();
    let missing: Vec<String> =
        wanted.iter().zip(&positions).filter(lacks).map(|(column, _)| column.name.clone()).collect();
    let required_found = wanted.iter().filter(|column| column.required).count() - missing.len();
    Match { header: Header { last_row, positions, cells }, missing, required_found }
}

/// Puts the cells back as they are written, for errors.
fn with_cells(mut found: Match, rows: &[Vec<String>], rows_above: usize) -> Match {
    let last = found.header.last_row;
    for (at, cell) in found.header.cells.iter_mut().enumerate() {
        let parts = rows[last - rows_above..=last].iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
        *cell = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }
    found
}

/// The header, or the error that names the columns it lacks and the cells that were found.
///
/// # Errors
/// [`ImportError::Columns`].
pub fn require(
    rows: &[Vec<String>],
    wanted: &[Wanted],
    style: HeaderStyle,
    place: Place,
) -> Result<Header, ImportError> {
    match find(rows, wanted, style) {
        Some(found) if found.missing.is_empty() => Ok(found.header),
        Some(found) => Err(ImportError::Columns {
            place: Box::new(Place { row: found.header.last_row as u64 + 1, ..place }),
            missing: found.missing,
            found: found.header.cells,
        }),
        None => Err(ImportError::content(place, "the file is empty")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    const COLUMNS: [Column; 3] = [
        Column::required("hcpcs", &["HCPCS/CPT code", "HCPC"]),
        Column::required("units", &["MUE values…"]),
        Column::optional("rationale", &[]),
    ];

    #[test]
    fn preamble_is_passed_over() {
        let rows = rows(&[&["a title", ""], &["HCPCS/\nCPT Code", "MUE Values 2026"], &["A0001", "1"]]);
        let header = require(&rows, &wanted(&COLUMNS), HeaderStyle::Single, Place::file("f")).unwrap();
        assert_eq!((header.last_row, header.positions), (1, vec![Some(0), Some(1), None]));
    }

    #[test]
    fn stacked_names_are_joined() {
        let rows = rows(&[&["", "MUE"], &["HCPC", "VALUES"], &["A0001", "1"]]);
        let header = require(&rows, &wanted(&COLUMNS), HeaderStyle::Stacked(4), Place::file("f")).unwrap();
        assert_eq!((header.last_row, header.positions), (1, vec![Some(0), Some(1), None]));
    }

    #[test]
    fn a_renamed_column_is_named() {
        let rows = rows(&[&["HCPC", "Quantity"], &["A0001", "1"]]);
        let error = require(&rows, &wanted(&COLUMNS), HeaderStyle::Single, Place::file("f.csv")).unwrap_err();
        assert_eq!(error.to_string(), "f.csv, row 1: no column `units`; found `HCPC`, `Quantity`");
    }
}
