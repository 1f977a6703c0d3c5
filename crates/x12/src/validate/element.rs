//! Elements of a segment against what dictionary and guide say of them.

use super::table::{Element, Elements, Kind, pack};
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::{Field, Segment};
use crate::values;
use openclaim_claim::FileId;

/// Where faults of a segment go.
struct Sink<'a, 's> {
    segment: &'a Segment<'s>,
    file: FileId,
    out: &'a mut Vec<Fault>,
}

impl Sink<'_, '_> {
    #[cold]
    fn fault(&mut self, kind: FaultKind, field: Field<'_>, detail: String) {
        let span = if field.text.is_empty() { self.segment.span(self.file) } else { field.span(self.file) };
        self.out.push(Fault::new(kind, span, detail).in_segment(self.segment.id()));
    }
}

/// Checks every element of a segment.
pub(super) fn check(segment: &Segment<'_>, known: &Elements, file: FileId, out: &mut Vec<Fault>) {
    let mut sink = Sink { segment, file, out };
    let upto = segment.len().max(known.least);
    for (index, element) in known.elements.iter().take(upto).enumerate() {
        let number = index + 1;
        let field = segment.element(number).trimmed();
        if field.text.is_empty() {
            if element.required {
                let detail = format!("{}{number:02} is empty", segment.name());
                sink.fault(FaultKind::MissingElement, Field::default(), detail);
            }
        } else if element.kind == Kind::Composite {
            composite(&mut sink, number, element, field);
        } else {
            simple(&mut sink, number, 0, element, field);
        }
    }
    if segment.len() > known.elements.len() {
        for number in known.elements.len() + 1..=segment.len() {
            let field = segment.element(number).trimmed();
            if !field.text.is_empty() {
                let detail = format!(
                    "{} has an element {number:02}, but the segment ends with {:02}",
                    segment.name(),
                    known.elements.len()
                );
                sink.fault(FaultKind::TooManyElements, field, detail);
                break;
            }
        }
    }
    for &(first, second) in &known.pairs {
        let (one, other) = (segment.element(usize::from(first)), segment.element(usize::from(second)));
        if one.is_empty() != other.is_empty() {
            let (there, lacking) = if one.is_empty() { (second, first) } else { (first, second) };
            let name = segment.name();
            let detail = format!("{name}{there:02} stands without {name}{lacking:02}; both or neither must");
            sink.fault(FaultKind::MissingElement, if one.is_empty() { other } else { one }, detail);
        }
    }
    match segment.name() {
        "HI" => health_information(&mut sink, known),
        "DTP" => times(&mut sink),
        _ => {}
    }
}

fn composite(sink: &mut Sink<'_, '_>, number: usize, element: &Element, field: Field<'_>) {
    if element.components.is_empty() {
        return;
    }
    let mut parts = field.split(sink.segment.delimiters().component);
    for (index, component) in element.components.iter().enumerate() {
        let part = parts.next_or_empty().trimmed();
        if part.text.is_empty() {
            if component.required {
                let detail = format!("{}{number:02}-{} is empty", sink.segment.name(), index + 1);
                sink.fault(FaultKind::MissingElement, field, detail);
            }
        } else {
            simple(sink, number, index + 1, component, part);
        }
    }
    if let Some(extra) = parts.find(|part| !part.is_empty()) {
        let detail = format!(
            "{}{number:02} has more components than the {} it may have",
            sink.segment.name(),
            element.components.len()
        );
        sink.fault(FaultKind::TooManyElements, extra, detail);
    }
}

/// The place of an element in words: `CLM05-2`.
fn place(segment: &Segment<'_>, number: usize, component: usize) -> String {
    if component == 0 {
        format!("{}{number:02}", segment.name())
    } else {
        format!("{}{number:02}-{component}", segment.name())
    }
}

