//! What a file looks like, for importers to recognise it by.

use crate::delimited::{self, PREAMBLE};
use crate::header::{self, Column, HeaderStyle, Wanted};
use crate::source::SourceFile;
use crate::text;
use std::borrow::Cow;

/// How much of a text is looked at.
const HEAD: usize = 256 << 10;

/// How sure an importer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It resembles the publication but something is missing; importing will say what.
    Resembles,
    /// It has what a generic importer needs.
    Likely,
    /// It has the publication's own marks.
    Certain,
    /// The user named a mapping, and the columns are there.
    Asked,
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text of any sort but XML.
    Text,
    /// XML.
    Xml,
    /// An xlsx workbook.
    Workbook,
    /// Anything else; the text says what it looks like: "a PDF".
    Other(&'static str),
}

/// A file's first impression.
#[derive(Debug)]
pub struct Sniff<'a> {
    file: &'a SourceFile,
    shape: Shape,
    head: Cow<'a, str>,
    records: Vec<Vec<String>>,
}

impl<'a> Sniff<'a> {
    /// Looks at a file.
    #[must_use]
    pub fn new(file: &'a SourceFile) -> Self {
        let bytes = file.bytes();
        let shape = if bytes.starts_with(b"PK\x03\x04") {
            if file.workbook().is_ok() { Shape::Workbook } else { Shape::Other("an unreadable workbook") }
        } else if bytes.starts_with(b"%PDF") {
            Shape::Other("a PDF")
        } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            Shape::Other("an old binary Office file; save it as xlsx or csv")
        } else if bytes.is_empty() {
            Shape::Other("an empty file")
        } else if !text::is_text(bytes) {
            Shape::Other("a binary file")
        } else if text::decode_head(bytes, 1024).trim_start().starts_with('<') {
            Shape::Xml
        } else {
            Shape::Text
        };
        let textual = matches!(shape, Shape::Text | Shape::Xml);
        let head = if textual { text::decode_head(bytes, HEAD) } else { Cow::Borrowed("") };
        let records = match (shape, delimited::delimiter(&head)) {
            (Shape::Text, Some(delimiter)) => delimited::first_records(&head, delimiter, PREAMBLE),
            _ => Vec::new(),
        };
        Self { file, shape, head, records }
    }

    /// The file itself. Its name must not decide.
    #[must_use]
    pub fn file(&self) -> &'a SourceFile {
        self.file
    }

    /// The kind of file.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The beginning of a text or XML file, whole lines; empty for others.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Its lines that are not blank.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.head.lines().filter(|line| !line.trim().is_empty())
    }

    /// The first records of delimited text.
    #[must_use]
    pub fn records(&self) -> &[Vec<String>] {
        &self.records
    }

    /// The first rows of each sheet of a workbook, with the sheet's name.
    pub fn sheets(&self) -> impl Iterator<Item = (&'a str, &'a [Vec<String>])> {
        let book = if self.shape == Shape::Workbook { self.file.workbook().ok() } else { None };
        book.into_iter()
            .flat_map(|book| &book.sheets)
            .map(|sheet| (sheet.name.as_str(), &sheet.rows[..sheet.rows.len().min(PREAMBLE)]))
    }

    /// Whether the beginning holds a phrase, whatever its case.
    #[must_use]
    pub fn mentions(&self, phrase: &str) -> bool {
        let phrase = phrase.to_lowercase();
        let in_rows = |rows: &[Vec<String>]| rows.iter().flatten().any(|cell| cell.to_lowercase().contains(&phrase));
        self.head.to_lowercase().contains(&phrase) || self.sheets().any(|(_, rows)| in_rows(rows))
    }

    /// Name of the XML root element, without prefix.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        if self.shape != Shape::Xml {
            return None;
        }
        let mut rest = self.head();
        loop {
            rest = &rest[rest.find('<')? + 1..];
            if rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
                let name = &rest[..end];
                return Some(name.rsplit(':').next().unwrap_or(name));
            }
        }
    }

    /// How well the header fits an importer's columns: [`Confidence::Certain`] when every required one is there,
    /// [`Confidence::Resembles`] when at least two of three are, so that importing names the missing one.
    #[must_use]
    pub fn columns(&self, columns: &[Column]) -> Option<Confidence> {
        self.wanted(&header::wanted(columns), HeaderStyle::Single)
    }

    /// The same with another header style, or columns known only at run time.
    #[must_use]
    pub fn wanted(&self, wanted: &[Wanted], style: HeaderStyle) -> Option<Confidence> {
        let judge = |rows: &[Vec<String>]| {
            let found = header::find(rows, wanted, style)?;
            let (has, lacks) = (found.required_found, found.missing.len());
            if lacks == 0 && has > 0 {
                Some(Confidence::Certain)
            } else if has >= 2 && has >= lacks * 2 {
                Some(Confidence::Resembles)
            } else {
                None
            }
        };
        let sheets = self.sheets().filter_map(|(_, rows)| judge(rows));
        sheets.chain(judge(&self.records)).max()
    }

    /// What the file looks like, for a refusal.
    #[must_use]
    pub fn describe(&self) -> String {
        let cells = |row: &[String]| {
            let shown: Vec<String> = row
                .iter()
                .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|cell| !cell.is_empty())
                .take(12)
                .collect();
            shown.join(" | ")
        };
        let widest = |rows: &[Vec<String>]| {
            let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
            // The first of the fullest rows is the likeliest header.
            rows.iter().rev().max_by_key(filled).map(|row| cells(row)).unwrap_or_default()
        };
        match self.shape {
            Shape::Other(what) => what.to_owned(),
            Shape::Xml => format!("XML with root element `{}`", self.root().unwrap_or("?")),
            Shape::Workbook => {
                let sheets: Vec<String> =
                    self.sheets().map(|(name, rows)| format!("sheet `{name}`: {}", widest(rows))).take(4).collect();
                format!("a workbook; {}", sheets.join("; "))
            }
            Shape::Text if self.records.iter().any(|record| record.len() > 2) => {
                format!("delimited text like: {}", widest(&self.records))
            }
            Shape::Text => {
                let line: String = self.lines().next().unwrap_or_default().trim().chars().take(80).collect();
                format!("text beginning `{line}`")
            }
        }
    }
}
