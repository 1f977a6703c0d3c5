//! Groups and transactions: headers against trailers, and which transaction a segment belongs to.

use crate::envelope::{Envelope, Group, Interchange, TradingPartner};
use crate::fault::{Fault, FaultKind, quote};
use crate::guide::Guide;
use crate::lexer::{Field, Segment, SegmentId};
use crate::reader::{Limits, Outbox, Totals};
use crate::transaction::Transaction;
use crate::validate::{EnvelopeState, Lacking, check_group, check_interchange};
use crate::values;
use openclaim_claim::{FileId, Purpose, Span, Text};
use std::sync::Arc;

/// The transaction that is open.
#[derive(Debug)]
enum Body {
    None,
    /// An 837.
    Claims(Box<Transaction>),
    /// A transaction of another kind, passed over: its control number and header.
    Other(Text, Span),
}

/// What the segment before the one at hand left open, and what the one at hand may still be. Neighbours that changed
/// places are one fault.
#[derive(Debug)]
enum Awaited {
    /// A trailer that was told to be missing, of the header at this place, with its control number.
    Trailer(&'static str, Span, Text),
    /// Something that the transaction which just ended lacks; whether SE01 counts one segment more than there are.
    Segment(Lacking, bool),
}

/// The open interchange with its groups and transactions.
#[derive(Debug)]
pub(crate) struct Groups {
    file: FileId,
    limits: Limits,
    /// The header of the open interchange; `None` when it is missing.
    interchange: Option<Arc<Interchange>>,
    /// Whether an interchange is open.
    open: bool,
    group: Option<Arc<Group>>,
    body: Body,
    /// Groups of the interchange, transactions of the group, segments of the transaction.
    groups: u32,
    transactions: u32,
    segments: u32,
    /// Whether a segment outside of any transaction has been reported since the last header.
    stray: bool,
    /// The open group has no header, which has been reported.
    headless_group: bool,
    /// The open transaction has no header, which has been reported.
    headless_transaction: bool,
    /// Its header stood twice: SE01 may count it once or twice.
    repeated_header: bool,
    awaited: Option<Awaited>,
    /// Control numbers seen, where headers and segments are held against the guides.
    validation: Option<Box<EnvelopeState>>,
}

impl Groups {
    pub(crate) fn new(file: FileId, limits: Limits) -> Self {
        Self {
            file,
            limits,
            interchange: None,
            open: false,
            group: None,
            body: Body::None,
            groups: 0,
            transactions: 0,
            segments: 0,
            stray: false,
            headless_group: false,
            headless_transaction: false,
            repeated_header: false,
            awaited: None,
            validation: None,
        }
    }

    /// Turns validation on.
    pub(crate) fn validate(&mut self) {
        self.validation.get_or_insert_default();
    }

    /// Takes up a fault: into the open transaction, if there is one.
    pub(crate) fn report(&mut self, fault: Fault, out: &mut Outbox) {
        match &mut self.body {
            Body::Claims(transaction) => transaction.report(fault, out),
            _ => out.fault(fault),
        }
    }

