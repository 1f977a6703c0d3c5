//! Codes that institutional claims alone have.

use super::{
    ADMISSION_TYPE, DISCHARGE_STATUS, POINT_OF_ORIGIN, REVENUE, TYPE_OF_BILL, TwoDigits, UB_CODE, holds, two_digits,
};
use crate::claim_edit::{Findings, at, position};
use openclaim_claim::{Claim, Date, Span, Subject};
use openclaim_reference::Library;

/// Facility and classification of bills in use.
const BILLS: &[&str] = &[
    "11", "12", "13", "14", "18", "21", "22", "23", "24", "28", "32", "33", "34", "41", "42", "43", "44", "51", "61",
    "62", "64", "65", "66", "71", "72", "73", "74", "75", "76", "77", "78", "79", "81", "82", "83", "84", "85", "86",
    "87", "89",
];

/// The bills in use, by their two digits.
static IN_USE: TwoDigits = two_digits(BILLS);

/// Type of bill, admission, revenue codes, and the form of UB-04 codes.
pub(super) fn check(claim: &Claim, library: &Library, report: &mut Findings) {
    if let Some(bill) = claim.type_of_bill {
        let frequency = bill.frequency();
        if !holds(&IN_USE, bill.facility()) || !matches!(frequency, '0'..='9' | 'A'..='Q' | 'X'..='Z') {
            let message = format!("`{}` is no type of bill in use", bill.value);
            report.fire(&TYPE_OF_BILL, Subject::Claim, bill.span, at("2300", "CLM", "CLM05"), message);
        }
    }
    if let (Some(status), Some(date)) = (claim.admission.discharge_status, claim.service_through())
        && !claim.is_hospital_inpatient()
        && library.mce().covers(date)
        // The editor sees inpatients alone; these are for outpatients and hospices.
        && !matches!(status.as_str(), "09" | "9" | "40" | "41" | "42")
        && !library.mce().allows_discharge_status(status.value, date)
    {
        let message = format!("`{}` is no patient discharge status in force on {date}", status.value);
        report.fire(&DISCHARGE_STATUS, Subject::Admission, status.span, at("2300", "CL1", "CL103"), message);
    }
    admission_codes(claim, report);
    for (index, line) in claim.lines.iter().enumerate() {
        if let Some(code) = line.revenue_code.filter(|code| !is_revenue(code.as_str())) {
            let message = format!("`{}` is no revenue code in use", code.value);
            report.fire(&REVENUE, Subject::Line(position(index)), code.span, at("2400", "SV2", "SV201"), message);
        }
    }
    let mut short = |what: &str, code: &str, span: Option<Span>| {
        if code.len() != 2 {
            let message = format!("the {what} code `{code}` has not two characters");
            report.fire(&UB_CODE, Subject::Claim, span, at("2300", "HI", ""), message);
        }
    };
    claim.condition_codes.iter().for_each(|code| short("condition", code.as_str(), code.span));
    claim.occurrences.iter().for_each(|found| short("occurrence", found.code.as_str(), found.code.span));
    claim.occurrence_spans.iter().for_each(|found| short("occurrence span", found.code.as_str(), found.code.span));
    claim.values.iter().for_each(|found| short("value", found.code.as_str(), found.code.span));
    let mut other_kind = |what: &str, code: &str, span: Option<Span>| {
        let message = format!("`{code}` stands in the range of {what} codes");
        report.fire(&UB_CODE, Subject::Claim, span, at("2300", "HI", ""), message);
    };
    for found in claim.occurrences.iter().filter(|found| is_span_code(found.code.as_str()) == Some(true)) {
        other_kind("occurrence span", found.code.as_str(), found.code.span);
    }
    for found in claim.occurrence_spans.iter().filter(|found| is_span_code(found.code.as_str()) == Some(false)) {
        other_kind("occurrence", found.code.as_str(), found.code.span);
    }
}

/// Whether a code stands in the range of occurrence spans rather than occurrences.
fn is_span_code(code: &str) -> Option<bool> {
    match code.as_bytes() {
        [b'7'..=b'9', b'0'..=b'9'] | [b'M'..=b'Z', _] => Some(true),
        [b'0'..=b'6', b'0'..=b'9'] | [b'A'..=b'L', _] => Some(false),
        _ => None,
    }
}

/// First statements for which the points of origin in use today hold.
const ORIGINS_SINCE: Date = jiff::civil::date(2010, 7, 1);

fn admission_codes(claim: &Claim, report: &mut Findings) {
    let admission = &claim.admission;
    let kind = admission.admission_type;
    if let Some(kind) = kind.filter(|kind| !matches!(kind.as_str(), "1" | "2" | "3" | "4" | "5" | "9")) {
        let message = format!("`{}` is no admission type", kind.value);
        report.fire(&ADMISSION_TYPE, Subject::Admission, kind.span, at("2300", "CL1", "CL101"), message);
    }
    let Some(source) = admission.source else { return };
    if claim.service_from().is_none_or(|from| from < ORIGINS_SINCE) {
        return;
    }
    let newborn = kind.is_some_and(|kind| kind.as_str() == "4");
    let known = match source.as_str() {
        "5" | "6" => true,
        "1" | "2" | "4" | "8" | "9" | "D" | "E" | "F" | "G" => !newborn,
        _ => false,
    };
    if !known {
        let of = if newborn { "of a newborn" } else { "in use" };
        let message = format!("`{}` is no point of origin {of}", source.value);
        report.fire(&POINT_OF_ORIGIN, Subject::Admission, source.span, at("2300", "CL1", "CL102"), message);
    }
}

fn is_revenue(code: &str) -> bool {
    let Ok(number) = code.parse::<u16>() else { return false };
    matches!(number, 1 | 22..=24 | 100..=999 | 1000..=1009 | 2100..=2109 | 3101..=3109)
}
