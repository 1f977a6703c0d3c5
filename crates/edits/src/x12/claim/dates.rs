//! SNIP level 4: the order of a claim's dates.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, Date, Spanned, Subject};

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
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
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
