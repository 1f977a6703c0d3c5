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
        "not-an-amount" | "not-a-number" | "not-utf8" | "invalid-character" => Code::Element("6"),
        "unlisted-code" if fault.detail.ends_with("the guide does not use it here") => Code::Element("I10"),
        "unlisted-code" | "unknown-qualifier" | "not-a-code" | "dotted-code" | "not-an-identifier" => {
            Code::Element("7")
        }
        "post-office-box" => Code::Element("I12"),
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

/// Data element reference numbers (IK402) of the elements of claims, by segment; zero where an element is a composite or
/// not used. Composites have the numbers of their components in [`COMPONENTS`].
///
/// Source: X12 data element dictionary, version 005010.
const ELEMENTS: &[(&str, &[u16])] = &[
    ("AMT", &[522, 782]),
    ("BHT", &[1005, 353, 127, 373, 337, 640]),
    ("CAS", &[1033, 1034, 782, 380, 1034, 782, 380, 1034, 782, 380, 1034, 782, 380, 1034, 782, 380, 1034, 782, 380]),
    ("CL1", &[1315, 1314, 1352]),
    ("CLM", &[1028, 782, 1032, 1343, 0, 1073, 1359, 1073, 1363, 1351, 0, 1366]),
    ("CN1", &[1166, 782, 332, 127, 338, 799]),
    ("CR1", &[355, 81, 1316, 1317, 355, 380, 166, 166, 352, 352]),
    ("CR3", &[1322, 355, 615]),
    ("CRC", &[1136, 1073, 1321, 1321, 1321, 1321, 1321]),
    ("CTP", &[0, 0, 0, 380]),
    ("CUR", &[98, 100, 280]),
    ("DMG", &[1250, 1251, 1068]),
    ("DN1", &[380, 380, 1073, 352]),
    ("DN2", &[127, 1368, 380, 1250, 1251, 1270]),
    ("DTP", &[374, 1250, 1251]),
    ("FRM", &[350, 1073, 127, 373, 332]),
    ("HCP", &[1473, 782, 782, 127, 118, 127, 782, 234, 235, 234, 355, 380, 901, 1526, 1527]),
    ("HL", &[628, 734, 735, 736]),
    ("K3", &[449]),
    ("LIN", &[350, 235, 234]),
    ("LQ", &[1270, 1271]),
    ("LX", &[554]),
    ("MEA", &[737, 738, 739]),
    ("MIA", &[380, 782, 380, 782, 127]),
    ("N3", &[166, 166]),
    ("N4", &[19, 156, 116, 26]),
    ("NM1", &[98, 1065, 1035, 1036, 1037, 1038, 1039, 66, 67]),
    ("NTE", &[363, 352]),
    ("OI", &[1032, 1383, 1073, 1351, 1360, 1363]),
    ("PAT", &[1069, 1384, 584, 1220, 1250, 1251, 355, 81, 1073]),
    ("PER", &[366, 93, 365, 364, 365, 364, 365, 364]),
    ("PRV", &[1221, 128, 127]),
    ("PS1", &[127, 782, 156]),
    ("PWK", &[755, 756, 757, 98, 66, 67]),
    ("QTY", &[673, 380]),
    ("REF", &[128, 127, 352]),
    ("SBR", &[1138, 1069, 127, 93, 1336, 1143, 1073, 584, 1032]),
    ("SV1", &[0, 782, 355, 380, 1331, 1365, 0, 782, 1073, 1340, 1073, 1073]),
    ("SV2", &[234, 0, 782, 355, 380, 1371, 782]),
    ("SV3", &[0, 782, 1331, 0, 1358, 380]),
    ("SV5", &[0, 355, 380, 782, 782, 594]),
    ("SVD", &[67, 782, 0, 234, 380, 554]),
    ("TOO", &[1270, 1271]),
];

/// Data element reference numbers of components, by segment and element; element 0 stands for every element.
const COMPONENTS: &[(&str, usize, &[u16])] = &[
    ("CLM", 5, &[1331, 1332, 1325]),
    ("CLM", 11, &[1362, 1362, 1362, 156, 26]),
    ("HI", 0, &[1270, 1271, 1250, 1251, 782, 380, 799, 1271, 1073]),
    ("SV1", 1, &[235, 234, 1339, 1339, 1339, 1339, 352]),
    ("SV1", 7, &[1328, 1328, 1328, 1328]),
    ("SV2", 2, &[235, 234, 1339, 1339, 1339, 1339, 352]),
    ("SV3", 1, &[235, 234, 1339, 1339, 1339, 1339, 352]),
    ("SVD", 3, &[235, 234, 1339, 1339, 1339, 1339, 352]),
];

/// The data element reference number of a place; `None` where it is not known.
pub(super) fn reference_number(segment: &str, element: usize, component: Option<usize>) -> Option<u16> {
    let number = match component {
        Some(component) => COMPONENTS
            .iter()
            .find(|(name, at, _)| *name == segment && (*at == element || *at == 0))
            .and_then(|(_, _, numbers)| numbers.get(component.checked_sub(1)?).copied()),
        None => ELEMENTS
            .iter()
            .find(|(name, _)| *name == segment)
            .and_then(|(_, numbers)| numbers.get(element.checked_sub(1)?).copied()),
    };
    number.filter(|number| *number != 0)
}
