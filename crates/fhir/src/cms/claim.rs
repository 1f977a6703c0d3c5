//! What the records of a claim have in common.

use super::FileKind;
use super::layout::{Column, DiagnosisColumns};
use super::row::Row;
use crate::fault::{FaultKind, quote};
use openclaim_claim::{
    Claim, ClaimType, Diagnosis, DiagnosisCode, DiagnosisRole, DischargeStatus, EntityKind, ExternalReference,
    Identifier, Money, Patient, Payer, Poa, Procedure, ProcedureCoding, Provider, ProviderRole, Relationship, Spanned,
    Subscriber, Text, TypeOfBill,
};
use std::sync::Arc;

/// Reads a claim from its first record.
pub(super) fn read(kind: FileKind, row: &mut Row<'_>) -> Claim {
    let claim_type = if kind.is_professional() { ClaimType::Professional } else { ClaimType::Institutional };
    let mut claim = Claim::new(claim_type);
    let layout = row.layout;
    claim.span = row.span;
    if let Some(id) = row.text(layout.claim_id) {
        claim.claim_id = Spanned::at(id.text.into(), id.span);
    }
    claim.dates.statement_from = row.date(layout.from);
    claim.dates.statement_through = row.date(layout.through);
    claim.amounts.total_charge = row.amount(layout.total_charge).unwrap_or_default();
    claim.assignment = row.text(layout.assignment).map_or_else(Text::default, |field| field.text.into());
    if let Some(field) = row.text(layout.control_number) {
        let value = Spanned::at(field.text.into(), field.span);
        claim.references.push(ExternalReference { qualifier: Text::const_new("1K"), value });
    }
    claim.original_reference_number =
        row.text(layout.original_control_number).map(|field| Spanned::at(field.text.into(), field.span));
    bill(&mut claim, row);
    parties(kind, &mut claim, row);
    diagnoses(&mut claim, row);
    procedures(&mut claim, row);
    claim
}

fn bill(claim: &mut Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    let parts = [layout.facility_type, layout.classification, layout.frequency].map(|column| row.text(column));
    if let [Some(facility), Some(classification), Some(frequency)] = parts {
        let text = format!("{}{}{}", facility.text, classification.text, frequency.text);
        claim.type_of_bill = row.code_of::<TypeOfBill>(facility, &text);
        claim.frequency = claim.type_of_bill.map(|bill| bill.map(|bill| bill.frequency()));
    }
    claim.admission.date = row.date(layout.admission_date);
    claim.admission.admission_type = row.code(layout.admission_type);
    claim.admission.source = row.code(layout.admission_source);
    if let Some(field) = row.text(layout.discharge_status) {
        // The files keep the status as a number, claims with its leading zero.
        let status = format!("{:0>2}", field.text);
        claim.admission.discharge_status = row.code_of::<DischargeStatus>(field, &status);
    }
    claim.billed_drg = row.code(layout.drg);
}

fn parties(kind: FileKind, claim: &mut Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    let id = row.text(layout.mbi).or_else(|| row.text(layout.beneficiary));
    let member_id = id.map_or_else(Spanned::default, |id| Spanned::at(Text::from(id.text), id.span));
    claim.patient =
        Arc::new(Patient { member_id: member_id.value.clone(), span: member_id.span, ..Patient::default() });
    let part = match (kind.is_professional(), kind) {
        (true, _) | (_, FileKind::Outpatient) => "MB",
        _ => "MA",
    };
    claim.subscriber = Arc::new(Subscriber {
        kind: EntityKind::Person,
        relationship: Relationship(Text::const_new("18")),
        claim_filing_indicator: Text::const_new(part),
        member_id,
        ..Subscriber::default()
    });
    let contractor = row.text(layout.contractor);
    claim.payer = Arc::new(Payer {
        id: contractor.map_or_else(Text::default, |field| field.text.into()),
        span: contractor.map(|field| field.span),
        ..Payer::default()
    });
    let mut billing = Provider::new(ProviderRole::Billing);
    // On the lines of professional claims, the organisation's NPI and the provider's number are the line's.
    let npi = if kind.is_professional() { layout.billing_npi } else { layout.organization_npi };
    // Negative numbers stand for the NPIs of made-up files.
    billing.npi = if row.text(npi).is_some_and(|field| field.text.starts_with('-')) { None } else { row.npi(npi) };
    if !kind.is_professional()
        && let Some(number) = row.text(layout.provider_number)
    {
        billing.identifiers.push(Identifier { qualifier: Text::const_new("1C"), value: number.text.into() });
        billing.span = Some(number.span);
    }
    claim.billing_provider = Arc::new(billing);
    let people = [
        (layout.attending_npi, ProviderRole::Attending),
        (layout.operating_npi, ProviderRole::Operating),
        (layout.other_operating_npi, ProviderRole::OtherOperating),
        (layout.referring_npi, ProviderRole::Referring),
    ];
    for (column, role) in people {
        if let Some(npi) = row.npi(column) {
            let mut provider = Provider::new(role);
            provider.kind = EntityKind::Person;
            provider.span = npi.span;
            provider.npi = Some(npi);
            claim.providers.push(provider);
        }
    }
}

