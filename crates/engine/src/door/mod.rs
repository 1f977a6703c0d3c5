//! JSON Lines doors: one object in, one object out, in the same order.
//!
//! A line that cannot be answered gives `{"id":…,"error":{"code","message"}}` and costs no other line. Blank lines give
//! nothing.

mod group;
mod ipps;
mod mce;
mod mpfs;
mod request;
mod score;

pub use group::GroupDoor;
pub use ipps::IppsDoor;
pub use mce::MceDoor;
pub use mpfs::MpfsDoor;
pub use openclaim_pricer::ipps::Arithmetic;
pub use score::ScoreDoor;

use serde::Serialize;
use serde_json::Value;
use std::io::{BufRead, Write};

/// Longest line that is read; a longer one is an error of its own.
pub const MAX_LINE: usize = 16 << 20;

/// A service that answers one line at a time.
pub trait Door {
    /// Appends the answer to one request, without a line break; `false` when the answer is an error.
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool;
}

/// Why a line was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct DoorError {
    /// Stable code: `invalid_json`, `missing_field`, `invalid_field`, `unknown_version`, `unknown_locality`,
    /// `date_outside_tables`, `line_too_long`, `internal`; scoring has those of `openclaim_risk::ErrorCode` too.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

impl DoorError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    id: &'a Value,
    error: &'a DoorError,
}

/// Appends an error answer.
fn refuse(id: &Value, error: &DoorError, out: &mut Vec<u8>) -> bool {
    write_json(&Failure { id, error }, out);
    false
}

/// Appends an answer.
fn respond(answer: &impl Serialize, out: &mut Vec<u8>) -> bool {
    write_json(answer, out);
    true
}

fn write_json(answer: &impl Serialize, out: &mut Vec<u8>) {
    // A vector takes every byte and the answers' keys are strings, so serialising cannot fail.
    let _ = serde_json::to_writer(out, answer);
}

/// Appends the answer to a line with its line break, and nothing for a blank one; `false` when the answer is an error.
pub fn answer_line(door: &mut impl Door, line: &[u8], out: &mut Vec<u8>) -> bool {
    if line.trim_ascii().is_empty() {
        return true;
    }
    let answered = if line.len() > MAX_LINE {
        let error = DoorError::new("line_too_long", format!("a line may have at most {MAX_LINE} bytes"));
        refuse(&Value::Null, &error, out)
    } else {
        door.answer(line, out)
    };
    out.push(b'\n');
    answered
}

/// Lines that are read together, to be answered by several threads.
#[derive(Debug, Default)]
pub struct LineBlock {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl LineBlock {
    /// Reads lines until they have `size` bytes together; `false` at the end of the input.
    ///
    /// # Errors
    /// What reading returns.
    pub fn fill(&mut self, input: &mut impl BufRead, size: usize) -> std::io::Result<bool> {
        self.bytes.clear();
        self.ends.clear();
        let mut line = Vec::new();
        while self.bytes.len() < size && read_line(input, &mut line)? {
            self.bytes.extend_from_slice(&line);
            self.ends.push(self.bytes.len());
        }
        Ok(!self.ends.is_empty())
    }

    /// How many lines it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The lines of a range, without their breaks.
    pub fn lines(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &[u8]> {
        range.filter_map(|at| {
            let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
            self.bytes.get(start..*self.ends.get(at)?)
        })
    }
}

/// Answers every line of `input` on `output`. Returns whether any answer was an error.
///
/// # Errors
/// What reading or writing returns.
pub fn serve(door: &mut impl Door, mut input: impl BufRead, mut output: impl Write) -> std::io::Result<bool> {
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    let mut any_error = false;
    while read_line(&mut input, &mut line)? {
        answer.clear();
        any_error |= !answer_line(door, &line, &mut answer);
        output.write_all(&answer)?;
    }
    output.flush()?;
    Ok(any_error)
}

/// Reads a line without its break, at most a byte more than the limit; the rest of a longer one is passed over.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let (part, used, done) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(end) => (&buffer[..end], end + 1, true),
            None => (buffer, buffer.len(), false),
        };
        let room = (MAX_LINE + 1).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        input.consume(used);
        if done {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Echo;

    impl Door for Echo {
        fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
            out.extend_from_slice(line);
            line != b"bad"
        }
    }

    fn served(input: &[u8]) -> (String, bool) {
        let mut output = Vec::new();
        let any_error = serve(&mut Echo, input, &mut output).unwrap();
        (String::from_utf8(output).unwrap(), any_error)
    }

    #[test]
    fn lines_keep_their_order_and_blank_ones_vanish() {
        assert_eq!(served(b"{\"id\":1}\n\n  \r\n{\"id\":2}"), ("{\"id\":1}\n{\"id\":2}\n".into(), false));
    }

    #[test]
    fn errors_are_noticed() {
        assert!(served(b"good\nbad\ngood\n").1 && !served(b"good\n").1);
    }

    #[test]
    fn a_line_over_the_limit_is_refused_and_the_next_answered() {
        let mut input = vec![b'x'; MAX_LINE + 10];
        input.extend_from_slice(b"\n{\"id\":2}\n");
        let (output, any_error) = served(&input);
        assert!(any_error && output.starts_with("{\"id\":null,\"error\":{\"code\":\"line_too_long\""), "{output}");
        assert!(output.ends_with("{\"id\":2}\n"));
    }
}
