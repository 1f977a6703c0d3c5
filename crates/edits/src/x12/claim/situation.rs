//! SNIP level 4: what one element of a claim demands of another.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{
    AdjustmentGroup, Claim, ClaimType, Date, Diagnosis, DiagnosisRole, EntityKind, NotEvaluated, NotEvaluatedReason,
    ProcedureCoding, ProviderRole, Purpose, ServiceLine, Spanned, Subject, Text, Unit,
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

    /// A replacement or void does not say which claim it replaces.
    ///
    /// ## What it checks
    /// Claim frequency 7 or 8 (CLM05-3) needs the payer's claim control number (REF*F8).
    ///
    /// ## Example
    /// `CLM*A1*120***11:B:7` without `REF*F8`.
    ORIGINAL_REFERENCE: "missing-original-reference", "Replacement without original reference", RejectClaim;

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

    /// A claim that arises from an accident does not say when it was.
    ///
    /// ## What it checks
    /// DTP*439 where CLM11 says automobile or other accident (AA, OA).
    ///
    /// ## Example
    /// `CLM11` is `OA` and there is no `DTP*439`.
    ACCIDENT_DATE: "missing-accident-date", "Missing accident date", RejectClaim;

    /// A claim that arises from an automobile accident does not say in which state or country.
    ///
    /// ## What it checks
    /// CLM11-4 or CLM11-5 where CLM11 says AA.
    ///
    /// ## Example
    /// `CLM11` is `AA` alone; `AA:::MD` is complete.
    ACCIDENT_STATE: "missing-accident-state", "Missing accident state", RejectClaim;

    /// An anaesthesia service is not billed in minutes.
    ///
    /// ## What it checks
    /// SV103 of professional lines with codes 00100 to 01999, apart from 01953 and 01996, is MJ.
    ///
    /// ## Example
    /// `SV1*HC:00142*827*UN*1`.
    ANAESTHESIA_MINUTES: "anaesthesia-without-minutes", "Anaesthesia without minutes", Warn;

    /// An ambulance transport lacks its transport information or its places.
    ///
    /// ## What it checks
    /// Professional lines with A0426 to A0434: CR1 on claim or line, and pick-up and drop-off (NM1*PW, NM1*45) there.
    ///
    /// ## Example
    /// `SV1*HC:A0427` without `CR1`.
    AMBULANCE: "missing-ambulance-information", "Missing ambulance information", RejectClaim;

    /// A claim stands under a subscriber who is not said to be the patient.
    ///
    /// ## What it checks
    /// SBR02 is 18 where the claim stands right below the subscriber's level. A subscriber may have claims of his own and
    /// dependents as well, so that 18 above a dependent is no fault.
    ///
    /// ## Example
    /// `SBR*P**GROUP7` with `CLM` and no level 23 between.
    SUBSCRIBER_PATIENT: "subscriber-not-patient", "Claim under a subscriber who is not the patient", RejectClaim;

    /// A subscriber who is a person has no member identifier.
    ///
    /// ## What it checks
    /// NM109 of loop 2010BA where NM102 is 1.
    ///
    /// ## Example
    /// `NM1*IL*1*DOE*JOHN`.
    MEMBER_ID: "missing-member-id", "Missing member identifier", RejectClaim;

    /// The subscriber is the patient, and address or demographics are missing.
    ///
    /// ## What it checks
    /// N3, N4 and DMG of loop 2010BA where the subscriber is the patient.
    ///
    /// ## Example
    /// `NM1*IL` without `DMG` above a claim of the subscriber.
    PATIENT_DEMOGRAPHICS: "missing-patient-demographics", "Missing address or demographics of the patient", RejectClaim;

    /// A payer who is not the first has no other payer before it.
    ///
    /// ## What it checks
    /// SBR01 other than P and U needs loop 2320.
    ///
    /// ## Example
    /// `SBR*S*18` and no other payer on the claim.
    OTHER_PAYER: "missing-other-payer", "Secondary claim without other payer", Warn;

    /// A decision on a line is of a payer that the claim does not name.
    ///
    /// ## What it checks
    /// SVD01 against NM109 of loops 2330B; an identifier once, at its first line.
    ///
    /// ## Example
    /// `SVD*PAYER9` where the other payer is `PAYER1`.
    UNKNOWN_PAYER: "unknown-other-payer", "Line decision of an unknown payer", RejectClaim;

    /// A period ends before it begins, or something comes before what it follows.
    ///
    /// ## What it checks
    /// Statement period, occurrence spans and line dates; the first day of service against birth, death, onset and
    /// accident; another payer's decision on a line against the service. On bills also the admission and the lines against
    /// the statement's period, and procedures, which may precede it by the three days of services that are bundled into a
    /// stay (earlier ones are a warning). Where several dates lie outside of the period, the period is told of, once.
    ///
    /// ## Example
    /// `DTP*434*RD8*20260508-20260501`.
    REVERSED_DATES: "dates-reversed", "Dates in the wrong order", RejectClaim;

    /// An unscheduled outpatient visit has no patient's reason for visit.
    ///
    /// ## What it checks
    /// HI*APR on bill types 13x and 85x with admission type 1, 2 or 5 and an emergency, urgent care or observation line
    /// (revenue codes 045x, 0516, 0526, 0762).
    ///
    /// ## Example
    /// Bill type 0131, `CL1*1`, revenue code 0450, and no `HI*APR`.
    REASON_FOR_VISIT: "missing-reason-for-visit", "Missing reason for visit", Warn;

    /// Another payer's decision on the claim has no date.
    ///
    /// ## What it checks
    /// DTP*573 of loop 2330B, where that payer's paid amount (AMT*D) is given and no line carries its decision (SVD).
    ///
    /// ## Example
    /// `AMT*D*125` in loop 2320, no `SVD`, and no `DTP*573` behind `NM1*PR`.
    DECISION_DATE: "missing-adjudication-date", "Missing date of another payer's decision", RejectClaim;

    /// An adjustment has a reason that cannot be a claim adjustment reason code.
    ///
    /// ## What it checks
    /// CAS reasons: a letter at the most, and up to three digits.
    ///
    /// ## Example
    /// `CAS*CO*XYZ*40`.
    ADJUSTMENT_REASON: "malformed-adjustment-reason", "Malformed adjustment reason", RejectClaim;
}

