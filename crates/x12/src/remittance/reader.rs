//! Reading 835s.

use super::{
    Account, ClaimGroup, ClaimPayment, Entity, PaidProcedure, Party, Payment, ProviderAdjustment, Remittance,
    ServicePayment,
};
use crate::context::{Context, FaultLog};
use crate::envelope::{Group, Interchange};
use crate::fault::{Fault, FaultKind, quote};
use crate::interchange::interchange_of;
use crate::lexer::Segment;
use crate::pieces::Pieces;
use crate::transaction::adjustments;
use openclaim_claim::{Contact, Date, EntityKind, FileId, Identifier, Money, Span, Spanned, Text};
use std::collections::VecDeque;
use std::sync::Arc;

/// Faults kept for one payment.
const FAULTS: usize = 10_000;

/// What the reader meets, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemittanceEvent {
    /// A payment, behind its faults.
    Remittance(Box<Remittance>),
    /// A fault.
    Fault(Fault),
}

/// Reads the payments of a file that lies in memory; an iterator over [`RemittanceEvent`]s. One payment is held at a time.
///
/// Reading never fails as a whole: what cannot be understood is reported and passed over.
pub struct Remittances<'b> {
    pieces: Pieces<'b>,
    file: FileId,
    interchange: Option<Arc<Interchange>>,
    group: Option<Arc<Group>>,
    open: Option<Open>,
    ready: VecDeque<RemittanceEvent>,
    found: bool,
    ended: bool,
}

/// The payment being read.
struct Open {
    remittance: Box<Remittance>,
    place: Place,
    segments: u32,
    log: FaultLog,
}

/// The loop that the last segment stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Payer,
    Payee,
    Group,
    Claim,
    Line,
    Summary,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payer => "1000A",
            Self::Payee => "1000B",
            Self::Group => "2000",
            Self::Claim => "2100",
            Self::Line => "2110",
            Self::Summary => "summary",
        }
    }
}

impl<'b> Remittances<'b> {
    /// Reads the payments in `bytes`.
    #[must_use]
    pub const fn from_slice(bytes: &'b [u8], file: FileId) -> Self {
        Self {
            pieces: Pieces::new(bytes),
            file,
            interchange: None,
            group: None,
            open: None,
            ready: VecDeque::new(),
            found: false,
            ended: false,
        }
    }

    fn fault(&mut self, kind: FaultKind, span: Span, detail: String) {
        self.ready.push_back(RemittanceEvent::Fault(Fault::new(kind, span, detail)));
    }

    /// Reads one segment; `false` at the end of the file.
    fn step(&mut self) -> bool {
        let file = self.file;
        let Some(piece) = self.pieces.next() else { return false };
        if let Some(header) = &piece.header {
            let interchange = interchange_of(header, piece.rest, piece.start as u64, file);
            self.interchange = Some(Arc::new(interchange));
            self.group = None;
            self.close("another interchange begins");
            return true;
        }
        let segment = piece.segment();
        let text = |number: usize| Text::new(segment.element(number).text.trim());
        let span = segment.span(file);
        match segment.name() {
            "GS" => {
                let group = Group {
                    functional_id: text(1),
                    sender: text(2),
                    receiver: text(3),
                    date: text(4),
                    time: text(5),
                    control_number: text(6),
                    version: text(8),
                    span,
                };
                self.group = Some(Arc::new(group));
            }
            "ST" => {
                let kind = text(1);
                let remittance = Box::new(Remittance {
                    interchange: self.interchange.clone(),
                    group: self.group.clone(),
                    control_number: text(2),
                    version: text(3),
                    span: Some(span),
                    ..Remittance::default()
                });
                self.close("another transaction begins");
                if kind == "835" {
                    self.found = true;
                    let log = FaultLog::default();
                    self.open = Some(Open { remittance, place: Place::Header, segments: 1, log });
                } else {
                    let detail = format!("`{}` is no remittance (835); it is skipped", quote(&kind));
                    self.fault(FaultKind::UnsupportedTransaction, span, detail);
                }
            }
            "SE" => {
                let (count, number) = (text(1), text(2));
                if let Some(mut open) = self.open.take() {
                    open.end(&count, &number, span);
                    self.give(open);
                }
            }
            "GE" | "IEA" => self.close("the group ends"),
            _ => {
                if let Some(open) = &mut self.open {
                    open.read(&segment, file);
                }
            }
        }
        true
    }

