//! Headers of interchanges, groups and transactions: their values, and control numbers used again.

use super::element::is_time;
use crate::envelope::Interchange;
use crate::fault::{Fault, FaultKind, quote};
use crate::guide::Guide;
use crate::lexer::{Field, Segment, SegmentId};
use crate::values;
use openclaim_claim::{FileId, Span};
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Control numbers that are remembered; beyond that many, repeated ones are no longer noticed.
const REMEMBERED: usize = 1 << 20;

/// Control numbers seen so far.
#[derive(Debug, Default)]
pub(crate) struct EnvelopeState {
    hasher: BuildHasherDefault<DefaultHasher>,
    /// ISA13 of the file, GS06 of the interchange, ST02 of the group, as hashes.
    seen: [HashSet<u64>; 3],
}

impl EnvelopeState {
    /// Remembers the number of a header at a level (0 interchange, 1 group, 2 transaction); forgets those below.
    /// Whether it was there before.
    pub(crate) fn is_reused(&mut self, level: usize, key: &(&str, &str, &str)) -> bool {
        for below in self.seen.iter_mut().skip(level + 1) {
            below.clear();
        }
        let hash = self.hasher.hash_one(key);
        match self.seen.get_mut(level) {
            Some(seen) if seen.len() < REMEMBERED => !seen.insert(hash),
            Some(seen) => seen.contains(&hash),
            None => false,
        }
    }

    /// The fault of a control number used again.
    pub(crate) fn reused(name: &str, number: &str, within: &str, span: Span, segment: &[u8]) -> Fault {
        let detail = format!("{name} `{}` was used before in the same {within}", quote(number));
        Fault::new(FaultKind::ControlNumberReused, span, detail).in_segment(SegmentId::new(segment))
    }
}

/// Checks the values of an interchange header, whose elements stand at `fields`.
pub(crate) fn check_interchange(interchange: &Interchange, fields: &[Span; 16], out: &mut impl FnMut(Fault)) {
    let mut fault = |kind, number: usize, value: &str, what: &str| {
        let detail = format!("ISA{number:02} is `{}`: {what}", quote(value));
        out(Fault::new(kind, fields[number - 1], detail).in_segment(SegmentId::new(b"ISA")));
    };
    for (number, (qualifier, _)) in [(5, &interchange.sender), (7, &interchange.receiver)] {
        let listed = ["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"];
        if !listed.contains(&qualifier.as_str()) {
            fault(FaultKind::UnlistedCode, number, qualifier, "01, 14, 20, 27, 28, 29, 30, 33 or ZZ is expected");
        }
    }
    for (number, (qualifier, _), listed) in
        [(1, &interchange.authorization, ["00", "03"]), (3, &interchange.security, ["00", "01"])]
    {
        if !listed.contains(&qualifier.as_str()) {
            fault(FaultKind::UnlistedCode, number, qualifier, &format!("{} or {} is expected", listed[0], listed[1]));
        }
    }
    let date = format!("20{}", interchange.date);
    if interchange.date.len() != 6 || values::date(date.as_bytes()).is_none() {
        fault(FaultKind::NotADate, 9, &interchange.date, "a date YYMMDD is expected");
    }
    if !is_time(interchange.time.as_bytes()) || interchange.time.len() != 4 {
        fault(FaultKind::NotATime, 10, &interchange.time, "a time HHMM is expected");
    }
    if interchange.version != "00501" {
        fault(FaultKind::UnlistedCode, 12, &interchange.version, "00501 is expected");
    }
    let number = &interchange.control_number;
    if number.len() != 9 || !number.bytes().all(|byte| byte.is_ascii_digit()) || number == "000000000" {
        fault(FaultKind::NotANumber, 13, number, "nine digits, not all zeros, are expected");
    }
    if !matches!(interchange.acknowledgment.as_str(), "0" | "1") {
        fault(FaultKind::UnlistedCode, 14, &interchange.acknowledgment, "0 or 1 is expected");
    }
    if !matches!(interchange.usage.as_str(), "P" | "T") {
        fault(FaultKind::UnlistedCode, 15, &interchange.usage, "P (production) or T (test) is expected");
    }
}

/// Checks the values of a group header.
pub(crate) fn check_group(segment: &Segment<'_>, file: FileId, out: &mut impl FnMut(Fault)) {
    let mut fault = |kind, number: usize, field: Field<'_>, what: &str| {
        let detail = format!("GS{number:02} is `{}`: {what}", quote(field.text));
        let span = if field.text.is_empty() { segment.span(file) } else { field.span(file) };
        out(Fault::new(kind, span, detail).in_segment(segment.id()));
    };
    let field = |number: usize| segment.element(number).trimmed();
    if field(1).text != "HC" && Guide::from_version(field(8).text).is_some() {
        fault(FaultKind::UnlistedCode, 1, field(1), "HC (health care claim) is expected");
    }
    for number in [2, 3] {
        let length = field(number).text.chars().count();
        if !(2..=15).contains(&length) {
            fault(FaultKind::WrongLength, number, field(number), "2 to 15 characters are due");
        }
    }
    if values::date(field(4).text.as_bytes()).is_none() {
        fault(FaultKind::NotADate, 4, field(4), "a date CCYYMMDD is expected");
    }
    if !is_time(field(5).text.as_bytes()) {
        fault(FaultKind::NotATime, 5, field(5), "a time HHMM is expected");
    }
    let number = field(6);
    if number.text.is_empty() || number.text.len() > 9 || !number.text.bytes().all(|byte| byte.is_ascii_digit()) {
        fault(FaultKind::NotANumber, 6, number, "one to nine digits are expected");
    }
    if field(7).text != "X" {
        fault(FaultKind::UnlistedCode, 7, field(7), "X is expected");
    }
}
