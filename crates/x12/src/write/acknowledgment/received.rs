//! What was received, as acknowledgments speak of it: interchanges, groups and transactions, and each fault with the
//! number of its segment and element.

use super::codes::{self, Code};
use crate::delimiters::Delimiters;
use crate::envelope::{Group, Interchange};
use crate::fault::Fault;
use crate::guide::Guide;
use crate::interchange::interchange_of;
use crate::lexer::Segment;
use crate::pieces::{Piece, Pieces};
use openclaim_claim::{ClaimType, FileId, Text};
use std::io::{self, Read};

/// A fault to be acknowledged.
#[derive(Debug, Clone)]
pub struct Remark {
    /// The fault.
    pub fault: Fault,
    /// Whether the transaction is rejected on account of it. Other faults are told and the transaction is accepted.
    pub rejects: bool,
}

/// An interchange that was received.
#[derive(Debug)]
pub struct ReceivedInterchange {
    /// Its header.
    pub header: Interchange,
    /// Codes of what is wrong with header and trailer (TA105), each with whether the interchange is rejected for it.
    pub(super) notes: Vec<(&'static str, bool)>,
    /// Its groups.
    pub groups: Vec<ReceivedGroup>,
}

impl ReceivedInterchange {
    /// Whether header or trailer reject it.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.notes.iter().any(|(_, rejects)| *rejects)
    }
}

/// A group that was received.
#[derive(Debug)]
pub struct ReceivedGroup {
    /// Its header.
    pub header: Group,
    /// GE01, empty when the trailer is missing.
    pub(super) declared: Text,
    /// Codes of what is wrong with header and trailer (AK905).
    pub(super) notes: Vec<(&'static str, bool)>,
    /// Its transactions.
    pub transactions: Vec<ReceivedTransaction>,
}

/// A transaction that was received.
#[derive(Debug)]
pub struct ReceivedTransaction {
    /// ST01.
    pub kind: Text,
    /// ST02.
    pub control_number: Text,
    /// ST03.
    pub version: Text,
    /// Codes of what is wrong with the transaction as a whole (IK502).
    pub(super) notes: Vec<(&'static str, bool)>,
    /// Segments at fault, in file order.
    pub(super) segments: Vec<SegmentRemark>,
}

impl ReceivedGroup {
    /// Whether header or trailer, or one of its transactions, is rejected.
    #[must_use]
    pub fn has_rejections(&self) -> bool {
        self.notes.iter().any(|(_, rejects)| *rejects) || self.transactions.iter().any(ReceivedTransaction::is_rejected)
    }
}

impl ReceivedTransaction {
    /// Whether a fault rejects it.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.notes.iter().any(|(_, rejects)| *rejects) || self.segments.iter().any(|segment| segment.rejects)
    }

    /// Whether nothing at all is to be said of it.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.notes.is_empty() && self.segments.is_empty()
    }
}

/// A segment at fault (IK3).
#[derive(Debug)]
pub(super) struct SegmentRemark {
    pub(super) name: Text,
    /// Counted from ST, which is 1.
    pub(super) position: u32,
    pub(super) within: Option<Text>,
    /// IK304.
    pub(super) code: &'static str,
    pub(super) rejects: bool,
    /// CLM01 of the claim it stands in.
    pub(super) claim_id: Text,
    pub(super) elements: Vec<ElementRemark>,
}

/// An element at fault (IK4).
#[derive(Debug)]
pub(super) struct ElementRemark {
    pub(super) element: usize,
    pub(super) component: Option<usize>,
    pub(super) code: &'static str,
    pub(super) value: Text,
}

/// What is open while the bytes are walked.
struct Walk {
    received: Option<ReceivedInterchange>,
    in_group: bool,
    in_transaction: bool,
    position: u32,
    claim_id: Text,
}

/// Takes stock of what the bytes of a file hold and puts each remark at its place. Remarks need not be sorted. Remarks
/// before the first interchange have no place in an acknowledgment and are left out.
#[must_use]
pub fn receive(bytes: &[u8], file: FileId, remarks: &[Remark]) -> Vec<ReceivedInterchange> {
    let mut received = Vec::new();
    let whole = receive_from(bytes, file, remarks, |interchange| {
        received.push(interchange);
        Ok(())
    });
    // Neither memory nor the closure fails.
    whole.map(|()| received).unwrap_or_default()
}

