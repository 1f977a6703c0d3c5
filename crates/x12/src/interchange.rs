//! Finding interchanges in the bytes of a file, cutting them into segments, and finding the way back after text that is
//! neither.
//!
//! Nothing here may depend on where a window onto the file happens to end: every decision waits until as many bytes are
//! in view as it looks at, or the file has ended.

use crate::delimiters::{self, Delimiters, HEADER_LEN, HEADER_LIMIT};
use crate::envelope::Interchange;
use crate::fault::{Fault, FaultKind};
use crate::groups::Groups;
use crate::lexer::{Segment, SegmentId, scan_into};
use crate::reader::{Limits, Outbox, Totals};
use memchr::{memchr, memchr_iter, memmem};
use openclaim_claim::{FileId, Span, Text};
use std::borrow::Cow;

/// Bytes looked at to tell text from binary data.
const SAMPLE: usize = 2 << 10;

/// What reading is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the first byte of the file.
    Start,
    /// Before an interchange, or between two.
    Between,
    /// In text that belongs to no interchange and has been reported, on the look-out for the next header.
    Seeking,
    /// In an interchange.
    Inside,
    /// In a segment that is too long and has been reported, on the look-out for its terminator.
    Skipping,
}

/// How far a window took the reader.
enum Step {
    /// So many bytes are done with.
    Done(usize),
    /// So many bytes are done with; for the next ones more of the file must be in view.
    More(usize),
}

/// Reads interchanges from windows onto a file.
#[derive(Debug)]
pub(crate) struct Interchanges {
    file: FileId,
    limits: Limits,
    state: State,
    delimiters: Delimiters,
    groups: Groups,
    separators: Vec<u32>,
    /// Whether anything but blanks has been met.
    content: bool,
    /// The header before this could not be read.
    unreadable: bool,
    pub(crate) totals: Totals,
    pub(crate) out: Outbox,
}

impl Interchanges {
    pub(crate) fn new(file: FileId, limits: Limits) -> Self {
        Self {
            file,
            limits,
            state: State::Start,
            delimiters: Delimiters::USUAL,
            groups: Groups::new(file, limits),
            separators: Vec::new(),
            content: false,
            unreadable: false,
            totals: Totals::default(),
            out: Outbox::default(),
        }
    }

    /// Turns validation on.
    pub(crate) fn validate(&mut self) {
        self.groups.validate();
    }

    /// Reads what can be read of `window`, which starts at `offset`, and says how many bytes are done with. At the end
    /// of the file (`last`) that is all of them.
    pub(crate) fn run(&mut self, window: &[u8], offset: u64, last: bool) -> usize {
        let mut at = 0;
        while at < window.len() {
            let (rest, base) = (&window[at..], offset + at as u64);
            let step = match self.state {
                State::Start => self.start(rest, base, last),
                State::Between => self.between(rest, base, last),
                State::Seeking => self.seek(rest, last),
                State::Inside => self.inside(rest, base, last),
                State::Skipping => self.skip(rest),
            };
            match step {
                Step::Done(done) => at += done,
                Step::More(done) => {
                    at += done;
                    break;
                }
            }
        }
        self.totals.bytes = offset + at as u64;
        at
    }

    /// Ends the file.
    pub(crate) fn finish(&mut self, end: u64) {
        self.groups.end_of_file(end, &mut self.out);
        self.totals.bytes = end;
        let whole = Span::new(self.file, 0, u32::try_from(end).unwrap_or(u32::MAX));
        if !self.content {
            self.fault(FaultKind::EmptyFile, whole, "the file is empty".to_owned());
        } else if self.out.is_without_claims() {
            self.fault(FaultKind::NoClaims, whole, "the file holds no claim".to_owned());
        }
        self.out.ripen();
    }

    pub(crate) fn read_failed(&mut self, at: u64, error: &std::io::Error) {
        self.content = true;
        self.fault(FaultKind::ReadFailed, Span::new(self.file, at, 0), format!("the file cannot be read on: {error}"));
    }

    fn fault(&mut self, kind: FaultKind, span: Span, detail: String) {
        self.out.fault(Fault::new(kind, span, detail));
    }

