//! Grouping: Pre-MDC, the MDC's list, reroutes; initial and final.

use crate::claim_facts::{Claim, Scratch};
use crate::compile::{Action, Grouper, Rule};
use crate::facts::{ClaimFact, Facts, meet};
use crate::input::GroupInput;
use crate::outcome::{Assignment, Grouping, HacStatus, ReturnCode, Severity};
use openclaim_tables::msdrg::{MedicalSurgical, SeverityLevel};

/// The list of operating room procedures unrelated to the principal diagnosis, which keeps the MDC.
const UNRELATED: u8 = 29;

/// A case is handed on at most this often; CMS's lists hand on twice.
const HANDINGS: usize = 8;

/// Which of the two groupings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    Initial,
    Final,
}

/// Where a pass has been, for explanations.
pub(crate) trait Route {
    /// A list is tried; `won` is the rule that held and its CC level.
    fn list(&mut self, list: u8, facts: &Facts, won: Option<(&Rule, SeverityLevel)>);
}

/// Nobody is listening.
impl Route for () {
    fn list(&mut self, _: u8, _: &Facts, _: Option<(&Rule, SeverityLevel)>) {}
}

impl Grouper {
    /// Groups a stay.
    #[must_use]
    pub fn group(&self, input: &GroupInput, scratch: &mut Scratch) -> Grouping {
        let claim = self.claim_facts(input, scratch);
        let initial = self.assign(&claim, scratch, Pass::Initial, &mut ());
        let mut grouping = Grouping { initial, outcome: initial, hac_status: HacStatus::NotApplicable, hac_count: 0 };
        if initial.return_code != ReturnCode::Ok {
            return grouping;
        }
        let hacs = self.apply_hacs(input, &claim, scratch);
        if hacs.met == 0 {
            return grouping;
        }
        grouping.hac_count = hacs.met.count_ones() as u8;
        grouping.outcome = match hacs.failure {
            Some(code) => Assignment::failed(code),
            None => self.assign(&claim, scratch, Pass::Final, &mut ()),
        };
        grouping.hac_status = match grouping.outcome {
            outcome if outcome.return_code != ReturnCode::Ok => HacStatus::FinalDrgUngroupable,
            outcome if outcome.drg != initial.drg => HacStatus::FinalDrgChanges,
            _ => HacStatus::FinalDrgNoChange,
        };
        grouping
    }

    /// One pass through the lists.
    pub(crate) fn assign(&self, claim: &Claim, scratch: &Scratch, pass: Pass, route: &mut impl Route) -> Assignment {
        if !claim.age_valid {
            return Assignment::failed(ReturnCode::InvalidAge);
        }
        let mut mdc = claim.mdc;
        let mut list = 0;
        for _ in 0..HANDINGS {
            let mut facts = claim.facts;
            if claim.suppressed_lists >> list & 1 == 1 {
                self.procedure_facts(scratch, Some(list), &mut facts);
            }
            let won = self.first_rule(list, claim, &mut facts, scratch, pass);
            route.list(list, &facts, won);
            list = match won.map(|(rule, level)| (rule.action, level)) {
                Some((Action::Assign { drg, base_drg, med_surg }, level)) => {
                    // MS-DRG 998 is neither medical nor surgical, and no CC level belongs to it.
                    let severity = if med_surg == MedicalSurgical::None { Severity::None } else { level.into() };
                    return Assignment { mdc, drg, base_drg, return_code: ReturnCode::Ok, severity, med_surg };
                }
                Some((Action::Fail(code), _)) => return Assignment::failed(code),
                Some((Action::Reroute(UNRELATED), _)) => UNRELATED,
                Some((Action::Reroute(next), _)) => {
                    mdc = next;
                    next
                }
                None if list == 0 && claim.mdc != 0 => claim.mdc,
                None => break,
            };
        }
        Assignment::failed(ReturnCode::Ungroupable)
    }

    /// The first rule of a list that holds, and the CC level it saw.
    fn first_rule(
        &self,
        list: u8,
        claim: &Claim,
        facts: &mut Facts,
        scratch: &Scratch,
        pass: Pass,
    ) -> Option<(&Rule, SeverityLevel)> {
        let rules = self.rules.get(self.lists.get(usize::from(list))?.clone())?;
        let mut suppression = 0;
        let mut level = self.level(scratch, 0, pass);
        set_level(facts, level);
        for rule in rules {
            if rule.suppression != suppression && claim.suppressible {
                suppression = rule.suppression;
                level = self.level(scratch, suppression, pass);
                set_level(facts, level);
            }
            if self.program.run(rule.entry, facts) {
                return Some((rule, level));
            }
        }
        None
    }

    /// The highest CC level among the secondary diagnoses that have none of the suppressed attributes.
    pub(crate) fn level(&self, scratch: &Scratch, suppression: u8, pass: Pass) -> SeverityLevel {
        let suppressed = self.suppressions.get(usize::from(suppression)).filter(|_| suppression != 0);
        let counting = scratch.secondaries.iter().filter(|secondary| {
            secondary.level != SeverityLevel::NonCc
                && !(pass == Pass::Final && secondary.demoted)
                && !suppressed.is_some_and(|set| meet(&self.diagnosis_pattern(secondary.pattern).attributes, set))
        });
        counting.map(|secondary| secondary.level).max().unwrap_or_default()
    }
}

/// Sets `MCC` and `CC`; a claim with an MCC is not one with a CC to the formulas.
pub(crate) fn set_level(facts: &mut Facts, level: SeverityLevel) {
    facts.set_claim(ClaimFact::Mcc, level == SeverityLevel::Mcc);
    facts.set_claim(ClaimFact::Cc, level == SeverityLevel::Cc);
}
