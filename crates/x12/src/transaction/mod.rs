//! One 837 transaction: its header, its hierarchy of billing providers, subscribers and patients, and the claims below.
//!
//! Segments arrive in file order. What stands above a claim is kept and shared by the claims under it; a claim is
//! handed on as soon as the next claim, level or trailer begins, so no more than one is ever held.

mod claim;
mod guided;
mod health_info;
mod hierarchy;
mod line;
mod loops;
mod other_payer;
mod party;

use guided::HeldLevel;
use loops::Loop;
pub(crate) use other_payer::adjustments;

use crate::context::{Context, FaultLog};
use crate::envelope::Envelope;
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::{Segment, SegmentId};
use crate::reader::{ClaimRecord, Limits, Outbox};
use crate::validate::{Lacking, Validator};
use crate::values;
use openclaim_claim::{Claim, ClaimType, FileId, Levels, Patient, Payer, Provider, Purpose, Span, Subscriber, Text};
use std::sync::Arc;

/// The kind of hierarchical level that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    None,
    Billing,
    Subscriber,
    Patient,
}

/// HL01 of a level, and the number that the level should have where HL01 is not it: levels below may name either.
#[derive(Debug, Clone)]
struct LevelId {
    said: Text,
    due: Option<u32>,
}

impl LevelId {
    fn is(&self, parent: &str) -> bool {
        self.said == parent || self.due.is_some_and(|due| values::whole(parent.as_bytes()) == Some(due))
    }
}

/// What a billing provider's level holds.
#[derive(Debug)]
struct BillingLevel {
    id: LevelId,
    provider: Arc<Provider>,
    pay_to: Option<Arc<Provider>>,
    pay_to_plan: Option<Arc<Payer>>,
    currency: Text,
}

/// What a subscriber's level holds.
#[derive(Debug)]
struct SubscriberLevel {
    id: LevelId,
    subscriber: Arc<Subscriber>,
    payer: Arc<Payer>,
    /// What PAT says of the subscriber as a patient.
    patient: Patient,
    named: bool,
}

/// The part of a claim that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Claim,
    OtherPayers,
    Lines,
}

/// A claim being read.
#[derive(Debug)]
struct OpenClaim {
    record: Box<ClaimRecord>,
    log: FaultLog,
    part: Part,
    /// A limit was reached: the rest of the claim is passed over.
    full: bool,
    /// Whether the open line has its service segment.
    has_service: bool,
    /// Bytes of the segments read into the claim.
    bytes: u64,
}

/// What a claim held, for which room is made in the next: claims of one sender resemble each other.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    diagnoses: usize,
    procedures: usize,
    providers: usize,
    lines: usize,
}

impl Before {
    /// Enough for nearly every claim, and too little to weigh where claims do not resemble each other.
    const MOST: usize = 32;

    fn of(claim: &Claim) -> Self {
        Self {
            diagnoses: claim.diagnoses.len().min(Self::MOST),
            procedures: claim.procedures.len().min(Self::MOST),
            providers: claim.providers.len().min(Self::MOST),
            lines: claim.lines.len().min(Self::MOST),
        }
    }

    fn make_room(self, claim: &mut Claim) {
        claim.diagnoses.reserve_exact(self.diagnoses);
        claim.procedures.reserve_exact(self.procedures);
        claim.providers.reserve_exact(self.providers);
        claim.lines.reserve_exact(self.lines);
    }
}

/// Reads the segments of one transaction.
#[derive(Debug)]
pub(crate) struct Transaction {
    file: FileId,
    limits: Limits,
    envelope: Envelope,
    /// The envelope as shared by the claims read so far.
    shared: Option<Arc<Envelope>>,
    place: Loop,
    level: Level,
    billing: Option<BillingLevel>,
    subscriber: Option<SubscriberLevel>,
    patient: Option<Arc<Patient>>,
    /// What the claims below these levels share; taken down when one of them changes.
    levels: Option<Levels>,
    open: Option<OpenClaim>,
    /// Faults met above a claim; the next claim takes them along.
    pending: FaultLog,
    /// The component separator the transaction uses, where it is not the one the interchange declares.
    component: Option<u8>,
    /// What the claim before held.
    before: Before,
    /// Holds the segments against the guide, where that is asked for and the guide is known.
    validator: Option<Box<Validator>>,
    /// What is read stands for a segment at fault: what the reader has to say of it is not heard.
    muted: bool,
    /// HL01 of the last level.
    last_level: u32,
    /// A level, until the segment behind it tells what it is.
    held_level: HeldLevel,
    level_is_held: bool,
}

impl Transaction {
    pub(crate) fn new(file: FileId, limits: Limits, mut envelope: Envelope) -> Self {
        if envelope.guide.is_some_and(|guide| guide.predetermination) {
            envelope.purpose = Purpose::Predetermination;
        }
        Self {
            file,
            limits,
            envelope,
            shared: None,
            place: Loop::Header,
            level: Level::None,
            billing: None,
            subscriber: None,
            patient: None,
            levels: None,
            open: None,
            pending: FaultLog::default(),
            component: None,
            before: Before::default(),
            validator: None,
            muted: false,
            last_level: 0,
            held_level: HeldLevel::default(),
            level_is_held: false,
        }
    }

