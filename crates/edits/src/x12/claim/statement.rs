//! SNIP level 4: institutional bills whose parts do not fit each other.

use super::dates::REVERSED_DATES;
use crate::claim_edit::{Element, Findings, at, claim_edits, position};
use openclaim_claim::{Claim, Date, Disposition, Span, Spanned, Subject};

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// Payers read bills of one stay in their order and by their dates.
        ///
        /// ## Source
        /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locators 4, 6, 17, 18-28 and 39-41; ASC X12N 837
        /// implementation guide 005010X223 with errata; WEDI SNIP type 4.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A7 or A8), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// The frequency of a bill says that the stay is over, and the patient's status that it is not, or the other way round.
    ///
    /// ## What it checks
    /// Bill types 11x, 18x and 21x: with frequency 1 (admission through discharge) or 4 (last bill) the patient is not still
    /// there (status 30); with 2 (first) or 3 (continuing) he is.
    ///
    /// ## Example
    /// `CL1*1*1*30` on bill type 0111.
    STATUS: "status-against-frequency", "Discharge status against frequency", RejectClaim;

    /// A condition code or value code stands twice.
    ///
    /// ## What it checks
    /// HI*BG and HI*BE.
    ///
    /// ## Example
    /// `HI*BG:C1*BG:C1`.
    REPEATED: "repeated-ub-code", "Condition or value code reported twice", Warn;
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    status(claim, report);
    let told = |report: &mut Findings, what: &str, code: &str, span: Option<Span>| {
        let message = format!("the {what} code `{code}` stands on the claim before");
        report.fire(&REPEATED, Subject::Claim, span, at("2300", "HI", ""), message);
    };
    for (index, code) in claim.condition_codes.iter().enumerate() {
        if claim.condition_codes[..index].iter().any(|before| before.value == code.value) {
            told(report, "condition", code.as_str(), code.span);
        }
    }
    for (index, value) in claim.values.iter().enumerate() {
        if claim.values[..index].iter().any(|before| before.code.value == value.code.value) {
            told(report, "value", value.code.as_str(), value.code.span);
        }
    }
    period(claim, report);
}

fn status(claim: &Claim, report: &mut Findings) {
    let bill = claim.type_of_bill.as_ref().map_or("", |bill| bill.facility());
    let (Some(status), Some(frequency)) = (claim.admission.discharge_status, claim.frequency) else { return };
    let Some(number) = status.number().filter(|_| matches!(bill, "11" | "18" | "21")) else { return };
    let what = match (frequency.value, number == 30) {
        ('1' | '4', true) => "the bill is the last of the stay, but the patient is still there (status 30)",
        ('2' | '3', false) => "the bill is not the last of the stay, but the patient's status is not 30 (still there)",
        _ => return,
    };
    let message = format!("{what}; the frequency is {}", frequency.value);
    report.fire(&STATUS, Subject::Admission, status.span, at("2300", "CL1", "CL103"), message);
}

/// Days before the statement's beginning on which a procedure may have been done: the three days of outpatient services
/// that are bundled into a stay.
const DAYS_BEFORE: i64 = 3;

/// A date that lies outside of the period.
struct Outside {
    date: Spanned<Date>,
    what: &'static str,
    behind: bool,
    subject: Subject,
    element: Element,
    disposition: Disposition,
}

fn period(claim: &Claim, report: &mut Findings) {
    let (Some(from), Some(through)) = (claim.dates.statement_from, claim.dates.statement_through) else { return };
    if from.value > through.value {
        return;
    }
    let mut outside: Vec<Outside> = Vec::new();
    let mut judge = |date: Option<Spanned<Date>>, what, before: Option<(Date, Disposition)>, subject, element| {
        let Some(date) = date else { return };
        let behind = date.value > through.value;
        let disposition = match before {
            _ if behind => REVERSED_DATES.disposition,
            Some((first, disposition)) if date.value < first => disposition,
            _ => return,
        };
        outside.push(Outside { date, what, behind, subject, element, disposition });
    };
    let admitted = claim.admission.date;
    judge(admitted, "patient was admitted on", None, Subject::Admission, at("2300", "DTP", "DTP03"));
    let days = jiff::Span::new().days(DAYS_BEFORE);
    let earliest = from.value.checked_sub(days).unwrap_or(from.value);
    // A stay whose bills begin later than its admission still tells of its first procedures.
    let earliest =
        admitted.map_or(earliest, |admitted| earliest.min(admitted.value.checked_sub(days).unwrap_or(earliest)));
    for (index, procedure) in claim.procedures.iter().enumerate() {
        let subject = Subject::Procedure(position(index));
        judge(procedure.date, "procedure was on", Some((earliest, Disposition::Warn)), subject, at("2300", "HI", ""));
    }
    for (index, line) in claim.lines.iter().enumerate() {
        let subject = Subject::Line(position(index));
        let before = Some((from.value, REVERSED_DATES.disposition));
        judge(line.dates.from, "service was on", before, subject, at("2400", "DTP", "DTP03"));
    }
    match outside.as_slice() {
        [] => {}
        [only] => {
            let (end, edge) = if only.behind { ("after", through.value) } else { ("before", from.value) };
            let bound = if only.behind { "end" } else { "beginning" };
            let message = format!("the {} {}, {end} the statement's {bound} on {edge}", only.what, only.date.value);
            report.fire_as(
                &REVERSED_DATES,
                only.disposition,
                only.subject.clone(),
                only.date.span,
                only.element,
                message,
            );
        }
        [first, ..] => {
            let (edge, bound) = if first.behind { (through, "ends") } else { (from, "begins") };
            let message = format!(
                "{} dates lie outside of the statement's period, which {bound} on {}; the first: the {} {}",
                outside.len(),
                edge.value,
                first.what,
                first.date.value
            );
            report.fire(&REVERSED_DATES, Subject::Claim, edge.span, at("2300", "DTP", "DTP03"), message);
        }
    }
}
