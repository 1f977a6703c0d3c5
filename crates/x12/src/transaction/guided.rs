//! Reading along a guide: where a segment stands by its tables, and the way back after one at fault.

use super::{Level, Loop, Transaction};
use crate::delimiters::Delimiters;
use crate::envelope::Group;
use crate::fault::{Fault, FaultKind};
use crate::lexer::{Segment, SegmentId};
use crate::reader::Outbox;
use crate::validate::Recovery;
use openclaim_claim::{Span, Text};
use std::sync::Arc;

/// A segment that waits for the one behind it.
#[derive(Debug)]
pub(super) struct HeldLevel {
    text: String,
    separators: Vec<u32>,
    start: u64,
    delimiters: Delimiters,
}

impl Default for HeldLevel {
    fn default() -> Self {
        Self { text: String::new(), separators: Vec::new(), start: 0, delimiters: Delimiters::USUAL }
    }
}

impl HeldLevel {
    pub(super) fn hold(&mut self, segment: &Segment<'_>) {
        (self.start, self.delimiters) = (segment.start(), *segment.delimiters());
        self.text.clear();
        self.text.push_str(segment.text());
        self.separators.clear();
        self.separators.extend(separators_of(&self.text, self.delimiters.element));
    }
}

/// Where the separators of a segment's text stand.
fn separators_of(text: &str, separator: u8) -> impl Iterator<Item = u32> + '_ {
    text.bytes().zip(0..).filter(move |(byte, _)| *byte == separator).map(|(_, at)| at)
}

impl Transaction {
    /// Takes a segment to its place in the guide and reports what the loops that end before it lack.
    pub(super) fn place(&mut self, segment: &Segment<'_>, out: &mut Outbox) -> Option<Box<Recovery>> {
        let mut validator = self.validator.take()?;
        let recovery = validator.place(segment, |fault| self.report_closed(fault, out));
        self.validator = Some(validator);
        recovery
    }

    /// Reads a segment at fault as far as the guide tells what it, or what is missing before it, must be.
    #[cold]
    pub(super) fn recover(&mut self, recovery: Recovery, segment: &Segment<'_>, out: &mut Outbox) {
        if self.validator.as_ref().is_some_and(|validator| validator.is_claim_lost()) {
            out.claim_lost();
        }
        let validator = self.validator.take();
        let (text, then) = match recovery {
            Recovery::PassOver => (None, false),
            Recovery::Found(told) => {
                self.retract(told, out);
                (None, false)
            }
            Recovery::ReadAs(text) => (Some(text), false),
            Recovery::ReadBehind(text) => (Some(text), true),
        };
        if let Some(text) = text {
            let delimiters = *segment.delimiters();
            let separators: Vec<u32> = separators_of(&text, delimiters.element).collect();
            // What is wrong with the segment itself is told of the text that stands in the file.
            self.muted = true;
            self.take(&Segment::new(&text, &separators, segment.start(), delimiters), out);
            self.muted = false;
        }
        self.validator = validator;
        if then {
            self.take(segment, out);
        } else {
            self.elements(segment, out);
        }
    }

    /// The header of the group, which stands behind that of the transaction.
    pub(crate) fn found_group(&mut self, group: Arc<Group>) {
        self.envelope.group = Some(group);
        self.shared = None;
    }

    /// The header of a transaction that was begun without one: whether nothing but BHT stands before it.
    pub(crate) fn found_header(&mut self, header: &Segment<'_>) -> bool {
        if self.place != Loop::Header || self.level_is_held || self.envelope.set_purpose.is_empty() {
            return false;
        }
        self.envelope.control_number = Text::new(header.element(2).text.trim());
        self.envelope.version = Text::new(header.element(3).trimmed().text);
        self.envelope.span = header.span(self.file);
        self.shared = None;
        true
    }

    /// That a segment stands in front of its CLM was told in the claim before, where it stands; it is a fault of the
    /// claim that begins now.
    #[cold]
    pub(super) fn hand_on_lost_beginning(&mut self) {
        let Some(open) = &mut self.open else { return };
        let clm = SegmentId::new(b"CLM");
        let is_it = |fault: &Fault| fault.kind == FaultKind::MissingSegment && fault.segment == clm;
        if let Some(at) = open.log.faults.iter().rposition(is_it) {
            let fault = open.log.faults.remove(at);
            self.pending.push(fault, self.limits.faults_per_claim);
        }
    }