/// As [`receive`], from a stream, in memory that does not grow with it: each interchange is handed over when it ends.
///
/// # Errors
/// What the stream or `each` fails with.
pub fn receive_from(
    stream: impl Read,
    file: FileId,
    remarks: &[Remark],
    mut each: impl FnMut(ReceivedInterchange) -> io::Result<()>,
) -> io::Result<()> {
    let mut remarks: Vec<&Remark> = remarks.iter().filter(|remark| remark.fault.span.file == file).collect();
    remarks.sort_by_key(|remark| remark.fault.span.start);
    let mut remarks = remarks.into_iter().peekable();
    let mut walk =
        Walk { received: None, in_group: false, in_transaction: false, position: 0, claim_id: Text::default() };
    each_piece(stream, |piece| {
        // What stands up to the terminator belongs to the segment, so that a fault of a missing piece does too.
        let end = piece.offset() + piece.len as u64;
        let here = std::iter::from_fn(|| remarks.next_if(|remark| remark.fault.span.start <= end));
        let Some(header) = &piece.header else {
            let here: Vec<&Remark> = here.collect();
            walk.segment(&piece.segment(), file, &here);
            return Ok(());
        };
        let interchange = interchange_of(header, piece.rest, piece.offset(), file);
        let new = ReceivedInterchange { header: interchange, notes: Vec::new(), groups: Vec::new() };
        let before = walk.received.replace(new);
        (walk.in_group, walk.in_transaction) = (false, false);
        for remark in here {
            let span = remark.fault.span;
            let offset = usize::try_from(span.start.saturating_sub(piece.offset())).unwrap_or(usize::MAX);
            let whole = offset == 0 || span.len as usize >= piece.len;
            let element = header.elements.iter().position(|range| range.start <= offset && offset <= range.end);
            walk.note_interchange(remark, element.map(|index| index + 1).filter(|_| !whole));
        }
        before.map_or(Ok(()), &mut each)
    })?;
    for remark in remarks {
        walk.at_end(remark);
    }
    walk.received.take().map_or(Ok(()), &mut each)
}

/// Where the transactions of a file begin, in bytes from its start.
///
/// # Errors
/// What the stream fails with.
pub fn transaction_starts(stream: impl Read) -> io::Result<Vec<u64>> {
    let mut starts = Vec::new();
    each_piece(stream, |piece| {
        if piece.header.is_none() && piece.rest.starts_with(b"ST") && piece.segment().name() == "ST" {
            starts.push(piece.offset());
        }
        Ok(())
    })?;
    Ok(starts)
}

/// How much of a file is in view at once.
const VIEW: usize = 1 << 20;
/// Longest segment that is waited for. What is longer is no segment, and is taken in pieces.
const LONGEST: usize = 16 << 20;

