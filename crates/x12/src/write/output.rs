//! Segments as text: separators, empty elements at the end left out, numbers as X12 writes them.

use crate::delimiters::Delimiters;
use openclaim_claim::{Date, Decimal, Money};
use std::fmt::{self, Write as _};

/// Why text cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A value contains a separator of the interchange, or a control character: whoever reads it would be misled.
    #[error("`{text}` cannot stand in {segment}: it contains a separator of the interchange or a control character")]
    SeparatorInText {
        /// The segment.
        segment: &'static str,
        /// The value.
        text: String,
    },
    /// A value of the interchange header is longer than its fixed width.
    #[error("ISA{element:02} is `{text}`: at most {width} characters fit")]
    TooWide {
        /// Number of the element.
        element: usize,
        /// The value.
        text: String,
        /// Its width.
        width: usize,
    },
    /// Claims without interchange or group header have no place to stand in.
    #[error("the claim has no interchange or group header to be written under")]
    MissingEnvelope,
    /// The output cannot take more.
    #[error("cannot write: {0}")]
    Io(#[from] std::io::Error),
}

/// What stands behind each segment terminator. Receivers skip it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineBreak {
    /// Nothing: all segments in one line.
    None,
    /// A line feed.
    #[default]
    Lf,
    /// Carriage return and line feed.
    CrLf,
}

impl LineBreak {
    const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// Text of segments, as it grows.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    pub(crate) delimiters: Delimiters,
    line_break: LineBreak,
    /// Segments since the counter was last set back.
    pub(crate) segments: u32,
    error: Option<WriteError>,
    number: String,
}

impl Output {
    pub(crate) const fn new(delimiters: Delimiters, line_break: LineBreak) -> Self {
        Self { bytes: Vec::new(), delimiters, line_break, segments: 0, error: None, number: String::new() }
    }

    /// Begins a segment.
    pub(crate) fn segment(&mut self, name: &'static str) -> SegmentText<'_> {
        self.bytes.extend_from_slice(name.as_bytes());
        self.segments += 1;
        SegmentText { kept: self.bytes.len(), out: self, name }
    }

    /// Terminates what was put into the bytes directly.
    pub(crate) fn end_raw(&mut self) {
        self.bytes.push(self.delimiters.segment);
        self.bytes.extend_from_slice(self.line_break.as_str().as_bytes());
    }

    /// The first thing that could not be written.
    pub(crate) fn check(&mut self) -> Result<(), WriteError> {
        self.error.take().map_or(Ok(()), Err)
    }

    pub(crate) fn fail(&mut self, error: WriteError) {
        self.error.get_or_insert(error);
    }

    fn put(&mut self, segment: &'static str, text: &str) {
        let Delimiters { element, component, repetition, segment: terminator } = self.delimiters;
        let separates = |byte: u8| {
            byte == element || byte == component || byte == terminator || Some(byte) == repetition || byte < b' '
        };
        if text.bytes().any(separates) {
            self.fail(WriteError::SeparatorInText { segment, text: text.to_owned() });
        }
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// A segment that is being written. Elements follow one another; [`SegmentText::end`] drops empty ones at the end.
#[must_use]
pub(crate) struct SegmentText<'o> {
    out: &'o mut Output,
    name: &'static str,
    /// Length of the output up to the last element that is not empty.
    kept: usize,
}

impl SegmentText<'_> {
    /// The next element.
    pub(crate) fn text(self, text: &str) -> Self {
        self.out.bytes.push(self.out.delimiters.element);
        self.out.put(self.name, text);
        self.keep(!text.is_empty())
    }

    fn keep(mut self, any: bool) -> Self {
        if any {
            self.kept = self.out.bytes.len();
        }
        self
    }

    /// Elements left empty.
    pub(crate) fn skip(self, count: usize) -> Self {
        self.out.bytes.extend(std::iter::repeat_n(self.out.delimiters.element, count));
        self
    }

    /// A composite element; empty components at its end are left out.
    pub(crate) fn composite(self, parts: &[&str]) -> Self {
        let separator = self.out.delimiters.component;
        self.out.bytes.push(self.out.delimiters.element);
        let count = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
        for (at, part) in parts[..count].iter().enumerate() {
            if at > 0 {
                self.out.bytes.push(separator);
            }
            self.out.put(self.name, part);
        }
        self.keep(count > 0)
    }

    /// Any value as its text.
    pub(crate) fn display(self, value: impl fmt::Display) -> Self {
        let mut number = std::mem::take(&mut self.out.number);
        number.clear();
        // A string takes everything.
        let _ = write!(number, "{value}");
        let segment = self.text(&number);
        segment.out.number = number;
        segment
    }

    /// A value, or nothing.
    pub(crate) fn option(self, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.display(value),
            None => self.skip(1),
        }
    }