    /// An interchange header at `at`; `None` for a missing one.
    pub(crate) fn begin_interchange(
        &mut self,
        interchange: Option<(Interchange, [Span; 16])>,
        at: u64,
        totals: &mut Totals,
        out: &mut Outbox,
    ) {
        let place = Span::new(self.file, at, 3);
        self.awaited = None;
        if let (Some((again, fields)), Some(open)) = (&interchange, &self.interchange)
            && self.open
            && self.groups == 0
            && self.same_header(again, open)
        {
            let span = Span::new(self.file, at, u32::try_from(fields[15].end() - at).unwrap_or(u32::MAX));
            out.fault(repeated_header("ISA", span));
            return;
        }
        // A header behind that of its first group: the group goes on.
        let is_late = self.open
            && interchange.is_some()
            && self.interchange.is_none()
            && self.group.is_some()
            && (self.groups, self.transactions) == (1, 0)
            && matches!(self.body, Body::None)
            && !self.stray;
        if !is_late {
            self.close_group(place, "another interchange begins", true, out);
        }
        if self.open
            && let Some(open) = &self.interchange
        {
            let detail = format!("interchange {} has no trailer (IEA): another begins", quote(&open.control_number));
            out.fault(Fault::new(FaultKind::MissingTrailer, open.span, detail));
        }
        totals.interchanges += u64::from(interchange.is_some());
        totals.segments += u64::from(interchange.is_some());
        if let (Some(state), Some((interchange, fields))) = (&mut self.validation, &interchange) {
            check_interchange(interchange, fields, &mut |fault| out.fault(fault));
            let number = interchange.control_number.as_str();
            if state.is_reused(0, &(&interchange.sender.1, &interchange.receiver.1, number)) {
                out.fault(EnvelopeState::reused("ISA13", number, "file", fields[12], b"ISA"));
            }
        }
        self.interchange = interchange.map(|(interchange, _)| Arc::new(interchange));
        if is_late {
            return;
        }
        self.open = true;
        self.groups = 0;
        self.headless_group = false;
        self.stray = false;
    }

    /// Whether a header says what the open one says, but for its place.
    fn same_header(&self, again: &Interchange, open: &Interchange) -> bool {
        let said = |header: &Interchange| {
            (header.control_number.clone(), header.sender.clone(), header.receiver.clone(), header.time.clone())
        };
        said(again) == said(open)
    }

    /// Whether a group's trailer may stand behind that of its interchange.
    pub(crate) fn awaits_group_trailer(&self) -> bool {
        matches!(self.awaited, Some(Awaited::Trailer("GE", ..)))
    }

    /// The end of the file at `end`.
    pub(crate) fn end_of_file(&mut self, end: u64, out: &mut Outbox) {
        let place = Span::new(self.file, end, 0);
        if self.open && self.interchange.is_some() {
            let detail = "the file ends before the interchange's trailer (IEA)".to_owned();
            self.report(Fault::new(FaultKind::UnexpectedEndOfFile, place, detail), out);
        }
        self.close_group(place, "the file ends", true, out);
        self.open = false;
    }

    /// A segment of the interchange; whether it was the interchange's trailer.
    pub(crate) fn segment(&mut self, segment: &Segment<'_>, totals: &mut Totals, out: &mut Outbox) -> bool {
        out.begin_segment();
        let ended = self.read(segment, totals, out);
        if !matches!(&self.body, Body::Claims(transaction) if transaction.may_retract()) {
            out.end_segment();
        }
        ended
    }

    #[inline]
    fn read(&mut self, segment: &Segment<'_>, totals: &mut Totals, out: &mut Outbox) -> bool {
        const GS: u32 = SegmentId::word(b"GS");
        const ST: u32 = SegmentId::word(b"ST");
        const SE: u32 = SegmentId::word(b"SE");
        const GE: u32 = SegmentId::word(b"GE");
        const IEA: u32 = SegmentId::word(b"IEA");
        const TA1: u32 = SegmentId::word(b"TA1");
        self.segments = self.segments.saturating_add(1);
        if self.awaited.is_some() && self.comes_late(segment, out) {
            return false;
        }
        match segment.word() {
            GS => self.begin_group(segment, totals, out),
            ST => self.begin_transaction(segment, totals, out),
            SE => self.end_transaction(segment, out),
            GE => self.end_group(segment, out),
            IEA => {
                self.end_interchange(segment, out);
                return true;
            }
            _ => match &mut self.body {
                Body::Claims(transaction) => {
                    transaction.read(segment, out);
                }
                Body::Other(..) => {}
                // An acknowledgment of the interchange may stand alone in it.
                Body::None if segment.word() == TA1 => {}
                Body::None => self.outside_transaction(segment, out),
            },
        }
        false
    }

