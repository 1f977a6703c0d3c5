//! HI: diagnoses, procedures and the codes of the UB-04.

use crate::context::Context;
use crate::fault::{FaultKind, quote};
use crate::lexer::{Field, Split};
use openclaim_claim::{
    Claim, Diagnosis, DiagnosisRole, Occurrence, OccurrenceSpan, Poa, Procedure, ProcedureCoding, Spanned, Text, Value,
};

/// The components of a C022 composite behind its qualifier.
struct Information<'s> {
    code: Field<'s>,
    format: Field<'s>,
    date: Field<'s>,
    rest: Split<'s>,
}

/// Every composite of an HI segment.
pub(super) fn read(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    let component = cx.segment.delimiters().component;
    for element in cx.segment.elements_from(1) {
        if element.is_empty() {
            continue;
        }
        let mut parts = element.split(component);
        let qualifier = parts.next_or_empty();
        let code = parts.next_or_empty().trimmed();
        let (format, date) = (parts.next_or_empty(), parts.next_or_empty());
        if code.text.is_empty() {
            let detail = format!("`{}` has no code behind its qualifier", quote(element.text));
            cx.fault(FaultKind::MissingElement, element.span(cx.file), detail);
            continue;
        }
        composite(claim, cx, qualifier, Information { code, format, date, rest: parts });
    }
}

fn composite(claim: &mut Claim, cx: &mut Context<'_, '_>, qualifier: Field<'_>, information: Information<'_>) {
    use DiagnosisRole::{Admitting, ExternalCause, Other, Principal, ReasonForVisit};
    use ProcedureCoding::{Hcpcs, Icd9, Icd10Pcs};
    match qualifier.text {
        "ABK" => diagnosis(claim, cx, Principal, false, information),
        "ABF" => diagnosis(claim, cx, Other, false, information),
        "ABJ" => diagnosis(claim, cx, Admitting, false, information),
        "APR" => diagnosis(claim, cx, ReasonForVisit, false, information),
        "ABN" => diagnosis(claim, cx, ExternalCause, false, information),
        "BK" => diagnosis(claim, cx, Principal, true, information),
        "BF" => diagnosis(claim, cx, Other, true, information),
        "BJ" => diagnosis(claim, cx, Admitting, true, information),
        "PR" => diagnosis(claim, cx, ReasonForVisit, true, information),
        "BN" => diagnosis(claim, cx, ExternalCause, true, information),
        "BBR" => procedure(claim, cx, true, Icd10Pcs, information),
        "BBQ" => procedure(claim, cx, false, Icd10Pcs, information),
        "BR" => procedure(claim, cx, true, Icd9, information),
        "BQ" => procedure(claim, cx, false, Icd9, information),
        "BP" => procedure(claim, cx, true, Hcpcs, information),
        "BO" => procedure(claim, cx, false, Hcpcs, information),
        "DR" => claim.billed_drg = cx.code(information.code).or(claim.billed_drg),
        "BG" => claim.condition_codes.extend(cx.code(information.code)),
        "BH" => {
            if let Some(code) = cx.code(information.code) {
                let date = cx.period(information.format, information.date).from;
                claim.occurrences.push(Occurrence { code, date });
            }
        }
        "BI" => {
            if let Some(code) = cx.code(information.code) {
                let period = cx.period(information.format, information.date);
                let (from, through) = (period.from, period.through);
                claim.occurrence_spans.push(OccurrenceSpan { code, from, through });
            }
        }
        "BE" => value(claim, cx, information),
        "TC" => {
            let code = information.code;
            claim.treatment_codes.push(Spanned::at(Text::new(code.text), code.span(cx.file)));
        }
        _ => cx.unknown_qualifier(qualifier, "qualifier of HI"),
    }
}

fn diagnosis(
    claim: &mut Claim,
    cx: &mut Context<'_, '_>,
    role: DiagnosisRole,
    icd9: bool,
    mut information: Information<'_>,
) {
    let Some(code) = cx.code(information.code) else { return };
    // C022-9, the fifth behind the date.
    let poa = information.rest.nth(4).unwrap_or_default();
    let poa = cx.one_of(poa, Poa::from_bytes, "a present-on-admission indicator (Y, N, U, W or 1)");
    // A second principal diagnosis still counts for the pointers of service lines.
    let role = if role == DiagnosisRole::Principal && claim.principal_diagnosis().is_some() {
        let detail = format!("`{}` is a second principal diagnosis; it is read as another diagnosis", *code);
        cx.fault(FaultKind::RepeatedSegment, information.code.span(cx.file), detail);
        DiagnosisRole::Other
    } else {
        role
    };
    claim.diagnoses.push(Diagnosis { code, role, poa, icd9 });
}

fn procedure(
    claim: &mut Claim,
    cx: &mut Context<'_, '_>,
    principal: bool,
    coding: ProcedureCoding,
    information: Information<'_>,
) {
    if let Some(code) = cx.code(information.code) {
        let date = cx.period(information.format, information.date).from;
        claim.procedures.push(Procedure { code, principal, coding, date });
    }
}

/// `BE`: the amount stands in C022-5, directly behind the date that value codes leave empty.
fn value(claim: &mut Claim, cx: &mut Context<'_, '_>, mut information: Information<'_>) {
    let Some(code) = cx.code(information.code) else { return };
    let amount = information.rest.next_or_empty();
    match cx.decimal(amount) {
        Some(amount) => claim.values.push(Value { code, amount }),
        None if amount.is_empty() => {
            let detail = format!("value code `{}` has no amount", *code);
            cx.fault(FaultKind::MissingElement, information.code.span(cx.file), detail);
        }
        None => {}
    }
}
