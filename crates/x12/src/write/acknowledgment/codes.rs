//! Which acknowledgment code says what kind of fault: TA105, IK304, IK403, IK502 and AK905.
//!
//! Source: X12 005010X231A1 (999) and X12.5 (TA1) code lists, by the meaning of each fault.

use crate::fault::{Fault, FaultKind};

/// Where and as what a fault is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// IK304, of the segment at the fault.
    Segment(&'static str),
    /// IK304, of a segment that is not there.
    Missing(&'static str),
    /// IK403, of the element at the fault.
    Element(&'static str),
    /// IK502.
    Transaction(&'static str),
}

/// The code of a fault within a transaction.
pub(super) fn within_transaction(fault: &Fault) -> Code {
    match fault.kind.name() {
        "malformed-segment-name" => Code::Segment("1"),
        "missing-segment" | "missing-service" | "missing-service-line" => Code::Missing("3"),
        "missing-billing-provider" | "missing-subscriber" | "missing-patient" => Code::Missing("3"),
        "missing-loop" => Code::Missing("I7"),
        "repeated-segment" | "too-many-repetitions" | "too-many-lines" => Code::Segment("5"),
        "segment-out-of-order" => Code::Segment("7"),
        "missing-element" => Code::Element("1"),
        "too-many-elements" => Code::Element("3"),
        "wrong-length" => Code::Element(if is_too_short(&fault.detail) { "4" } else { "5" }),
        "not-an-amount" | "not-a-number" | "not-utf8" => Code::Element("6"),
        "unlisted-code" | "unknown-qualifier" | "not-a-code" | "dotted-code" | "not-an-identifier" => Code::Element("7"),
        "malformed-hierarchy" | "unknown-hierarchical-parent" | "level-out-of-sequence" => Code::Element("7"),
        "wrong-child-code" | "line-out-of-sequence" | "component-separator-mismatch" => Code::Element("7"),
        "not-a-date" => Code::Element("8"),
        "not-a-time" => Code::Element("9"),
        "unexpected-repetition" => Code::Element("12"),
        "missing-trailer" | "unexpected-end-of-file" | "incomplete-claim" => Code::Transaction("2"),
        "control-number-mismatch" => Code::Transaction("3"),
        "segment-count-mismatch" => Code::Transaction("4"),
        "control-number-reused" => Code::Transaction("23"),
        "unsupported-transaction" => Code::Transaction("1"),
        "unknown-version" | "version-mismatch" => Code::Transaction("I6"),
        _ => Code::Segment("2"),
    }
}

/// Whether a fault of length says that the value is too short: it names the length found, then the least that is due.
fn is_too_short(detail: &str) -> bool {
    let numbers = detail.rsplit('`').next().unwrap_or_default();
    let mut numbers = numbers.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
    matches!((numbers.next(), numbers.next()), (Some(found), Some(least)) if found < least)
}

/// AK905, for faults of a group's header and trailer.
pub(super) fn of_group(kind: FaultKind) -> &'static str {
    match kind.name() {
        "missing-trailer" | "unexpected-end-of-file" => "3",
        "control-number-mismatch" => "4",
        "transaction-count-mismatch" => "5",
        "control-number-reused" => "19",
        "unknown-version" | "version-mismatch" => "2",
        _ => "6",
    }
}

/// TA105, for faults of an interchange's header and trailer. `element` is the element of ISA that is at fault.
pub(super) fn of_interchange(kind: FaultKind, element: Option<usize>) -> &'static str {
    match (kind.name(), element) {
        ("control-number-mismatch", _) => "001",
        ("group-count-mismatch", _) => "021",
        ("control-number-reused", _) => "025",
        ("missing-trailer" | "unexpected-end-of-file" | "unterminated-segment", _) => "023",
        (_, Some(1)) => "010",
        (_, Some(2)) => "011",
        (_, Some(3)) => "012",
        (_, Some(4)) => "013",
        (_, Some(5)) => "005",
        (_, Some(6)) => "006",
        (_, Some(7)) => "007",
        (_, Some(8)) => "008",
        (_, Some(9)) => "014",
        (_, Some(10)) => "015",
        (_, Some(11)) => "026",
        (_, Some(12)) => "017",
        (_, Some(13)) => "018",
        (_, Some(14)) => "019",
        (_, Some(15)) => "020",
        (_, Some(16)) => "027",
        ("malformed-interchange-header", None) => "022",
        _ => "024",
    }
}