    /// The first bytes of a file: a byte-order mark, or the mark of a format that is no text.
    fn start(&mut self, rest: &[u8], base: u64, last: bool) -> Step {
        if rest.len() < 4 && !last {
            return Step::More(0);
        }
        let foreign = match rest {
            [0xef, 0xbb, 0xbf, ..] => {
                self.state = State::Between;
                return Step::Done(3);
            }
            [0x1f, 0x8b, ..] => Some("gzip-compressed; unpack it first"),
            [b'P', b'K', 3, 4, ..] => Some("a zip archive; unpack it first"),
            [b'%', b'P', b'D', b'F', ..] => Some("a PDF document"),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("text in UTF-16; X12 is read as UTF-8"),
            _ => None,
        };
        if let Some(what) = foreign {
            self.content = true;
            let span = Span::new(self.file, base, rest.len().min(4) as u32);
            self.fault(FaultKind::NotText, span, format!("the file is {what}"));
            self.state = State::Seeking;
        } else {
            self.state = State::Between;
        }
        Step::Done(0)
    }

    /// Before an interchange: its header, or text that is none.
    fn between(&mut self, rest: &[u8], base: u64, last: bool) -> Step {
        let blanks = rest.iter().take_while(|&&byte| is_blank(byte)).count();
        if blanks > 0 {
            return Step::Done(blanks);
        }
        self.content = true;
        if rest.len() < HEADER_LIMIT && !last {
            return Step::More(0);
        }
        if delimiters::starts_header(rest) {
            return self.header(rest, base);
        }
        if self.groups.awaits_group_trailer()
            && let Some(step) = self.late_trailer(rest, base)
        {
            return step;
        }
        if let Some(guessed) = delimiters::guess(rest) {
            // Behind a header that could not be read, the header is not missing.
            if !std::mem::take(&mut self.unreadable) {
                let span = Span::new(self.file, base, 2);
                let detail = "no interchange header (ISA) stands before this; the usual separators are assumed";
                self.fault(FaultKind::MissingInterchangeHeader, span, detail.to_owned());
            }
            self.delimiters = guessed;
            self.groups.begin_interchange(None, base, &mut self.totals, &mut self.out);
            self.state = State::Inside;
            return Step::Done(0);
        }
        if rest.len() < SAMPLE && !last {
            return Step::More(0);
        }
        let sample = &rest[..rest.len().min(SAMPLE)];
        let span = Span::new(self.file, base, sample.len().min(80) as u32);
        if is_binary(sample) {
            let detail = "this is no text: binary data stands where an interchange header (ISA) is due".to_owned();
            self.fault(FaultKind::NotText, span, detail);
        } else if self.totals.interchanges == 0 {
            let found = crate::fault::quote(&String::from_utf8_lossy(sample));
            let detail = format!("`{found}` stands where an interchange header (ISA) is due");
            self.fault(FaultKind::MissingInterchangeHeader, span, detail);
        } else {
            let found = crate::fault::quote(&String::from_utf8_lossy(sample));
            let detail = format!("`{found}` stands outside of any interchange; it is skipped");
            self.fault(FaultKind::TextOutsideInterchange, span, detail);
        }
        self.state = State::Seeking;
        Step::Done(0)
    }

    /// The trailer of a group behind that of its interchange.
    fn late_trailer(&mut self, rest: &[u8], base: u64) -> Option<Step> {
        if !matches!(rest, [b'G', b'E', separator, ..] if *separator == self.delimiters.element) {
            return None;
        }
        // It is short: as many bytes are looked at as are in view here in any case, or the rest of the file.
        let view = &rest[..rest.len().min(HEADER_LIMIT)];
        let end =
            memchr(self.delimiters.segment, view).or_else(|| (view.len() < HEADER_LIMIT).then_some(view.len()))?;
        let text = std::str::from_utf8(&rest[..end]).ok()?;
        let mut separators = Vec::new();
        separators.extend(memchr_iter(self.delimiters.element, text.as_bytes()).map(|at| at as u32));
        let segment = Segment::new(text, &separators, base, self.delimiters);
        self.totals.segments += 1;
        self.groups.segment(&segment, &mut self.totals, &mut self.out);
        Some(Step::Done((end + 1).min(rest.len())))
    }

    /// An interchange header.
    fn header(&mut self, rest: &[u8], base: u64) -> Step {
        let header = match delimiters::parse_header(rest) {
            Ok(header) => header,
            Err(reason) => {
                let span = Span::new(self.file, base, 3);
                self.fault(
                    FaultKind::MalformedInterchangeHeader,
                    span,
                    format!("the interchange header is unreadable: {reason}"),
                );
                self.state = State::Seeking;
                self.unreadable = true;
                return Step::Done(3);
            }
        };
        self.unreadable = false;
        if let Some((element, width, due)) = header.wrong_width {
            let detail =
                format!("ISA{element:02} has {width} characters, {due} are due; the separators are read all the same");
            let range = &header.elements[element - 1];
            let place = Span::new(self.file, base + range.start as u64, range.len() as u32);
            let fault = Fault::new(FaultKind::MalformedInterchangeHeader, place, detail);
            self.out.fault(fault.in_segment(SegmentId::new(b"ISA")));
        }
        let interchange = interchange_of(&header, rest, base, self.file);
        self.delimiters = header.delimiters;
        let fields = header.elements.map(|range| {
            Span::new(self.file, base + range.start as u64, u32::try_from(range.len()).unwrap_or(u32::MAX))
        });
        self.groups.begin_interchange(Some((interchange, fields)), base, &mut self.totals, &mut self.out);
        self.state = State::Inside;
        // The terminator is taken as well.
        Step::Done(header.content + 1)
    }

