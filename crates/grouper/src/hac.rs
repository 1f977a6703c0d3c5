//! Hospital-acquired conditions: which are met, whose CC level they take, and when POA reporting leaves no answer.
//!
//! Source: Definitions Manual, appendix I; 42 CFR 412.170 ff. A condition is met by a diagnosis on its list that was not
//! present on admission, when the claim holds what the condition asks for besides.

use crate::claim_facts::{Claim, Scratch, Secondary};
use crate::compile::Grouper;
use crate::input::{GroupInput, HospitalStatus};
use crate::outcome::ReturnCode;
use openclaim_claim::Poa;

/// What the conditions do to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct HacOutcome {
    /// Conditions met, bit *n* for HAC *n*.
    pub(crate) met: u64,
    /// The final grouping has no answer.
    pub(crate) failure: Option<ReturnCode>,
}

/// How a POA indicator reads for a diagnosis on a HAC list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reported {
    Present,
    NotPresent,
    Unusable,
}

impl Reported {
    pub(crate) fn of(poa: Option<Poa>) -> Self {
        match poa {
            Some(Poa::Yes | Poa::ClinicallyUndetermined) => Self::Present,
            Some(Poa::No | Poa::Unknown) => Self::NotPresent,
            Some(Poa::Exempt) | None => Self::Unusable,
        }
    }
}

impl Grouper {
    /// Conditions whose formula the claim satisfies, bit *n* for HAC *n*.
    pub(crate) fn satisfied_hacs(&self, claim: &Claim) -> u64 {
        let holds = self.hac_rules.iter().filter(|rule| self.program.run(rule.entry, &claim.facts));
        holds.fold(0, |set, rule| set | 1_u64.checked_shl(u32::from(rule.hac)).unwrap_or(0))
    }

    /// Finds the conditions met and marks the diagnoses whose CC level does not count in the final grouping.
    pub(crate) fn apply_hacs(&self, input: &GroupInput, claim: &Claim, scratch: &mut Scratch) -> HacOutcome {
        let mut outcome = HacOutcome::default();
        if input.hospital_status == HospitalStatus::Exempt || scratch.secondaries.iter().all(|s| s.hacs == 0) {
            return outcome;
        }
        let satisfied = self.satisfied_hacs(claim);
        let listed = |secondary: &&mut Secondary| secondary.hacs != 0 && !secondary.excluded;
        let (mut unusable, mut met_not_present) = (false, false);
        for secondary in scratch.secondaries.iter_mut().filter(listed) {
            let reported = Reported::of(secondary.poa);
            unusable |= reported == Reported::Unusable;
            let met = secondary.hacs & satisfied;
            if met != 0 && reported != Reported::Present {
                outcome.met |= met;
                secondary.demoted = true;
                met_not_present |= reported == Reported::NotPresent;
            }
        }
        if outcome.met == 0 {
            return outcome;
        }
        outcome.failure = match input.hospital_status {
            HospitalStatus::Exempt => None,
            HospitalStatus::NotExempt => unusable.then_some(ReturnCode::HacMissingOnePoa),
            HospitalStatus::Unknown => {
                // Diagnoses on no HAC list are not checked, so they are not known to have been present either.
                let known =
                    scratch.secondaries.iter().filter(|s| s.hacs != 0 && Reported::of(s.poa) == Reported::Present);
                let others = input.secondary.len() - known.count().min(input.secondary.len());
                Some(match (others, met_not_present) {
                    (2.., _) => ReturnCode::HacStatusInvalidMultHacsPoaNotYW,
                    (_, true) => ReturnCode::HacStatusInvalidPoaNOrU,
                    (_, false) => ReturnCode::HacStatusInvalidPoaInvalidOr1,
                })
            }
        };
        outcome
    }
}