    pub(crate) fn money(self, amount: Money) -> Self {
        self.display(Amount(amount))
    }

    pub(crate) fn option_money(self, amount: Option<Money>) -> Self {
        self.option(amount.map(Amount))
    }

    pub(crate) fn decimal(self, number: Option<Decimal>) -> Self {
        self.option(number.map(Number))
    }

    /// `Y`, or nothing.
    pub(crate) fn yes(self, yes: bool) -> Self {
        self.text(if yes { "Y" } else { "" })
    }

    /// A date behind its format, `D8` and `CCYYMMDD`.
    pub(crate) fn dated(self, date: Date) -> Self {
        self.text("D8").display(Day(date))
    }

    /// Ends the segment.
    pub(crate) fn end(self) {
        let Self { out, kept, .. } = self;
        out.bytes.truncate(kept);
        out.bytes.push(out.delimiters.segment);
        out.bytes.extend_from_slice(out.line_break.as_str().as_bytes());
    }
}

/// An amount without zeros that say nothing: `100`, `12.5`, `.05`.
pub(crate) struct Amount(pub(crate) Money);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.cents();
        let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
        let (dollars, rest) = (cents / 100, cents % 100);
        f.write_str(sign)?;
        if dollars > 0 || rest == 0 {
            write!(f, "{dollars}")?;
        }
        match (rest, rest % 10) {
            (0, _) => Ok(()),
            (_, 0) => write!(f, ".{}", rest / 10),
            _ => write!(f, ".{rest:02}"),
        }
    }
}

/// A number with the places it was given, without a leading zero.
pub(crate) struct Number(pub(crate) Decimal);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.abs().to_string();
        let text = text.strip_prefix('0').filter(|rest| rest.starts_with('.')).unwrap_or(&text);
        let sign = if self.0.is_sign_negative() && !self.0.is_zero() { "-" } else { "" };
        write!(f, "{sign}{text}")
    }
}

/// A date as `CCYYMMDD`.
pub(crate) struct Day(pub(crate) Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}{:02}{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_no_idle_zeros() {
        for (cents, text) in [(0, "0"), (10_000, "100"), (1_250, "12.5"), (5, ".05"), (-1_234, "-12.34"), (50, ".5")] {
            assert_eq!(Amount(Money::from_cents(cents)).to_string(), text);
        }
    }

    #[test]
    fn numbers_keep_their_places() {
        for (text, written) in [("1.00", "1.00"), ("0.5", ".5"), ("-0.25", "-.25"), ("10", "10"), ("0", "0")] {
            assert_eq!(Number(text.parse().unwrap()).to_string(), written);
        }
    }

    #[test]
    fn empty_elements_at_the_end_are_left_out() {
        let mut out = Output::new(Delimiters::USUAL, LineBreak::None);
        out.segment("SBR").text("P").skip(2).text("").composite(&["HC", "", ""]).skip(3).end();
        assert_eq!(out.bytes, b"SBR*P****HC~");
        assert!(out.check().is_ok());
    }

    #[test]
    fn a_separator_in_a_value_is_refused() {
        let mut out = Output::new(Delimiters::USUAL, LineBreak::None);
        out.segment("NTE").text("ADD").text("A*B").end();
        assert!(matches!(out.check(), Err(WriteError::SeparatorInText { segment: "NTE", .. })));
    }
}
