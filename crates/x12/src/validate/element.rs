//! Elements of a segment against what dictionary and guide say of them.

mod sound;

use super::table::{Element, Elements, Kind, Together, pack};
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::{Field, Segment};
use crate::values;
use openclaim_claim::FileId;

/// Where faults of a segment go.
struct Sink<'a, 's> {
    segment: &'a Segment<'s>,
    file: FileId,
    out: &'a mut Vec<Fault>,
    /// An element that the guide does not use was told of: those beside it belong to it, as a value to its qualifier.
    unused: bool,
}

impl Sink<'_, '_> {
    #[cold]
    fn not_used(&mut self, number: usize, component: usize, field: Field<'_>) {
        if !std::mem::replace(&mut self.unused, true) {
            let place = place(self.segment, number, component);
            let detail = format!("{place} is `{}`, but the guide does not use it here", quote(field.text));
            self.fault(FaultKind::UnlistedCode, field, detail);
        }
    }

    #[cold]
    fn fault(&mut self, kind: FaultKind, field: Field<'_>, detail: String) {
        let span = if field.text.is_empty() { self.segment.span(self.file) } else { field.span(self.file) };
        self.out.push(Fault::new(kind, span, detail).in_segment(self.segment.id()));
    }
}

/// Checks every element of a segment. Nearly every element is sound, which [`sound`] sees at a glance; only where it does
/// not is the element looked at for what is wrong with it.
pub(super) fn check(segment: &Segment<'_>, known: &Elements, file: FileId, out: &mut Vec<Fault>) {
    let mut sink = Sink { segment, file, out, unused: false };
    let plain = segment.is_plain();
    let separator = segment.delimiters().component;
    let upto = segment.len().max(known.least);
    for (element, number) in known.elements.iter().take(upto).zip(1..) {
        let field = segment.element(number);
        let is_sound =
            if field.text.is_empty() { !element.required } else { plain && sound::element(element, field, separator) };
        if !is_sound {
            look_at(&mut sink, number, element);
        }
    }
    if segment.len() > known.elements.len() {
        too_many_elements(&mut sink, known);
    }
    for &(first, second) in &known.pairs {
        let there = |number: u8| !segment.bytes(usize::from(number)).is_empty();
        match (there(first), there(second)) {
            (false, false) => {}
            _ if segment.has(usize::from(first)) && segment.has(usize::from(second)) => {}
            _ => pair(&mut sink, first, second),
        }
    }
    if !sound::together(segment, known) {
        together(&mut sink, known);
    }
}

/// Says what is wrong with an element.
#[cold]
fn look_at(sink: &mut Sink<'_, '_>, number: usize, element: &Element) {
    let field = sink.segment.element(number).trimmed();
    if field.text.is_empty() {
        if element.required {
            let detail = format!("{}{number:02} is empty", sink.segment.name());
            sink.fault(FaultKind::MissingElement, Field::default(), detail);
        }
    } else if element.kind == Kind::Composite {
        composite(sink, number, element, field);
    } else {
        simple(sink, number, 0, element, field);
    }
}