pub(super) fn check(
    claim: &Claim,
    poa_required: bool,
    library: &Library,
    report: &mut Findings,
    not_evaluated: &mut Vec<NotEvaluated>,
) {
    frequency(claim, report);
    accident(claim, report);
    people(claim, report);
    other_payers(claim, report);
    dates(claim, report);
    match claim.claim_type {
        ClaimType::Institutional => {
            institutional(claim, report);
            if claim.is_hospital_inpatient() && poa_required {
                present_on_admission(claim, library, report, not_evaluated);
            }
        }
        ClaimType::Professional => professional(claim, report),
        ClaimType::Dental => {}
    }
}

fn frequency(claim: &Claim, report: &mut Findings) {
    if let Some(frequency) = claim.frequency
        && matches!(frequency.value, '7' | '8')
        && claim.original_reference_number.is_none()
    {
        let message = format!(
            "claim frequency {} needs the payer's control number of the original claim (REF*F8)",
            frequency.value
        );
        report.fire(&ORIGINAL_REFERENCE, Subject::Claim, frequency.span, at("2300", "CLM", "CLM05-3"), message);
    }
}

fn accident(claim: &Claim, report: &mut Findings) {
    let causes = &claim.accident.causes;
    if causes.is_empty() || claim.claim_type == ClaimType::Institutional {
        return;
    }
    let dated = claim.dates.other.iter().any(|(qualifier, _)| qualifier == "439");
    if !dated && causes.iter().any(|cause| cause == "AA" || cause == "OA") {
        let message = "the claim arises from an accident, and its date is missing (DTP*439)";
        report.fire(&ACCIDENT_DATE, Subject::Claim, clm(claim), at("2300", "CLM", "CLM11"), message);
    }
    if causes.iter().any(|cause| cause == "AA") && claim.accident.state.is_empty() && claim.accident.country.is_empty()
    {
        let message = "the claim arises from an automobile accident, and its state is missing (CLM11-4)";
        report.fire(&ACCIDENT_STATE, Subject::Claim, clm(claim), at("2300", "CLM", "CLM11-4"), message);
    }
}

