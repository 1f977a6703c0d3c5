//! One row of a table, whatever file it comes from, with typed cells and errors that name their place.

use crate::error::{ImportError, Place};
use crate::values;
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnKind, Fixed, ShortCode};

/// A row. Cells are asked for by their position in the importer's list of columns or fields.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) table: TableName<'a>,
    pub(crate) number: u64,
    pub(crate) cells: Cells<'a>,
}

/// The table a row belongs to, for errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableName<'a> {
    pub(crate) file: &'a str,
    pub(crate) sheet: Option<&'a str>,
    /// Names of the columns asked for.
    pub(crate) names: &'a [String],
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Cells<'a> {
    Record { record: &'a csv::StringRecord, positions: &'a [Option<usize>] },
    Sheet { cells: &'a [String], positions: &'a [Option<usize>] },
    Fixed { line: &'a str, fields: &'a [crate::fixed::Field] },
}

impl<'a> Row<'a> {
    /// 1-based line or row in its file.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The text of a column, trimmed; empty when blank or when the layout lacks the column.
    #[must_use]
    pub fn text(&self, column: usize) -> &'a str {
        let text = match self.cells {
            Cells::Record { record, positions } => {
                positions.get(column).copied().flatten().and_then(|at| record.get(at))
            }
            Cells::Sheet { cells, positions } => {
                positions.get(column).copied().flatten().and_then(|at| cells.get(at)).map(String::as_str)
            }
            Cells::Fixed { line, fields } => fields.get(column).map(|field| field.of(line)),
        };
        text.unwrap_or_default().trim()
    }

    /// Whether the layout has the column at all.
    #[must_use]
    pub fn has(&self, column: usize) -> bool {
        match self.cells {
            Cells::Record { positions, .. } | Cells::Sheet { positions, .. } => {
                positions.get(column).is_some_and(Option::is_some)
            }
            Cells::Fixed { fields, .. } => column < fields.len(),
        }
    }

    /// Whether every column asked for is blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        (0..self.table.names.len()).all(|column| self.text(column).is_empty())
    }

    /// All cells of the line as they stand, those of columns nobody asked for included; empty for a fixed-width line.
    #[must_use]
    pub fn all(&self) -> Vec<&'a str> {
        match self.cells {
            Cells::Record { record, .. } => record.iter().collect(),
            Cells::Sheet { cells, .. } => cells.iter().map(String::as_str).collect(),
            Cells::Fixed { .. } => Vec::new(),
        }
    }

    /// The whole fixed-width line; empty for other rows.
    #[must_use]
    pub fn line(&self) -> &'a str {
        match self.cells {
            Cells::Fixed { line, .. } => line,
            _ => "",
        }
    }

    /// The place of a column, for errors and warnings.
    #[must_use]
    pub fn place(&self, column: usize) -> Place {
        Place { column: self.table.names.get(column).cloned(), ..self.row_place() }
    }

    /// The place of the row as a whole.
    #[must_use]
    pub fn row_place(&self) -> Place {
        Place {
            file: self.table.file.to_owned(),
            sheet: self.table.sheet.map(str::to_owned),
            row: self.number,
            column: None,
        }
    }

    /// An error about a column's value: `problem` continues the sentence after the value.
    #[must_use]
    pub fn bad(&self, column: usize, problem: impl Into<String>) -> ImportError {
        ImportError::Value {
            place: Box::new(self.place(column)),
            value: self.text(column).to_owned(),
            problem: problem.into(),
        }
    }

    fn typed<T>(&self, column: usize, parsed: Result<T, String>) -> Result<T, ImportError> {
        parsed.map_err(|problem| self.bad(column, problem))
    }

    /// The cell of a relation's column of the given kind: dates in every spelling that [`values::day`] knows, decimals
    /// exact, codes upper-cased, blank as [`Cell::Blank`].
    ///
    /// # Errors
    /// [`ImportError::Value`] with file, row, column and the text.
    pub fn cell(&self, column: usize, kind: ColumnKind) -> Result<Cell<'a>, ImportError> {
        Ok(match kind {
            ColumnKind::Code => self.code(column)?.map_or(Cell::Blank, Cell::Code),
            ColumnKind::Text => match self.text(column) {
                "" => Cell::Blank,
                text => Cell::Text(text),
            },
            ColumnKind::Day => self.day(column)?.map_or(Cell::Blank, Cell::Day),
            ColumnKind::Int => self.int(column)?.map_or(Cell::Blank, Cell::Int),
            ColumnKind::Decimal { scale } => {
                self.decimal(column, scale)?.map_or(Cell::Blank, |unscaled| Cell::Decimal(Fixed { unscaled, scale }))
            }
            ColumnKind::Flag => self.flag(column)?.map_or(Cell::Blank, Cell::Flag),
        })
    }

    /// A date ([`values::day`]); `None` when blank, `*` or zero.
    ///
    /// # Errors
    /// [`ImportError::Value`] with file, row, column and the text.
    pub fn day(&self, column: usize) -> Result<Option<Day>, ImportError> {
        self.typed(column, values::day(self.text(column)))
    }

    /// A decimal as a whole number of `10^-scale` ([`values::decimal`]).
    ///
    /// # Errors
    /// [`ImportError::Value`].
    pub fn decimal(&self, column: usize, scale: u8) -> Result<Option<i64>, ImportError> {
        self.typed(column, values::decimal(self.text(column), scale))
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`ImportError::Value`].
    pub fn int(&self, column: usize) -> Result<Option<i64>, ImportError> {
        self.typed(column, values::int(self.text(column)))
    }

    /// A code of at most eight characters, upper-cased.
    ///
    /// # Errors
    /// [`ImportError::Value`].
    pub fn code(&self, column: usize) -> Result<Option<ShortCode>, ImportError> {
        self.typed(column, values::code(self.text(column), false))
    }

    /// A code of which dots are removed, as ICD-10 codes are kept.
    ///
    /// # Errors
    /// [`ImportError::Value`].
    pub fn undotted(&self, column: usize) -> Result<Option<ShortCode>, ImportError> {
        self.typed(column, values::code(self.text(column), true))
    }

    /// A code that must not be blank.
    ///
    /// # Errors
    /// [`ImportError::Value`].
    pub fn required_code(&self, column: usize) -> Result<ShortCode, ImportError> {
        self.code(column)?.ok_or_else(|| self.bad(column, "must not be blank"))
    }

    /// A single ASCII character; `None` when blank.
    ///
    /// # Errors
    /// [`ImportError::Value`] when there are several.
    pub fn flag(&self, column: usize) -> Result<Option<u8>, ImportError> {
        match self.text(column).as_bytes() {
            [] => Ok(None),
            &[flag] if flag.is_ascii() => Ok(Some(flag)),
            _ => Err(self.bad(column, "is not a single character")),
        }
    }
}