    /// Whether a segment outside of any transaction is what the segment before it left open.
    #[cold]
    fn comes_late(&mut self, segment: &Segment<'_>, out: &mut Outbox) -> bool {
        let awaited = self.awaited.take();
        let (kind, detail) = match &awaited {
            Some(Awaited::Trailer(trailer, told, control_number)) if *trailer == segment.name() => {
                let (kind, header, of) = if *trailer == "SE" {
                    // The trailer in front of it is no segment of the transaction.
                    let segments = self.segments.saturating_sub(1);
                    let what = "segments in the transaction";
                    self.check_count(segment, segments, FaultKind::SegmentCountMismatch, what, out);
                    (FaultKind::UnexpectedTrailer, "ST02", "GE, the trailer of its group")
                } else {
                    let what = "transactions in the group";
                    self.check_count(segment, self.transactions, FaultKind::TransactionCountMismatch, what, out);
                    (FaultKind::UnexpectedTrailer, "GS06", "IEA, the trailer of its interchange")
                };
                self.check_control_number(segment, control_number, header, out);
                out.retract(|fault| fault.kind == FaultKind::MissingTrailer && fault.span == *told);
                (kind, format!("{trailer} stands behind {of}"))
            }
            Some(Awaited::Segment(lacking, one_more)) if matches!(self.body, Body::None) => {
                let Some(told) = lacking.find(segment) else { return false };
                out.retract(|fault| lacking.is_told_by(fault, told));
                if *one_more {
                    out.retract(|fault| fault.kind == FaultKind::SegmentCountMismatch);
                }
                self.stray = true;
                let detail =
                    format!("{} stands behind SE, the trailer of its transaction; it is skipped", segment.name());
                (FaultKind::SegmentOutOfOrder, detail)
            }
            _ => return false,
        };
        out.fault(Fault::new(kind, segment.span(self.file), detail).in_segment(segment.id()));
        true
    }

    /// A body segment outside of any transaction. Claims are not lost with their header: a segment that begins
    /// something begins a transaction without a header as well.
    fn outside_transaction(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        let span = segment.span(self.file);
        let begins = matches!(segment.name(), "BHT" | "HL" | "CLM");
        if begins || !self.stray {
            let what = if begins { "it is read as if a header (ST) stood before it" } else { "it is skipped" };
            let detail = format!("`{}` stands outside of any transaction; {what}", quote(segment.text()));
            let fault = Fault::new(FaultKind::MissingHeader, span, detail);
            out.fault(fault.in_segment(segment.id()));
            self.stray = true;
        }
        if begins {
            // The header counts as if it were there.
            self.segments = 2;
            self.transactions = self.transactions.saturating_add(1);
            self.headless_transaction = true;
            let envelope = self.envelope(Text::default(), Text::default(), span);
            let mut transaction = Box::new(Transaction::new(self.file, self.limits, envelope));
            if self.validation.is_some() {
                transaction.validate();
            }
            transaction.read(segment, out);
            self.body = Body::Claims(transaction);
        }
    }

    fn begin_group(&mut self, segment: &Segment<'_>, totals: &mut Totals, out: &mut Outbox) {
        let span = segment.span(self.file);
        let text = |number: usize| Text::new(segment.element(number).text.trim());
        if let Some(open) = &self.group
            && self.transactions == 0
            && matches!(self.body, Body::None)
            && [open.control_number.as_str(), &open.sender, &open.receiver] == [&text(6), &text(2), &text(3)]
        {
            out.fault(repeated_header("GS", span));
            return;
        }
        // A header behind that of its first transaction: the transaction goes on.
        let is_late =
            self.headless_group && (self.transactions, self.segments) == (1, 2) && matches!(self.body, Body::Claims(_));
        if !is_late {
            self.close_group(span, "another group begins", false, out);
        }
        self.headless_group = false;
        if let Some(state) = &mut self.validation {
            check_group(segment, self.file, &mut |fault| out.fault(fault));
            let number = segment.element(6).trimmed();
            if state.is_reused(1, &(segment.element(2).text, segment.element(3).text, number.text)) {
                out.fault(EnvelopeState::reused("GS06", number.text, "interchange", number.span(self.file), b"GS"));
            }
        }
        let group = Arc::new(Group {
            functional_id: text(1),
            sender: text(2),
            receiver: text(3),
            date: text(4),
            time: text(5),
            control_number: text(6),
            version: text(8),
            span,
        });
        self.group = Some(Arc::clone(&group));
        totals.groups += 1;
        if let (true, Body::Claims(transaction)) = (is_late, &mut self.body) {
            // It is no segment of the transaction.
            self.segments = 1;
            transaction.found_group(group);
            return;
        }
        self.groups = self.groups.saturating_add(1);
        self.transactions = 0;
        self.stray = false;
    }