    /// Holds what follows against the guide, if it is one whose tables are here.
    pub(crate) fn validate(&mut self) {
        if let Some(guide) = self.envelope.guide
            && guide.current
            && !guide.predetermination
        {
            self.validator = Some(Box::new(Validator::new(guide.claim_type, self.file, self.envelope.span)));
        }
    }

    /// ST02.
    pub(crate) fn control_number(&self) -> &str {
        &self.envelope.control_number
    }

    /// The ST segment.
    pub(crate) const fn span(&self) -> Span {
        self.envelope.span
    }

    /// Reads a segment between ST and SE.
    pub(crate) fn read(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        let other_separator;
        let segment = match self.component {
            Some(component) => {
                other_separator = segment.with_component_separator(component);
                &other_separator
            }
            None => segment,
        };
        let Some(id) = segment.id() else {
            let detail = format!("`{}` is no segment name; the segment is skipped", quote(segment.name()));
            let span = segment.element(0).span(self.file);
            let span = Span::new(self.file, segment.start(), u32::try_from(segment.name().len()).unwrap_or(span.len));
            self.report(Fault::new(FaultKind::MalformedSegmentName, span, detail), out);
            return;
        };
        if self.level_is_held {
            self.level_is_held = false;
            let held = std::mem::take(&mut self.held_level);
            self.release(&held, id, out);
            self.held_level = held;
        }
        if self.validator.is_some() && &id.packed() == b"HL\0" {
            self.held_level.hold(segment);
            self.level_is_held = true;
            return;
        }
        match self.place(segment, out) {
            None => self.take(segment, out),
            Some(recovery) => self.recover(*recovery, segment, out),
        }
    }

    /// Reads a segment that has its place.
    #[inline]
    fn take(&mut self, segment: &Segment<'_>, out: &mut Outbox) {
        const HL: u32 = SegmentId::word(b"HL");
        const CLM: u32 = SegmentId::word(b"CLM");
        let Some(id) = segment.id() else { return };
        match segment.word() {
            HL => {
                self.finish_claim(out);
                self.above_claim(segment, Self::begin_level, out);
            }
            CLM => {
                if self.validator.as_ref().is_some_and(|validator| validator.is_claim_late()) {
                    self.hand_on_lost_beginning();
                }
                self.finish_claim(out);
                self.begin_claim(segment);
            }
            _ => match &mut self.open {
                Some(open) => {
                    let record = &mut open.record;
                    let start = record.claim.span.map_or(0, |span| span.start);
                    if open.full {
                        return;
                    }
                    let mut unheard = FaultLog::default();
                    let mut cx = Context {
                        segment,
                        file: self.file,
                        within: self.validator.as_ref().map_or(self.place.name(), |validator| validator.within()),
                        log: if self.muted { &mut unheard } else { &mut open.log },
                        fault_limit: self.limits.faults_per_claim,
                        guided: self.validator.is_some(),
                    };
                    let end = cx.span().end();
                    open.bytes += segment.text().len() as u64 + 1;
                    if open.bytes > self.limits.claim_bytes {
                        let limit = self.limits.claim_bytes;
                        let detail = format!("the claim is longer than {limit} bytes; the rest of it is skipped");
                        cx.segment_fault(FaultKind::ClaimTooLarge, detail);
                        open.full = true;
                        return;
                    }
                    if let Some(span) = &mut record.claim.span {
                        span.len = u32::try_from(end - start).unwrap_or(u32::MAX);
                    }
                    let mut cursor = Cursor {
                        part: &mut open.part,
                        has_service: &mut open.has_service,
                        full: &mut open.full,
                        place: &mut self.place,
                        line_limit: self.limits.lines_per_claim,
                    };
                    claim::read(&mut cursor, &mut record.claim, &mut cx, id.packed());
                    if let Some(validator) = &mut self.validator {
                        validator.elements(segment, &mut open.log, self.limits.faults_per_claim);
                    }
                }
                None => self.above_claim(segment, Self::read_above_claim, out),
            },
        }
    }

    /// Runs a reader of segments above claims with the pending faults at hand, and hands on those that no claim below
    /// this level will take along.
    fn above_claim(&mut self, segment: &Segment<'_>, read: fn(&mut Self, &mut Context<'_, '_>), out: &mut Outbox) {
        self.levels = None;
        let mut log = std::mem::take(&mut self.pending);
        let mut unheard = FaultLog::default();
        let mut cx = Context {
            segment,
            file: self.file,
            within: self.validator.as_ref().map_or(self.place.name(), |validator| validator.within()),
            log: if self.muted { &mut unheard } else { &mut log },
            fault_limit: self.limits.faults_per_claim,
            guided: self.validator.is_some(),
        };
        read(self, &mut cx);
        if let Some(validator) = &mut self.validator {
            validator.elements(segment, &mut log, self.limits.faults_per_claim);
        }
        self.pending = log;
        if matches!(self.level, Level::None | Level::Billing) {
            self.flush_pending(out);
        }
    }

