//! Modifiers: whether they exist, go together, and suit the procedure, its side and the global period.
//!
//! What is law or custom of a year stands in plain tables under `data/modifier/`, each row with its source; what CMS
//! publishes as a table is read from imported releases. The files of this folder hold only the logic.

mod anaesthesia;
mod global_period;
mod line;
mod plain;
mod sides;
mod tables;
mod therapy;

mod anaesthesia_modifier_elsewhere;
mod assistant_at_surgery;
mod bilateral_modifier;
mod bilateral_units;
mod co_surgeons;
mod component_modifier;
mod discarded_drug;
mod exclusive_modifiers;
mod expected_denial;
mod global_modifier;
mod missing_anaesthesia_modifier;
mod missing_companion;
mod missing_discard_modifier;
mod missing_kx;
mod missing_therapy_modifier;
mod multiple_procedure_modifier;
mod performer_modifier;
mod procedure_side;
mod repeat_test_not_laboratory;
mod repeat_without_original;
mod service_in_global_period;
mod side_conflict;
mod sides_on_two_lines;
mod split_care;
mod statutory_exclusion;
mod team_surgery;
mod telehealth_modifier;
mod unknown_modifier;
mod unspecified_side;
mod voluntary_notice;

pub use anaesthesia_modifier_elsewhere::AnaesthesiaModifierElsewhere;
pub use assistant_at_surgery::AssistantAtSurgery;
pub use bilateral_modifier::BilateralModifier;
pub use bilateral_units::BilateralUnits;
pub use co_surgeons::CoSurgeons;
pub use component_modifier::ComponentModifier;
pub use discarded_drug::DiscardedDrug;
pub use exclusive_modifiers::ExclusiveModifiers;
pub use expected_denial::ExpectedDenial;
pub use global_modifier::GlobalModifier;
pub use missing_anaesthesia_modifier::MissingAnaesthesiaModifier;
pub use missing_companion::MissingCompanion;
pub use missing_discard_modifier::MissingDiscardModifier;
pub use missing_kx::MissingKx;
pub use missing_therapy_modifier::MissingTherapyModifier;
pub use multiple_procedure_modifier::MultipleProcedureModifier;
pub use performer_modifier::PerformerModifier;
pub use plain::{Kind, Side, When};
pub use procedure_side::ProcedureSide;
pub use repeat_test_not_laboratory::RepeatTestNotLaboratory;
pub use repeat_without_original::RepeatWithoutOriginal;
pub use service_in_global_period::ServiceInGlobalPeriod;
pub use side_conflict::{Against, SideConflict};
pub use sides_on_two_lines::SidesOnTwoLines;
pub use split_care::SplitCare;
pub use statutory_exclusion::StatutoryExclusion;
pub use tables::Tables;
pub use team_surgery::TeamSurgery;
pub use telehealth_modifier::TelehealthModifier;
pub use unknown_modifier::UnknownModifier;
pub use unspecified_side::UnspecifiedSide;
pub use voluntary_notice::VoluntaryNotice;

use crate::service::rules;

