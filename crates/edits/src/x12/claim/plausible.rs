//! SNIP level 4: dates and amounts that no claim can have.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, Date, Disposition, Money, Purpose, Spanned, Subject};

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// A claim that cannot be true was keyed or converted wrongly; nobody can work it as it stands.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, notes on the elements named; Medicare
        /// Claims Processing Manual (Pub. 100-04), chapters 25 and 26; WEDI SNIP type 4.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A7 or A8), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// A date lies after the day on which the file was written, or is older than any patient.
    ///
    /// ## What it checks
    /// Dates of service, accident, onset and occurrence codes, of birth and of other payers' decisions against the transaction's date (BHT04),
    /// which is a warning, told once per claim: the file's own date may be the wrong one. Of birth also whether it is more
    /// than 130 years before the first day of service. Silent for predeterminations.
    ///
    /// ## Example
    /// `DTP*472*D8*20360407` in a file of 2026.
    DATE: "impossible-date", "Date that cannot be", RejectClaim;

    /// An amount or quantity is below zero.
    ///
    /// ## What it checks
    /// CLM02, the charges and units of lines, what the patient paid (AMT*F5) or owes (AMT*F3), value codes.
    ///
    /// ## Example
    /// `SV1*HC:99213*-120*UN*1`.
    NEGATIVE: "negative-amount", "Amount below zero", RejectClaim;

    /// A professional or dental line has no units.
    ///
    /// ## What it checks
    /// SV104 and SV306 are not 0.
    ///
    /// ## Example
    /// `SV1*HC:99213*120*UN*0`.
    NO_UNITS: "units-of-zero", "Line of zero units", Warn;

    /// More of a line is not covered than was charged.
    ///
    /// ## What it checks
    /// SV207 against SV203.
    ///
    /// ## Example
    /// `SV2*0250**600*UN*10**700`.
    NON_COVERED: "non-covered-above-charge", "Non-covered amount above the charge", RejectClaim;

    /// Two payers of a claim have the same rank.
    ///
    /// ## What it checks
    /// SBR01 of loop 2000B and of loops 2320; U may repeat.
    ///
    /// ## Source
    /// ASC X12N 837 implementation guides, SBR01: within a claim each value other than U occurs once at the most.
    ///
    /// ## Example
    /// `SBR*P` above the claim and `SBR*P` in loop 2320.
    PAYER_RANK: "payer-rank-repeated", "Two payers of one rank", RejectClaim;

    /// A crown or denture replaces another, and the date of that one is missing.
    ///
    /// ## What it checks
    /// DTP*441 on dental lines with SV305 `R`.
    ///
    /// ## Example
    /// `SV3*AD:D6750*1200***R*1` without `DTP*441`.
    PRIOR_PLACEMENT: "missing-prior-placement", "Replacement without date of the prior placement", RejectClaim;
}

/// No patient is older.
const YEARS: i16 = 130;

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    if claim.purpose != Purpose::Predetermination {
        dates(claim, report);
    }
    amounts(claim, report);
    payer_ranks(claim, report);
    for (index, line) in claim.lines.iter().enumerate() {
        if let (Some(dental), ClaimType::Dental) = (&line.dental, claim.claim_type)
            && dental.prosthesis == "R"
            && !line.dates.other.iter().any(|(qualifier, _)| qualifier == "441")
        {
            let message = format!("line {} replaces a prosthesis, whose date is missing (DTP*441)", line.number);
            let span = line.hcpcs.and_then(|code| code.span).or(line.span);
            let subject = Subject::Line(position(index));
            report.fire(&PRIOR_PLACEMENT, subject, span, at("2400", "SV3", "SV305"), message);
        }
    }
}

