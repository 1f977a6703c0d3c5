//! The separators of an interchange, and the fixed-width header that declares them.

use std::ops::Range;

/// The separators that an interchange header declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// Between data elements: the byte behind `ISA`.
    pub element: u8,
    /// Between the components of a composite element: ISA16.
    pub component: u8,
    /// Between repetitions of an element: ISA11, where it holds a separator (before version 00402 it held a letter).
    pub repetition: Option<u8>,
    /// At the end of a segment: the byte behind ISA16. Line breaks after it are skipped.
    pub segment: u8,
}

impl Delimiters {
    /// The separators that most senders use, and that are assumed where no header declares any: `*`, `:`, `^`, `~`.
    pub const USUAL: Self = Self { element: b'*', component: b':', repetition: Some(b'^'), segment: b'~' };
}

/// Widths of ISA01 to ISA16 (X12.5 interchange control structure).
const WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// Bytes of a header of right widths, terminator included.
pub(crate) const HEADER_LEN: usize = 106;

/// Bytes within which a header must end. Senders who trim or pad an element still fit; text that only happens to start
/// with `ISA` does not.
pub(crate) const HEADER_LIMIT: usize = 256;

/// An `ISA` segment taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) delimiters: Delimiters,
    /// Ranges of ISA01 to ISA16 within the header.
    pub(crate) elements: [Range<usize>; 16],
    /// Bytes up to the terminator, without it.
    pub(crate) content: usize,
    /// The first element of wrong width: its number, its width, the width due.
    pub(crate) wrong_width: Option<(usize, usize, usize)>,
}

/// Whether `bytes` start like a header: `ISA` and something that can separate elements.
pub(crate) fn starts_header(bytes: &[u8]) -> bool {
    matches!(bytes, [b'I', b'S', b'A', separator, ..] if can_separate(*separator))
}

/// Whether a byte can be a separator: no letter, digit or space, and no byte of a multi-byte character.
fn can_separate(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b' ' && byte != 0
}

/// Takes the header at the start of `bytes` apart; the reason in words when it is none.
pub(crate) fn parse_header(bytes: &[u8]) -> Result<Header, &'static str> {
    if !starts_header(bytes) {
        return Err("`ISA` and an element separator are expected");
    }
    let bytes = &bytes[..bytes.len().min(HEADER_LIMIT)];
    let element = bytes[3];
    let mut starts = [0_usize; 17];
    let mut found = 0;
    for (at, &byte) in bytes.iter().enumerate().skip(3) {
        if byte == element && found < 16 {
            starts[found] = at + 1;
            found += 1;
        }
    }
    if found < 16 {
        return Err("it has fewer than 16 elements within 256 bytes");
    }
    let last = starts[15];
    let (Some(&component), Some(&terminator)) = (bytes.get(last), bytes.get(last + 1)) else {
        return Err("it ends before its terminator");
    };
    // `…*P*~` and a line break: ISA16 is empty and what stands in its place is the terminator.
    let (component, segment, content) = if matches!(terminator, b'\r' | b'\n') && component == b'~' {
        (Delimiters::USUAL.component, component, last)
    } else {
        (component, terminator, last + 1)
    };
    if !can_separate(component) || !can_separate(segment) || !all_differ(&[element, component, segment]) {
        return Err("its separators are letters, digits or spaces, or are not distinct");
    }
    starts[16] = content + 1;
    let elements: [Range<usize>; 16] =
        std::array::from_fn(|n| starts[n]..starts[n + 1].saturating_sub(1).max(starts[n]));
    let width = |n: usize| elements[n].len();
    let wrong_width = (0..16).find(|&n| width(n) != WIDTHS[n]).map(|n| (n + 1, width(n), WIDTHS[n]));
    let repetition = match &bytes[elements[10].clone()] {
        &[byte] if can_separate(byte) && all_differ(&[byte, element, component, segment]) => Some(byte),
        _ => None,
    };
    Ok(Header { delimiters: Delimiters { element, component, repetition, segment }, elements, content, wrong_width })
}

