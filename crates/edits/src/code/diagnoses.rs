//! Diagnoses and ICD-10-PCS codes: existence, revision, order.

use super::{DIAGNOSIS, EXTERNAL_CAUSE, PROCEDURE, REPEATED, REVISION, cannot_tell};
use crate::claim_edit::{Findings, at, position};
use openclaim_claim::{Claim, Date, DiagnosisRole, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Subject};
use openclaim_reference::{Library, Validity};

/// Diagnoses, and ICD-10-PCS codes, that do not exist on the day.
pub(super) fn exist(claim: &Claim, library: &Library, report: &mut Findings, not_evaluated: &mut Vec<NotEvaluated>) {
    use NotEvaluatedReason::{DateOutsideTables, MissingElement, MissingTable};
    let inpatient = claim.is_hospital_inpatient();
    let date = claim.service_through();
    let table = library.icd10cm();
    let coverage = table.coverage();
    let judged = !inpatient || claim.diagnoses.iter().any(|it| it.role == DiagnosisRole::ReasonForVisit);
    let judged = if judged { claim.diagnoses.as_slice() } else { &[] };
    let entries = table.get_all(judged.iter().map(|diagnosis| *diagnosis.code));
    for (index, (diagnosis, entry)) in judged.iter().zip(entries).enumerate() {
        if inpatient && diagnosis.role != DiagnosisRole::ReasonForVisit {
            continue;
        }
        let Some(date) = date else {
            cannot_tell(not_evaluated, &DIAGNOSIS, MissingElement, "the claim has no date of service");
            break;
        };
        if (date >= ICD_10_SINCE) == diagnosis.icd9 {
            continue;
        }
        if diagnosis.icd9 {
            let detail = "no release with ICD-9-CM codes is loaded";
            cannot_tell(not_evaluated, &DIAGNOSIS, MissingTable, detail);
            continue;
        }
        let code = *diagnosis.code;
        let validity = match entry {
            Some(entry) => entry.valid_on(date),
            None => table.valid_on(code, date),
        };
        let message = match validity {
            Validity::Valid => continue,
            Validity::OutsideTables { .. } => {
                let detail = format!("no ICD-10-CM codes for {date}; the tables cover {coverage}");
                cannot_tell(not_evaluated, &DIAGNOSIS, DateOutsideTables, detail);
                continue;
            }
            Validity::Unknown => format!("`{}` is no ICD-10-CM code in force on {date}", code.dotted()),
            Validity::NotValid { periods } => {
                let known: Vec<String> = periods.iter().map(ToString::to_string).collect();
                format!("`{}` is no ICD-10-CM code in force on {date}; it was {}", code.dotted(), known.join(", "))
            }
        };
        let subject = Subject::Diagnosis(position(index));
        report.fire(&DIAGNOSIS, subject, diagnosis.code.span, at("2300", "HI", ""), message);
    }
    for (index, procedure) in claim.procedures.iter().enumerate() {
        if inpatient || procedure.coding != ProcedureCoding::Icd10Pcs {
            continue;
        }
        let Some(date) = procedure.date.map(|date| date.value).or(date) else { continue };
        if date < ICD_10_SINCE {
            continue;
        }
        let code = *procedure.code;
        match library.icd10pcs().valid_on(code, date) {
            Validity::Valid => {}
            Validity::OutsideTables { .. } => {
                let detail =
                    format!("no ICD-10-PCS codes for {date}; the tables cover {}", library.icd10pcs().coverage());
                cannot_tell(not_evaluated, &PROCEDURE, DateOutsideTables, detail);
            }
            Validity::Unknown | Validity::NotValid { .. } => {
                let message = format!("`{code}` is no ICD-10-PCS code in force on {date}");
                let subject = Subject::Procedure(position(index));
                report.fire(&PROCEDURE, subject, procedure.code.span, at("2300", "HI", ""), message);
            }
        }
    }
}

/// First day of service, or of discharge, on which ICD-10 is the code set (45 CFR 162.1002(c)).
const ICD_10_SINCE: Date = jiff::civil::date(2015, 10, 1);

/// Codes of the revision that was not in use on the last day of service.
pub(super) fn revision(claim: &Claim, report: &mut Findings) {
    let Some(date) = claim.service_through() else { return };
    let wrong = |icd9: bool| icd9 == (date >= ICD_10_SINCE);
    let said = |icd9: bool| if icd9 { "ICD-9-CM" } else { "ICD-10" };
    if let Some(index) = claim.diagnoses.iter().position(|diagnosis| wrong(diagnosis.icd9)) {
        let diagnosis = &claim.diagnoses[index];
        let message =
            format!("`{}` is reported as {}, which is not in use on {date}", *diagnosis.code, said(diagnosis.icd9));
        let subject = Subject::Diagnosis(position(index));
        report.fire(&REVISION, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        return;
    }
    let icd9 = |coding: ProcedureCoding| match coding {
        ProcedureCoding::Icd9 => Some(true),
        ProcedureCoding::Icd10Pcs => Some(false),
        _ => None,
    };
    let at_fault = claim.procedures.iter().position(|procedure| icd9(procedure.coding).is_some_and(wrong));
    if let Some(index) = at_fault {
        let procedure = &claim.procedures[index];
        let said = said(procedure.coding == ProcedureCoding::Icd9);
        let message = format!("`{}` is reported as {said}, which is not in use on {date}", *procedure.code);
        let subject = Subject::Procedure(position(index));
        report.fire(&REVISION, subject, procedure.code.span, at("2300", "HI", ""), message);
    }
}

/// Diagnoses that stand twice, and external causes in the first place.
pub(super) fn repeated(claim: &Claim, report: &mut Findings) {
    // Of inpatient bills, the Medicare Code Editor judges the principal diagnosis.
    let edited = claim.is_hospital_inpatient();
    for (index, diagnosis) in claim.diagnoses.iter().enumerate() {
        let counts = |role| role == DiagnosisRole::Other || (role == DiagnosisRole::Principal && !edited);
        if !counts(diagnosis.role) {
            continue;
        }
        let subject = Subject::Diagnosis(position(index));
        let before = &claim.diagnoses[..index];
        if before.iter().any(|other| counts(other.role) && *other.code == *diagnosis.code) {
            let message = format!("`{}` stands on the claim before", diagnosis.code.dotted());
            report.fire(&REPEATED, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        } else if diagnosis.role == DiagnosisRole::Principal
            && !diagnosis.icd9
            && diagnosis.code.as_str().starts_with(['V', 'W', 'X', 'Y'])
        {
            let message = format!("`{}` is an external cause, which cannot come first", diagnosis.code.dotted());
            report.fire(&EXTERNAL_CAUSE, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        }
    }
}
