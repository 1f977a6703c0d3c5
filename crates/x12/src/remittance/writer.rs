//! Writing 835s.

use super::{Account, ClaimPayment, PaidProcedure, Party, Remittance, ServicePayment};
use crate::delimiters::Delimiters;
use crate::write::output::{Day, Output};
use crate::write::{LineBreak, WriteError, adjustments, envelope, party as parties};
use openclaim_claim::{Contact, Date, Decimal, EntityKind, Identifier, Money, Spanned, Text};

/// Provider adjustments of one PLB segment.
const ADJUSTMENTS: usize = 6;

/// Writes payments as 835, each under the interchange and group it has.
///
/// # Errors
/// [`WriteError`] when a payment has no interchange or group, or a value holds a separator.
pub fn write(remittances: &[Remittance], line_break: LineBreak) -> Result<Vec<u8>, WriteError> {
    let mut out = Output::new(Delimiters::USUAL, line_break);
    for in_interchange in remittances.chunk_by(|one, other| one.interchange == other.interchange) {
        let header = in_interchange.first().and_then(|first| first.interchange.as_deref());
        let header = header.ok_or(WriteError::MissingEnvelope)?;
        out.delimiters = header.delimiters;
        envelope::interchange(&mut out, header);
        let mut groups = 0;
        for in_group in in_interchange.chunk_by(|one, other| one.group == other.group) {
            let group = in_group.first().and_then(|first| first.group.as_deref()).ok_or(WriteError::MissingEnvelope)?;
            groups += 1;
            envelope::group(&mut out, group);
            for remittance in in_group {
                envelope::transaction(&mut out, "835", &remittance.control_number, &remittance.version);
                transaction(&mut out, remittance);
                envelope::end_transaction(&mut out, &remittance.control_number);
            }
            let transactions = u32::try_from(in_group.len()).unwrap_or(u32::MAX);
            envelope::end_group(&mut out, transactions, &group.control_number);
        }
        envelope::end_interchange(&mut out, groups, &header.control_number);
    }
    out.check()?;
    Ok(out.bytes)
}

fn transaction(out: &mut Output, remittance: &Remittance) {
    let payment = &remittance.payment;
    let account = |account: &Account| {
        let Account { bank_qualifier, bank, account_qualifier, account } = account.clone();
        [bank_qualifier, bank, account_qualifier, account]
    };
    let mut segment = out.segment("BPR").text(&payment.handling).money(payment.amount.value).text(&payment.direction);
    segment = segment.text(&payment.method).text(&payment.format);
    for text in account(&payment.payer_account) {
        segment = segment.text(&text);
    }
    segment = segment.text(&payment.originator).text(&payment.originator_supplement);
    for text in account(&payment.payee_account) {
        segment = segment.text(&text);
    }
    segment.option(payment.date.map(|date| Day(date.value))).end();
    let segment = out.segment("TRN").text("1").text(&payment.trace).text(&payment.trace_originator);
    segment.text(&payment.trace_supplement).end();
    if !remittance.currency.is_empty() {
        out.segment("CUR").text("PR").text(&remittance.currency).end();
    }
    references(out, &remittance.references);
    dates(out, &remittance.dates);
    party(out, "PR", &remittance.payer);
    party(out, "PE", &remittance.payee);
    for group in &remittance.groups {
        if !group.number.is_empty() {
            out.segment("LX").text(&group.number).end();
        }
        raw(out, "TS3", &group.summary);
        raw(out, "TS2", &group.inpatient_summary);
        for claim in &group.claims {
            claim_payment(out, claim);
        }
    }
    for provider in &remittance.provider_adjustments {
        for part in provider.adjustments.chunks(ADJUSTMENTS) {
            let segment = out.segment("PLB").text(&provider.provider);
            let mut segment = segment.option(provider.fiscal_period.map(|date| Day(date.value)));
            for (reason, reference, amount) in part {
                segment = segment.composite(&[reason, reference]).money(amount.value);
            }
            segment.end();
        }
    }
}