    fn flush_pending(&mut self, out: &mut Outbox) {
        for fault in self.pending.faults.drain(..) {
            out.fault(fault);
        }
    }

    /// Takes up a fault: into the open claim, or for the next one.
    pub(crate) fn report(&mut self, mut fault: Fault, out: &mut Outbox) {
        fault.within = Some(self.place.name());
        let limit = self.limits.faults_per_claim;
        match &mut self.open {
            Some(open) => open.log.push(fault, limit),
            None => {
                self.pending.push(fault, limit);
                if matches!(self.level, Level::None | Level::Billing) {
                    self.flush_pending(out);
                }
            }
        }
    }

    fn begin_claim(&mut self, segment: &Segment<'_>) {
        self.place = Loop::Claim;
        let mut log = std::mem::take(&mut self.pending);
        let other_separator;
        let mut segment = segment;
        if self.component.is_none()
            && let Some(used) = claim::component_separator_used(segment)
        {
            let (declared, field) = (char::from(segment.delimiters().component), segment.element(5));
            let detail = format!(
                "`{}` is written with `{}` between components, but the interchange declares `{declared}`; \
                 the transaction is read with `{}`",
                quote(field.text),
                char::from(used),
                char::from(used)
            );
            let fault = Fault::new(FaultKind::ComponentSeparatorMismatch, field.span(self.file), detail);
            log.push(fault.in_segment(segment.id()), self.limits.faults_per_claim);
            self.component = Some(used);
            other_separator = segment.with_component_separator(used);
            segment = &other_separator;
        }
        let mut cx = Context {
            segment,
            file: self.file,
            within: self.validator.as_ref().map_or(self.place.name(), |validator| validator.within()),
            log: &mut log,
            fault_limit: self.limits.faults_per_claim,
            guided: self.validator.is_some(),
        };
        let shared = self.shared.get_or_insert_with(|| Arc::new(self.envelope.clone()));
        let levels = self.levels.get_or_insert_with(|| {
            hierarchy::levels(self.billing.as_ref(), self.subscriber.as_ref(), self.patient.as_ref())
        });
        let mut record = Box::new(ClaimRecord {
            claim: Claim::under(ClaimType::Professional, levels),
            faults: Vec::new(),
            envelope: Arc::clone(shared),
        });
        self.before.make_room(&mut record.claim);
        claim::begin(&mut record.claim, &mut cx, shared);
        let mut open = OpenClaim {
            record,
            log,
            part: Part::Claim,
            full: false,
            has_service: true,
            bytes: segment.text().len() as u64,
        };
        self.check_levels(&mut open, segment);
        if let Some(validator) = &mut self.validator {
            validator.elements(segment, &mut open.log, self.limits.faults_per_claim);
        }
        self.open = Some(open);
    }

    /// Ends the open claim, if any, and hands it on.
    fn finish_claim(&mut self, out: &mut Outbox) {
        let Some(mut open) = self.open.take() else { return };
        self.place = match self.level {
            Level::Patient => Loop::PatientLevel,
            _ => Loop::SubscriberLevel,
        };
        self.before = Before::of(&open.record.claim);
        claim::finish(&mut open, self.limits.faults_per_claim);
        open.record.faults = open.log.faults;
        out.claim(open.record);
    }

    /// Ends the transaction. `broken_off` says, where the text breaks off in the midst of it, at what.
    /// Returns what the guide's loops lack that ended with it.
    pub(crate) fn finish(mut self, broken_off: Option<&str>, out: &mut Outbox) -> Option<Lacking> {
        if let (Some(why), Some(open)) = (broken_off, &mut self.open) {
            let span = open.record.claim.span.unwrap_or(self.envelope.span);
            let id = quote(&open.record.claim.claim_id);
            let detail = format!("claim `{id}` may be incomplete: {why} before the transaction's trailer");
            open.log.push(Fault::new(FaultKind::IncompleteClaim, span, detail), self.limits.faults_per_claim);
        }
        if self.level_is_held
            && let Some(end) = SegmentId::new(b"SE")
        {
            let held = std::mem::take(&mut self.held_level);
            self.release(&held, end, out);
        }
        let validator = self.validator.take();
        let lacking = validator.and_then(|validator| validator.finish(|fault| self.report_closed(fault, out)));
        self.finish_claim(out);
        self.flush_pending(out);
        lacking
    }
}

/// Where reading stands within a claim.
struct Cursor<'a> {
    part: &'a mut Part,
    has_service: &'a mut bool,
    full: &'a mut bool,
    place: &'a mut Loop,
    line_limit: usize,
}