    fn give(&mut self, open: Open) {
        self.ready.extend(open.log.faults.into_iter().map(RemittanceEvent::Fault));
        self.ready.push_back(RemittanceEvent::Remittance(open.remittance));
    }

    /// Gives out a payment that something interrupts before its trailer.
    fn close(&mut self, why: &str) {
        if let Some(mut open) = self.open.take() {
            let number = quote(&open.remittance.control_number);
            let detail = format!("transaction `{number}` has no trailer (SE): {why}");
            let span = open.remittance.span.unwrap_or(Span::new(self.file, 0, 0));
            open.log.push(Fault::new(FaultKind::MissingTrailer, span, detail), FAULTS);
            self.give(open);
        }
    }
}

impl Iterator for Remittances<'_> {
    type Item = RemittanceEvent;

    fn next(&mut self) -> Option<RemittanceEvent> {
        while self.ready.is_empty() && !self.ended {
            if !self.step() {
                self.ended = true;
                self.close("the file ends");
                if !self.found {
                    let detail = "the file holds no remittance (835)".to_owned();
                    self.fault(FaultKind::NoClaims, Span::new(self.file, 0, 0), detail);
                }
            }
        }
        self.ready.pop_front()
    }
}

impl Open {
    fn end(&mut self, count: &str, number: &str, span: Span) {
        self.segments = self.segments.saturating_add(1);
        if crate::values::whole(count.as_bytes()) != Some(self.segments) {
            let counted = self.segments;
            let detail = format!("SE01 is `{}` but there are {counted} segments in the transaction", quote(count));
            self.log.push(Fault::new(FaultKind::SegmentCountMismatch, span, detail), FAULTS);
        }
        if number != self.remittance.control_number {
            let header = quote(&self.remittance.control_number);
            let detail = format!("SE02 is `{}` but ST02 is `{header}`", quote(number));
            self.log.push(Fault::new(FaultKind::ControlNumberMismatch, span, detail), FAULTS);
        }
    }

    fn read(&mut self, segment: &Segment<'_>, file: FileId) {
        self.segments = self.segments.saturating_add(1);
        let within = self.place.name();
        let mut cx = Context { segment, file, within, log: &mut self.log, fault_limit: FAULTS, guided: false };
        if !read(&mut self.remittance, &mut self.place, &mut cx) {
            let detail = format!("{} does not belong in loop {within}; it is skipped", quote(segment.name()));
            cx.segment_fault(FaultKind::UnexpectedSegment, detail);
        }
    }
}

/// A segment between ST and SE; `false` when it has no place.
fn read(remittance: &mut Remittance, place: &mut Place, cx: &mut Context<'_, '_>) -> bool {
    match cx.segment.name() {
        "BPR" => {
            let (trace, originator, supplement) = (
                std::mem::take(&mut remittance.payment.trace),
                std::mem::take(&mut remittance.payment.trace_originator),
                std::mem::take(&mut remittance.payment.trace_supplement),
            );
            remittance.payment =
                Payment { trace, trace_originator: originator, trace_supplement: supplement, ..payment(cx) };
        }
        "TRN" => {
            let payment = &mut remittance.payment;
            (payment.trace, payment.trace_originator, payment.trace_supplement) = (cx.text(2), cx.text(3), cx.text(4));
        }
        "N1" => {
            let party = Party {
                name: cx.text(2),
                id: Identifier { qualifier: cx.text(3), value: cx.text(4) },
                span: Some(cx.span()),
                ..Party::default()
            };
            match cx.element(1).text {
                "PR" => (remittance.payer, *place) = (party, Place::Payer),
                "PE" => (remittance.payee, *place) = (party, Place::Payee),
                _ => return false,
            }
        }
        "LX" => {
            *place = Place::Group;
            remittance.groups.push(ClaimGroup { number: cx.text(1), ..ClaimGroup::default() });
        }
        "CLP" => {
            *place = Place::Claim;
            let claim = claim(cx);
            if remittance.groups.is_empty() {
                remittance.groups.push(ClaimGroup::default());
            }
            if let Some(group) = remittance.groups.last_mut() {
                group.claims.push(claim);
            }
        }
        "PLB" => {
            *place = Place::Summary;
            let adjustment = provider_adjustment(cx);
            remittance.provider_adjustments.push(adjustment);
        }
        name => return detail(remittance, place, cx, name),
    }
    true
}