    fn begin_transaction(&mut self, segment: &Segment<'_>, totals: &mut Totals, out: &mut Outbox) {
        let span = segment.span(self.file);
        if let Body::Claims(open) = &self.body
            && self.segments == 2
            && open.control_number() == segment.element(2).text.trim()
        {
            self.segments = 1;
            self.repeated_header = true;
            out.fault(repeated_header("ST", span));
            return;
        }
        if let Body::Claims(open) = &mut self.body
            && self.headless_transaction
            && self.segments == 3
            && segment.element(1).text.trim() == "837"
            && open.found_header(segment)
        {
            self.segments = 2;
            self.headless_transaction = false;
            totals.transactions += 1;
            return;
        }
        self.close_transaction(span, "another transaction begins", false, out);
        self.headless_transaction = false;
        self.repeated_header = false;
        totals.transactions += 1;
        self.transactions = self.transactions.saturating_add(1);
        self.segments = 1;
        self.stray = false;
        if let Some(state) = &mut self.validation {
            let number = segment.element(2).trimmed();
            if !(4..=9).contains(&number.text.len()) {
                let detail = format!("ST02 is `{}`: four to nine characters are due", quote(number.text));
                let span = if number.text.is_empty() { span } else { number.span(self.file) };
                out.fault(Fault::new(FaultKind::WrongLength, span, detail).in_segment(segment.id()));
            }
            if state.is_reused(2, &("", "", number.text)) {
                out.fault(EnvelopeState::reused("ST02", number.text, "group", number.span(self.file), b"ST"));
            }
        }
        let mut fault = |kind, field: Field<'_>, detail: String| {
            let span = if field.text.is_empty() { span } else { field.span(self.file) };
            out.fault(Fault::new(kind, span, detail).in_segment(segment.id()));
        };
        if self.group.is_none() && !self.headless_group {
            self.headless_group = true;
            self.groups = self.groups.saturating_add(1);
            self.transactions = 1;
            fault(
                FaultKind::MissingHeader,
                Field::default(),
                "no group header (GS) stands before the transaction".into(),
            );
        }
        let (kind, control_number) = (segment.element(1), Text::new(segment.element(2).text.trim()));
        if kind.text.trim() != "837" {
            let detail = format!("`{}` is no claim transaction (837); it is skipped", quote(kind.text));
            fault(FaultKind::UnsupportedTransaction, kind, detail);
            out.claim_lost();
            self.body = Body::Other(control_number, span);
            return;
        }
        let version = segment.element(3).trimmed();
        let group_version = self.group.as_ref().map_or("", |group| group.version.as_str());
        let mut envelope = self.envelope(control_number, Text::new(version.text), span);
        let of_group = Guide::from_version(group_version);
        match envelope.guide {
            None => {
                let found = if version.text.is_empty() { group_version } else { version.text };
                let detail = format!(
                    "`{}` is no version of the 837 known here (005010X222, X223, X224 and their errata); \
                     claims are read as far as they fit",
                    quote(found)
                );
                fault(FaultKind::UnknownVersion, version, detail);
            }
            Some(guide) if !guide.current => {
                let detail =
                    format!("`{}` is an older version; it is read by the rules of 005010", quote(envelope.version()));
                fault(FaultKind::UnknownVersion, version, detail);
            }
            Some(_) if !version.text.is_empty() && !group_version.is_empty() && version.text != group_version => {
                let detail = format!("ST03 is `{}` but GS08 is `{}`", quote(version.text), quote(group_version));
                fault(FaultKind::VersionMismatch, version, detail);
                if of_group.is_some_and(|group| Some(group.claim_type) != envelope.guide.map(|guide| guide.claim_type))
                {
                    // Which guide the claims follow is in doubt: they are read as what they look like.
                    envelope.guide = None;
                }
            }
            Some(guide) if guide.current && version.text.is_empty() && self.validation.is_some() => {
                let detail = format!("ST03 is empty; GS08 says `{}`", quote(group_version));
                fault(FaultKind::MissingElement, version, detail);
            }
            Some(_) => {}
        }
        let mut transaction = Box::new(Transaction::new(self.file, self.limits, envelope));
        if self.validation.is_some() {
            transaction.validate();
        }
        self.body = Body::Claims(transaction);
    }

