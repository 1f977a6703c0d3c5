//! One record: its fields by column, as what they should be.

use super::layout::{Column, Layout};
use crate::fault::{Fault, FaultKind, quote};
use openclaim_claim::code::CodeSet;
use openclaim_claim::{Date, Decimal, FileId, Money, Npi, Span, Spanned};

/// A field and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'r> {
    pub(super) text: &'r str,
    pub(super) column: Column,
    pub(super) span: Span,
}

/// A record taken apart.
#[derive(Debug)]
pub(super) struct Row<'r> {
    text: &'r str,
    /// Offset of the first byte behind each field.
    ends: Vec<usize>,
    start: u64,
    file: FileId,
    pub(super) layout: &'r Layout,
    pub(super) faults: Vec<Fault>,
    limit: usize,
    /// The whole record.
    pub(super) span: Option<Span>,
}

impl<'r> Row<'r> {
    pub(super) fn new(text: &'r str, start: u64, layout: &'r Layout, file: FileId, limit: usize) -> Self {
        let mut ends: Vec<usize> = memchr::memchr_iter(b'|', text.as_bytes()).collect();
        ends.push(text.len());
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span::new(file, start, len);
        let mut row = Self { text, ends, start, file, layout, faults: Vec::new(), limit, span: Some(span) };
        let (found, named) = (row.ends.len(), layout.names.len());
        // Some writers end each record, but not the names, with a separator.
        let ends_with_separator = found == named + 1 && text.ends_with('|');
        if found != named && !ends_with_separator {
            let detail = format!("the record has {found} fields where {named} columns are named");
            row.push(FaultKind::FieldCountMismatch, span, "", detail);
        }
        row
    }

    fn push(&mut self, kind: FaultKind, span: Span, path: &str, detail: impl Into<Box<str>>) {
        if self.faults.len() < self.limit {
            self.faults.push(Fault { kind, span, path: path.into(), detail: detail.into() });
        }
    }

    pub(super) fn fault(&mut self, kind: FaultKind, column: Column, detail: impl Into<Box<str>>) {
        let layout = self.layout;
        let name = column.and_then(|column| layout.names.get(column)).map_or("", |name| name);
        let span = self.place(column).unwrap_or_else(|| Span::new(self.file, self.start, 0));
        self.push(kind, span, name, detail);
    }

    fn range(&self, column: Column) -> Option<(usize, usize)> {
        let column = column?;
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { self.ends.get(column - 1)? + 1 };
        Some((start, end))
    }

    fn place(&self, column: Column) -> Option<Span> {
        let (start, end) = self.range(column)?;
        Some(Span::new(self.file, self.start + start as u64, u32::try_from(end - start).unwrap_or(u32::MAX)))
    }

    /// A field's text; `None` when it is blank.
    pub(super) fn text(&self, column: Column) -> Option<Field<'r>> {
        let (start, end) = self.range(column)?;
        let whole = self.text.get(start..end)?;
        let text = whole.trim();
        let lead = whole.len() - whole.trim_start().len();
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span::new(self.file, self.start + (start + lead) as u64, len);
        (!text.is_empty()).then_some(Field { text, column, span })
    }

    /// A code of a set.
    pub(super) fn code<C: CodeSet>(&mut self, column: Column) -> Option<Spanned<C>> {
        let field = self.text(column)?;
        self.code_of(field, field.text)
    }

    /// A code of a set, after it was brought to its usual form.
    pub(super) fn code_of<C: CodeSet>(&mut self, field: Field<'_>, text: &str) -> Option<Spanned<C>> {
        match C::parse_bytes(text.as_bytes()) {
            Ok(code) => Some(Spanned::at(code, field.span)),
            Err(error) => {
                self.fault(FaultKind::NotACode, field.column, error.to_string());
                None
            }
        }
    }

    /// A National Provider Identifier. Zeros only stand for none.
    pub(super) fn npi(&mut self, column: Column) -> Option<Spanned<Npi>> {
        let field = self.text(column)?;
        if field.text.bytes().all(|byte| byte == b'0') {
            return None;
        }
        match Npi::parse_bytes(field.text.as_bytes()) {
            Ok(npi) => Some(Spanned::at(npi, field.span)),
            Err(error) => {
                self.fault(FaultKind::NotAnIdentifier, column, error.to_string());
                None
            }
        }
    }

    /// An amount of money.
    pub(super) fn amount(&mut self, column: Column) -> Option<Spanned<Money>> {
        let field = self.text(column)?;
        match Money::parse_bytes(field.text.as_bytes()) {
            Ok(amount) => Some(Spanned::at(amount, field.span)),
            Err(error) => {
                self.fault(FaultKind::NotAnAmount, column, error.to_string());
                None
            }
        }
    }

    /// A number.
    pub(super) fn decimal(&mut self, column: Column) -> Option<Spanned<Decimal>> {
        let field = self.text(column)?;
        match Some(field.text).filter(|text| text.len() <= 40).and_then(|text| Decimal::from_str_exact(text).ok()) {
            Some(number) => Some(Spanned::at(number, field.span)),
            None => {
                self.fault(FaultKind::NotANumber, column, format!("`{}` is no number in range", quote(field.text)));
                None
            }
        }
    }

    /// A date: `30-May-2015`, `20150530` or `2015-05-30`.
    pub(super) fn date(&mut self, column: Column) -> Option<Spanned<Date>> {
        let field = self.text(column)?;
        match date(field.text) {
            Some(date) => Some(Spanned::at(date, field.span)),
            None => {
                let detail = format!("`{}` is no date; one like 30-May-2015 is expected", quote(field.text));
                self.fault(FaultKind::NotADate, column, detail);
                None
            }
        }
    }
}

fn date(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let (year, month, day) = match text.as_bytes() {
        [_, _, b'-', _, _, _, b'-', _, _, _, _] if text.is_ascii() => {
            let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(&text[3..6]))? + 1;
            (&text[7..], i8::try_from(month).ok()?, &text[..2])
        }
        [_, _, _, _, b'-', _, _, b'-', _, _] if text.is_ascii() => (&text[..4], text[5..7].parse().ok()?, &text[8..]),
        digits if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit) => {
            (&text[..4], text[4..6].parse().ok()?, &text[6..])
        }
        _ => return None,
    };
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_in_three_forms() {
        let expected = Date::new(2015, 5, 30).ok();
        for text in ["30-May-2015", "30-MAY-2015", "20150530", "2015-05-30"] {
            assert_eq!(date(text), expected, "{text}");
        }
        for text in ["", "30-Mai-2015", "31-Feb-2015", "2015053", "3é-May-2015", "30-May-201é"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
