//! What the segments of a claim say together: balances, situations, content, repetition, and the rules of one payer.
//!
//! These edits read a [`Claim`], so that they hold for claims of any format. An element that the reader could not read
//! is not judged here a second time.

pub(crate) mod balance;
mod bill;
pub(crate) mod companion;
pub(crate) mod content;
mod dates;
pub(crate) mod duplicate;
pub(crate) mod line;
pub(crate) mod party;
pub(crate) mod plausible;
mod services;
pub(crate) mod situation;
mod statement;

use crate::claim_edit::Findings;
use crate::registry::Edit;
use openclaim_claim::{Claim, ClaimType, NotEvaluated};
use openclaim_reference::Library;

/// The edits of this folder.
pub(crate) fn edits() -> impl Iterator<Item = &'static Edit> {
    let situations =
        [situation::EDITS, dates::EDITS, bill::EDITS, statement::EDITS, services::EDITS, line::EDITS, party::EDITS];
    let others = [content::EDITS, companion::EDITS, duplicate::EDITS, plausible::EDITS];
    [balance::EDITS].into_iter().chain(situations).chain(others).flatten().copied()
}

/// Runs the edits of one claim. `poa_required`: whether the hospital must report what was present on admission.
pub(crate) fn check(
    claim: &Claim,
    poa_required: bool,
    library: &Library,
    report: &mut Findings,
    not_evaluated: &mut Vec<NotEvaluated>,
) {
    balance::check(claim, report);
    situation::check(claim, report);
    dates::check(claim, report);
    match claim.claim_type {
        ClaimType::Institutional => {
            bill::check(claim, poa_required, library, report, not_evaluated);
            statement::check(claim, report);
        }
        ClaimType::Professional => services::check(claim, report),
        ClaimType::Dental => {}
    }
    line::check(claim, report);
    party::check(claim, report);
    content::check(claim, report);
    plausible::check(claim, report);
}