    fn envelope(&self, control_number: Text, version: Text, span: Span) -> Envelope {
        let group_version = self.group.as_ref().map_or("", |group| group.version.as_str());
        Envelope {
            interchange: self.interchange.clone(),
            group: self.group.clone(),
            control_number,
            guide: Guide::from_version(&version).or_else(|| Guide::from_version(group_version)),
            version,
            set_purpose: Text::default(),
            reference: Text::default(),
            date: Text::default(),
            time: Text::default(),
            purpose: Purpose::default(),
            submitter: TradingPartner::default(),
            receiver: TradingPartner::default(),
            span,
        }
    }

    fn end_transaction(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        let body = std::mem::replace(&mut self.body, Body::None);
        let control_number = match &body {
            Body::None => return self.unexpected_trailer(segment, out),
            Body::Claims(transaction) => Text::new(transaction.control_number()),
            Body::Other(control_number, _) => control_number.clone(),
        };
        let lacking = match body {
            Body::Claims(transaction) => transaction.finish(None, out),
            _ => None,
        };
        if self.headless_transaction {
            return;
        }
        let said = values::whole(segment.element(1).trimmed().text.as_bytes());
        self.awaited = lacking.map(|lacking| Awaited::Segment(lacking, said == Some(self.segments.saturating_add(1))));
        let twice = self.repeated_header && said == Some(self.segments.saturating_add(1));
        let segments = self.segments.saturating_add(u32::from(twice));
        self.check_count(segment, segments, FaultKind::SegmentCountMismatch, "segments in the transaction", out);
        self.check_control_number(segment, &control_number, "ST02", out);
    }

    fn end_group(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        if let Body::Claims(transaction) = &self.body {
            self.awaited = Some(Awaited::Trailer("SE", transaction.span(), Text::new(transaction.control_number())));
        }
        self.close_transaction(segment.span(self.file), "the group ends", false, out);
        let group = self.group.take();
        if group.is_none() && !self.headless_group {
            return self.unexpected_trailer(segment, out);
        }
        self.headless_group = false;
        let transactions = self.transactions;
        self.check_count(segment, transactions, FaultKind::TransactionCountMismatch, "transactions in the group", out);
        let Some(group) = group else { return };
        self.check_control_number(segment, &group.control_number, "GS06", out);
    }

    fn end_interchange(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        if let (Some(group), Body::None) = (&self.group, &self.body) {
            self.awaited = Some(Awaited::Trailer("GE", group.span, group.control_number.clone()));
        }
        self.close_group(segment.span(self.file), "the interchange ends", false, out);
        let groups = self.groups;
        self.check_count(segment, groups, FaultKind::GroupCountMismatch, "groups in the interchange", out);
        match self.interchange.clone() {
            Some(interchange) => self.check_control_number(segment, &interchange.control_number, "ISA13", out),
            // That the header is missing has been said.
            None if self.open => {}
            None => self.unexpected_trailer(segment, out),
        }
        self.open = false;
    }