    /// Whether the next segment may take back more than what was told with the one before it.
    pub(crate) fn may_retract(&self) -> bool {
        self.level_is_held || self.validator.as_ref().is_some_and(|validator| validator.is_looking_behind())
    }

    /// Takes back that something is missing: it has been found behind its place.
    fn retract(&mut self, told: Span, out: &mut Outbox) {
        let is_it = |fault: &Fault| {
            fault.span == told && matches!(fault.kind, FaultKind::MissingSegment | FaultKind::MissingLoop)
        };
        let logs = self.open.iter_mut().map(|open| &mut open.log).chain(std::iter::once(&mut self.pending));
        for log in logs {
            if let Some(at) = log.faults.iter().rposition(is_it) {
                log.faults.remove(at);
                return;
            }
        }
        out.retract(is_it);
    }

    /// Reads a level that was held back. What follows it may show that it stands in the midst of a claim that goes on,
    /// or that it is of another kind than it says.
    pub(super) fn release(&mut self, held: &HeldLevel, next: SegmentId, out: &mut Outbox) {
        let segment = Segment::new(&held.text, &held.separators, held.start, held.delimiters);
        let next = next.packed();
        let begins = matches!(&next, b"HL\0" | b"SBR" | b"PAT" | b"PRV" | b"CUR" | b"NM1" | b"CLM" | b"SE\0");
        if self.open.is_some() && !begins {
            let detail = "HL stands in the midst of a claim, which goes on behind it; it is passed over".to_owned();
            let fault = Fault::new(FaultKind::UnexpectedSegment, segment.span(self.file), detail);
            self.report(fault.in_segment(segment.id()), out);
            return;
        }
        let said = segment.element(3).trimmed().text;
        let likely = match &next {
            b"SBR" if matches!(said, "20" | "23") => "22",
            b"PAT" if said == "22" && self.is_below_subscriber(segment.element(2).trimmed().text) => "23",
            b"PAT" if said == "20" => "23",
            b"PRV" | b"CUR" if matches!(said, "22" | "23") && segment.element(2).is_empty() => "20",
            _ => "",
        };
        let recovery = if likely.is_empty() {
            self.place(&segment, out)
        } else {
            let Some(mut validator) = self.validator.take() else { return };
            let recovery = validator.other_level(&segment, likely, |fault| self.report_closed(fault, out));
            self.validator = Some(validator);
            recovery
        };
        match recovery {
            None => self.take(&segment, out),
            Some(recovery) => self.recover(*recovery, &segment, out),
        }
    }

    /// Whether HL02 names the subscriber's level that is open, and no other.
    fn is_below_subscriber(&self, parent: &str) -> bool {
        self.subscriber.as_ref().is_some_and(|level| level.id.is(parent))
            && !self.billing.as_ref().is_some_and(|level| level.id.is(parent))
    }

    /// Tells what is wrong with the elements of a segment that is not read as it stands.
    pub(super) fn elements(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        let Some(validator) = &mut self.validator else { return };
        let limit = self.limits.faults_per_claim;
        match &mut self.open {
            Some(open) => validator.elements(segment, &mut open.log, limit),
            None => {
                validator.elements(segment, &mut self.pending, limit);
                if matches!(self.level, Level::None | Level::Billing) {
                    self.flush_pending(out);
                }
            }
        }
    }

    /// Takes up what a loop lacks: the claim's, or of what stands above.
    pub(super) fn report_closed(&mut self, fault: Fault, out: &mut Outbox) {
        let above =
            matches!(fault.within, Some("header" | "1000A" | "1000B" | "2000A" | "2010AA" | "2010AB" | "2010AC"));
        let limit = self.limits.faults_per_claim;
        match &mut self.open {
            Some(open) if !above => open.log.push(fault, limit),
            _ if above => out.fault(fault),
            _ => self.pending.push(fault, limit),
        }
    }
}
