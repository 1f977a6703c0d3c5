//! HI: diagnoses, procedures and the codes of the UB-04.

use crate::context::Context;
use crate::fault::{FaultKind, quote};
use crate::lexer::Components;
use openclaim_claim::{
    Claim, Diagnosis, DiagnosisRole, Occurrence, OccurrenceSpan, Poa, Procedure, ProcedureCoding, Spanned, Text, Value,
};

/// Every composite of an HI segment.
pub(super) fn read(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    let segment = cx.segment;
    let separator = segment.delimiters().component;
    for element in segment.elements_from(1) {
        if element.is_empty() {
            continue;
        }
        let parts = Components::new(element, separator);
        if parts.get(2).is_empty() {
            let detail = format!("`{}` has no code behind its qualifier", quote(element.text));
            cx.fault(FaultKind::MissingElement, element.span(cx.file), detail);
            continue;
        }
        composite(claim, cx, &parts);
    }
}

/// One composite C022: qualifier, code, date format, date, amount and, in ninth place, present on admission.
fn composite(claim: &mut Claim, cx: &mut Context<'_, '_>, parts: &Components<'_>) {
    let (qualifier, code) = (parts.get(1), parts.get(2));
    use ProcedureCoding::{Hcpcs, Icd9, Icd10Pcs};
    let text = qualifier.text.as_bytes();
    if let Some((role, icd9)) = diagnosis_role(text) {
        return diagnosis(claim, cx, role, icd9, parts);
    }
    match text {
        b"BBR" => procedure(claim, cx, true, Icd10Pcs, parts),
        b"BBQ" => procedure(claim, cx, false, Icd10Pcs, parts),
        b"BR" => procedure(claim, cx, true, Icd9, parts),
        b"BQ" => procedure(claim, cx, false, Icd9, parts),
        b"BP" => procedure(claim, cx, true, Hcpcs, parts),
        b"BO" => procedure(claim, cx, false, Hcpcs, parts),
        b"DR" => claim.billed_drg = cx.code(code).or(claim.billed_drg),
        b"BG" => claim.condition_codes.extend(cx.code(code)),
        b"BH" => {
            if let Some(code) = cx.code(parts.get(2)) {
                let date = cx.period(parts.get(3), parts.get(4)).from;
                claim.occurrences.push(Occurrence { code, date });
            }
        }
        b"BI" => {
            if let Some(code) = cx.code(parts.get(2)) {
                let period = cx.period(parts.get(3), parts.get(4));
                let (from, through) = (period.from, period.through);
                claim.occurrence_spans.push(OccurrenceSpan { code, from, through });
            }
        }
        b"BE" => value(claim, cx, parts),
        b"TC" => {
            claim.treatment_codes.push(Spanned::at(Text::new(code.text), code.span(cx.file)));
        }
        _ => cx.unknown_qualifier(qualifier, "qualifier of HI"),
    }
}

/// The role that a qualifier gives a diagnosis, and whether it says ICD-9.
#[inline]
const fn diagnosis_role(qualifier: &[u8]) -> Option<(DiagnosisRole, bool)> {
    use DiagnosisRole::{Admitting, ExternalCause, Other, Principal, ReasonForVisit};
    Some(match qualifier {
        b"ABF" => (Other, false),
        b"ABK" => (Principal, false),
        b"ABJ" => (Admitting, false),
        b"APR" => (ReasonForVisit, false),
        b"ABN" => (ExternalCause, false),
        b"BK" => (Principal, true),
        b"BF" => (Other, true),
        b"BJ" => (Admitting, true),
        b"PR" => (ReasonForVisit, true),
        b"BN" => (ExternalCause, true),
        _ => return None,
    })
}

fn diagnosis(claim: &mut Claim, cx: &mut Context<'_, '_>, role: DiagnosisRole, icd9: bool, parts: &Components<'_>) {
    let Some(code) = cx.code(parts.get(2)) else { return };
    let poa = parts.get(9);
    let poa = cx.one_of(poa, Poa::from_bytes, "a present-on-admission indicator (Y, N, U, W or 1)");
    // A second principal diagnosis still counts for the pointers of service lines.
    let role = if role == DiagnosisRole::Principal && claim.principal_diagnosis().is_some() {
        let detail = format!("`{}` is a second principal diagnosis; it is read as another diagnosis", *code);
        cx.fault(FaultKind::RepeatedSegment, parts.get(2).span(cx.file), detail);
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
    parts: &Components<'_>,
) {
    if let Some(code) = cx.code(parts.get(2)) {
        let date = cx.period(parts.get(3), parts.get(4)).from;
        claim.procedures.push(Procedure { code, principal, coding, date });
    }
}

/// `BE`: the amount stands in the fifth place, behind the date that value codes leave empty.
fn value(claim: &mut Claim, cx: &mut Context<'_, '_>, parts: &Components<'_>) {
    let Some(code) = cx.code(parts.get(2)) else { return };
    let amount = parts.get(5);
    match cx.decimal(amount) {
        Some(amount) => claim.values.push(Value { code, amount }),
        None if amount.is_empty() => {
            let detail = format!("value code `{}` has no amount", *code);
            cx.fault(FaultKind::MissingElement, parts.get(2).span(cx.file), detail);
        }
        None => {}
    }
}
