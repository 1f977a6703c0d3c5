//! The conventions of ICD-10-CM and ICD-10-PCS, and the rules of the Official Guidelines that a claim can show.
//!
//! Three tables decide. The tabular list (notes, 7th characters, titles) is of one edition and the guideline rules are known
//! for some years; on a day for which they do not speak, an edit cannot tell, and says what it would have found. Validity
//! of codes and the flags of the Medicare Code Editor have dates of their own.
//!
//! External causes first-listed and repeated diagnoses are faults of intake. On hospital inpatient bills (11x) the Medicare
//! Code Editor judges manifestations as principal diagnosis,
//! unacceptable principal diagnoses, age and sex; the edits here that say the same leave those bills to it.
//!
//! What a claim does not show is not judged: a diagnosis that was only probable (Guidelines IV.H) is coded like a
//! certain one, so no edit looks for it.

pub(crate) mod basis;

mod age_conflict;
mod code_also;
mod code_first;
mod combination_code;
mod companion_missing;
mod conflicting_codes;
mod episode_mix;
mod excludes1;
mod first_listed_only;
mod laterality_conflict;
mod manifestation_first;
mod never_first_listed;
mod procedure_structure;
mod repeated_procedure;
mod sequela_first;
mod sequencing_priority;
mod seventh_character;
mod sex_conflict;
mod trimester_conflict;
mod unspecified_beside_specific;
mod use_additional_order;

pub use age_conflict::AgeConflict;
pub use code_also::CodeAlso;
pub use code_first::CodeFirst;
pub use combination_code::CombinationCode;
pub use companion_missing::CompanionMissing;
pub use conflicting_codes::ConflictingCodes;
pub use episode_mix::EpisodeMix;
pub use excludes1::Excludes1;
pub use first_listed_only::FirstListedOnly;
pub use laterality_conflict::LateralityConflict;
pub use manifestation_first::ManifestationFirst;
pub use never_first_listed::NeverFirstListed;
pub use procedure_structure::ProcedureStructure;
pub use repeated_procedure::RepeatedProcedure;
pub use sequela_first::SequelaFirst;
pub use sequencing_priority::SequencingPriority;
pub use seventh_character::{Fault, SeventhCharacterFault};
pub use sex_conflict::SexConflict;
pub use trimester_conflict::TrimesterConflict;
pub use unspecified_beside_specific::UnspecifiedBesideSpecific;
pub use use_additional_order::UseAdditionalOrder;

use crate::service::rules;

#[rustfmt::skip]
rules! {
    Code "code";
//  id: code/…                     title                                            disposition      CARC RARC documentation             function
    "excludes1",                   "Excludes1 pair",                                Warn,             -,   -,  Excludes1,                excludes1;
    "code-first",                  "Code first",                                    Warn,             -,   -,  CodeFirst,                code_first;
    "use-additional-order",        "Additional code before its cause",              Warn,             -,   -,  UseAdditionalOrder,       use_additional_order;
    "code-also",                   "Code also",                                     Warn,             -,   -,  CodeAlso,                 code_also;
    "manifestation-first",         "Manifestation first-listed",                    ReturnToProvider, -,   -,  ManifestationFirst,       manifestation_first;
    "first-listed-only",           "Code that may only be first-listed",            Warn,             -,   -,  FirstListedOnly,          first_listed_only;
    "never-first-listed",          "Code that is never first-listed",               Warn,             -,   -,  NeverFirstListed,         never_first_listed;
    "sequencing-priority",         "Chapter with priority",                         Warn,             -,   -,  SequencingPriority,       sequencing_priority;
    "sequela-first",               "Sequela first-listed",                          Warn,             -,   -,  SequelaFirst,             sequela_first;
    "conflicting-codes",           "Codes that contradict each other",              Warn,             -,   -,  ConflictingCodes,         conflicting_codes;
    "combination-code",            "Combination code instead of two",               Warn,             -,   -,  CombinationCode,          combination_code;
    "companion-missing",           "Second code missing",                           Warn,             -,   -,  CompanionMissing,         companion_missing;
    "seventh-character",           "7th character or placeholder",                  Warn,             -,   -,  SeventhCharacterFault,    seventh_character;
    "episode-mix",                 "Episodes of one injury mixed",                  Warn,             -,   -,  EpisodeMix,               episode_mix;
    "trimester-conflict",          "Trimester and week of gestation",               Warn,             -,   -,  TrimesterConflict,        trimester_conflict;
    "laterality-conflict",         "Sides of one condition",                        Warn,             -,   -,  LateralityConflict,       laterality_conflict;
    "unspecified-beside-specific", "Unspecified code beside a specific one",        Warn,             -,   -,  UnspecifiedBesideSpecific, unspecified_beside_specific;
    "diagnosis-age-conflict",      "Diagnosis and age",                             ReturnToProvider, "9", -,  AgeConflict,              age_conflict;
    "diagnosis-sex-conflict",      "Diagnosis and sex",                             ReturnToProvider, "10", -, SexConflict,              sex_conflict;
    "repeated-procedure",          "ICD-10-PCS code reported twice",                Warn,             -,   -,  RepeatedProcedure,        repeated_procedure;
    "procedure-structure",         "Axes of an ICD-10-PCS code",                    Warn,             -,   -,  ProcedureStructure,       procedure_structure;
}
