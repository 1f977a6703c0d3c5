//! Elements at a glance: whether there is nothing to say of them. What is not seen to be sound here may be so all the
//! same; the parent module decides and finds the words.

use super::super::table::{Element, Elements, Kind, Together, pack_bytes};
use super::is_time;
use crate::lexer::{Components, Field, Segment};
use crate::values;

/// Whether an element that is there, of a plain segment, is what dictionary and guide ask for.
#[inline(always)]
pub(super) fn element(known: &Element, field: Field<'_>, separator: u8) -> bool {
    if known.kind == Kind::Composite {
        composite(known, field, separator)
    } else {
        simple(known, field.text.as_bytes())
    }
}

/// Trailing blanks do not count to an element; one that has some is for the closer look.
#[inline(always)]
fn simple(known: &Element, bytes: &[u8]) -> bool {
    let length = match known.kind {
        Kind::Any | Kind::Text | Kind::Code | Kind::Composite => bytes.len(),
        Kind::Whole => digits(bytes, false),
        Kind::Decimal => digits(bytes, true),
        Kind::Date if values::date(bytes).is_some() => usize::from(known.min),
        Kind::Time if is_time(bytes) => usize::from(known.min),
        Kind::Date | Kind::Time => return false,
    };
    usize::from(known.min) <= length
        && length <= usize::from(known.max)
        && bytes.last() != Some(&b' ')
        && !known.not_used
        && (known.codes.is_empty() || known.codes.contains(&pack_bytes(bytes)))
}

/// How many digits a number has; none for what is no number, or a negative one.
#[inline(always)]
fn digits(bytes: &[u8], decimal: bool) -> usize {
    let mut points = 0;
    let mut refused = false;
    for &byte in bytes {
        let point = byte == b'.';
        points += usize::from(point);
        refused |= !(point || byte.is_ascii_digit());
    }
    if refused || points > usize::from(decimal) { 0 } else { bytes.len() - points }
}

fn composite(known: &Element, field: Field<'_>, separator: u8) -> bool {
    if known.not_used {
        return false;
    }
    if known.components.is_empty() {
        return !field.text.ends_with(' ');
    }
    let parts = Components::new(field, separator);
    if parts.len() > known.components.len() || parts.may_be_more() {
        return false;
    }
    known.components.iter().zip(1..).all(|(component, position)| match parts.get(position).text.as_bytes() {
        [] => !component.required,
        part => simple(component, part),
    })
}

/// Whether what several elements say together needs no closer look.
#[inline(always)]
pub(super) fn together(segment: &Segment<'_>, known: &Elements) -> bool {
    match known.together {
        Together::Nothing => true,
        Together::HealthInformation => health_information(segment, known),
        Together::Time => matches!(segment.bytes(2), b"D8" | b"RD8"),
        Together::Place => place(segment),
        Together::Party => match segment.bytes(2) {
            b"1" => true,
            b"2" => [4, 5, 7].iter().all(|number| segment.bytes(*number).is_empty()),
            _ => false,
        },
        Together::Reference => !matches!(segment.bytes(1), b"EI" | b"SY" | b"X4" | b"F4" | [.., b' ']),
        Together::Specialty => no_small_letters(segment.bytes(3)),
        Together::Service(code, quantity) => service(segment, usize::from(code), usize::from(quantity)),
        Together::Adjustments => segment.len() <= 4,
        Together::Attachment | Together::Tooth(_) | Together::Contact | Together::Answer => false,
    }
}

#[inline]
fn no_small_letters(bytes: &[u8]) -> bool {
    !bytes.iter().any(u8::is_ascii_lowercase)
}

/// A service without gaps in its composite, with a short whole quantity.
fn service(segment: &Segment<'_>, code: usize, quantity: usize) -> bool {
    let separator = segment.delimiters().component;
    let (code, quantity) = (segment.bytes(code), segment.bytes(quantity));
    no_small_letters(code)
        && !code.windows(2).any(|pair| pair == [separator, separator])
        && quantity.len() <= 8
        && quantity.iter().all(u8::is_ascii_digit)
}

/// HI without gaps, dots and small letters, and without codes that have a date.
fn health_information(segment: &Segment<'_>, known: &Elements) -> bool {
    let separator = segment.delimiters().component;
    let further = known.further.as_deref();
    (1..=segment.len()).all(|number| {
        let bytes = segment.bytes(number);
        let Some(end) = bytes.iter().position(|byte| *byte == separator) else { return false };
        let qualifier = &bytes[..end];
        !matches!(qualifier, [] | b"BI" | b"BH")
            && (number == 1 || further.is_none_or(|further| further.contains(&pack_bytes(qualifier))))
            && !bytes.iter().any(|byte| *byte == b'.' || byte.is_ascii_lowercase())
    })
}

/// N4 of an address in the country: state, and a ZIP code of five or nine digits.
fn place(segment: &Segment<'_>) -> bool {
    let &[first, second] = segment.bytes(2) else { return false };
    let zip = segment.bytes(3);
    segment.bytes(4).is_empty()
        && super::is_state(first, second)
        && matches!(zip.len(), 5 | 9)
        && zip.iter().all(u8::is_ascii_digit)
}