#[inline]
fn simple(sink: &mut Sink<'_, '_>, number: usize, component: usize, element: &Element, field: Field<'_>) {
    let bytes = field.text.as_bytes();
    let fits = match element.kind {
        Kind::Text => sink.segment.delimiters().repetition.is_none_or(|separator| !bytes.contains(&separator)),
        Kind::Whole => is_number(bytes, false),
        Kind::Decimal => is_number(bytes, true),
        Kind::Date => values::date(bytes).is_some(),
        Kind::Time => is_time(bytes),
        Kind::Any | Kind::Code | Kind::Composite => true,
    };
    if !fits {
        wrong_type(sink, number, component, element.kind, field);
        return;
    }
    // Sign and decimal point do not count to the length of a number.
    let length = match element.kind {
        Kind::Whole | Kind::Decimal => bytes.iter().filter(|byte| byte.is_ascii_digit()).count(),
        Kind::Date | Kind::Time => usize::from(element.min),
        _ if field.text.is_ascii() => bytes.len(),
        _ => field.text.chars().count(),
    };
    if length < usize::from(element.min) || length > usize::from(element.max) {
        let due = if element.min == element.max {
            format!("{} are due", element.max)
        } else {
            format!("{} to {} are due", element.min, element.max)
        };
        let place = place(sink.segment, number, component);
        let detail = format!("{place} `{}` has {length} characters; {due}", quote(field.text));
        sink.fault(FaultKind::WrongLength, field, detail);
    } else if element.not_used {
        let place = place(sink.segment, number, component);
        let detail = format!("{place} is `{}`, but the guide does not use it here", quote(field.text));
        sink.fault(FaultKind::UnlistedCode, field, detail);
    } else if !element.codes.is_empty() && !element.codes.contains(&pack(field.text)) {
        let place = place(sink.segment, number, component);
        let detail = format!("{place} is `{}`, which is none of the values the guide allows", quote(field.text));
        sink.fault(FaultKind::UnlistedCode, field, detail);
    }
}

#[cold]
fn wrong_type(sink: &mut Sink<'_, '_>, number: usize, component: usize, kind: Kind, field: Field<'_>) {
    let place = place(sink.segment, number, component);
    let quoted = quote(field.text);
    let (kind, detail) = match kind {
        Kind::Date => (FaultKind::NotADate, format!("{place} is `{quoted}`, which is no date CCYYMMDD")),
        Kind::Time => (FaultKind::NotATime, format!("{place} is `{quoted}`, which is no time HHMM")),
        Kind::Text => (FaultKind::UnexpectedRepetition, format!("{place} is `{quoted}`: it may not be repeated")),
        Kind::Whole => (FaultKind::NotANumber, format!("{place} is `{quoted}`, which is no whole number")),
        _ => (FaultKind::NotANumber, format!("{place} is `{quoted}`, which is no number")),
    };
    sink.fault(kind, field, detail);
}

/// A number of X12 type `R`, or `N0` without a point.
#[inline]
fn is_number(text: &[u8], decimal: bool) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let mut points = 0;
    let mut count = 0;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => count += 1,
            b'.' => points += 1,
            _ => return false,
        }
    }
    count > 0 && points <= usize::from(decimal)
}

/// `HHMM`, with seconds and hundredths as far as they go.
pub(super) fn is_time(text: &[u8]) -> bool {
    if !matches!(text.len(), 4 | 6 | 7 | 8) || !text.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let pair = |at: usize| text.get(at..at + 2).map_or(0, |pair| (pair[0] - b'0') * 10 + (pair[1] - b'0'));
    pair(0) < 24 && pair(2) < 60 && pair(4) < 60
}

/// HI: the qualifiers of the second and later composites, and codes written with their dot.
fn health_information(sink: &mut Sink<'_, '_>, known: &Elements) {
    let segment = sink.segment;
    let separator = segment.delimiters().component;
    for number in 1..=segment.len() {
        let field = segment.element(number);
        if field.is_empty() {
            continue;
        }
        let mut parts = field.split(separator);
        let (qualifier, code) = (parts.next_or_empty(), parts.next_or_empty());
        if number > 1
            && let Some(further) = &known.further
            && !further.contains(&pack(qualifier.text))
        {
            let detail = format!(
                "HI{number:02}-1 is `{}`, which the guide does not allow in the same HI as `{}`",
                quote(qualifier.text),
                quote(segment.component(1, 1).text)
            );
            sink.fault(FaultKind::UnlistedCode, qualifier, detail);
        } else if code.text.as_bytes().contains(&b'.') {
            let detail = format!("`{}` is written with its dot; X12 carries codes without", quote(code.text));
            sink.fault(FaultKind::DottedCode, code, detail);
        }
    }
}

/// DTP: times of day, which the reader keeps as they are.
fn times(sink: &mut Sink<'_, '_>) {
    let (format, value) = (sink.segment.element(2).trimmed(), sink.segment.element(3).trimmed());
    let time = match format.text {
        "TM" => value.text,
        "DT" => value.text.get(8..).unwrap_or_default(),
        _ => return,
    };
    if !is_time(time.as_bytes()) && !value.text.is_empty() {
        let detail = format!("DTP03 is `{}`, in which `{}` is no time HHMM", quote(value.text), quote(time));
        sink.fault(FaultKind::NotATime, value, detail);
    } else if format.text == "TM" && value.text.len() != 4 {
        let detail = format!("DTP03 `{}` has {} characters; 4 are due", quote(value.text), value.text.len());
        sink.fault(FaultKind::WrongLength, value, detail);
    }
}
