//! SNIP level 4: what an institutional bill demands by its type.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{
    Claim, Date, Diagnosis, DiagnosisRole, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Purpose, ServiceLine,
    Subject, Text, Unanswered,
};
use openclaim_reference::{Library, Lookup};

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// The guides require the element in just this situation, and payers decide by it.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, situational rules of the segment
        /// named; WEDI SNIP type 4.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A6 or A7), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// An inpatient bill has no admission date.
    ///
    /// ## What it checks
    /// DTP*435 on bill types 11x, 18x, 21x and 41x.
    ///
    /// ## Example
    /// Bill type 0111 without `DTP*435`.
    ADMISSION_DATE: "missing-admission-date", "Missing admission date", RejectClaim;

    /// An inpatient bill has no point of origin.
    ///
    /// ## What it checks
    /// CL102 on bill types 11x, 18x and 21x, unless the patient is a newborn whose source is told otherwise.
    ///
    /// ## Example
    /// `CL1*1**01` on bill type 0111.
    ADMISSION_SOURCE: "missing-admission-source", "Missing point of origin", RejectClaim;

    /// A final inpatient bill has no discharge hour.
    ///
    /// ## What it checks
    /// DTP*096 on bill types 111 and 114, unless the patient is still there (discharge status 30).
    ///
    /// ## Example
    /// Bill type 0111, discharge status 01, without `DTP*096`.
    DISCHARGE_HOUR: "missing-discharge-hour", "Missing discharge hour", Warn;

    /// An inpatient bill has no admitting diagnosis.
    ///
    /// ## What it checks
    /// HI*ABJ on bill types 11x, 18x and 21x with ICD-10 codes.
    ///
    /// ## Example
    /// Bill type 0111 with `HI*ABK` and without `HI*ABJ`.
    ADMITTING_DIAGNOSIS: "missing-admitting-diagnosis", "Missing admitting diagnosis", RejectClaim;

    /// A diagnosis of an inpatient bill does not say whether it was present on admission.
    ///
    /// ## What it checks
    /// Principal, other and external cause diagnoses of hospital bills 11x discharged from 2011-01-01 on, for hospitals
    /// that must report, unless CMS exempts the code on the day of discharge (table `poa/exempt`). Where no list of the
    /// fiscal year is loaded, codes of the ranges in which CMS exempts codes (external causes, Z codes, congenital
    /// conditions, sequelae, later encounters for injuries and others) cannot be told, which is said once per claim.
    ///
    /// ## Example
    /// `HI*ABK:I5020` on bill type 0111.
    PRESENT_ON_ADMISSION: "missing-present-on-admission", "Missing present-on-admission indicator", RejectClaim;

    /// A procedure of an institutional claim has no date.
    ///
    /// ## What it checks
    /// HI*BBR and HI*BBQ.
    ///
    /// ## Example
    /// `HI*BBR:0DTJ4ZZ`.
    PROCEDURE_DATE: "missing-procedure-date", "Missing procedure date", RejectClaim;

    /// A revenue line of an outpatient bill has no date of service.
    ///
    /// ## What it checks
    /// DTP*472 on lines of bill types 13x, 14x, 23x, 7xx, 83x and 85x, where the statement covers more than a day, or where
    /// Medicare is billed a line with a HCPCS code (Medicare Claims Processing Manual, chapter 25, form locator 45). A
    /// period (RD8) is as good as a date.
    ///
    /// ## Example
    /// `SV2*0450*HC:99283*1450*UN*1` on bill type 0131 to Medicare, and no `DTP*472` behind it.
    LINE_DATE: "missing-line-date", "Revenue line without date", RejectClaim;

    /// An unscheduled outpatient visit has no patient's reason for visit.
    ///
    /// ## What it checks
    /// HI*APR on bill types 13x and 85x with admission type 1, 2 or 5 and an emergency, urgent care or observation line
    /// (revenue codes 045x, 0516, 0526, 0762).
    ///
    /// ## Example
    /// Bill type 0131, `CL1*1`, revenue code 0450, and no `HI*APR`.
    REASON_FOR_VISIT: "missing-reason-for-visit", "Missing reason for visit", Warn;
}

/// The class of an institutional bill.
fn facility(claim: &Claim) -> &str {
    claim.type_of_bill.as_ref().map_or("", |bill| bill.facility())
}