/// Whether `bytes` hold a header of exactly the right widths. Used where a header turns up inside a segment, so that
/// words which merely contain `ISA` are left alone.
pub(crate) fn is_exact_header(bytes: &[u8]) -> bool {
    bytes.len() >= HEADER_LEN && parse_header(bytes).is_ok_and(|header| header.wrong_width.is_none())
}

/// Guesses the separators of a file that starts with a group or transaction header instead of `ISA`.
///
/// The last element of both is a version of letters and digits, so the byte behind it ends the segment.
pub(crate) fn guess(bytes: &[u8]) -> Option<Delimiters> {
    let (separators, element) = match bytes {
        [b'G', b'S', element, ..] if can_separate(*element) => (8, *element),
        [b'S', b'T', element, ..] if can_separate(*element) => (2, *element),
        _ => return None,
    };
    let bytes = &bytes[..bytes.len().min(HEADER_LIMIT)];
    let (version, _) = bytes.iter().enumerate().filter(|(_, byte)| **byte == element).nth(separators - 1)?;
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && (*byte != element || separators == 8);
    let end = version + 1 + bytes.get(version + 1..)?.iter().position(is_end)?;
    let segment = bytes[end];
    let usual = Delimiters { element, segment, ..Delimiters::USUAL };
    let distinct = can_separate(segment) && all_differ(&[element, segment, usual.component, b'^']);
    distinct.then_some(usual)
}

fn all_differ(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(n, byte)| !bytes[..n].contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*:~GS*HC";

    #[test]
    fn header_declares_separators() {
        let header = parse_header(HEADER.as_bytes()).unwrap();
        assert_eq!(header.delimiters, Delimiters::USUAL);
        assert_eq!((header.content, header.wrong_width), (105, None));
        assert_eq!(&HEADER[header.elements[12].clone()], "000000001");
        assert!(is_exact_header(HEADER.as_bytes()));
    }

    #[test]
    fn letters_in_the_place_of_the_repetition_separator_are_no_separator() {
        let header = parse_header(HEADER.replace("*^*", "*U*").as_bytes()).unwrap();
        assert_eq!(header.delimiters.repetition, None);
    }

    #[test]
    fn trimmed_elements_are_reported_but_read() {
        let header = parse_header(HEADER.replacen("          ", "         ", 1).as_bytes()).unwrap();
        assert_eq!(header.wrong_width, Some((2, 9, 10)));
        assert_eq!(header.delimiters, Delimiters::USUAL);
    }

    #[test]
    fn line_breaks_can_end_segments() {
        let header = parse_header(HEADER.replace(":~", ":\r\n").as_bytes()).unwrap();
        assert_eq!(header.delimiters.segment, b'\r');
        let header = parse_header(HEADER.replace(":~", "~\n").as_bytes()).unwrap();
        assert_eq!((header.delimiters.segment, header.delimiters.component), (b'~', b':'));
    }

    #[test]
    fn words_are_no_headers() {
        for text in ["", "ISA", "ISABEL", "ISA*00*", "ISA 00 11"] {
            assert!(parse_header(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse_header("ISA*".repeat(100).as_bytes()).is_err());
    }

    #[test]
    fn separators_are_guessed_from_a_group_header() {
        let text = b"GS|HC|A|B|20260101|1200|1|X|005010X223A3'ST|837";
        assert_eq!(guess(text), Some(Delimiters { element: b'|', segment: b'\'', ..Delimiters::USUAL }));
        assert_eq!(guess(b"ST*837*0001*005010X222A1~"), Some(Delimiters::USUAL));
        assert_eq!(guess(b"ST*837*0001~BHT"), Some(Delimiters::USUAL));
        assert_eq!(guess(b"GSA"), None);
    }
}
