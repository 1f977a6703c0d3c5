//! Interchange, group and transaction: headers and trailers.

use super::output::{Output, WriteError};
use crate::envelope::{Group, Interchange};

/// ISA, each element of its fixed width.
pub(crate) fn interchange(out: &mut Output, header: &Interchange) {
    let (element, terminator) = (out.delimiters.element, out.delimiters.segment);
    let repetition = out.delimiters.repetition.map_or('U', char::from).to_string();
    let component = char::from(out.delimiters.component).to_string();
    let number = format!("{:0>9}", header.control_number);
    let acknowledgment = if header.acknowledgment == "1" { "1" } else { "0" };
    let or = |text: &str, otherwise: &'static str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
    let elements: [(usize, &str); 16] = [
        (2, &or(&header.authorization.0, "00")),
        (10, &header.authorization.1),
        (2, &or(&header.security.0, "00")),
        (10, &header.security.1),
        (2, &or(&header.sender.0, "ZZ")),
        (15, &header.sender.1),
        (2, &or(&header.receiver.0, "ZZ")),
        (15, &header.receiver.1),
        (6, &header.date),
        (4, &header.time),
        (1, &repetition),
        (5, &or(&header.version, "00501")),
        (9, &number),
        (1, acknowledgment),
        (1, &or(&header.usage, "P")),
        (1, &component),
    ];
    out.bytes.extend_from_slice(b"ISA");
    for (at, (width, text)) in elements.into_iter().enumerate() {
        if text.chars().count() > width {
            out.fail(WriteError::TooWide { element: at + 1, text: text.to_owned(), width });
        }
        let separates = |byte: u8| byte == element || byte == terminator || byte < b' ';
        if !matches!(at, 10 | 15) && text.bytes().any(separates) {
            out.fail(WriteError::SeparatorInText { segment: "ISA", text: text.to_owned() });
        }
        out.bytes.push(element);
        out.bytes.extend_from_slice(format!("{text:<width$}").as_bytes());
    }
    out.end_raw();
}

/// GS.
pub(crate) fn group(out: &mut Output, header: &Group) {
    let segment = out.segment("GS").text(&header.functional_id).text(&header.sender).text(&header.receiver);
    let segment = segment.text(&header.date).text(&header.time).text(&header.control_number);
    segment.text("X").text(&header.version).end();
}

/// ST; counting of segments begins with it.
pub(crate) fn transaction(out: &mut Output, kind: &str, control_number: &str, version: &str) {
    out.segments = 0;
    out.segment("ST").text(kind).text(control_number).text(version).end();
}

/// SE.
pub(crate) fn end_transaction(out: &mut Output, control_number: &str) {
    let segments = out.segments + 1;
    out.segment("SE").display(segments).text(control_number).end();
}

/// GE.
pub(crate) fn end_group(out: &mut Output, transactions: u32, control_number: &str) {
    out.segment("GE").display(transactions).text(control_number).end();
}

/// IEA.
pub(crate) fn end_interchange(out: &mut Output, groups: u32, control_number: &str) {
    out.segment("IEA").display(groups).display(format_args!("{control_number:0>9}")).end();
}