/// `poa_required`: whether the hospital must report what was present on admission.
pub(super) fn check(
    claim: &Claim,
    poa_required: bool,
    library: &Library,
    report: &mut Findings,
    not_evaluated: &mut Vec<NotEvaluated>,
) {
    demands(claim, report);
    if claim.is_hospital_inpatient() && poa_required {
        present_on_admission(claim, library, report, not_evaluated);
    }
}

fn demands(claim: &Claim, report: &mut Findings) {
    let bill = facility(claim);
    if matches!(bill, "11" | "18" | "21" | "41") {
        inpatient(claim, bill, report);
    }
    for (index, procedure) in claim.procedures.iter().enumerate() {
        if procedure.date.is_none() && procedure.coding == ProcedureCoding::Icd10Pcs {
            let message = format!("the procedure `{}` has no date", *procedure.code);
            let subject = Subject::Procedure(position(index));
            report.fire(&PROCEDURE_DATE, subject, procedure.code.span, at("2300", "HI", ""), message);
        }
    }
    if matches!(bill.as_bytes(), [b'1' | b'2', b'3'] | b"14" | [b'7', _] | b"83" | b"85") {
        outpatient(claim, bill, report);
    }
}

fn inpatient(claim: &Claim, bill: &str, report: &mut Findings) {
    let admission = &claim.admission;
    let type_of_bill = claim.type_of_bill.and_then(|bill| bill.span);
    if admission.date.is_none() && admission.hour.is_empty() {
        let message = format!("bill type {bill}x is an inpatient bill, and the admission date is missing (DTP*435)");
        report.fire(&ADMISSION_DATE, Subject::Admission, type_of_bill, at("2300", "DTP", "DTP03"), message);
    }
    if bill == "41" {
        return;
    }
    if let (None, Some(kind)) = (admission.source, admission.admission_type) {
        let message = "the point of origin is missing (CL102)";
        report.fire(&ADMISSION_SOURCE, Subject::Admission, kind.span, at("2300", "CL1", "CL102"), message);
    }
    let icd10 = claim.principal_diagnosis().is_some_and(|diagnosis| !diagnosis.icd9);
    if icd10 && claim.admitting_diagnosis().is_none() {
        let message = "the admitting diagnosis is missing (HI*ABJ)";
        report.fire(&ADMITTING_DIAGNOSIS, Subject::Admission, type_of_bill, at("2300", "HI", ""), message);
    }
    let status = admission.discharge_status.and_then(|status| status.number());
    let last = claim.frequency.is_some_and(|frequency| matches!(frequency.value, '1' | '4'));
    if bill == "11" && last && status.is_some_and(|status| status != 30) && admission.discharge_hour.is_empty() {
        let message = "the discharge hour is missing (DTP*096)";
        report.fire(&DISCHARGE_HOUR, Subject::Admission, type_of_bill, at("2300", "DTP", "DTP03"), message);
    }
}

/// First discharges for which claims of version 5010 carry the indicator.
const POA_SINCE: Date = jiff::civil::date(2011, 1, 1);

fn present_on_admission(
    claim: &Claim,
    library: &Library,
    report: &mut Findings,
    not_evaluated: &mut Vec<NotEvaluated>,
) {
    let Some(discharged) = claim.dates.statement_through.map(|date| date.value).filter(|date| *date >= POA_SINCE)
    else {
        return;
    };
    let mut list = None;
    let mut untold = Vec::new();
    for (index, diagnosis) in claim.diagnoses.iter().enumerate() {
        let asked =
            matches!(diagnosis.role, DiagnosisRole::Principal | DiagnosisRole::Other | DiagnosisRole::ExternalCause);
        if !asked || diagnosis.poa.is_some() || diagnosis.icd9 {
            continue;
        }
        let list = list.get_or_insert_with(|| match library.relation("poa/exempt", discharged, None) {
            Lookup::Found { table, .. } => Some(table),
            _ => None,
        });
        let exempt = match list {
            Some(table) => table.rows_of(diagnosis.code.as_str()).next().is_some(),
            None => may_be_exempt(diagnosis),
        };
        if exempt {
            if list.is_none() {
                untold.push(diagnosis.code.dotted());
            }
            continue;
        }
        let message = format!("`{}` does not say whether it was present on admission", diagnosis.code.dotted());
        let subject = Subject::Diagnosis(position(index));
        report.fire(&PRESENT_ON_ADMISSION, subject, diagnosis.code.span, at("2300", "HI", ""), message);
    }
    if let Some(first) = untold.first() {
        not_evaluated.push(NotEvaluated::from(Unanswered {
            rule: Text::const_new(PRESENT_ON_ADMISSION.id),
            reason: NotEvaluatedReason::MissingTable,
            detail: format!(
                "no list of the codes exempt from reporting is loaded for {discharged}; `{first}`, without an \
                 indicator, may be one"
            )
            .into(),
            remedy: Some(Text::const_new("openclaim data pull --only icd-10-cm-poa-exempt")),
        }));
    }
}

