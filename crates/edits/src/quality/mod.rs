//! Coding quality: patterns of over-, under- and miscoding that somebody should look at.
//!
//! Every finding is a warning and a question: none states an amount, none adds a diagnosis, and both directions are
//! looked at. The distribution of visit levels is a statistic over claims, not a finding on one, and is not here.

mod absent_body_part;
mod contradicts_history;
mod impossible_day;
mod lasting_condition_absent;
mod new_patient_seen_before;
mod panel_in_parts;
mod same_service_two_providers;
mod service_after_death;

pub use absent_body_part::AbsentBodyPart;
pub use contradicts_history::ContradictsHistory;
pub use impossible_day::ImpossibleDay;
pub use lasting_condition_absent::LastingConditionAbsent;
pub use new_patient_seen_before::NewPatientSeenBefore;
pub use panel_in_parts::PanelInParts;
pub use same_service_two_providers::SameServiceTwoProviders;
pub use service_after_death::ServiceAfterDeath;

use crate::service::rules;

#[rustfmt::skip]
rules! {
    Quality "quality";
//  id: quality/…                title                                        disposition CARC   RARC documentation           function
    "new-patient-seen-before",   "New patient seen before",                   Warn,       "B16", -,   NewPatientSeenBefore,   new_patient_seen_before;
    "same-service-two-providers", "Same service by two providers on one day", Warn,       -,     -,   SameServiceTwoProviders, same_service_two_providers;
    "impossible-day",            "More than a day of work on one day",        Warn,       -,     -,   ImpossibleDay,          impossible_day;
    "service-after-death",       "Service after death or before birth",       Warn,       -,     -,   ServiceAfterDeath,      service_after_death;
    "panel-in-parts",            "Laboratory panel billed in parts",          Warn,       -,     -,   PanelInParts,           panel_in_parts;
    "absent-body-part",          "Condition of an absent part of the body",   Warn,       -,     -,   AbsentBodyPart,         absent_body_part;
    "contradicts-history",       "Diagnosis that earlier claims rule out",    Warn,       -,     -,   ContradictsHistory,     contradicts_history;
    "lasting-condition-absent",  "Lasting condition not on the claim",        Warn,       -,     -,   LastingConditionAbsent, lasting_condition_absent;
}

/// Codes of visits: `new` patients and others, as ranges of code numbers.
const VISITS: &str = include_str!("../../../../data/quality/visits.csv");

/// What the table of visits says of a code: whether it is one of a new patient, and the source; `None` for other services.
fn visit(code: &str) -> Option<(bool, &'static str)> {
    VISITS.lines().skip(1).find_map(|line| {
        let mut cells = line.split(',');
        let (kind, first, last, source) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        (first <= code && code <= last && code.len() == first.len()).then_some((kind == "new", source))
    })
}