/// ICD version: `9`, or `0` for ICD-10.
pub(super) fn is_icd9(row: &Row<'_>, column: Column) -> bool {
    row.text(column).is_some_and(|field| field.text == "9")
}

fn diagnoses(claim: &mut Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    let principal = row.code::<DiagnosisCode>(layout.principal);
    let mut found = Vec::new();
    for columns in &layout.diagnoses {
        found.extend(diagnosis(columns, DiagnosisRole::Other, row));
    }
    // The files repeat the principal diagnosis as the first of the numbered ones, with its indicator.
    if let Some(code) = principal {
        match found.iter_mut().find(|diagnosis| diagnosis.code == code) {
            Some(repeated) => repeated.role = DiagnosisRole::Principal,
            None => {
                let icd9 = is_icd9(row, layout.principal_version);
                found.insert(0, Diagnosis { code, role: DiagnosisRole::Principal, poa: None, icd9 });
            }
        }
    }
    if let Some(code) = row.code(layout.admitting) {
        let icd9 = is_icd9(row, layout.admitting_version);
        found.push(Diagnosis { code, role: DiagnosisRole::Admitting, poa: None, icd9 });
    }
    for columns in &layout.reasons {
        found.extend(diagnosis(columns, DiagnosisRole::ReasonForVisit, row));
    }
    let before = found.len();
    for columns in &layout.external_causes {
        found.extend(diagnosis(columns, DiagnosisRole::ExternalCause, row));
    }
    if found.len() == before
        && let Some(code) = row.code(layout.first_external_cause)
    {
        let icd9 = is_icd9(row, layout.first_external_cause_version);
        found.push(Diagnosis { code, role: DiagnosisRole::ExternalCause, poa: None, icd9 });
    }
    claim.diagnoses = found;
}

fn diagnosis(columns: &DiagnosisColumns, role: DiagnosisRole, row: &mut Row<'_>) -> Option<Diagnosis> {
    let code = row.code(columns.code)?;
    Some(Diagnosis { code, role, poa: present_on_admission(columns.poa, row), icd9: is_icd9(row, columns.version) })
}

fn present_on_admission(column: Column, row: &mut Row<'_>) -> Option<Spanned<Poa>> {
    let field = row.text(column)?;
    // These end the list of indicators and say nothing of the diagnosis.
    if matches!(field.text, "0" | "X" | "Z") {
        return None;
    }
    let poa = Poa::from_bytes(field.text.as_bytes());
    if poa.is_none() {
        let detail =
            format!("`{}` is no present-on-admission indicator: Y, N, U, W or 1 is expected", quote(field.text));
        row.fault(FaultKind::NotACode, column, detail);
    }
    Some(Spanned::at(poa?, field.span))
}

fn procedures(claim: &mut Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    for columns in &layout.procedures {
        if let Some(code) = row.code(columns.code) {
            let icd9 = is_icd9(row, columns.version);
            let coding = if icd9 { ProcedureCoding::Icd9 } else { ProcedureCoding::Icd10Pcs };
            let principal = claim.procedures.is_empty();
            claim.procedures.push(Procedure { code, principal, coding, date: row.date(columns.date) });
        }
    }
}

/// Tells when a record says something else of the claim than the first one did.
pub(super) fn compare(claim: &Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    let before = row.faults.len();
    let dates = [(layout.from, claim.dates.statement_from), (layout.through, claim.dates.statement_through)];
    let mut different = None;
    for (column, first) in dates {
        if row.date(column) != first {
            different = different.or(column);
        }
    }
    let principal = claim.principal_diagnosis().map(|diagnosis| diagnosis.code);
    if row.code::<DiagnosisCode>(layout.principal).is_some_and(|code| Some(code) != principal) {
        different = different.or(layout.principal);
    }
    // What cannot be read was said with the first record.
    row.faults.truncate(before);
    if let Some(column) = different {
        let detail = "the record disagrees with the first one of its claim, which is followed";
        row.fault(FaultKind::InconsistentClaim, Some(column), detail);
    }
}

/// Completes a claim after its last record.
pub(super) fn finish(claim: &mut Claim) {
    if claim.amounts.total_charge.span.is_none() {
        let sum: Money = claim.lines.iter().map(|line| line.charge.value).sum();
        claim.amounts.total_charge = Spanned::bare(sum);
    }
}