/// Whether a code stands in a range in which CMS exempts codes from reporting. Wider than the list itself, which changes
/// every year: what is outside of these ranges is exempt in no year.
fn may_be_exempt(diagnosis: &Diagnosis) -> bool {
    let code = diagnosis.code.as_str().as_bytes();
    match code {
        [b'Q' | b'V'..=b'Z', ..] => true,
        [b'B', b'9', b'0'..=b'4', ..]
        | [b'E', b'6', b'4', ..]
        | [b'I', b'6', b'9', ..]
        | [b'O', b'0', b'9', ..]
        | [b'O', b'8', b'0', ..]
        | [b'O', b'9', b'4', ..]
        | [b'M', b'9', b'7', ..]
        | [b'P', ..]
        | [b'R', b'2', b'9', b'7', ..]
        | b"I252"
        | b"O665" => true,
        // Later encounters and sequelae of injuries and fractures.
        [_, _, _, _, _, _, seventh] => !matches!(seventh, b'A' | b'B' | b'C' | b'0'..=b'9'),
        _ => false,
    }
}

fn outpatient(claim: &Claim, bill: &str, report: &mut Findings) {
    let several_days = match (claim.dates.statement_from, claim.dates.statement_through) {
        (Some(from), Some(through)) => through.value > from.value,
        _ => false,
    };
    let medicare = matches!(claim.subscriber.claim_filing_indicator.as_str(), "MA" | "MB");
    undated_lines(claim, report, &|line| (several_days && line.drug.is_none()) || (medicare && line.hcpcs.is_some()));
    let unscheduled = claim.admission.admission_type.is_some_and(|kind| matches!(kind.as_str(), "1" | "2" | "5"));
    let visit = |line: &ServiceLine| {
        line.revenue_code
            .is_some_and(|code| code.as_str().starts_with("045") || matches!(code.as_str(), "0516" | "0526" | "0762"))
    };
    let icd10 = claim.principal_diagnosis().is_some_and(|diagnosis| !diagnosis.icd9);
    if matches!(bill, "13" | "85")
        && unscheduled
        && icd10
        && claim.diagnoses_in(DiagnosisRole::ReasonForVisit).next().is_none()
        && claim.lines.iter().any(visit)
    {
        let message = "the visit was not scheduled, and the patient's reason for it is missing (HI*APR)";
        let span = claim.admission.admission_type.and_then(|kind| kind.span);
        report.fire(&REASON_FOR_VISIT, Subject::Claim, span, at("2300", "HI", ""), message);
    }
}

/// Lines that need a date of service and have none. Where none of several has one, that is one fault.
fn undated_lines(claim: &Claim, report: &mut Findings, needs_date: &dyn Fn(&ServiceLine) -> bool) {
    // What is asked about in advance has not been done on any day.
    if claim.purpose == Purpose::Predetermination {
        return;
    }
    // Room and board puts the type of bill in doubt, which is told of by itself.
    let is_room = |line: &ServiceLine| line.revenue_code.is_some_and(|code| ("0100".."0220").contains(&code.as_str()));
    if claim.lines.iter().any(|line| is_room(line) && line.dates.from.is_none()) {
        return;
    }
    let is_total = |line: &ServiceLine| line.revenue_code.is_some_and(|code| code.as_str() == "0001");
    let due: Vec<(usize, &ServiceLine)> =
        claim.lines.iter().enumerate().filter(|(_, line)| !is_total(line) && needs_date(line)).collect();
    let undated: Vec<(usize, &ServiceLine)> =
        due.iter().copied().filter(|(_, line)| line.dates.from.is_none()).collect();
    let mut say = |(index, line): (usize, &ServiceLine), message: String| {
        let span = line.revenue_code.and_then(|code| code.span).or(line.span);
        report.fire(&LINE_DATE, Subject::Line(position(index)), span, at("2400", "DTP", "DTP03"), message);
    };
    match undated.as_slice() {
        [first, _, ..] if undated.len() == due.len() => {
            say(*first, format!("none of the {} lines that need one has a date of service (DTP*472)", due.len()));
        }
        each => {
            for &(index, line) in each {
                say((index, line), format!("line {} has no date of service (DTP*472)", line.number));
            }
        }
    }
}