    fn unexpected_trailer(&self, segment: &Segment<'_>, out: &mut Outbox) {
        let detail = format!("{} closes nothing: its header is missing", segment.name());
        let fault = Fault::new(FaultKind::UnexpectedTrailer, segment.span(self.file), detail);
        out.fault(fault.in_segment(segment.id()));
    }

    /// Compares the count in the first element of a trailer.
    fn check_count(&self, segment: &Segment<'_>, counted: u32, kind: FaultKind, what: &str, out: &mut Outbox) {
        let field = segment.element(1).trimmed();
        if values::whole(field.text.as_bytes()) == Some(counted) {
            return;
        }
        let detail = format!("{}01 is `{}` but there are {counted} {what}", segment.name(), quote(field.text));
        let span = if field.text.is_empty() { segment.span(self.file) } else { field.span(self.file) };
        out.fault(Fault::new(kind, span, detail).in_segment(segment.id()));
    }

    /// Compares the control number in the second element of a trailer.
    fn check_control_number(&self, segment: &Segment<'_>, header: &str, named: &str, out: &mut Outbox) {
        let field = segment.element(2).trimmed();
        // A number that no header can have has been told of there.
        let impossible = match named {
            "ST02" => header.len() < 4,
            "ISA13" => header.len() != 9 || !header.bytes().all(|byte| byte.is_ascii_digit()),
            _ => header.is_empty() || !header.bytes().all(|byte| byte.is_ascii_digit()),
        };
        if field.text.trim_start() == header || (impossible && self.validation.is_some()) {
            return;
        }
        let detail = format!("{}02 is `{}` but {named} is `{}`", segment.name(), quote(field.text), quote(header));
        let span = if field.text.is_empty() { segment.span(self.file) } else { field.span(self.file) };
        let fault = Fault::new(FaultKind::ControlNumberMismatch, span, detail);
        out.fault(fault.in_segment(segment.id()));
    }

    /// Closes the open transaction, if any, which something else interrupts before its trailer. Where the text breaks off
    /// the last claim may be cut short; where only the trailer is missing it is not.
    fn close_transaction(&mut self, at: Span, why: &str, broken_off: bool, out: &mut Outbox) {
        let (control_number, header) = match &self.body {
            Body::None => return,
            Body::Claims(transaction) => (transaction.control_number(), transaction.span()),
            Body::Other(control_number, span) => (control_number.as_str(), *span),
        };
        let detail = format!("transaction `{}` has no trailer (SE): {why} at byte {}", quote(control_number), at.start);
        let fault = Fault::new(FaultKind::MissingTrailer, header, detail).in_segment(SegmentId::new(b"ST"));
        if let Body::Claims(transaction) = std::mem::replace(&mut self.body, Body::None) {
            transaction.finish(broken_off.then_some(why), out);
        }
        out.fault(fault);
    }

    /// Closes the open group, if any, which something else interrupts before its trailer.
    fn close_group(&mut self, at: Span, why: &str, broken_off: bool, out: &mut Outbox) {
        self.close_transaction(at, why, broken_off, out);
        if let Some(group) = self.group.take() {
            let detail =
                format!("group `{}` has no trailer (GE): {why} at byte {}", quote(&group.control_number), at.start);
            let fault = Fault::new(FaultKind::MissingTrailer, group.span, detail).in_segment(SegmentId::new(b"GS"));
            out.fault(fault);
        }
    }
}

/// The fault of a header that stands twice with nothing between.
fn repeated_header(name: &str, span: Span) -> Fault {
    let detail = format!("{name} stands here twice, with nothing between; the second is passed over");
    Fault::new(FaultKind::RepeatedSegment, span, detail).in_segment(SegmentId::new(name.as_bytes()))
}
