//! SNIP level 3: amounts that must add up.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, Money, ServiceLine, Subject};

claim_edits! {
    X12 "x12" level 3
    shared {
        ///
        /// ## Why
        /// A claim whose amounts do not add up was changed or cut on its way, or keyed wrongly; nobody can pay it.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, section 1.4 on balancing; WEDI SNIP
        /// type 3.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A7, status 178 or 400).
        ///
        /// ## Bypass
        /// None.
    }

    /// The total charge is not the sum of the line charges.
    ///
    /// ## What it checks
    /// CLM02 against the sum of SV102, SV203 or SV302. Silent when a charge could not be read, which is reported.
    ///
    /// ## Example
    /// `CLM*A1*1200` above lines of 1000 and 100.
    TOTAL_CHARGE: "total-charge-mismatch", "Total charge is not the sum of the lines", RejectClaim;

    /// What another payer paid and took off a line is not the line's charge.
    ///
    /// ## What it checks
    /// Per line and payer: SVD02 and the CAS amounts below it against the line's charge. Lines bundled into others are
    /// left out.
    ///
    /// ## Example
    /// A line of 185, `SVD*PRIMARY*125` and `CAS*CO*45*40`: 20 are missing.
    LINE_ADJUDICATION: "line-adjudication-out-of-balance", "Line adjudication does not balance", RejectClaim;

    /// What another payer paid for the claim is not what it paid for the lines, less what it took off the claim.
    ///
    /// ## What it checks
    /// Per other payer with a paid amount (AMT*D): the sum of SVD02 less the CAS amounts of loop 2320; where no line has
    /// a decision, the total charge less those CAS amounts. Silent when only some lines have a decision.
    ///
    /// ## Example
    /// `AMT*D*125` above lines paid at 100 and 15.
    CLAIM_ADJUDICATION: "claim-adjudication-out-of-balance", "Claim adjudication does not balance", RejectClaim;

    /// What another payer is said not to cover is not the whole claim, or that payer decided on the claim all the same.
    ///
    /// ## What it checks
    /// AMT*A8 of loop 2320, which stands for a payer that was passed by: it is the total charge (CLM02), and that payer has
    /// neither a paid amount (AMT*D) nor adjustments (CAS).
    ///
    /// ## Example
    /// `AMT*A8*20` on a claim of 540.
    NOT_COVERED: "non-covered-not-total", "Non-covered amount is not the total charge", RejectClaim;
}

/// The sum; `None` when it leaves the range of an amount.
fn sum(amounts: impl Iterator<Item = Money>) -> Option<Money> {
    let mut amounts = amounts;
    amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount.cents())).map(Money::from_cents)
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    let from_file = claim.span.is_some();
    let charge = claim.amounts.total_charge;
    // An amount that cannot be is told of, and not what follows from it.
    if charge.value < Money::ZERO || claim.lines.iter().any(|line| line.charge.value < Money::ZERO) {
        return;
    }
    let readable = !from_file || (charge.span.is_some() && claim.lines.iter().all(|line| line.charge.span.is_some()));
    if readable
        && !claim.lines.is_empty()
        && let Some(lines) = sum(claim.lines.iter().map(|line| line.charge.value))
        && lines != charge.value
    {
        let message = format!("the total charge is {}, but the lines add up to {lines}", charge.value);
        report.fire(&TOTAL_CHARGE, Subject::Claim, charge.span, at("2300", "CLM", "CLM02"), message);
    }
    if claim.other_payers.is_empty() && claim.lines.iter().all(|line| line.adjudications.is_empty()) {
        return;
    }
    for other in &claim.other_payers {
        let amount =
            |wanted: &str| other.amounts.iter().find(|(qualifier, _)| qualifier == wanted).map(|(_, amount)| amount);
        let Some(not_covered) = amount("A8") else { continue };
        let message = if readable && not_covered.value != charge.value {
            format!(
                "payer `{}` covers {} not, but the total charge is {}",
                other.payer.id, not_covered.value, charge.value
            )
        } else if amount("D").is_some() || !other.adjustments.is_empty() {
            format!("payer `{}` was passed by (AMT*A8), and yet it paid or took off something", other.payer.id)
        } else {
            continue;
        };
        report.fire(&NOT_COVERED, Subject::Claim, not_covered.span, at("2320", "AMT", "AMT02"), message);
        return;
    }
    let lines_before = report.findings.len();
    for (index, line) in claim.lines.iter().enumerate() {
        line_adjudications(claim, line, index, report);
    }
    // A line that does not balance says why the claim does not either.
    if report.findings.len() == lines_before && readable {
        claim_adjudications(claim, report);
    }
}

fn line_adjudications(claim: &Claim, line: &ServiceLine, index: usize, report: &mut Findings) {
    let bundled =
        |other: &ServiceLine| other.adjudications.iter().any(|decision| decision.bundled_into == Some(line.number));
    if line.adjudications.iter().any(|decision| decision.bundled_into.is_some()) || claim.lines.iter().any(bundled) {
        return;
    }
    for (first, decision) in line.adjudications.iter().enumerate() {
        if line.adjudications[..first].iter().any(|before| before.payer_id == decision.payer_id) {
            continue;
        }
        let of_payer = || line.adjudications.iter().filter(|other| other.payer_id == decision.payer_id);
        let taken_off = of_payer().flat_map(|decision| &decision.adjustments).map(|adjustment| adjustment.amount.value);
        let Some(total) = sum(of_payer().map(|decision| decision.paid.value).chain(taken_off)) else { continue };
        if total != line.charge.value && decision.paid.span.is_some() == decision.span.is_some() {
            let message = format!(
                "payer `{}` paid and took off {total} on line {}, but the line's charge is {}",
                decision.payer_id, line.number, line.charge.value
            );
            let span = decision.paid.span.or(decision.span);
            report.fire(&LINE_ADJUDICATION, Subject::Line(position(index)), span, at("2430", "SVD", "SVD02"), message);
        }
    }
}

fn claim_adjudications(claim: &Claim, report: &mut Findings) {
    for other in &claim.other_payers {
        // A decision of a payer that the claim does not name may be one of this payer's.
        let named = |line: &ServiceLine| {
            line.adjudications.iter().all(|line| claim.other_payers.iter().any(|other| other.payer.id == line.payer_id))
        };
        if !claim.lines.iter().all(named) {
            return;
        }
        let Some((_, paid)) = other.amounts.iter().find(|(qualifier, _)| qualifier == "D") else { continue };
        let Some(taken_off) = sum(other.adjustments.iter().map(|adjustment| adjustment.amount.value)) else { continue };
        let decided = |line: &&ServiceLine| line.adjudications.iter().any(|line| line.payer_id == other.payer.id);
        let lines = claim.lines.iter().filter(decided).count();
        let base = if lines == claim.lines.len() {
            let decisions = claim.lines.iter().flat_map(|line| &line.adjudications);
            sum(decisions.filter(|decision| decision.payer_id == other.payer.id).map(|decision| decision.paid.value))
        } else if lines == 0 && !other.adjustments.is_empty() {
            Some(claim.amounts.total_charge.value)
        } else {
            None
        };
        let due = base.and_then(|base| base.cents().checked_sub(taken_off.cents())).map(Money::from_cents);
        if let Some(due) = due.filter(|due| *due != paid.value) {
            let message = format!(
                "payer `{}` paid {} for the claim, but its decisions on lines and claim leave {due}",
                other.payer.id, paid.value
            );
            report.fire(&CLAIM_ADJUDICATION, Subject::Claim, paid.span, at("2320", "AMT", "AMT02"), message);
        }
    }
}
