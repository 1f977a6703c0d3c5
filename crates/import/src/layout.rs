//! Tables that are imported column for column.
//!
//! Most publications are one table whose columns need names and kinds and nothing else. A [`Layout`] says them once; it
//! recognises the file by its header, makes the schema, and copies the rows, whether the file is delimited text or a
//! workbook.

use crate::delimited::Delimited;
use crate::error::ImportError;
use crate::header::{self, Column, HeaderStyle};
use crate::release::{Completeness, ReleaseDraft};
use crate::row::Row;
use crate::sheet::SheetTable;
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// A table that is imported column for column.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The relation's name.
    pub table: &'static str,
    /// How many of the first columns identify a row.
    pub key: usize,
    /// The columns: those of the file, by position the cells of [`Row`], and the kind of the relation's column.
    pub columns: &'static [(Column, ColumnKind)],
    /// How the header is written.
    pub style: HeaderStyle,
}

impl Layout {
    /// A layout with a header of one row.
    #[must_use]
    pub const fn new(table: &'static str, key: usize, columns: &'static [(Column, ColumnKind)]) -> Self {
        Self { table, key, columns, style: HeaderStyle::Single }
    }

    fn wanted(&self) -> Vec<header::Wanted> {
        let columns: Vec<Column> = self.columns.iter().map(|(column, _)| *column).collect();
        header::wanted(&columns)
    }

    /// How well a file's header fits.
    #[must_use]
    pub fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.wanted(&self.wanted(), self.style)
    }

    /// The relation's schema.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let columns = self.columns.iter().map(|(column, kind)| ColumnSpec::new(column.name, *kind));
        Schema::new(self.table, self.key, columns)
    }

    /// The cells of a row, in the order of the schema.
    ///
    /// # Errors
    /// [`ImportError::Value`] for the first cell that is not of its column's kind.
    pub fn cells<'a>(&self, row: &Row<'a>) -> Result<Vec<Cell<'a>>, ImportError> {
        self.columns.iter().enumerate().map(|(at, (_, kind))| row.cell(at, *kind)).collect()
    }

    /// Hands every data row of the file to `each`: of delimited text, or of the first sheet of a workbook that has the
    /// columns.
    ///
    /// # Errors
    /// [`ImportError::Columns`] when columns are missing, or the first error of `each`.
    pub fn each(
        &self,
        file: &SourceFile,
        each: &mut dyn FnMut(Row<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        each_row(file, &self.wanted(), self.style, each)
    }

    /// Copies the whole file into a table of the release. Rows whose key columns are all blank, or that `keep` refuses,
    /// are passed over: footnotes under a table.
    ///
    /// # Errors
    /// [`ImportError`] with its place.
    pub fn copy(
        &self,
        file: &SourceFile,
        release: &mut ReleaseDraft,
        completeness: Completeness,
        keep: fn(&Row<'_>) -> bool,
    ) -> Result<(), ImportError> {
        let table = release.table(self.schema(), completeness)?;
        self.each(file, &mut |row| {
            let keyed = self.key == 0 || (0..self.key).any(|at| !row.text(at).is_empty());
            if keyed && keep(&row) { table.push(&row, &self.cells(&row)?) } else { Ok(()) }
        })
    }
}

/// Hands every data row of a file to `each`, whether delimited text or the first sheet that has the columns.
///
/// # Errors
/// [`ImportError::Columns`] when columns are missing, or the first error of `each`.
pub fn each_row(
    file: &SourceFile,
    wanted: &[header::Wanted],
    style: HeaderStyle,
    each: &mut dyn FnMut(Row<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if !file.bytes().starts_with(b"PK\x03\x04") {
        return Delimited::open_styled(&file.text(), file.path(), wanted, style)?.each(each);
    }
    let mut failure = None;
    for sheet in &file.workbook()?.sheets {
        match SheetTable::open_styled(sheet, file.path(), wanted, style) {
            Ok(table) => return table.each(each),
            // Empty sheets say nothing; the sheet that has most of the columns explains best, and is mostly the first.
            Err(error @ ImportError::Columns { .. }) if failure.is_none() => failure = Some(error),
            Err(_) => {}
        }
    }
    Err(failure.unwrap_or_else(|| {
        ImportError::content(crate::error::Place::file(file.path()), "the workbook has no filled sheet")
    }))
}