fn dates(claim: &Claim, report: &mut Findings) {
    let birth = claim.patient.birth_date;
    if let (Some(birth), Some(first)) = (birth, claim.service_from())
        && first.year() - birth.value.year() > YEARS
    {
        let message = format!("a patient born on {} is more than {YEARS} years old on {first}", birth.value);
        report.fire(&DATE, Subject::Patient, birth.span, at("2010", "DMG", "DMG02"), message);
    }
    let Some(written) = claim.transaction_date else { return };
    let mut told = false;
    let mut judge = |date: Option<Spanned<Date>>, what: &str, subject, element| {
        if let Some(date) = date.filter(|date| date.value > written && !told) {
            let message = format!("the {what} is {}, but the file was written on {written}", date.value);
            report.fire_as(&DATE, Disposition::Warn, subject, date.span, element, message);
            told = true;
        }
    };
    let dmg = at("2010", "DMG", "DMG02");
    // Born after the first service, a patient is told of by the order of the dates.
    if birth.is_none_or(|birth| claim.service_from().is_none_or(|first| birth.value <= first)) {
        judge(birth, "patient's date of birth", Subject::Patient, dmg);
    }
    if claim.subscriber.birth_date != birth {
        judge(claim.subscriber.birth_date, "subscriber's date of birth", Subject::Patient, dmg);
    }
    let dtp = at("2300", "DTP", "DTP03");
    judge(claim.dates.statement_through, "end of the statement", Subject::Claim, dtp);
    for occurrence in &claim.occurrences {
        judge(occurrence.date, "date of an occurrence", Subject::Claim, at("2300", "HI", ""));
    }
    for (qualifier, date) in &claim.dates.other {
        let what = match qualifier.as_str() {
            "431" => "onset of the illness",
            "439" => "date of the accident",
            "454" => "initial treatment",
            "472" => "date of service",
            _ => continue,
        };
        judge(Some(*date), what, Subject::Claim, dtp);
    }
    for (index, line) in claim.lines.iter().enumerate() {
        let subject = || Subject::Line(position(index));
        // Behind the end of its statement, a line is told of by the order of the dates.
        let date = line.dates.through.or(line.dates.from);
        let date = date.filter(|date| claim.dates.statement_through.is_none_or(|end| date.value <= end.value));
        judge(date, "service", subject(), at("2400", "DTP", "DTP03"));
        for decision in &line.adjudications {
            judge(decision.date, "other payer's decision", subject(), at("2430", "DTP", "DTP03"));
        }
    }
    for other in &claim.other_payers {
        judge(other.adjudication_date, "other payer's decision", Subject::Claim, at("2330B", "DTP", "DTP03"));
    }
}

fn amounts(claim: &Claim, report: &mut Findings) {
    let amounts = &claim.amounts;
    let clm = at("2300", "CLM", "CLM02");
    let amt = at("2300", "AMT", "AMT02");
    let of_claim = [
        (Some(amounts.total_charge), "total charge", clm),
        (amounts.patient_paid, "amount the patient paid", amt),
        (amounts.patient_due, "amount the patient owes", amt),
    ];
    for (amount, what, element) in of_claim {
        if let Some(amount) = amount.filter(|amount| amount.value < Money::ZERO) {
            let message = format!("the {what} is {}", amount.value);
            report.fire(&NEGATIVE, Subject::Claim, amount.span, element, message);
        }
    }
    for value in
        claim.values.iter().filter(|value| value.amount.value.is_sign_negative() && !value.amount.value.is_zero())
    {
        let message = format!("the value code {} is {}", *value.code, value.amount.value);
        report.fire(&NEGATIVE, Subject::Claim, value.amount.span, at("2300", "HI", ""), message);
    }
    let (segment, charge, units) = match claim.claim_type {
        ClaimType::Professional => ("SV1", "SV102", "SV104"),
        ClaimType::Institutional => ("SV2", "SV203", "SV205"),
        ClaimType::Dental => ("SV3", "SV302", "SV306"),
    };
    for (index, line) in claim.lines.iter().enumerate() {
        let subject = || Subject::Line(position(index));
        if line.charge.value < Money::ZERO {
            let message = format!("the charge of line {} is {}", line.number, line.charge.value);
            report.fire(&NEGATIVE, subject(), line.charge.span, at("2400", segment, charge), message);
        }
        if let Some(quantity) = line.units {
            if quantity.value.is_sign_negative() && !quantity.value.is_zero() {
                let message = format!("line {} has {} units", line.number, quantity.value);
                report.fire(&NEGATIVE, subject(), quantity.span, at("2400", segment, units), message);
            } else if quantity.value.is_zero() && claim.claim_type != ClaimType::Institutional {
                let message = format!("line {} has no units", line.number);
                report.fire(&NO_UNITS, subject(), quantity.span, at("2400", segment, units), message);
            }
        }
        if let Some(not_covered) = line.non_covered.filter(|amount| amount.value > line.charge.value)
            && line.charge.value >= Money::ZERO
        {
            let message = format!(
                "line {} is charged {}, and {} of it is not covered",
                line.number, line.charge.value, not_covered.value
            );
            report.fire(&NON_COVERED, subject(), not_covered.span, at("2400", "SV2", "SV207"), message);
        }
    }
}

fn payer_ranks(claim: &Claim, report: &mut Findings) {
    for (index, other) in claim.other_payers.iter().enumerate() {
        let rank = other.subscriber.payer_responsibility.as_str();
        let before = claim.other_payers.iter().take(index).map(|other| &other.subscriber.payer_responsibility);
        let repeated = std::iter::once(&claim.subscriber.payer_responsibility).chain(before).any(|known| known == rank);
        if repeated && !rank.is_empty() && rank != "U" {
            let message = format!("the rank `{rank}` is that of another payer of the claim as well");
            report.fire(&PAYER_RANK, Subject::Claim, other.span, at("2320", "SBR", "SBR01"), message);
        }
    }
}
