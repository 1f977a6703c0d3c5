//! Lines of a file, one at a time and none longer than allowed.

use std::io::{self, BufRead};

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// The line's text is in the buffer, without its end.
    Text {
        /// Where it begins in the file.
        start: u64,
    },
    /// The line was longer than allowed, and was passed over.
    TooLong {
        /// Where it begins in the file.
        start: u64,
        /// Its length in bytes.
        len: u64,
    },
}

/// A file read line by line.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    offset: u64,
    pub(crate) text: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, offset: 0, text: Vec::new() }
    }

    /// Where the next line begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes that come next, as many as are at hand.
    pub(crate) fn peek(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.reader.fill_buf()
    }

    /// Reads the next line into `text`; `None` at the end of the file.
    pub(crate) fn next(&mut self, limit: usize) -> io::Result<Option<Line>> {
        self.text.clear();
        self.text.shrink_to(1 << 20);
        let start = self.offset;
        let ended = self.append(limit, true)?;
        let len = self.offset - start;
        if len == 0 {
            return Ok(None);
        }
        if !ended.within_limit {
            return Ok(Some(Line::TooLong { start, len }));
        }
        while matches!(self.text.last(), Some(b'\n' | b'\r')) {
            self.text.pop();
        }
        Ok(Some(Line::Text { start }))
    }

    /// Appends the rest of the file to `text`; `false` when that is more than allowed.
    pub(crate) fn append_rest(&mut self, limit: usize) -> io::Result<bool> {
        Ok(self.append(limit, false)?.within_limit)
    }

    fn append(&mut self, limit: usize, one_line: bool) -> io::Result<Ended> {
        let mut within_limit = true;
        loop {
            let bytes = self.peek()?;
            if bytes.is_empty() {
                return Ok(Ended { within_limit });
            }
            let line_end = if one_line { memchr::memchr(b'\n', bytes) } else { None };
            let taken = line_end.map_or(bytes.len(), |at| at + 1);
            // Borrowed anew, because the buffer and the reader are parts of one value.
            let bytes = &self.reader.fill_buf()?[..taken];
            within_limit &= self.text.len() + taken <= limit;
            if within_limit {
                self.text.extend_from_slice(bytes);
            } else {
                self.text.clear();
            }
            self.reader.consume(taken);
            self.offset += taken as u64;
            if line_end.is_some() {
                return Ok(Ended { within_limit });
            }
        }
    }
}

struct Ended {
    within_limit: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_with_their_places() {
        let mut lines = Lines::new(&b"ab\r\n\ncdefg\nh"[..]);
        let mut found = Vec::new();
        while let Some(line) = lines.next(5).unwrap() {
            found.push((line, String::from_utf8(lines.text.clone()).unwrap()));
        }
        let text = |start, text: &str| (Line::Text { start }, text.to_owned());
        assert_eq!(
            found,
            [text(0, "ab"), text(4, ""), (Line::TooLong { start: 5, len: 6 }, String::new()), text(11, "h")]
        );
    }
}