/// Where the claim begins: its identifier, which every claim has.
fn clm(claim: &Claim) -> Option<openclaim_claim::Span> {
    claim.claim_id.span.or(claim.span)
}

fn people(claim: &Claim, report: &mut Findings) {
    let (subscriber, patient) = (&claim.subscriber, &claim.patient);
    let Some(named) = patient.span else { return };
    // The patient of a subscriber's own claim is read from the subscriber's NM1.
    let own = subscriber.span.is_some()
        && subscriber.span.is_some_and(|sbr| sbr.start < named.start)
        && patient.last_name == subscriber.last_name
        && patient.first_name == subscriber.first_name
        && patient.relationship == subscriber.relationship
        && patient.member_id == subscriber.member_id.value;
    if subscriber.kind == EntityKind::Person && subscriber.member_id.is_empty() {
        let span = if own { patient.span } else { subscriber.span };
        let message = "the subscriber has no member identifier (NM109)";
        report.fire(&MEMBER_ID, Subject::Patient, span, at("2010BA", "NM1", "NM109"), message);
    }
    if !own {
        return;
    }
    if !subscriber.relationship.is_self() {
        let message =
            "the claim stands under the subscriber, but SBR02 does not say that the patient is the subscriber";
        report.fire(&SUBSCRIBER_PATIENT, Subject::Patient, subscriber.span, at("2000B", "SBR", "SBR02"), message);
        return;
    }
    let addressed =
        patient.address.as_ref().is_some_and(|address| !address.line1.is_empty() && !address.city.is_empty());
    if !addressed || (patient.birth_date.is_none() && patient.sex.is_none()) {
        let what = if addressed { "date of birth and sex (DMG)" } else { "address (N3, N4)" };
        let message = format!("the subscriber is the patient, but has no {what}");
        report.fire(&PATIENT_DEMOGRAPHICS, Subject::Patient, patient.span, at("2010BA", "NM1", ""), message);
    }
}

