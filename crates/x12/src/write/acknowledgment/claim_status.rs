//! 277CA: what became of each claim.

use super::Stamp;
use super::printable;
use crate::envelope::Envelope;
use crate::write::output::{Day, Output};
use openclaim_claim::{Claim, ClaimType, EntityKind, Money, Provider, Text};
use std::sync::Arc;

/// A status of a claim or line (STC01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimStatus {
    /// Category: `A2` accepted, `A3` returned as unprocessable, `A6` missing information, `A7` invalid information.
    pub category: &'static str,
    /// Claim status code.
    pub status: &'static str,
    /// The entity that the status is about, empty when there is none: `85` billing provider, `IL` insured, `QC` patient.
    pub entity: &'static str,
}

impl ClaimStatus {
    /// Accepted for processing (`A2`, status 20).
    pub const ACCEPTED: Self = Self { category: "A2", status: "20", entity: "PR" };
}

/// Why a line is at fault.
#[derive(Debug, Clone)]
pub struct LineAnswer {
    /// Position of the line in [`Claim::lines`].
    pub line: usize,
    /// Its statuses.
    pub statuses: Vec<ClaimStatus>,
}

/// The answer about one claim.
#[derive(Debug, Clone)]
pub struct ClaimAnswer<'c> {
    /// The claim.
    pub claim: &'c Claim,
    /// The envelope it came in.
    pub envelope: &'c Arc<Envelope>,
    /// Why it is rejected; empty when it is accepted.
    pub statuses: Vec<ClaimStatus>,
    /// Lines at fault.
    pub lines: Vec<LineAnswer>,
}

impl ClaimAnswer<'_> {
    /// Whether the claim goes on into processing.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.statuses.is_empty() && self.lines.is_empty()
    }

    fn charge(&self) -> Money {
        self.claim.amounts.total_charge.value
    }
}

/// Counts and charges of accepted and rejected claims.
struct Totals {
    accepted: (usize, Money),
    rejected: (usize, Money),
}

