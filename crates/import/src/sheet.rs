//! Tables in workbooks (xlsx).

use crate::delimited::PREAMBLE;
use crate::error::{ImportError, Place};
use crate::header::{self, Column, Header, HeaderStyle, Wanted};
use crate::row::{Cells, Row, TableName};
use crate::values;
use calamine::{Data, Reader};
use std::io::Cursor;

/// A workbook, its cells as text.
#[derive(Debug)]
pub struct Workbook {
    /// The sheets in their order.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug)]
pub struct Sheet {
    /// Name on its tab.
    pub name: String,
    /// Row (1-based) of the first row of `rows`.
    pub first_row: u64,
    /// Cells as text: numbers with at most fifteen significant digits, dates as `YYYY-MM-DD`.
    pub rows: Vec<Vec<String>>,
}

impl Workbook {
    /// Reads every sheet.
    ///
    /// # Errors
    /// [`ImportError::Damaged`] when the bytes are no readable xlsx workbook.
    pub fn read(bytes: &[u8], file: &str) -> Result<Self, ImportError> {
        let damaged = |error: &dyn std::fmt::Display| ImportError::Damaged {
            file: file.to_owned(),
            problem: format!("not a readable workbook: {error}"),
        };
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
            .map_err(|error: calamine::XlsxError| damaged(&error))?;
        let mut sheets = Vec::new();
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name).map_err(|error| damaged(&error))?;
            let first_row = range.start().map_or(1, |(row, _)| u64::from(row) + 1);
            // Columns count from A even when the used range begins later.
            let indent = range.start().map_or(0, |(_, column)| column as usize);
            let rows = range
                .rows()
                .map(|row| std::iter::repeat_n(String::new(), indent).chain(row.iter().map(cell_text)).collect())
                .collect();
            sheets.push(Sheet { name, first_row, rows });
        }
        Ok(Self { sheets })
    }
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => values::workbook_number(*number),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(serial) => {
            let serial = serial.as_f64();
            // The time of day, after the point, is of no interest.
            values::excel_serial(serial as i64).map_or_else(|| values::workbook_number(serial), |date| date.to_string())
        }
    }
}

/// A table of a sheet whose header has been found.
#[derive(Debug)]
pub struct SheetTable<'a> {
    sheet: &'a Sheet,
    file: &'a str,
    header: Header,
    names: Vec<String>,
}

impl<'a> SheetTable<'a> {
    /// Finds the header among the first rows.
    ///
    /// # Errors
    /// [`ImportError::Columns`] naming what is missing and what was found.
    pub fn open(sheet: &'a Sheet, file: &'a str, columns: &[Column]) -> Result<Self, ImportError> {
        Self::open_styled(sheet, file, &header::wanted(columns), HeaderStyle::Single)
    }

    /// The same with another header style, or columns known only at run time.
    ///
    /// # Errors
    /// [`ImportError::Columns`].
    pub fn open_styled(
        sheet: &'a Sheet,
        file: &'a str,
        wanted: &[Wanted],
        style: HeaderStyle,
    ) -> Result<Self, ImportError> {
        let head = &sheet.rows[..sheet.rows.len().min(PREAMBLE)];
        let place = Place { sheet: Some(sheet.name.clone()), ..Place::file(file) };
        let header = header::require(head, wanted, style, place)?;
        Ok(Self { sheet, file, header, names: wanted.iter().map(|column| column.name.clone()).collect() })
    }

    /// The rows before and with the header.
    #[must_use]
    pub fn preamble(&self) -> &[Vec<String>] {
        &self.sheet.rows[..=self.header.last_row]
    }

    /// The header that was found.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Hands every row after the header to `each`; blank rows are passed over.
    ///
    /// # Errors
    /// The first error of `each`.
    pub fn each(&self, mut each: impl FnMut(Row<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
        for (at, cells) in self.sheet.rows.iter().enumerate().skip(self.header.last_row + 1) {
            let row = Row {
                table: TableName { file: self.file, sheet: Some(&self.sheet.name), names: &self.names },
                number: at as u64 + self.sheet.first_row,
                cells: Cells::Sheet { cells, positions: &self.header.positions },
            };
            if !row.is_blank() {
                each(row)?;
            }
        }
        Ok(())
    }
}
