//! Tables in text: comma, tab, pipe or semicolon between cells; quoted cells may hold line breaks.

use crate::error::{ImportError, Place};
use crate::header::{self, Column, Header, HeaderStyle, Wanted};
use crate::row::{Cells, Row, TableName};

/// How many records at the beginning may be titles before the header is given up.
pub const PREAMBLE: usize = 60;

/// The delimiter of a text: of tab, pipe, comma and semicolon the one that occurs in most of the first lines. Commas and
/// semicolons are also punctuation, so that tabs and pipes win when equal.
#[must_use]
pub fn delimiter(head: &str) -> Option<u8> {
    let mut best = (0, None);
    for candidate in [b'\t', b'|', b',', b';'] {
        let lines = head.lines().take(PREAMBLE).filter(|line| line.bytes().any(|byte| byte == candidate)).count();
        if lines > best.0 {
            best = (lines, Some(candidate));
        }
    }
    best.1
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The first records of a text, for sniffing.
#[must_use]
pub fn first_records(text: &str, delimiter: u8, limit: usize) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for record in reader(text, delimiter).records().take(limit) {
        match record {
            Ok(record) => records.push(record.iter().map(str::to_owned).collect()),
            Err(_) => break,
        }
    }
    records
}

/// A delimited table whose header has been found.
#[derive(Debug)]
pub struct Delimited<'a> {
    text: &'a str,
    file: &'a str,
    delimiter: u8,
    header: Header,
    preamble: Vec<Vec<String>>,
    names: Vec<String>,
}

impl<'a> Delimited<'a> {
    /// Finds the header: the first record among the first [`PREAMBLE`] that has every required column.
    ///
    /// # Errors
    /// [`ImportError::Columns`] naming what is missing and what was found.
    pub fn open(text: &'a str, file: &'a str, columns: &[Column]) -> Result<Self, ImportError> {
        Self::open_styled(text, file, &header::wanted(columns), HeaderStyle::Single)
    }

    /// The same with another header style, or columns known only at run time.
    ///
    /// # Errors
    /// [`ImportError::Columns`].
    pub fn open_styled(
        text: &'a str,
        file: &'a str,
        wanted: &[Wanted],
        style: HeaderStyle,
    ) -> Result<Self, ImportError> {
        let delimiter = delimiter(text).unwrap_or(b',');
        let mut preamble = first_records(text, delimiter, PREAMBLE);
        let header = header::require(&preamble, wanted, style, Place::file(file))?;
        preamble.truncate(header.last_row + 1);
        let names = wanted.iter().map(|column| column.name.clone()).collect();
        Ok(Self { text, file, delimiter, header, preamble, names })
    }

    /// A table without a header line: columns are taken in the order of `names`.
    #[must_use]
    pub fn headless(text: &'a str, file: &'a str, names: &[&str]) -> Self {
        let header = Header { last_row: 0, positions: (0..names.len()).map(Some).collect(), cells: Vec::new() };
        let names = names.iter().map(|&name| name.to_owned()).collect();
        let delimiter = delimiter(text).unwrap_or(b',');
        Self { text, file, delimiter, header, preamble: Vec::new(), names }
    }

    /// The records before and with the header: titles, release notes.
    #[must_use]
    pub fn preamble(&self) -> &[Vec<String>] {
        &self.preamble
    }

    /// The header that was found.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Hands every record after the header to `each`; records whose asked-for cells are all blank are passed over.
    ///
    /// # Errors
    /// The first error of `each`, or [`ImportError::Content`] when a record is no csv.
    pub fn each(&self, mut each: impl FnMut(Row<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
        let mut reader = reader(self.text, self.delimiter);
        let mut record = csv::StringRecord::new();
        let mut seen = 0;
        loop {
            let line = reader.position().line();
            let more = reader.read_record(&mut record).map_err(|error| {
                let place = Place { row: line, ..Place::file(self.file) };
                ImportError::content(place, format!("is no delimited record: {error}"))
            })?;
            if !more {
                return Ok(());
            }
            seen += 1;
            if seen <= self.preamble.len() {
                continue;
            }
            let row = Row {
                table: TableName { file: self.file, sheet: None, names: &self.names },
                number: record.position().map_or(line, csv::Position::line),
                cells: Cells::Record { record: &record, positions: &self.header.positions },
            };
            if !row.is_blank() {
                each(row)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column::required("code", &[]), Column::required("from", &["effective date"])];

    #[test]
    fn preamble_quotes_and_blank_rows() {
        let text = "a long\ntitle\n\n\"co\nde\",\"Code\",\"Effective\nDate\"\nx,A1,2025-10-01\n,,\ny,A2,*\n";
        let table = Delimited::open(text, "t.csv", &COLUMNS).unwrap();
        let mut rows = Vec::new();
        table
            .each(|row| {
                rows.push((row.number(), row.text(0).to_owned(), row.day(1)?));
                Ok(())
            })
            .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].1.as_str(), rows[0].2), ("A1", Some(openclaim_tables::Day(20_251_001))));
        assert_eq!((rows[1].1.as_str(), rows[1].2), ("A2", None));
        assert_eq!(rows[1].0, 9);
    }

    #[test]
    fn punctuation_is_no_delimiter() {
        assert_eq!(delimiter("code\ttitle\nA1\t\"Odd, very, very, very odd\"\nA2\tOdd\n"), Some(b'\t'));
        assert_eq!(delimiter("a title\n\ncode,title\nA1,odd; odder; oddest\n"), Some(b','));
        assert_eq!(delimiter("no delimiter\n"), None);
    }

    #[test]
    fn an_impossible_date_is_placed() {
        let table = Delimited::open("code\tfrom\nA1\t20250230\n", "t.txt", &COLUMNS).unwrap();
        let error = table.each(|row| row.day(1).map(drop)).unwrap_err();
        assert_eq!(error.to_string(), "t.txt, row 2, column `from`: `20250230` is not a date");
    }
}