fn other_payers(claim: &Claim, report: &mut Findings) {
    let rank = claim.subscriber.payer_responsibility.as_str();
    if claim.other_payers.is_empty() {
        if matches!(rank, "S" | "T" | "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H") {
            let message = format!("the payer's rank is `{rank}`, but the claim names no other payer (loop 2320)");
            report.fire(&OTHER_PAYER, Subject::Claim, claim.subscriber.span, at("2000B", "SBR", "SBR01"), message);
        }
        return;
    }
    let known = |id: &str| claim.other_payers.iter().any(|other| other.payer.id == id);
    let complete = claim.other_payers.iter().all(|other| !other.payer.id.is_empty());
    let malformed = |reason: &str| {
        let digits = reason.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(reason);
        !(1..=3).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut told: Vec<&str> = Vec::new();
    for (index, line) in claim.lines.iter().enumerate() {
        for decision in &line.adjudications {
            if complete && !known(&decision.payer_id) && !told.contains(&decision.payer_id.as_str()) {
                told.push(&decision.payer_id);
                let message = format!("no other payer of the claim has the identifier `{}`", decision.payer_id);
                let subject = Subject::Line(position(index));
                report.fire(&UNKNOWN_PAYER, subject, decision.span, at("2430", "SVD", "SVD01"), message);
            }
        }
    }
    for other in claim.other_payers.iter().filter(|other| other.adjudication_date.is_none()) {
        let on_lines = claim.lines.iter().any(|line| !line.adjudications.is_empty());
        if let Some((_, paid)) = other.amounts.iter().find(|(qualifier, _)| qualifier == "D").filter(|_| !on_lines) {
            let message = format!("payer `{}` decided on the claim, and the date is missing (DTP*573)", other.payer.id);
            report.fire(&DECISION_DATE, Subject::Claim, paid.span, at("2330B", "DTP", "DTP03"), message);
        }
    }
    let on_claim = claim.other_payers.iter().flat_map(|other| &other.adjustments).map(|found| (None, found));
    let on_lines = claim.lines.iter().enumerate().flat_map(|(index, line)| {
        let decisions = line.adjudications.iter();
        decisions.flat_map(|decision| &decision.adjustments).map(move |found| (Some(index), found))
    });
    for (line, adjustment) in on_claim.chain(on_lines).filter(|(_, adjustment)| malformed(&adjustment.reason)) {
        let group = match adjustment.group {
            AdjustmentGroup::Contractual => "CO",
            AdjustmentGroup::Patient => "PR",
            AdjustmentGroup::Other => "OA",
            AdjustmentGroup::PayerInitiated => "PI",
            AdjustmentGroup::Correction => "CR",
        };
        let message = format!("`{}` (group {group}) cannot be a claim adjustment reason code", adjustment.reason);
        let subject = line.map_or(Subject::Claim, |index| Subject::Line(position(index)));
        let within = if line.is_some() { "2430" } else { "2320" };
        report.fire(&ADJUSTMENT_REASON, subject, adjustment.amount.span, at(within, "CAS", ""), message);
    }
}

fn dates(claim: &Claim, report: &mut Findings) {
    if let (Some(from), Some(through)) = (claim.dates.statement_from, claim.dates.statement_through)
        && through.value < from.value
    {
        let message = format!("the statement period ends on {} and begins on {}", through.value, from.value);
        report.fire(&REVERSED_DATES, Subject::Claim, through.span, at("2300", "DTP", "DTP03"), message);
    }
    for (index, line) in claim.lines.iter().enumerate() {
        if let (Some(from), Some(through)) = (line.dates.from, line.dates.through)
            && through.value < from.value
        {
            let message = format!("the service ends on {} and begins on {}", through.value, from.value);
            let subject = Subject::Line(position(index));
            report.fire(&REVERSED_DATES, subject, through.span, at("2400", "DTP", "DTP03"), message);
        }
    }
    for span in &claim.occurrence_spans {
        if let (Some(from), Some(through)) = (span.from, span.through)
            && through.value < from.value
        {
            let message = format!("the occurrence span {} ends before it begins", *span.code);
            report.fire(&REVERSED_DATES, Subject::Claim, through.span, at("2300", "HI", ""), message);
        }
    }
    let Some(first) = claim.service_from() else { return };
    let dtp = at("2300", "DTP", "DTP03");
    // A file that cannot know the date is told of that.
    let known = |date: &Spanned<Date>| claim.transaction_date.is_none_or(|written| date.value <= written);
    let born = claim.patient.birth_date.map(|date| (date, "patient was born on", at("2010", "DMG", "DMG02")));
    let events = claim.dates.other.iter().filter_map(|(qualifier, date)| match qualifier.as_str() {
        "431" => Some((*date, "illness began on", dtp)),
        "439" => Some((*date, "accident was on", dtp)),
        _ => None,
    });
    let later: Vec<_> = born
        .into_iter()
        .chain(events.filter(|(date, ..)| known(date)))
        .filter(|(date, ..)| date.value > first)
        .collect();
    match later.as_slice() {
        [] => {}
        [(date, what, element)] => {
            let message = format!("the {what} {}, after the first day of service {first}", date.value);
            let subject = if element.segment == "DMG" { Subject::Patient } else { Subject::Claim };
            report.fire(&REVERSED_DATES, subject, date.span, *element, message);
        }
        // Where nothing comes before the service, it is the service that is too early.
        [(date, what, _), ..] => {
            let message = format!("the service of {first} comes before everything: the {what} {}", date.value);
            let dates = claim.lines.iter().filter_map(|line| line.dates.from).chain(claim.dates.statement_from);
            let span = dates.into_iter().find(|date| date.value == first).and_then(|date| date.span);
            report.fire(&REVERSED_DATES, Subject::Claim, span, at("2400", "DTP", "DTP03"), message);
        }
    }
    if let Some(death) = claim.patient.death_date.filter(|death| death.value < first) {
        let message = format!("the patient died on {}, before the first day of service {first}", death.value);
        report.fire(&REVERSED_DATES, Subject::Patient, death.span, at("2010", "PAT", "PAT06"), message);
    }
    for (index, line) in claim.lines.iter().enumerate() {
        let Some(service) =
            line.dates.from.map(|date| date.value).or(claim.dates.statement_from.map(|date| date.value))
        else {
            continue;
        };
        if claim.transaction_date.is_some_and(|written| service > written) {
            continue;
        }
        for decision in &line.adjudications {
            if let Some(date) = decision.date.filter(|date| date.value < service) {
                let message = format!("the other payer decided on {}, before the service of {service}", date.value);
                let subject = Subject::Line(position(index));
                report.fire(&REVERSED_DATES, subject, date.span, at("2430", "DTP", "DTP03"), message);
            }
        }
    }
}

/// The class of an institutional bill.
fn facility(claim: &Claim) -> &str {
    claim.type_of_bill.as_ref().map_or("", |bill| bill.facility())
}

fn institutional(claim: &Claim, report: &mut Findings) {
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
        not_evaluated.push(NotEvaluated {
            rule: Text::const_new(PRESENT_ON_ADMISSION.id),
            reason: NotEvaluatedReason::MissingTable,
            detail: format!(
                "no list of the codes exempt from reporting is loaded for {discharged}; `{first}`, without an \
                 indicator, may be one"
            )
            .into(),
            remedy: Some(Text::const_new("import the POA-exempt list of the fiscal year (`openclaim data import`)")),
        });
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
    let due = |line: &ServiceLine| {
        let total = line.revenue_code.is_some_and(|code| code.as_str() == "0001");
        // What is asked about in advance has not been done on any day.
        claim.purpose != Purpose::Predetermination
            && !total
            && ((several_days && line.drug.is_none()) || (medicare && line.hcpcs.is_some()))
    };
    let undated = || claim.lines.iter().enumerate().filter(|(_, line)| due(line) && line.dates.from.is_none());
    // Room and board puts the type of bill in doubt, which is told of by itself.
    let stay = claim.lines.iter().any(|line| {
        line.revenue_code.is_some_and(|code| ("0100".."0220").contains(&code.as_str())) && line.dates.from.is_none()
    });
    let all =
        undated().count() > 1 && claim.lines.iter().filter(|line| due(line)).all(|line| line.dates.from.is_none());
    for (index, line) in undated().take(if stay {
        0
    } else if all {
        1
    } else {
        usize::MAX
    }) {
        let message = if all {
            format!("none of the {} lines that need one has a date of service (DTP*472)", undated().count())
        } else {
            format!("line {} has no date of service (DTP*472)", line.number)
        };
        let subject = Subject::Line(position(index));
        let span = line.revenue_code.and_then(|code| code.span).or(line.span);
        report.fire(&LINE_DATE, subject, span, at("2400", "DTP", "DTP03"), message);
    }
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

fn professional(claim: &Claim, report: &mut Findings) {
    let mut transport = None;
    for (index, line) in claim.lines.iter().enumerate() {
        let Some(code) = line.hcpcs else { continue };
        let text = code.as_str();
        let anaesthesia = text > "00099" && text < "01999" && text.bytes().all(|byte| byte.is_ascii_digit());
        if anaesthesia && !matches!(text, "01953" | "01996") && line.unit != Unit::Minutes {
            let message = format!("`{text}` is anaesthesia, which is billed in minutes (SV103 MJ)");
            let subject = Subject::Line(position(index));
            report.fire(&ANAESTHESIA_MINUTES, subject, code.span, at("2400", "SV1", "SV103"), message);
        }
        if transport.is_none() && ("A0426".."A0435").contains(&text) {
            transport = Some((index, line, code));
        }
    }
    let Some((index, line, code)) = transport else { return };
    let has =
        |role: ProviderRole| claim.providers.iter().chain(line.providers.iter()).any(|provider| provider.role == role);
    let lacking = if claim.ambulance.is_none() && line.ambulance.is_none() {
        "transport information (CR1)"
    } else if !has(ProviderRole::AmbulancePickUp) {
        "place of pick-up (NM1*PW)"
    } else if !has(ProviderRole::AmbulanceDropOff) {
        "place of drop-off (NM1*45)"
    } else {
        return;
    };
    let message = format!("`{}` is an ambulance transport, and its {lacking} is missing", code.value);
    report.fire(&AMBULANCE, Subject::Line(position(index)), code.span, at("2300", "CR1", ""), message);
}