/// More elements than the segment has.
#[cold]
fn too_many_elements(sink: &mut Sink<'_, '_>, known: &Elements) {
    let segment = sink.segment;
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

/// Two elements of which both or neither must be there.
#[cold]
fn pair(sink: &mut Sink<'_, '_>, first: u8, second: u8) {
    let segment = sink.segment;
    let (one, other) = (segment.element(usize::from(first)), segment.element(usize::from(second)));
    if one.is_empty() != other.is_empty() {
        let (there, lacking) = if one.is_empty() { (second, first) } else { (first, second) };
        let name = segment.name();
        let detail = format!("{name}{there:02} stands without {name}{lacking:02}; both or neither must");
        sink.fault(FaultKind::MissingElement, if one.is_empty() { other } else { one }, detail);
    }
}

/// What several elements say together.
#[cold]
fn together(sink: &mut Sink<'_, '_>, known: &Elements) {
    match known.together {
        Together::HealthInformation => health_information(sink, known),
        Together::Time => times(sink),
        Together::Place => place_in_the_country(sink),
        Together::Party => organisation(sink),
        Together::Attachment => attachment(sink),
        Together::Tooth(number) => tooth(sink, usize::from(number)),
        Together::Reference => identifier(sink),
        Together::Contact => numbers_to_call(sink),
        Together::Specialty => small_letters(sink, sink.segment.element(3)),
        Together::Service(code, quantity) => service(sink, usize::from(code), usize::from(quantity)),
        Together::Adjustments => adjustments(sink),
        Together::Answer => answer(sink),
        Together::Nothing => {}
    }
}

fn composite(sink: &mut Sink<'_, '_>, number: usize, element: &Element, field: Field<'_>) {
    if element.not_used {
        sink.not_used(number, 0, field);
        return;
    }
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

fn simple(sink: &mut Sink<'_, '_>, number: usize, component: usize, element: &Element, field: Field<'_>) {
    let bytes = field.text.as_bytes();
    let fits = match element.kind {
        Kind::Text => {
            let repetition = sink.segment.delimiters().repetition;
            bytes.iter().all(|byte| Some(*byte) != repetition && !is_control(*byte))
        }
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
        sink.not_used(number, component, field);
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
        Kind::Text if field.text.bytes().any(is_control) => {
            (FaultKind::InvalidCharacter, format!("{place} is `{quoted}`, with a control character in it"))
        }
        Kind::Text => (FaultKind::UnexpectedRepetition, format!("{place} is `{quoted}`: it may not be repeated")),
        Kind::Whole => (FaultKind::NotANumber, format!("{place} is `{quoted}`, which is no whole number")),
        _ => (FaultKind::NotANumber, format!("{place} is `{quoted}`, which is no number")),
    };
    sink.fault(kind, field, detail);
}

/// Characters that no text holds; line breaks are those of files wrapped at a width.
const fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\r' | b'\n')
}

/// A number of X12 type `R`, or `N0` without a point.
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
    let mut gap = 0;
    for number in 1..=segment.len() {
        let field = segment.element(number);
        if field.is_empty() {
            gap = if gap == 0 && number > 1 { number } else { gap };
            continue;
        }
        if gap != 0 {
            // Lines point to diagnoses by their place, which a gap leaves in doubt.
            let detail = format!("HI{gap:02} is empty, but HI{number:02} is not");
            sink.fault(FaultKind::MissingElement, Field::default(), detail);
            gap = 0;
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
            // What stands behind a qualifier that may not stand here is not judged by the others.
            let (start, end) = (field.start, field.start + field.text.len() as u64);
            sink.out.retain(|fault| fault.span.start < start || fault.span.start >= end);
            sink.fault(FaultKind::UnlistedCode, qualifier, detail);
        } else if code.text.as_bytes().contains(&b'.') {
            let detail = format!("`{}` is written with its dot; X12 carries codes without", quote(code.text));
            sink.fault(FaultKind::DottedCode, code, detail);
        } else if code.text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let detail = format!("`{}` is written in small letters, which no code of HI has", quote(code.text));
            sink.fault(FaultKind::NotACode, code, detail);
        }
        let due = match qualifier.text {
            "BI" => "RD8",
            "BH" => "D8",
            _ => continue,
        };
        let (format, date) = (parts.next_or_empty(), parts.next_or_empty());
        if date.is_empty() {
            let detail = format!("HI{number:02}-4 (date of `{}`) is empty", quote(code.text));
            sink.fault(FaultKind::MissingElement, code, detail);
        } else if format.text != due && matches!(format.text, "D8" | "RD8") {
            let detail = format!("HI{number:02}-3 is `{}`: {due} is expected of {}", format.text, qualifier.text);
            sink.fault(FaultKind::UnlistedCode, format, detail);
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

/// The postal abbreviations of states, territories and armed forces (USPS Publication 28, appendix B).
const STATES: &[u8] =
    b"AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO \
MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UM UT VA VI VT WA WI WV WY";
/// The postal abbreviations of Canadian provinces and territories.
const PROVINCES: &[u8] = b"AB BC MB NB NL NS NT NU ON PE QC SK YT";

/// The states by their letters: a word for each first letter, a bit for each second one.
const STATE_LETTERS: [u32; 26] = {
    let mut letters = [0; 26];
    let mut at = 0;
    while at < STATES.len() {
        letters[(STATES[at] - b'A') as usize] |= 1 << (STATES[at + 1] - b'A');
        at += 3;
    }
    letters
};

/// Whether two letters are the abbreviation of a state.
#[inline(always)]
fn is_state(first: u8, second: u8) -> bool {
    let letter = STATE_LETTERS.get(usize::from(first.wrapping_sub(b'A'))).copied().unwrap_or_default();
    second.is_ascii_uppercase() && letter & (1 << (second - b'A')) != 0
}

/// N4: state and ZIP code of an address in the country, province of one in Canada.
fn place_in_the_country(sink: &mut Sink<'_, '_>) {
    let [state, zip, country] = [2, 3, 4].map(|number| sink.segment.element(number).trimmed());
    let (known, domestic) = match country.text {
        "" | "US" | "USA" => (STATES, true),
        "CA" | "CAN" => (PROVINCES, false),
        _ => return,
    };
    if country.text.len() > 2 {
        let detail = format!("N404 `{}` is no country code of two letters", quote(country.text));
        sink.fault(FaultKind::UnlistedCode, country, detail);
    }
    let listed = known.split(|byte| *byte == b' ').any(|code| code == state.text.as_bytes());
    if state.text.len() == 2 && !listed {
        let detail = format!("N402 `{}` is no state or province", quote(state.text));
        sink.fault(FaultKind::UnlistedCode, state, detail);
    } else if state.text.is_empty() && domestic {
        sink.fault(FaultKind::MissingElement, Field::default(), "N402 (state) is empty".to_owned());
    }
    let digits = zip.text.bytes().all(|byte| byte.is_ascii_digit());
    if zip.text.is_empty() && domestic {
        sink.fault(FaultKind::MissingElement, Field::default(), "N403 (ZIP code) is empty".to_owned());
    } else if domestic && zip.text.len() >= 3 && !(digits && matches!(zip.text.len(), 5 | 9)) {
        let detail = format!("N403 `{}` is no ZIP code: five or nine digits are expected", quote(zip.text));
        sink.fault(FaultKind::NotACode, zip, detail);
    }
}

/// REF: employer's identification and social security numbers have nine digits and no separators, and are not all
/// zeros; numbers of laboratories (CLIA) are two digits, a letter and seven digits.
fn identifier(sink: &mut Sink<'_, '_>) {
    let (qualifier, number) = (sink.segment.element(1).trimmed(), sink.segment.element(2).trimmed());
    let bytes = number.text.as_bytes();
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let (fits, due) = match qualifier.text {
        "EI" | "SY" => {
            (bytes.len() == 9 && digits(bytes) && bytes.iter().any(|byte| *byte != b'0'), "nine digits, not all zeros,")
        }
        "X4" | "F4" => {
            let clia = |bytes: &[u8]| digits(&bytes[..2]) && bytes[2].is_ascii_alphabetic() && digits(&bytes[3..]);
            (bytes.len() == 10 && clia(bytes), "two digits, a letter and seven digits")
        }
        _ => return,
    };
    if !fits && !bytes.is_empty() {
        let detail = format!("REF02 is `{}`: {due} are expected of REF01 `{}`", quote(number.text), qualifier.text);
        sink.fault(FaultKind::NotAnIdentifier, number, detail);
    }
}

/// SV1, SV2, SV3: modifiers without a gap between them, and a quantity that a receiver has room for: eight digits
/// before the point and three behind it (notes of the guides on SV104, SV205 and SV306).
fn service(sink: &mut Sink<'_, '_>, code: usize, quantity: usize) {
    (2..=6).for_each(|number| small_letters(sink, sink.segment.component(code, number)));
    let modifiers = |number: usize| sink.segment.component(code, number);
    let gap = (3..=5).find(|number| modifiers(*number).is_empty() && !modifiers(*number + 1).is_empty());
    if let Some(gap) = gap {
        let place = place(sink.segment, code, gap);
        let detail = format!("{place} (modifier) is empty, but the one behind it is not");
        sink.fault(FaultKind::MissingElement, modifiers(gap + 1), detail);
    }
    let field = sink.segment.element(quantity).trimmed();
    let (whole, fraction) = field.text.split_once('.').unwrap_or((field.text, ""));
    if whole.trim_start_matches('-').len() > 8 || fraction.len() > 3 {
        let place = place(sink.segment, quantity, 0);
        let length = if fraction.len() > 3 { fraction.len() } else { whole.len() };
        let detail = format!(
            "{place} `{}` has {length} digits on one side of its point; 1 to 8 before it and 3 behind it are due",
            quote(field.text)
        );
        sink.fault(FaultKind::WrongLength, field, detail);
    }
}

/// Procedure codes, modifiers and taxonomy codes have capitals alone.
fn small_letters(sink: &mut Sink<'_, '_>, field: Field<'_>) {
    if field.text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        let detail = format!("`{}` is written in small letters, which no such code has", quote(field.text));
        sink.fault(FaultKind::NotACode, field.trimmed(), detail);
    }
}

/// CAS: adjustments follow each other without a gap.
fn adjustments(sink: &mut Sink<'_, '_>) {
    let reason = |trio: usize| sink.segment.element(2 + 3 * trio);
    let Some(gap) = (1..5).find(|trio| reason(*trio).is_empty() && !reason(*trio + 1).is_empty()) else { return };
    // An amount or a quantity in the gap is told of by itself.
    if (2..=4).all(|place| sink.segment.element(3 * gap + place).is_empty()) {
        let detail = format!("CAS{:02} is empty, but CAS{:02} is not", 2 + 3 * gap, 5 + 3 * gap);
        sink.fault(FaultKind::MissingElement, reason(gap + 1), detail);
    }
}

/// FRM: a question has an answer of some kind.
fn answer(sink: &mut Sink<'_, '_>) {
    if !sink.segment.element(1).is_empty() && (2..=5).all(|number| sink.segment.element(number).is_empty()) {
        let detail = "FRM02 is empty, and so are FRM03 to FRM05: one of them is the answer".to_owned();
        sink.fault(FaultKind::MissingElement, Field::default(), detail);
    }
}

/// N3 of a billing provider, which is a street: what is sent to a post office box is paid to the address of loop 2010AB.
pub(super) fn street(segment: &Segment<'_>, file: FileId, out: &mut Vec<Fault>) {
    let mut sink = Sink { segment, file, out, unused: false };
    for number in [1, 2] {
        let field = segment.element(number).trimmed();
        let letters: String =
            field.text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let begins = ["POBOX", "POSTOFFICEBOX", "LOCKBOX", "LOCKBIN"].iter().any(|words| letters.starts_with(words));
        let within = [" PO BOX ", " P.O. BOX ", " P O BOX ", " POST OFFICE BOX ", " LOCKBOX ", " LOCK BOX "];
        let text = format!(" {} ", field.text.to_ascii_uppercase());
        if begins || within.iter().any(|words| text.contains(words)) {
            let detail = format!(
                "N3{number:02} is `{}`: the billing provider's address is a street; a post office box belongs to loop 2010AB",
                quote(field.text)
            );
            sink.fault(FaultKind::PostOfficeBox, field, detail);
            return;
        }
    }
}

/// PER: telephone and facsimile numbers are ten digits, area code first, without separators; longer ones lead abroad.
fn numbers_to_call(sink: &mut Sink<'_, '_>) {
    for place in [3, 5, 7] {
        let (qualifier, number) = (sink.segment.element(place).trimmed(), sink.segment.element(place + 1).trimmed());
        if !matches!(qualifier.text, "TE" | "FX") || number.text.is_empty() {
            continue;
        }
        if number.text.len() < 10 || !number.text.bytes().all(|byte| byte.is_ascii_digit()) {
            let detail = format!("PER{:02} `{}` is no telephone number of ten digits", place + 1, quote(number.text));
            sink.fault(FaultKind::NotAnIdentifier, number, detail);
        }
    }
}

/// NM1: an organisation has one name.
fn organisation(sink: &mut Sink<'_, '_>) {
    let kind = sink.segment.element(2).trimmed();
    if kind.text != "2" || sink.out.iter().any(|fault| fault.span.start == kind.start) {
        return;
    }
    for number in [4, 5, 7] {
        let field = sink.segment.element(number).trimmed();
        if !field.text.is_empty() {
            let detail = format!("NM1{number:02} is `{}`, but NM102 says that this is no person", quote(field.text));
            sink.fault(FaultKind::UnlistedCode, field, detail);
            return;
        }
    }
}

/// PWK: what is sent apart from the claim is found by its number.
fn attachment(sink: &mut Sink<'_, '_>) {
    let (how, number) = (sink.segment.element(2).trimmed(), sink.segment.element(6));
    if matches!(how.text, "BM" | "EL" | "EM" | "FT" | "FX") && number.is_empty() && sink.segment.element(5).is_empty() {
        let detail = format!("PWK02 is `{}`, and the number of the attachment (PWK06) is missing", how.text);
        sink.fault(FaultKind::MissingElement, how, detail);
    }
}

/// The universal tooth designation: 1 to 32 and A to T, supernumerary 51 to 82 and AS to TS (ANSI/ADA standard 3950).
fn tooth(sink: &mut Sink<'_, '_>, number: usize) {
    let field = sink.segment.element(number).trimmed();
    let known = match field.text.as_bytes() {
        [] | [b'A'..=b'T'] | [b'A'..=b'T', b'S'] => true,
        _ => crate::values::whole(field.text.as_bytes()).is_some_and(|tooth| matches!(tooth, 1..=32 | 51..=82)),
    };
    if !known {
        let detail = format!("{}{number:02} `{}` is no tooth", sink.segment.name(), quote(field.text));
        sink.fault(FaultKind::NotACode, field, detail);
    }
}