    /// Looks for the next header; for a group header too, since an interchange header may be damaged.
    fn seek(&mut self, rest: &[u8], last: bool) -> Step {
        let mut from = 0;
        while let Some(at) = next_header(&rest[from..]).map(|at| from + at) {
            if rest.len() - at < HEADER_LIMIT && !last {
                return Step::More(at);
            }
            let candidate = &rest[at..];
            if delimiters::parse_header(candidate).is_ok() || is_claims_group(candidate) {
                self.state = State::Between;
                return Step::Done(at);
            }
            from = at + 2;
        }
        if last { Step::Done(rest.len()) } else { Step::More(rest.len() - rest.len().min(2).min(rest.len() - from)) }
    }

    /// Passes over a segment that is too long.
    fn skip(&mut self, rest: &[u8]) -> Step {
        match memchr(self.delimiters.segment, rest) {
            Some(at) => {
                self.state = State::Inside;
                Step::Done(at + 1)
            }
            None => Step::Done(rest.len()),
        }
    }

    /// The segments of an interchange, as many as the window holds.
    fn inside(&mut self, rest: &[u8], base: u64, last: bool) -> Step {
        let mut separators = std::mem::take(&mut self.separators);
        // One check for the whole window; where it fails each segment is checked for itself.
        let text = match std::str::from_utf8(rest) {
            Ok(text) => Some(text),
            Err(error) => {
                std::str::from_utf8(&rest[..error.valid_up_to()]).ok().filter(|_| error.error_len().is_none())
            }
        };
        let step = self.segments(rest, text, base, last, &mut separators);
        self.separators = separators;
        step
    }

    fn segments(&mut self, rest: &[u8], text: Option<&str>, base: u64, last: bool, separators: &mut Vec<u32>) -> Step {
        let delimiters = self.delimiters;
        let mut at = 0;
        loop {
            while let Some(&byte) = rest.get(at)
                && is_blank(byte)
                && byte != delimiters.element
            {
                at += 1;
            }
            match rest.get(at) {
                None => return Step::Done(at),
                Some(b'I') if rest.len() - at < 4 && !last => return Step::More(at),
                Some(b'I') if delimiters::starts_header(&rest[at..]) => {
                    self.state = State::Between;
                    return Step::Done(at);
                }
                Some(_) => {}
            }
            let mut count = 0;
            let found = scan_into(&rest[at..], &delimiters, separators, &mut count);
            let in_view = rest.len() - at;
            let len = match found {
                Some(len) => len,
                None if in_view > self.limits.segment_bytes => in_view,
                None if !last => return Step::More(at),
                None => {
                    if matches!(delimiters.segment, b'\r' | b'\n') {
                        // The last line of a file needs no line break.
                        in_view
                    } else {
                        self.unfinished(&rest[at..], base + at as u64, &separators[..count]);
                        return Step::Done(rest.len());
                    }
                }
            };
            let start = base + at as u64;
            if len > HEADER_LEN - 2
                && let Some(header) = self.header_within(&rest[at..], len)
            {
                let detail = "the segment breaks off where another interchange begins; it is skipped".to_owned();
                let span = Span::new(self.file, start, u32::try_from(header).unwrap_or(u32::MAX));
                self.report(FaultKind::UnterminatedSegment, span, detail);
                at += header;
                continue;
            }
            if len > self.limits.segment_bytes {
                let limit = self.limits.segment_bytes;
                let detail = format!("a segment has more than {limit} bytes; it is skipped");
                self.report(FaultKind::SegmentTooLong, Span::new(self.file, start, limit as u32), detail);
                self.state = State::Skipping;
                return Step::Done(at);
            }
            self.totals.segments += 1;
            if len == 0 {
                let detail = "a segment terminator stands here with no segment before it".to_owned();
                self.report(FaultKind::EmptySegment, Span::new(self.file, start, 1), detail);
            } else {
                let ended = if let Some(content) = text.and_then(|text| text.get(at..at + len)) {
                    let segment = Segment::new(content, &separators[..count], start, delimiters);
                    self.groups.segment(&segment, &mut self.totals, &mut self.out)
                } else {
                    let content = self.content_of(&rest[at..at + len], start);
                    let segment = Segment::new(&content, &separators[..count], start, delimiters);
                    self.groups.segment(&segment, &mut self.totals, &mut self.out)
                };
                if ended {
                    self.state = State::Between;
                    return Step::Done((at + len + 1).min(rest.len()));
                }
            }
            at = (at + len + 1).min(rest.len());
        }
    }

