//! The rows of a table as text, whatever the file they come from.

use super::layout::{Field, Head};
use crate::error::{ImportError, Place};
use crate::sheet::Sheet;
use crate::source::SourceFile;
use std::borrow::Cow;

/// One row.
#[derive(Debug)]
pub(super) struct GridRow {
    /// 1-based line of the text or row of the sheet.
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

/// A table as text.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    pub(super) file: &'a str,
    pub(super) sheet: Option<&'a str>,
    pub(super) rows: Vec<GridRow>,
}

impl<'a> Grid<'a> {
    /// Delimited text.
    pub(super) fn delimited(text: &str, file: &'a str, delimiter: u8) -> Result<Self, ImportError> {
        let mut rows = Vec::new();
        let mut reader = reader(text, delimiter);
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            let more = reader.read_record(&mut record).map_err(|error| {
                let place = Place { row: line, ..Place::file(file) };
                ImportError::content(place, format!("is no delimited record: {error}"))
            })?;
            if !more {
                return Ok(Self { file, sheet: None, rows });
            }
            let number = record.position().map_or(line, csv::Position::line);
            rows.push(GridRow { number, cells: record.iter().map(clean).collect() });
        }
    }

    /// The first rows of delimited text, as far as they can be read.
    pub(super) fn delimited_head(text: &str, file: &'a str, delimiter: u8, rows: usize) -> Self {
        let mut reader = reader(text, delimiter);
        let records = reader.records().take(rows).map_while(Result::ok);
        let row =
            |(number, record): (u64, csv::StringRecord)| GridRow { number, cells: record.iter().map(clean).collect() };
        Self { file, sheet: None, rows: (1..).zip(records).map(row).collect() }
    }

    /// A sheet of a workbook.
    pub(super) fn sheet(sheet: &'a Sheet, file: &'a str) -> Self {
        let row = |(number, cells): (u64, &Vec<String>)| GridRow {
            number,
            cells: cells.iter().map(|cell| clean(cell)).collect(),
        };
        Self { file, sheet: Some(&sheet.name), rows: (sheet.first_row..).zip(&sheet.rows).map(row).collect() }
    }

    /// The first rows of a sheet.
    pub(super) fn sheet_head(sheet: &'a Sheet, file: &'a str, rows: usize) -> Self {
        let row = |(number, cells): (u64, &Vec<String>)| GridRow {
            number,
            cells: cells.iter().map(|cell| clean(cell)).collect(),
        };
        let head = sheet.rows.iter().take(rows);
        Self { file, sheet: Some(&sheet.name), rows: (sheet.first_row..).zip(head).map(row).collect() }
    }

    /// Lines of fixed width, cut into cells.
    pub(super) fn fixed(text: &str, file: &'a str, cut: impl Fn(&str) -> Vec<String>) -> Self {
        let row = |(number, line): (u64, &str)| {
            let line = line.trim_end_matches(['\r', '\u{1a}', '\0']);
            GridRow { number, cells: cut(line).iter().map(|cell| clean(cell)).collect() }
        };
        Self { file, sheet: None, rows: (1..).zip(text.lines()).map(row).collect() }
    }

    /// The cells of the first rows, for recognising a header.
    pub(super) fn head(&self, rows: usize) -> Head {
        Head::new(self.rows.iter().take(rows).map(|row| row.cells.clone()).collect())
    }

    /// The place of a row, and of a field in it.
    pub(super) fn place(&self, row: u64, field: Option<&Field>) -> Place {
        Place {
            file: self.file.to_owned(),
            sheet: self.sheet.map(str::to_owned),
            row,
            column: field.map(|field| field.name.to_owned()),
        }
    }

    /// What stands in the rows up to `last`, one line per row, for titles and dates.
    pub(super) fn title(&self, last: usize) -> String {
        let rows = self.rows.iter().take(last + 1).map(|row| {
            let cells = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
            cells.collect::<Vec<_>>().join(" ")
        });
        self.sheet.map(str::to_owned).into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    }

    /// Joins rows whose first cell is blank to the row before, each cell on a line of its own.
    pub(super) fn join_continued(&mut self, after: usize) {
        let mut rows: Vec<GridRow> = Vec::with_capacity(self.rows.len());
        for (at, row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            let goes_on = row.cells.first().is_some_and(|first| first.trim().is_empty());
            let note = row.cells.iter().any(|cell| cell.trim_start().starts_with('*'));
            match rows.last_mut() {
                Some(before) if at > after + 1 && goes_on && !note => {
                    for (cell, more) in before.cells.iter_mut().zip(row.cells) {
                        if !more.trim().is_empty() {
                            cell.push('\n');
                            cell.push_str(more.trim());
                        }
                    }
                }
                _ => rows.push(row),
            }
        }
        self.rows = rows;
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// A cell without what is no text: a byte-order mark of old exports, no-break spaces, and 0xFF, which is a no-break space
/// in the code page of some exports of CMS and would read as `ÿ`.
fn clean(cell: &str) -> String {
    if cell.contains(['\u{a0}', '\u{ff}', '\u{1a}']) {
        cell.replace(['\u{a0}', '\u{ff}'], " ").replace('\u{1a}', "")
    } else {
        cell.to_owned()
    }
}

/// Characters 0x80 to 0xA5 of code page 437, in which some text exports are; 0xFF is its no-break space.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑ";

/// The text of a file. A text that has bytes without a meaning in code page 1252, or `ÿ`, which no English text has, is
/// in code page 437.
pub(super) fn decoded(file: &SourceFile) -> Cow<'_, str> {
    let text = file.text();
    let oem = |character: char| matches!(character, '\u{80}'..='\u{9f}' | '\u{ff}');
    let bytes = file.bytes();
    if !text.contains(oem) || std::str::from_utf8(bytes).is_ok() || encoding_rs::Encoding::for_bom(bytes).is_some() {
        return text;
    }
    let letters: Vec<char> = CODE_PAGE_437.chars().collect();
    let character = |&byte: &u8| match byte {
        0..=0x7f => char::from(byte),
        0xff => '\u{a0}',
        // What lies between are frames and signs, which no table has.
        _ => letters.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
    };
    Cow::Owned(bytes.iter().map(character).collect())
}