/// Shows every segment of a stream.
fn each_piece(mut stream: impl Read, mut show: impl FnMut(&Piece<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut view: Vec<u8> = Vec::new();
    let (mut base, mut delimiters) = (0_u64, Delimiters::USUAL);
    loop {
        let read = (&mut stream).take(VIEW as u64).read_to_end(&mut view)?;
        let last = read == 0;
        let mut done = 0;
        let mut pieces = Pieces::part(&view, base, delimiters);
        while let Some(piece) = pieces.next() {
            if !last && piece.is_open() && view.len() - piece.start < LONGEST {
                break;
            }
            show(&piece)?;
            done = (piece.start + piece.len + 1).min(view.len());
            delimiters = piece.delimiters();
        }
        if last {
            return Ok(());
        }
        view.drain(..done);
        base += done as u64;
    }
}

impl Walk {
    fn group(&mut self) -> Option<&mut ReceivedGroup> {
        self.received.as_mut().filter(|_| self.in_group).and_then(|interchange| interchange.groups.last_mut())
    }

    fn transaction(&mut self) -> Option<&mut ReceivedTransaction> {
        let inside = self.in_transaction;
        self.group().filter(|_| inside).and_then(|group| group.transactions.last_mut())
    }

    fn note_interchange(&mut self, remark: &Remark, element: Option<usize>) {
        if let Some(interchange) = self.received.as_mut() {
            interchange.notes.push((codes::of_interchange(remark.fault.kind, element), remark.rejects));
        }
    }

    fn segment(&mut self, segment: &Segment<'_>, file: FileId, here: &[&Remark]) {
        let text = |number: usize| Text::new(segment.element(number).text.trim());
        match segment.name() {
            "GS" => {
                (self.in_group, self.in_transaction) = (true, false);
                let header = Group {
                    functional_id: text(1),
                    sender: text(2),
                    receiver: text(3),
                    date: text(4),
                    time: text(5),
                    control_number: text(6),
                    version: text(8),
                    span: segment.span(file),
                };
                let group =
                    ReceivedGroup { header, declared: Text::default(), notes: Vec::new(), transactions: Vec::new() };
                if let Some(interchange) = self.received.as_mut() {
                    interchange.groups.push(group);
                }
            }
            "ST" => {
                self.in_transaction = true;
                self.position = 0;
                self.claim_id = Text::default();
                let transaction = ReceivedTransaction {
                    kind: text(1),
                    control_number: text(2),
                    version: text(3),
                    notes: Vec::new(),
                    segments: Vec::new(),
                };
                if let Some(group) = self.group() {
                    group.transactions.push(transaction);
                }
            }
            "CLM" => self.claim_id = text(1),
            "HL" | "SE" => self.claim_id = Text::default(),
            "GE" => {
                self.in_transaction = false;
                let declared = text(1);
                if let Some(group) = self.group() {
                    group.declared = declared;
                }
            }
            _ => {}
        }
        self.position += 1;
        for remark in here {
            match segment.name() {
                "IEA" | "TA1" => self.note_interchange(remark, None),
                "GS" | "GE" => {
                    let code = codes::of_group(remark.fault.kind);
                    if let Some(group) = self.group() {
                        group.notes.push((code, remark.rejects));
                    }
                }
                _ => self.in_transaction(segment, remark),
            }
        }
        match segment.name() {
            "SE" => self.in_transaction = false,
            "GE" => self.in_group = false,
            _ => {}
        }
    }

    /// A remark on a segment between ST and SE, both included.
    fn in_transaction(&mut self, segment: &Segment<'_>, remark: &Remark) {
        let (mut position, claim_id) = (self.position, self.claim_id.clone());
        let code = codes::within_transaction(&remark.fault);
        let name = Text::new(segment.name());
        let version = self.group().map(|group| group.header.version.clone()).unwrap_or_default();
        let Some(transaction) = self.transaction() else { return self.at_end(remark) };
        let fault = &remark.fault;
        let within = fault.within.filter(|name| name.len() <= 6 && name.starts_with(|c: char| c.is_ascii_digit()));
        // The reader names the loop before a level; the level itself is the better name.
        let within = match (segment.name(), segment.element(3).text) {
            ("HL", "20") => Some("2000A"),
            ("HL", "22") => Some("2000B"),
            ("HL", "23") => Some("2000C"),
            _ => within,
        };
        let within = within.map(Text::const_new);
        let (name, code, element) = match code {
            Code::Transaction(code) => return transaction.notes.push((code, remark.rejects)),
            // A name that no segment of the guides has is not recognised, rather than unexpected here.
            Code::Segment("2") if fault.kind.name() == "unexpected-segment" && !is_known(&name) => (name, "1", None),
            Code::Segment(code) => (name, code, None),
            Code::Missing(code) => {
                let missing = if fault.kind.name() == "missing-service" {
                    // It is due behind LX.
                    position += 1;
                    Some(service_segment(&version))
                } else {
                    missing_segment(fault)
                };
                (missing.map_or(name, Text::const_new), code, None)
            }
            Code::Element(code) => match element_at(segment, fault) {
                Some((element, component, value)) => {
                    (name, "8", Some(ElementRemark { element, component, code, value: Text::new(value) }))
                }
                None => (name, "8", None),
            },
        };
        let last = transaction
            .segments
            .last_mut()
            .filter(|last| last.position == position && last.code == code && last.name == name && element.is_some());
        match (last, element) {
            (Some(last), Some(element)) => {
                last.rejects |= remark.rejects;
                last.elements.push(element);
            }
            (_, element) => transaction.segments.push(SegmentRemark {
                name,
                position,
                within,
                code,
                rejects: remark.rejects,
                claim_id,
                elements: element.into_iter().collect(),
            }),
        }
    }

    /// A remark behind the last segment, or between transactions: of the innermost part that is open.
    fn at_end(&mut self, remark: &Remark) {
        let kind = remark.fault.kind;
        if let Some(transaction) = self.transaction() {
            transaction.notes.push(("2", remark.rejects));
        } else if let Some(group) = self.group() {
            group.notes.push((codes::of_group(kind), remark.rejects));
        } else {
            self.note_interchange(remark, None);
        }
    }
}

/// The service segment of a guide.
fn service_segment(version: &str) -> &'static str {
    match Guide::from_version(version).map(|guide| guide.claim_type) {
        Some(ClaimType::Institutional) => "SV2",
        Some(ClaimType::Dental) => "SV3",
        Some(ClaimType::Professional) | None => "SV1",
    }
}