    /// A segment as text. Bytes that are not UTF-8 become question marks, so that every byte keeps its place.
    #[cold]
    fn content_of<'a>(&mut self, bytes: &'a [u8], start: u64) -> Cow<'a, str> {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return Cow::Borrowed(text),
            Err(error) => error,
        };
        let bad = error.valid_up_to();
        let span = Span::new(self.file, start + bad as u64, 1);
        let detail =
            format!("byte {:#04x} is not UTF-8 (the file may be Windows-1252 text); it is read as `?`", bytes[bad]);
        self.report(FaultKind::NotUtf8, span, detail);
        let mut content = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            content.push_str(chunk.valid());
            content.extend(chunk.invalid().iter().map(|_| '?'));
        }
        Cow::Owned(content)
    }

    /// The end of the file in the middle of a segment. An interchange trailer says nothing more in its missing bytes
    /// and is read; any other segment might be cut in an amount or a code, and is not.
    fn unfinished(&mut self, rest: &[u8], start: u64, separators: &[u32]) {
        let span = Span::new(self.file, start, u32::try_from(rest.len()).unwrap_or(u32::MAX));
        let content = self.content_of(rest, start);
        let quoted = crate::fault::quote(&content);
        let detail = format!("the file ends in segment `{quoted}`, before its terminator");
        self.report(FaultKind::UnexpectedEndOfFile, span, detail);
        if content.starts_with("IEA") {
            let content = content.trim_end();
            let segment = Segment::new(content, separators, start, self.delimiters);
            if self.groups.segment(&segment, &mut self.totals, &mut self.out) {
                self.state = State::Between;
            }
        }
    }

    /// Where another interchange begins within a segment of `len` bytes that lacks its terminator.
    fn header_within(&self, rest: &[u8], len: usize) -> Option<usize> {
        // The same bytes are looked at, whether the end of a segment that is too long is in view or not.
        let upto = (len + 1).min(self.limits.segment_bytes).min(rest.len());
        let rest = &rest[..upto];
        // `I` is rare enough in a segment that a searcher would cost more than it saves.
        memchr_iter(b'I', rest)
            .find(|&at| delimiters::starts_header(&rest[at..]) && delimiters::is_exact_header(&rest[at..]))
    }

    fn report(&mut self, kind: FaultKind, span: Span, detail: String) {
        self.groups.report(Fault::new(kind, span, detail), &mut self.out);
    }
}

/// The values of a header that was taken apart.
pub(crate) fn interchange_of(header: &delimiters::Header, rest: &[u8], base: u64, file: FileId) -> Interchange {
    let text = |number: usize| {
        let bytes = &rest[header.elements[number - 1].clone()];
        Text::new(String::from_utf8_lossy(bytes).trim())
    };
    Interchange {
        authorization: (text(1), text(2)),
        security: (text(3), text(4)),
        sender: (text(5), text(6)),
        receiver: (text(7), text(8)),
        date: text(9),
        time: text(10),
        version: text(12),
        control_number: text(13),
        acknowledgment: text(14),
        usage: text(15),
        delimiters: header.delimiters,
        span: Span::new(file, base, header.content as u32),
    }
}

/// What may stand between segments: blanks, line breaks, and the fill and end marks of old systems.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a)
}

/// Whether a sample is no text: NUL bytes, or more control characters than a text has.
fn is_binary(sample: &[u8]) -> bool {
    let control = sample.iter().filter(|&&byte| byte < b' ' && !is_blank(byte)).count();
    let invalid: usize = sample.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    sample.contains(&0) || (control + invalid) * 8 > sample.len()
}

/// Where the next `ISA` or group header of claims may begin.
fn next_header(rest: &[u8]) -> Option<usize> {
    let interchange = memmem::find(rest, b"ISA");
    let upto = interchange.unwrap_or(rest.len());
    let group = memmem::find_iter(&rest[..upto], b"GS").next();
    group.or(interchange)
}

/// `GS`, a separator, `HC`, the separator: the header of a group of claims.
fn is_claims_group(rest: &[u8]) -> bool {
    matches!(rest, [b'G', b'S', a, b'H', b'C', b, ..] if a == b) && delimiters::guess(rest).is_some()
}