/// A segment whose elements are kept as sent.
fn raw(out: &mut Output, name: &'static str, elements: &[Text]) {
    if !elements.is_empty() {
        let segment = out.segment(name);
        elements.iter().fold(segment, |segment, text| segment.text(text)).end();
    }
}

fn references(out: &mut Output, references: &[Identifier]) {
    for reference in references {
        out.segment("REF").text(&reference.qualifier).text(&reference.value).end();
    }
}

fn dates(out: &mut Output, dates: &[(Text, Spanned<Date>)]) {
    for (qualifier, date) in dates {
        out.segment("DTM").text(qualifier).display(Day(date.value)).end();
    }
}

fn amounts(out: &mut Output, amounts: &[(Text, Money)]) {
    for (qualifier, amount) in amounts {
        out.segment("AMT").text(qualifier).money(*amount).end();
    }
}

fn quantities(out: &mut Output, quantities: &[(Text, Decimal)]) {
    for (qualifier, quantity) in quantities {
        out.segment("QTY").text(qualifier).decimal(Some(*quantity)).end();
    }
}

fn contacts(out: &mut Output, contacts: &[(Text, Contact)]) {
    for (function, contact) in contacts {
        let mut segment = out.segment("PER").text(function).text(&contact.name);
        for (qualifier, number) in &contact.numbers {
            segment = segment.text(qualifier).text(number);
        }
        segment.end();
    }
}

fn party(out: &mut Output, code: &str, party: &Party) {
    let segment = out.segment("N1").text(code).text(&party.name);
    segment.text(&party.id.qualifier).text(&party.id.value).end();
    parties::address(out, party.address.as_deref());
    references(out, &party.identifiers);
    contacts(out, &party.contacts);
}

fn claim_payment(out: &mut Output, claim: &ClaimPayment) {
    let segment = out.segment("CLP").text(&claim.claim_id).text(&claim.status).money(claim.charge.value);
    let segment = segment.money(claim.paid.value).option_money(claim.patient_responsibility.map(|amount| amount.value));
    let segment = segment.text(&claim.filing_indicator).text(&claim.payer_claim_number).text(&claim.facility);
    let segment = segment.text(&claim.frequency).skip(1).text(&claim.drg).decimal(claim.drg_weight);
    segment.decimal(claim.discharge_fraction).end();
    adjustments(out, &claim.adjustments);
    for entity in &claim.entities {
        let kind = if entity.kind == EntityKind::Person { "1" } else { "2" };
        let segment = out.segment("NM1").text(&entity.role).text(kind).text(&entity.name).text(&entity.first_name);
        let segment = segment.text(&entity.middle_name).skip(1).text(&entity.name_suffix);
        segment.text(&entity.id.qualifier).text(&entity.id.value).end();
    }
    raw(out, "MIA", &claim.inpatient);
    raw(out, "MOA", &claim.outpatient);
    references(out, &claim.references);
    dates(out, &claim.dates);
    contacts(out, &claim.contacts);
    amounts(out, &claim.amounts);
    quantities(out, &claim.quantities);
    for line in &claim.lines {
        service(out, line);
    }
}

fn procedure(procedure: &PaidProcedure) -> [&str; 7] {
    let mut parts = [""; 7];
    (parts[0], parts[1]) = (procedure.qualifier.as_str(), procedure.code.as_str());
    for (part, modifier) in parts[2..6].iter_mut().zip(&procedure.modifiers) {
        *part = modifier;
    }
    parts[6] = &procedure.description;
    parts
}

fn service(out: &mut Output, line: &ServicePayment) {
    let segment = out.segment("SVC").composite(&procedure(&line.procedure)).money(line.charge.value);
    let segment = segment.money(line.paid.value).text(&line.revenue_code).decimal(line.units);
    segment.composite(&procedure(&line.billed_procedure)).decimal(line.billed_units).end();
    dates(out, &line.dates);
    adjustments(out, &line.adjustments);
    references(out, &line.references);
    amounts(out, &line.amounts);
    quantities(out, &line.quantities);
    for (list, code) in &line.remarks {
        out.segment("LQ").text(list).text(code).end();
    }
}