/// The name of a segment that is not there.
fn missing_segment(fault: &Fault) -> Option<&'static str> {
    match fault.kind.name() {
        "missing-service-line" => Some("LX"),
        "missing-billing-provider" | "missing-subscriber" | "missing-patient" => Some("NM1"),
        _ => fault.segment.and_then(known_name),
    }
}

/// Names of the segments that the guides know.
const NAMES: [&str; 47] = [
    "AMT", "BHT", "CAS", "CL1", "CLM", "CN1", "CR1", "CR2", "CR3", "CRC", "CTP", "CUR", "DMG", "DN1", "DN2", "DTP",
    "FRM", "HCP", "HI", "HL", "K3", "LIN", "LQ", "LX", "MEA", "MIA", "MOA", "N3", "N4", "NM1", "NTE", "OI", "PAT",
    "PER", "PRV", "PS1", "PWK", "QTY", "REF", "SBR", "SV1", "SV2", "SV3", "SV5", "SVD", "TOO", "SE",
];

/// A segment name that lives as long as the program.
fn known_name(id: crate::lexer::SegmentId) -> Option<&'static str> {
    NAMES.into_iter().find(|name| *name == id.as_str())
}

fn is_known(name: &str) -> bool {
    NAMES.contains(&name) || matches!(name, "ST" | "SE")
}

/// The element that a fault points at: its number, its component, and what stands there.
fn element_at<'s>(segment: &Segment<'s>, fault: &Fault) -> Option<(usize, Option<usize>, &'s str)> {
    let whole = fault.span.start == segment.start();
    if whole {
        // The fault is of something that is not there; its sentence begins with the element's name.
        return named_element(segment.name(), &fault.detail).map(|(element, component)| (element, component, ""));
    }
    let number = (1..=segment.len()).rev().find(|&number| segment.element(number).start <= fault.span.start)?;
    let element = segment.element(number);
    let named = named_element(segment.name(), &fault.detail);
    if element.text.is_empty() {
        // A place behind the last element.
        let (number, component) = named.filter(|(named, _)| *named >= number).unwrap_or((number, None));
        return Some((number, component, ""));
    }
    let separator = segment.delimiters().component;
    if !element.text.as_bytes().contains(&separator) || fault.span.len as usize >= element.text.len() {
        let value = if fault.span.start > element.start + element.text.len() as u64 { "" } else { element.text };
        let (number, component) = named.filter(|(named, _)| *named >= number).unwrap_or((number, None));
        let value = if number > segment.len() || fault.kind.name() == "missing-element" { "" } else { value };
        return Some((number, component, value));
    }
    let (position, component) = segment
        .components(number)
        .enumerate()
        .take_while(|(_, component)| component.start <= fault.span.start)
        .last()?;
    Some((number, Some(position + 1), component.text))
}

/// `CLM05-2 (…) is empty` and the like: the number of the element, and of the component, that a sentence begins with.
fn named_element(name: &str, detail: &str) -> Option<(usize, Option<usize>)> {
    let rest = detail.trim_start_matches('`').strip_prefix(name)?;
    let (number, rest) = rest.split_at_checked(2)?;
    let component = rest.strip_prefix('-').map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    Some((number.parse().ok()?, component.flatten()))
}