#[rustfmt::skip]
rules! {
    Modifier "modifier";
//  name                              title                                               action       CARC   RARC    documentation                module
    "unknown-modifier",               "Unknown modifier",                                 RejectLine,  "182", "N823", UnknownModifier,             unknown_modifier if modified;
    "exclusive-modifiers",            "Modifiers that contradict each other",             RejectLine,  "4",   "N519", ExclusiveModifiers,          exclusive_modifiers if modified;
    "missing-companion",              "Modifier without its companion",                   RejectLine,  "16", "N822", MissingCompanion,            missing_companion if modified;
    "component-modifier",             "26 or TC on a code without components",            RejectLine,  "4",   -,      ComponentModifier,           component_modifier if modified;
    "bilateral-modifier",             "50 on a code that is not billed so",               RejectLine,  "4",   -,      BilateralModifier,           bilateral_modifier if modified;
    "bilateral-units",                "50 with two units",                                RejectLine,  "16",  "M53",  BilateralUnits,              bilateral_units if modified;
    "sides-on-two-lines",             "Both sides on two lines",                          Warn,        -,     -,      SidesOnTwoLines,             sides_on_two_lines if modified;
    "assistant-at-surgery",           "Assistant at surgery not paid",                    DenyLine,    "54",  -,      AssistantAtSurgery,          assistant_at_surgery if modified;
    "co-surgeons",                    "Co-surgeons not paid",                             DenyLine,    "54",  -,      CoSurgeons,                  co_surgeons if modified;
    "team-surgery",                   "Surgical team not paid",                           DenyLine,    "54",  -,      TeamSurgery,                 team_surgery if modified;
    "multiple-procedure-modifier",    "51 on a code that is exempt",                      Warn,        -,     -,      MultipleProcedureModifier,   multiple_procedure_modifier if modified;
    "global-modifier",                "Modifier of global surgery on the wrong code",     RejectLine,  "4",   -,      GlobalModifier,              global_modifier if modified;
    "repeat-without-original",        "Repeat without its original",                      Warn,        -,     -,      RepeatWithoutOriginal,       repeat_without_original if modified;
    "repeat-test-not-laboratory",     "91 on something other than a laboratory test",     RejectLine,  "4",   -,      RepeatTestNotLaboratory,     repeat_test_not_laboratory if modified;
    "missing-anaesthesia-modifier",   "Anaesthesia without who gave it",                  RejectLine,  "16", "N822", MissingAnaesthesiaModifier,  missing_anaesthesia_modifier;
    "anaesthesia-modifier-elsewhere", "Modifier of anaesthesia on another service",       Warn,        -,     -,      AnaesthesiaModifierElsewhere, anaesthesia_modifier_elsewhere if modified;
    "performer-modifier",             "Modifier of another kind of provider",             RejectLine,  "8",   -,      PerformerModifier,           performer_modifier if modified;
    "statutory-exclusion",            "Billed as excluded by statute (GY)",               DenyLine,    "96",  "N425", StatutoryExclusion,          statutory_exclusion if modified;
    "expected-denial",                "Billed as not necessary (GZ, GA)",                 DenyLine,    "50",  -,      ExpectedDenial,              expected_denial if modified;
    "voluntary-notice",               "Covered charge with a voluntary notice (GX)",      ReturnToProvider, -, -,     VoluntaryNotice,             voluntary_notice if modified;
    "discarded-drug",                 "Discarded drug without the drug given (JW)",       RejectLine,  "4",   -,      DiscardedDrug,               discarded_drug if modified;
    "missing-discard-modifier",       "Single-dose drug without JW or JZ",                Warn,        "16", "N822", MissingDiscardModifier,      missing_discard_modifier;
    "missing-therapy-modifier",       "Therapy without its discipline",                   RejectLine,  "16", "N822", MissingTherapyModifier,      missing_therapy_modifier;
    "missing-kx",                     "Therapy beyond the threshold without KX",          DenyLine,    "119", -,      MissingKx,                   missing_kx if modified;
    "telehealth-modifier",            "Telehealth modifier at another place",             Warn,        -,     -,      TelehealthModifier,          telehealth_modifier if modified;
    "side-conflict",                  "Side of the modifier and of the diagnosis",        Warn,        -,     -,      SideConflict,                side_conflict if modified;
    "procedure-side",                 "Side of the procedure and of the diagnosis",       Warn,        -,     -,      ProcedureSide,               procedure_side;
    "unspecified-side",               "Unspecified side",                                 Warn,        -,     -,      UnspecifiedSide,             unspecified_side;
    "service-in-global-period",       "Service in a global period",                       DenyLine,    "97",  "M144", ServiceInGlobalPeriod,       service_in_global_period;
    "split-care",                     "Postoperative care of a whole surgery",            DenyLine,    "97",  "M144", SplitCare,                   split_care;
}