impl Totals {
    fn of(answers: &[ClaimAnswer<'_>]) -> Self {
        let sum = |accepted: bool| {
            let chosen = answers.iter().filter(|answer| answer.is_accepted() == accepted);
            (chosen.clone().count(), chosen.map(ClaimAnswer::charge).sum())
        };
        Self { accepted: sum(true), rejected: sum(false) }
    }

    fn charge(&self) -> Money {
        self.accepted.1 + self.rejected.1
    }

    /// QTY and AMT.
    fn write(&self, out: &mut Output, accepted: &str, rejected: &str) {
        let both = [(accepted, "YU", &self.accepted), (rejected, "YY", &self.rejected)];
        for (quantity, _, (count, _)) in both.iter().filter(|(_, _, (count, _))| *count > 0) {
            out.segment("QTY").text(quantity).display(count).end();
        }
        for (_, amount, (_, charge)) in both.iter().filter(|(_, _, (count, _))| *count > 0) {
            out.segment("AMT").text(amount).money(*charge).end();
        }
    }
}

/// HL, numbered through.
fn level(out: &mut Output, levels: &mut u32, parent: Option<u32>, code: &str, below: &str) -> u32 {
    *levels += 1;
    out.segment("HL").display(*levels).option(parent).text(code).text(below).end();
    *levels
}

/// A transaction from BHT on. All claims are of one envelope.
pub(super) fn write(out: &mut Output, answers: &[ClaimAnswer<'_>], stamp: &Stamp, control_number: &str) {
    let Some(first) = answers.first() else { return };
    let envelope = first.envelope;
    let trace = format!("{}-{control_number}", stamp.control_number);
    let today = Day(stamp.date).to_string();
    let clean = |text: &str, out: &Output| printable(text, out.delimiters);
    let segment = out.segment("BHT").text("0085").text("08").text(&trace).text(&today).text(&stamp.time);
    segment.text("TH").end();

    let mut levels = 0;
    let source = level(out, &mut levels, None, "20", "1");
    let (name, id) = named(&envelope.receiver.name, &envelope.receiver.id, envelope);
    let (name, id) = (clean(name, out), clean(id, out));
    out.segment("NM1").text("PR").text("2").text(&name).skip(4).text("46").text(&id).end();
    out.segment("TRN").text("1").text(&trace).end();
    let received = if envelope.date.len() == 8 { envelope.date.as_str() } else { &today };
    out.segment("DTP").text("050").text("D8").text(received).end();
    out.segment("DTP").text("009").text("D8").text(&today).end();

    let receiver = level(out, &mut levels, Some(source), "21", "1");
    let submitter = &envelope.submitter;
    let (name, id) = named(&submitter.name, &submitter.id, envelope);
    let (name, id, first_name) = (clean(name, out), clean(id, out), clean(&submitter.first_name, out));
    let kind = if submitter.kind == EntityKind::Person { "1" } else { "2" };
    let segment = out.segment("NM1").text("41").text(kind).text(&name).text(&first_name).skip(3);
    segment.text("46").text(&id).end();
    let reference = if envelope.reference.is_empty() { &envelope.control_number } else { &envelope.reference };
    let reference = clean(reference, out);
    out.segment("TRN").text("2").text(&reference).end();
    let totals = Totals::of(answers);
    let verdict = if totals.accepted.0 > 0 { "WQ" } else { "U" };
    let segment = out.segment("STC").composite(&["A1", "19", "PR"]).text(&today).text(verdict);
    segment.money(totals.charge()).end();
    totals.write(out, "90", "AA");

    let same_provider = |one: &ClaimAnswer<'_>, other: &ClaimAnswer<'_>| {
        let (one, other) = (&one.claim.billing_provider, &other.claim.billing_provider);
        Arc::ptr_eq(one, other) || one.npi == other.npi && one.name == other.name
    };
    for answers in answers.chunk_by(same_provider) {
        let Some(first) = answers.first() else { continue };
        let provider = level(out, &mut levels, Some(receiver), "19", "1");
        billing_provider(out, &first.claim.billing_provider);
        out.segment("TRN").text("1").text("0").end();
        let totals = Totals::of(answers);
        let verdict = if totals.accepted.0 > 0 { "WQ" } else { "U" };
        let segment = out.segment("STC").composite(&["A1", "19", "PR"]).skip(1).text(verdict);
        segment.money(totals.charge()).end();
        totals.write(out, "QA", "QC");
        for answer in answers {
            level(out, &mut levels, Some(provider), "PT", "");
            claim(out, answer, &today);
        }
    }
}

/// Name and identifier of a trading partner; a group or interchange always names both.
fn named<'e>(name: &'e str, id: &'e str, envelope: &'e Envelope) -> (&'e str, &'e str) {
    let sent = envelope.interchange.as_ref().map_or("UNKNOWN", |interchange| interchange.receiver.1.as_str());
    let id = if id.is_empty() { sent } else { id };
    (if name.is_empty() { id } else { name }, id)
}

fn billing_provider(out: &mut Output, provider: &Provider) {
    let delimiters = out.delimiters;
    let clean = |text: &Text| printable(text, delimiters);
    let tax = provider.identifiers.iter().find(|id| matches!(id.qualifier.as_str(), "EI" | "SY" | "FI" | "24" | "34"));
    let (qualifier, id) = match (&provider.npi, tax) {
        (Some(npi), _) => ("XX", npi.to_string()),
        (None, Some(tax)) => ("FI", clean(&tax.value)),
        (None, None) => ("FI", "UNKNOWN".to_owned()),
    };
    let kind = if provider.kind == EntityKind::Person { "1" } else { "2" };
    let name = if provider.name.is_empty() { "UNKNOWN".to_owned() } else { clean(&provider.name) };
    let segment = out.segment("NM1").text("85").text(kind).text(&name).text(&clean(&provider.first_name));
    let segment = segment.text(&clean(&provider.middle_name)).skip(1).text(&clean(&provider.name_suffix));
    segment.text(qualifier).text(&id).end();
}

/// Loops 2100D, 2200D and 2220D.
fn claim(out: &mut Output, answer: &ClaimAnswer<'_>, today: &str) {
    let (claim, delimiters) = (answer.claim, out.delimiters);
    let clean = |text: &str| printable(text, delimiters);
    let patient = &claim.patient;
    let or_unknown = |text: String| if text.is_empty() { "UNKNOWN".to_owned() } else { text };
    let member = if patient.member_id.is_empty() { &claim.subscriber.member_id.value } else { &patient.member_id };
    let segment = out.segment("NM1").text("QC").text("1").text(&or_unknown(clean(&patient.last_name)));
    let segment = segment.text(&clean(&patient.first_name)).text(&clean(&patient.middle_name)).skip(1);
    let segment = segment.text(&clean(&patient.name_suffix)).text("MI");
    segment.text(&or_unknown(clean(member))).end();
    out.segment("TRN").text("2").text(&or_unknown(clean(&claim.claim_id))).end();
    let verdict = if answer.is_accepted() { "WQ" } else { "U" };
    let general = if answer.is_accepted() {
        ClaimStatus::ACCEPTED
    } else {
        // A claim whose lines are at fault is rejected with them.
        ClaimStatus { category: "A3", status: "247", entity: "" }
    };
    let statuses = if answer.statuses.is_empty() { &[general][..] } else { &answer.statuses };
    for (at, chunk) in statuses.chunks(3).enumerate() {
        let mut chunk = chunk.iter();
        let composite = |status: &ClaimStatus| [status.category, status.status, status.entity];
        let mut segment = out.segment("STC");
        if let Some(first) = chunk.next() {
            segment = segment.composite(&composite(first)).text(today).text(verdict).money(answer.charge());
        }
        // STC10 and STC11 say more of the same claim.
        segment = segment.skip(5);
        for more in chunk {
            segment = segment.composite(&composite(more));
        }
        segment.end();
        if at >= 9 {
            break;
        }
    }
    if let Some(number) = claim.references.iter().find(|reference| reference.qualifier == "D9") {
        out.segment("REF").text("D9").text(&clean(&number.value)).end();
    }
    if let Some(bill) = claim.type_of_bill {
        let frequency = bill.frequency();
        out.segment("REF").text("BLT").display(format_args!("{}{frequency}", bill.facility())).end();
    }
    match (claim.service_from(), claim.service_through()) {
        (Some(from), Some(through)) if from != through => {
            let period = format!("{}-{}", Day(from), Day(through));
            out.segment("DTP").text("472").text("RD8").text(&period).end();
        }
        (Some(day), _) | (None, Some(day)) => out.segment("DTP").text("472").dated(day).end(),
        (None, None) => out.segment("DTP").text("472").text("D8").text(today).end(),
    }
    for line in &answer.lines {
        self::line(out, claim, line, today);
    }
}

/// Loop 2220D.
fn line(out: &mut Output, claim: &Claim, answer: &LineAnswer, today: &str) {
    let Some(line) = claim.lines.get(answer.line) else { return };
    let revenue = line.revenue_code.map(|code| code.to_string()).unwrap_or_default();
    let code = line.hcpcs.map(|code| code.to_string()).unwrap_or_default();
    let qualifier = if line.code_qualifier.is_empty() { "HC" } else { line.code_qualifier.as_str() };
    let qualifier = if claim.claim_type == ClaimType::Dental { "AD" } else { qualifier };
    let mut parts = match (code.as_str(), revenue.as_str()) {
        ("", "") => return,
        ("", revenue) => vec!["NU", revenue],
        (code, _) => vec![qualifier, code],
    };
    if !code.is_empty() {
        parts.extend(line.modifiers.iter().take(4).map(|modifier| modifier.as_str()));
    }
    let segment = out.segment("SVC").composite(&parts).money(line.charge.value).skip(1);
    let segment = segment.text(if code.is_empty() { "" } else { &revenue }).skip(2);
    segment.decimal(line.units.map(|units| units.value)).end();
    let mut statuses = answer.statuses.iter().take(3);
    let composite = |status: &ClaimStatus| [status.category, status.status, status.entity];
    let mut segment = out.segment("STC");
    if let Some(first) = statuses.next() {
        segment = segment.composite(&composite(first)).text(today).text("U").skip(6);
    }
    for more in statuses {
        segment = segment.composite(&composite(more));
    }
    segment.end();
    if !line.control_number.is_empty() {
        let number = printable(&line.control_number, out.delimiters);
        out.segment("REF").text("FJ").text(&number).end();
    }
    if let Some(from) = line.dates.from {
        out.segment("DTP").text("472").dated(from.value).end();
    }
}
