//! The segments of a file, or of a part of it, that lies in memory, interchange headers among them; for those who look for something
//! else than claims.

use crate::delimiters::{self, Delimiters, HEADER_LIMIT, Header};
use crate::lexer::{Segment, scan};
use std::borrow::Cow;

/// Walks a file segment by segment.
pub(crate) struct Pieces<'b> {
    bytes: &'b [u8],
    /// Where in the file the bytes begin.
    base: u64,
    at: usize,
    delimiters: Delimiters,
    separators: Vec<u32>,
}

/// One segment: an interchange header, or any other.
pub(crate) struct Piece<'p> {
    /// Where it begins in the bytes at hand.
    pub(crate) start: usize,
    /// Where those begin in the file.
    base: u64,
    /// Its bytes from there to the end of the file.
    pub(crate) rest: &'p [u8],
    /// Its length without terminator.
    pub(crate) len: usize,
    /// The header, taken apart.
    pub(crate) header: Option<Header>,
    text: Cow<'p, str>,
    separators: &'p [u32],
    delimiters: Delimiters,
}

impl Piece<'_> {
    /// The segment. One whose bytes are not UTF-8 has no elements, for their places would be wrong.
    pub(crate) fn segment(&self) -> Segment<'_> {
        let separators = if self.text.len() == self.len { self.separators } else { &[] };
        Segment::new(&self.text, separators, self.offset(), self.delimiters)
    }

    /// Where it begins in the file.
    pub(crate) const fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Whether more of the file may belong to it: its terminator is not in the bytes at hand.
    pub(crate) fn is_open(&self) -> bool {
        self.len >= self.rest.len() || (delimiters::starts_header(self.rest) && self.rest.len() < HEADER_LIMIT)
    }

    /// The separators that hold behind it.
    pub(crate) const fn delimiters(&self) -> Delimiters {
        self.delimiters
    }
}

impl<'b> Pieces<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self::part(bytes, 0, Delimiters::USUAL)
    }

    /// A part of a file that begins at `base` and is written with these separators.
    pub(crate) const fn part(bytes: &'b [u8], base: u64, delimiters: Delimiters) -> Self {
        Self { bytes, base, at: 0, delimiters, separators: Vec::new() }
    }

    /// The next segment; a last one without terminator too.
    pub(crate) fn next(&mut self) -> Option<Piece<'_>> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a | 0xef | 0xbb | 0xbf);
        let rest = self.bytes.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| blank(byte)).count();
        let start = self.at + blanks;
        let rest = rest.get(blanks..).filter(|rest| !rest.is_empty())?;
        let header = if delimiters::starts_header(rest) { delimiters::parse_header(rest).ok() } else { None };
        let len = match &header {
            Some(header) => {
                self.delimiters = header.delimiters;
                self.separators.clear();
                header.content
            }
            None => scan(rest, &self.delimiters, &mut self.separators).unwrap_or(rest.len()),
        };
        self.at = start + len + 1;
        let text = String::from_utf8_lossy(rest.get(..len).unwrap_or_default());
        let (separators, delimiters) = (&self.separators[..], self.delimiters);
        Some(Piece { start, base: self.base, rest, len, header, text, separators, delimiters })
    }
}