/// A segment that says more about the open loop.
fn detail(remittance: &mut Remittance, place: &mut Place, cx: &mut Context<'_, '_>, name: &str) -> bool {
    match *place {
        Place::Header => match name {
            "CUR" => remittance.currency = cx.text(2),
            "REF" => remittance.references.push(identifier(cx)),
            "DTM" => date(&mut remittance.dates, cx),
            _ => return false,
        },
        Place::Payer => return party(&mut remittance.payer, cx, name),
        Place::Payee => return party(&mut remittance.payee, cx, name),
        Place::Group | Place::Claim | Place::Line => {
            let Some(group) = remittance.groups.last_mut() else { return false };
            match (name, *place) {
                ("TS3", Place::Group) => group.summary = elements(cx),
                ("TS2", Place::Group) => group.inpatient_summary = elements(cx),
                _ => {
                    let Some(claim) = group.claims.last_mut() else { return false };
                    if name == "SVC" {
                        *place = Place::Line;
                        let line = line(cx);
                        claim.lines.push(line);
                        return true;
                    }
                    return match (*place, claim.lines.last_mut()) {
                        (Place::Line, Some(line)) => line_detail(line, cx, name),
                        _ => claim_detail(claim, cx, name),
                    };
                }
            }
        }
        Place::Summary => return false,
    }
    true
}

/// All elements of a segment as sent.
fn elements(cx: &Context<'_, '_>) -> Vec<Text> {
    (1..=cx.segment.len()).map(|number| cx.text(number)).collect()
}

fn identifier(cx: &Context<'_, '_>) -> Identifier {
    Identifier { qualifier: cx.text(1), value: cx.text(2) }
}

/// DTM.
fn date(dates: &mut Vec<(Text, Spanned<Date>)>, cx: &mut Context<'_, '_>) {
    if cx.require(2, "date") {
        let qualifier = cx.text(1);
        dates.extend(cx.date(cx.element(2)).map(|date| (qualifier, date)));
    }
}

/// PER, with its function.
fn contact(cx: &Context<'_, '_>) -> (Text, Contact) {
    let number = |first: usize| (cx.text(first), cx.text(first + 1));
    let numbers = [3, 5, 7].map(number).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    (cx.text(1), Contact { name: cx.text(2), numbers })
}

fn party(party: &mut Party, cx: &Context<'_, '_>, name: &str) -> bool {
    match name {
        "N3" => {
            let address = party.address.get_or_insert_default();
            (address.line1, address.line2) = (cx.text(1), cx.text(2));
        }
        "N4" => {
            let address = party.address.get_or_insert_default();
            (address.city, address.state) = (cx.text(1), cx.text(2));
            (address.postal_code, address.country) = (cx.text(3), cx.text(4));
        }
        "REF" => party.identifiers.push(identifier(cx)),
        "PER" => party.contacts.push(contact(cx)),
        // How the remittance is delivered decides nothing.
        "RDM" => {}
        _ => return false,
    }
    true
}

/// BPR.
fn payment(cx: &mut Context<'_, '_>) -> Payment {
    let account = |cx: &Context<'_, '_>, first: usize| Account {
        bank_qualifier: cx.text(first),
        bank: cx.text(first + 1),
        account_qualifier: cx.text(first + 2),
        account: cx.text(first + 3),
    };
    Payment {
        handling: cx.text(1),
        amount: required(cx, 2, "payment"),
        direction: cx.text(3),
        method: cx.text(4),
        format: cx.text(5),
        payer_account: account(cx, 6),
        originator: cx.text(10),
        originator_supplement: cx.text(11),
        payee_account: account(cx, 12),
        date: cx.date(cx.element(16)),
        ..Payment::default()
    }
}

/// An amount that may not be missing; zero when it is.
fn required(cx: &mut Context<'_, '_>, number: usize, what: &str) -> Spanned<Money> {
    if cx.require(number, what) { cx.money(cx.element(number)).unwrap_or_default() } else { Spanned::default() }
}

