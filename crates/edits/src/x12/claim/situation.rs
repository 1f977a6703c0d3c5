//! SNIP level 4: what one element of a claim demands of another.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{AdjustmentGroup, Claim, ClaimType, EntityKind, Subject};

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

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    frequency(claim, report);
    accident(claim, report);
    people(claim, report);
    other_payers(claim, report);
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
