//! Payment files without a header: fixed-width lines, and the quoted payment file.
//!
//! They are recognised by their shape: nearly every line has the width of the record, and every field of it holds what
//! it must.

use super::grid::{Grid, GridRow};
use super::layout::{Fit, Layout};
use super::mpfs;
use super::recognise::Found;
use crate::error::ImportError;

/// A record layout.
#[derive(Debug)]
pub(super) struct Record {
    layout: &'static Layout,
    /// Width of a line, shortest and longest.
    width: (usize, usize),
    /// Header patterns' order: per field of the layout, where it stands (first position from 0, length).
    slices: &'static [Option<(usize, usize)>],
    /// Whether a line can be one.
    looks: fn(&str) -> bool,
    /// Decimal places that the record implies: field, places.
    implied: Option<(usize, u8)>,
    /// Lines above the rows that are titles and header.
    titles: bool,
}

/// What a headerless text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Headerless {
    /// Fixed-width lines.
    Record(&'static Record),
    /// The payment file: sixteen quoted fields.
    Payment,
}

fn digits(line: &str, from: usize, to: usize) -> bool {
    line.get(from..to).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn number(line: &str, from: usize, to: usize) -> bool {
    line.get(from..to).is_some_and(|part| {
        let part = part.trim();
        part.contains('.') && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

static RELATIVE_VALUES: Record = Record {
    layout: &mpfs::RELATIVE_VALUES,
    width: (165, 175),
    slices: &[
        Some((0, 5)),
        Some((5, 2)),
        Some((7, 50)),
        Some((57, 1)),
        Some((58, 1)),
        Some((59, 6)),
        Some((65, 7)),
        Some((72, 2)),
        Some((74, 7)),
        Some((81, 2)),
        Some((83, 6)),
        Some((89, 7)),
        Some((96, 6)),
        Some((102, 1)),
        Some((103, 3)),
        Some((106, 3)),
        Some((109, 3)),
        Some((112, 3)),
        Some((115, 1)),
        Some((116, 1)),
        Some((117, 1)),
        Some((118, 1)),
        Some((119, 1)),
        None,
        Some((127, 5)),
        Some((132, 8)),
        Some((141, 2)),
        Some((143, 1)),
        Some((145, 2)),
        Some((149, 8)),
        Some((157, 7)),
        Some((164, 7)),
    ],
    looks: |line| number(line, 59, 65) && number(line, 96, 102) && number(line, 132, 140) && number(line, 164, 171),
    implied: None,
    titles: false,
};

static OPPS_CAP: Record = Record {
    layout: &mpfs::OPPS_CAP,
    width: (38, 40),
    slices: &[Some((0, 5)), Some((5, 2)), Some((10, 5)), Some((17, 2)), Some((8, 1)), Some((19, 9)), Some((29, 10))],
    looks: |line| digits(line, 10, 15) && number(line, 19, 28) && number(line, 29, 38),
    implied: None,
    titles: false,
};

static ANESTHESIA: Record = Record {
    layout: &mpfs::ANESTHESIA,
    width: (76, 79),
    slices: &[Some((0, 5)), Some((12, 2)), Some((18, 50)), None, None, None, None, Some((68, 10))],
    looks: |line| {
        digits(line, 0, 5)
            && digits(line, 12, 14)
            && digits(line, 73, 77)
            && line.get(5..12).is_some_and(|gap| gap.trim().is_empty())
    },
    implied: Some((7, 2)),
    titles: false,
};

static GPCI: Record = Record {
    layout: &mpfs::GPCI,
    width: (148, 153),
    slices: &[
        Some((0, 5)),
        Some((24, 2)),
        Some((16, 2)),
        Some((29, 90)),
        Some((119, 9)),
        Some((131, 9)),
        Some((143, 9)),
    ],
    looks: |line| digits(line, 0, 5) && digits(line, 24, 26) && number(line, 119, 128) && number(line, 143, 150),
    implied: None,
    titles: true,
};

static LOCALITIES: Record = Record {
    layout: &mpfs::LOCALITIES,
    width: (120, 4000),
    slices: &[Some((4, 5)), Some((16, 2)), Some((22, 23)), Some((45, 98)), Some((143, 4000))],
    looks: |line| digits(line, 4, 9) && digits(line, 16, 18) && line.get(..4).is_some_and(|gap| gap.trim().is_empty()),
    implied: None,
    titles: true,
};

static RECORDS: [&Record; 5] = [&RELATIVE_VALUES, &OPPS_CAP, &ANESTHESIA, &GPCI, &LOCALITIES];

/// Lines that are looked at.
const SAMPLE: usize = 400;

/// What a text without header is, when it is one of these.
pub(super) fn recognise(text: &str) -> Option<Headerless> {
    let lines = || text.lines().map(|line| line.trim_end_matches(['\r', '\u{1a}'])).take(SAMPLE);
    let filled = || lines().filter(|line| !line.trim().is_empty());
    let payment = filled().filter(|line| is_payment(line)).count();
    if payment > 0 && payment * 10 >= filled().count() * 9 {
        return Some(Headerless::Payment);
    }
    RECORDS.iter().copied().find_map(|record| {
        let (shortest, longest) = record.width;
        let fits = |line: &&str| (shortest..=longest).contains(&line.len()) && (record.looks)(line);
        // Titles and notes stand among the lines of some.
        let share = if record.titles { 2 } else { 9 };
        let count = filled().filter(fits).count();
        (count > 0 && count * 10 >= filled().count().saturating_sub(8) * share).then_some(Headerless::Record(record))
    })
}

/// `"2025","01112","05","76145",…`: sixteen quoted fields, the first a year, the sixth an amount.
fn is_payment(line: &str) -> bool {
    let fields: Vec<&str> = line.split(',').map(|field| field.trim_matches('"')).collect();
    fields.len() == mpfs::PAYMENT_FILE_COLUMNS.len()
        && line.starts_with('"')
        && digits(fields[0], 0, 4)
        && digits(fields[1], 0, 5)
        && number(fields[5], 0, fields[5].len())
}

/// The table of a headerless text.
///
/// # Errors
/// [`ImportError`] when a quoted record cannot be read.
pub(super) fn table<'a>(kind: Headerless, text: &str, file: &'a str) -> Result<Found<'a>, ImportError> {
    match kind {
        Headerless::Payment => {
            let mut grid = Grid::delimited(text, file, b',')?;
            grid.rows.retain(|row| {
                !row.cells.first().is_some_and(|first| first.starts_with("TRL") || first.starts_with("HDR"))
            });
            let cells = mpfs::PAYMENT_FILE_COLUMNS.iter().map(|name| (*name).to_owned()).collect();
            grid.rows.insert(0, GridRow { number: 0, cells });
            let fit = mpfs::PAYMENT_FILE
                .fit(&grid.head(1))
                .ok_or_else(|| ImportError::content(grid.place(1, None), "is not laid out as a payment file"))?;
            Ok((grid, &mpfs::PAYMENT_FILE, Fit { titled: false, ..fit }))
        }
        Headerless::Record(record) => Ok(record.table(text, file)),
    }
}

impl Record {
    fn table<'a>(&'static self, text: &str, file: &'a str) -> Found<'a> {
        let mut grid = Grid::fixed(text, file, |line| self.cut(line));
        let first = grid.rows.iter().position(|row| row.cells.len() > 1).unwrap_or(0);
        // What stands above is the title; without one, a row that stands for it keeps the count.
        let header = if first == 0 {
            grid.rows.insert(0, GridRow { number: 0, cells: Vec::new() });
            0
        } else {
            first - 1
        };
        let columns = self.slices.iter().enumerate().map(|(at, slice)| slice.map(|_| at)).collect();
        let headers = vec![String::new(); self.slices.len()];
        let fit = Fit {
            header,
            columns,
            headers,
            unknown: Vec::new(),
            missing: Vec::new(),
            score: 1000,
            titled: self.titles,
            days: None,
        };
        (grid, self.layout, fit)
    }

    /// The cells of a line; a line that is no record is one cell, as a note.
    fn cut(&self, line: &str) -> Vec<String> {
        // A cut line is a record too, so that what it lacks is noticed.
        let code = |(from, length): (usize, usize)| {
            let code = line.get(from..from + length).map(str::as_bytes).unwrap_or_default();
            let plain = code.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
            plain && code.iter().any(u8::is_ascii_digit)
        };
        let is_record = self.slices.first().copied().flatten().is_some_and(code);
        if !is_record {
            return vec![line.trim().to_owned()];
        }
        let cell = |(at, slice): (usize, &Option<(usize, usize)>)| {
            let Some((from, length)) = *slice else { return String::new() };
            let end = (from + length).min(line.len());
            let text = line.get(from.min(end)..end).unwrap_or_default().trim();
            match self.implied {
                Some((field, places)) if field == at => with_point(text, usize::from(places)),
                _ => text.to_owned(),
            }
        };
        self.slices.iter().enumerate().map(cell).collect()
    }
}

/// `1931` with two implied places is `19.31`.
fn with_point(digits: &str, places: usize) -> String {
    let padded = format!("{digits:0>width$}", width = places + 1);
    if !padded.is_ascii() || digits.is_empty() {
        return digits.to_owned();
    }
    let (whole, fraction) = padded.split_at(padded.len() - places);
    format!("{whole}.{fraction}")
}