/// CLP.
fn claim(cx: &mut Context<'_, '_>) -> ClaimPayment {
    cx.require(1, "claim identifier");
    cx.require(2, "claim status");
    ClaimPayment {
        claim_id: cx.spanned_text(1),
        status: cx.spanned_text(2),
        charge: required(cx, 3, "charge"),
        paid: required(cx, 4, "payment"),
        patient_responsibility: cx.money(cx.element(5)),
        filing_indicator: cx.text(6),
        payer_claim_number: cx.text(7),
        facility: cx.text(8),
        frequency: cx.text(9),
        drg: cx.text(11),
        drg_weight: cx.decimal(cx.element(12)).map(|number| number.value),
        discharge_fraction: cx.decimal(cx.element(13)).map(|number| number.value),
        span: Some(cx.span()),
        ..ClaimPayment::default()
    }
}

fn claim_detail(claim: &mut ClaimPayment, cx: &mut Context<'_, '_>, name: &str) -> bool {
    match name {
        "CAS" => adjustments(&mut claim.adjustments, cx),
        "NM1" => claim.entities.push(Entity {
            role: cx.text(1),
            kind: if cx.element(2).text == "1" { EntityKind::Person } else { EntityKind::Organization },
            name: cx.text(3),
            first_name: cx.text(4),
            middle_name: cx.text(5),
            name_suffix: cx.text(7),
            id: Identifier { qualifier: cx.text(8), value: cx.text(9) },
        }),
        "MIA" => claim.inpatient = elements(cx),
        "MOA" => claim.outpatient = elements(cx),
        "REF" => claim.references.push(identifier(cx)),
        "DTM" => date(&mut claim.dates, cx),
        "PER" => claim.contacts.push(contact(cx)),
        "AMT" => amount(&mut claim.amounts, cx),
        "QTY" => quantity(&mut claim.quantities, cx),
        _ => return false,
    }
    true
}

fn amount(amounts: &mut Vec<(Text, Money)>, cx: &mut Context<'_, '_>) {
    let qualifier = cx.text(1);
    amounts.extend(cx.money(cx.element(2)).map(|amount| (qualifier, amount.value)));
}

fn quantity(quantities: &mut Vec<(Text, openclaim_claim::Decimal)>, cx: &mut Context<'_, '_>) {
    let qualifier = cx.text(1);
    quantities.extend(cx.decimal(cx.element(2)).map(|number| (qualifier, number.value)));
}

fn procedure(cx: &Context<'_, '_>, number: usize) -> PaidProcedure {
    let mut parts = cx.segment.components(number).map(|part| Text::new(part.text));
    let (qualifier, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let modifiers = parts.by_ref().take(4).filter(|modifier| !modifier.is_empty()).collect();
    PaidProcedure { qualifier, code, modifiers, description: parts.next().unwrap_or_default() }
}

/// SVC.
fn line(cx: &mut Context<'_, '_>) -> ServicePayment {
    cx.require(1, "procedure");
    ServicePayment {
        procedure: procedure(cx, 1),
        charge: required(cx, 2, "charge"),
        paid: required(cx, 3, "payment"),
        revenue_code: cx.text(4),
        units: cx.decimal(cx.element(5)).map(|number| number.value),
        billed_procedure: procedure(cx, 6),
        billed_units: cx.decimal(cx.element(7)).map(|number| number.value),
        span: Some(cx.span()),
        ..ServicePayment::default()
    }
}

fn line_detail(line: &mut ServicePayment, cx: &mut Context<'_, '_>, name: &str) -> bool {
    match name {
        "CAS" => adjustments(&mut line.adjustments, cx),
        "REF" => line.references.push(identifier(cx)),
        "DTM" => date(&mut line.dates, cx),
        "AMT" => amount(&mut line.amounts, cx),
        "QTY" => quantity(&mut line.quantities, cx),
        "LQ" => line.remarks.push((cx.text(1), cx.text(2))),
        _ => return false,
    }
    true
}

/// PLB: provider, fiscal year end, and up to six of reason and amount.
fn provider_adjustment(cx: &mut Context<'_, '_>) -> ProviderAdjustment {
    let mut adjustments = Vec::new();
    for first in (3..=13).step_by(2) {
        if let Some(amount) = cx.money(cx.element(first + 1)) {
            let (reason, reference) = (cx.segment.component(first, 1).text, cx.segment.component(first, 2).text);
            adjustments.push((Text::new(reason), Text::new(reference), amount));
        }
    }
    let fiscal_period = cx.date(cx.element(2));
    ProviderAdjustment { provider: cx.text(1), fiscal_period, adjustments, span: Some(cx.span()) }
}
