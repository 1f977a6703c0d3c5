//! Every edit, in one table.

use crate::doc::{self, Documented};
use crate::mce::{self, Check, checks};
use openclaim_claim::Disposition::{self, ReturnToProvider, Suspend, Warn};
use serde::{Serialize, Serializer};

/// A family of edits: who publishes them, and the first half of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Faults of the file and its segments.
    X12,
    /// Faults of FHIR resources and CMS claim records.
    Record,
    /// Codes against their code sets, on intake.
    Code,
    /// Medicare Code Editor.
    Mce,
    /// Modifiers.
    Modifier,
    /// National Correct Coding Initiative.
    Ncci,
    /// Coverage determinations.
    Coverage,
    /// Coding quality.
    Quality,
}

impl Family {
    /// Every family, in the order of a claim's way through the house.
    pub const ALL: [Self; 8] =
        [Self::X12, Self::Record, Self::Code, Self::Mce, Self::Modifier, Self::Ncci, Self::Coverage, Self::Quality];

    /// The first half of the ids: `mce`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X12 => "x12",
            Self::Record => "record",
            Self::Code => "code",
            Self::Mce => "mce",
            Self::Modifier => "modifier",
            Self::Ncci => "ncci",
            Self::Coverage => "coverage",
            Self::Quality => "quality",
        }
    }

    /// The family in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::X12 => "X12 files, segments and claims",
            Self::Record => "FHIR resources and CMS claim records",
            Self::Code => "Code sets and conventions",
            Self::Mce => "Medicare Code Editor",
            Self::Modifier => "Modifiers",
            Self::Ncci => "National Correct Coding Initiative",
            Self::Coverage => "Coverage",
            Self::Quality => "Coding quality",
        }
    }

    /// The edits of the family.
    #[must_use]
    pub fn edits(self) -> &'static [Edit] {
        match self {
            Self::X12 => crate::x12::edits(),
            Self::Record => crate::record::edits(),
            Self::Code => crate::code::edits(),
            Self::Mce => &MCE,
            Self::Modifier => &crate::modifier::EDITS,
            Self::Ncci => &crate::ncci::EDITS,
            Self::Coverage => &crate::coverage::EDITS,
            Self::Quality => &crate::quality::EDITS,
        }
    }
}

impl Serialize for Family {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One edit: what is known of it before any claim.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Edit {
    /// Stable id, `family/kebab-name`.
    pub id: &'static str,
    /// Title, a few words.
    pub title: &'static str,
    /// Family.
    pub family: Family,
    /// What it does to a claim.
    pub disposition: Disposition,
    /// Claim adjustment reason code, where the source names one. A returned bill has no remittance advice, hence none.
    pub carc: Option<&'static str>,
    /// Remittance advice remark code, where the source names one.
    pub rarc: Option<&'static str>,
    /// WEDI SNIP type, 1 to 7, of edits that validate what is taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snip: Option<u8>,
    /// The publisher's own name of the edit: `AGE_CONFLICT`. For X12 faults, the name of the fault.
    pub label: &'static str,
    /// The doc comment of the edit, Markdown. See [`doc::section`].
    #[serde(skip)]
    pub doc: &'static str,
    /// Sections that it has in common with its siblings, where they are documented together.
    #[serde(skip)]
    pub(crate) shared_doc: &'static str,
    /// Whether the editor counts it among the edits to be resolved before payment.
    #[serde(skip)]
    pub(crate) prepayment: bool,
    /// The function, for edits that look at a claim. Faults are met by the reader.
    #[serde(skip)]
    pub(crate) check: Option<Check>,
}

impl Edit {
    /// What the edit says, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        doc::summary(self.doc)
    }

    /// A section of its documentation, by title (one of [`doc::SECTIONS`]).
    #[must_use]
    pub fn section(&self, title: &str) -> Option<String> {
        doc::section(self.doc, title).or_else(|| doc::section(self.shared_doc, title))
    }

    /// Id without the family: `age-conflict`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, name)| name)
    }

    pub(crate) const fn stops_payment(&self) -> bool {
        self.prepayment
    }
}

macro_rules! mce_edits {
    ($($name:literal, $title:literal, $label:literal, $disposition:ident, $documented:ident, $check:ident;)+) => {
        /// How many edits the Medicare Code Editor has.
        pub(crate) const MCE_COUNT: usize = [$($name),+].len();

        /// The edits of the Medicare Code Editor, in its order.
        pub static MCE: [Edit; MCE_COUNT] = [$(Edit {
            id: concat!("mce/", $name),
            title: $title,
            family: Family::Mce,
            disposition: $disposition,
            carc: None,
            rarc: None,
            snip: None,
            label: $label,
            doc: mce::$documented::DOC,
            shared_doc: "",
            // The grouper does not read the admitting diagnosis, and the editor lets it not stop a bill.
            prepayment: !matches!($label.as_bytes(), b"INVALID_ADMIT_DX"),
            check: Some(checks::$check),
        }),+];
    };
}

#[rustfmt::skip]
mce_edits! {
//  id: mce/…                           title                                        the editor's name                   disposition       documentation                  function
    "invalid-code",                     "Invalid diagnosis or procedure code",       "INVALID_CODE",                     ReturnToProvider, InvalidCode,                   INVALID_CODE;
    "invalid-admitting-diagnosis",      "Invalid admitting diagnosis",               "INVALID_ADMIT_DX",                 ReturnToProvider, InvalidAdmittingDiagnosis,     INVALID_ADMITTING_DIAGNOSIS;
    "external-cause-as-principal",      "External cause as principal diagnosis",     "E_CODE_AS_PDX",                    ReturnToProvider, ExternalCauseAsPrincipal,      EXTERNAL_CAUSE_AS_PRINCIPAL;
    "duplicate-of-principal",           "Duplicate of principal diagnosis",          "DUPLICATE_OF_PDX",                 Warn,             DuplicateOfPrincipal,          DUPLICATE_OF_PRINCIPAL;
    "age-conflict",                     "Age conflict",                              "AGE_CONFLICT",                     ReturnToProvider, AgeConflict,                   AGE_CONFLICT;
    "sex-conflict",                     "Sex conflict",                              "SEX_CONFLICT",                     ReturnToProvider, SexConflict,                   SEX_CONFLICT;
    "manifestation-as-principal",       "Manifestation as principal diagnosis",      "MANIFESTATION_AS_PDX",             ReturnToProvider, ManifestationAsPrincipal,      MANIFESTATION_AS_PRINCIPAL;
    "questionable-admission",           "Questionable admission",                    "QUESTIONABLE_ADMISSION",           Suspend,          QuestionableAdmission,         QUESTIONABLE_ADMISSION;
    "questionable-obstetric-admission", "Questionable obstetric admission",          "QUESTIONABLE_OBSTETRIC_ADMISSION", Suspend,          QuestionableObstetricAdmission, QUESTIONABLE_OBSTETRIC_ADMISSION;
    "unacceptable-principal",           "Unacceptable principal diagnosis",          "UNACCEPTABLE_PDX",                 ReturnToProvider, UnacceptablePrincipal,         UNACCEPTABLE_PRINCIPAL;
    "secondary-diagnosis-required",     "Principal diagnosis requires a secondary",  "REQUIRES_SDX",                     ReturnToProvider, SecondaryDiagnosisRequired,    SECONDARY_DIAGNOSIS_REQUIRED;
    "non-covered-procedure",            "Non-covered procedure",                     "NON_COVERED",                      ReturnToProvider, NonCoveredProcedure,           NON_COVERED_PROCEDURE;
    "limited-coverage",                 "Limited coverage",                          "LIMITED_COVERAGE",                 Suspend,          LimitedCoverage,               LIMITED_COVERAGE;
    "invalid-age",                      "Invalid age",                               "INVALID_AGE",                      ReturnToProvider, InvalidAge,                    INVALID_AGE;
    "invalid-sex",                      "Invalid sex",                               "INVALID_SEX",                      ReturnToProvider, InvalidSex,                    INVALID_SEX;
    "invalid-discharge-status",         "Invalid discharge status",                  "INVALID_DISCHARGE_STATUS",         ReturnToProvider, InvalidDischargeStatus,        INVALID_DISCHARGE_STATUS;
    "wrong-procedure-performed",        "Wrong procedure performed",                 "WRONG_PROCEDURE_PERFORMED",        Suspend,          WrongProcedurePerformed,       WRONG_PROCEDURE_PERFORMED;
    "procedure-inconsistent-with-stay", "Procedure inconsistent with length of stay", "INCONSISTENT_WITH_LENGTH_OF_STAY", ReturnToProvider, ProcedureInconsistentWithStay, PROCEDURE_INCONSISTENT_WITH_STAY;
    "unspecified-code",                 "Unspecified code",                          "UNSPECIFIED",                      ReturnToProvider, UnspecifiedCode,               UNSPECIFIED_CODE;
}

/// Ids that were given up, and the edits that took over. They keep leading there.
const RETIRED: &[(&str, &str)] = &[];

/// Every edit, family by family.
pub fn all() -> impl Iterator<Item = &'static Edit> {
    Family::ALL.into_iter().flat_map(|family| family.edits())
}

/// The edit of an id. Retired ids lead to their successors; case does not matter.
#[must_use]
pub fn find(id: &str) -> Option<&'static Edit> {
    let wanted =
        RETIRED.iter().find(|(retired, _)| retired.eq_ignore_ascii_case(id)).map_or(id, |(_, successor)| successor);
    all().find(|edit| edit.id.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let mut seen = BTreeSet::new();
        for edit in all() {
            assert!(seen.insert(edit.id), "{} stands twice", edit.id);
            assert_eq!(edit.id, format!("{}/{}", edit.family.name(), edit.name()));
            assert!(
                edit.name().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                edit.id
            );
        }
    }

    #[test]
    fn every_edit_has_a_summary_and_every_section() {
        for edit in all() {
            assert!(edit.summary().ends_with('.'), "{} has no summary sentence", edit.id);
            for section in doc::SECTIONS {
                assert!(edit.section(section).is_some_and(|text| !text.is_empty()), "{} lacks `{section}`", edit.id);
            }
        }
    }

    #[test]
    fn retired_ids_lead_to_living_ones() {
        for (retired, successor) in RETIRED {
            assert_eq!(find(retired).map(|edit| edit.id), Some(*successor));
            assert!(all().all(|edit| edit.id != *retired), "{retired} is both retired and in use");
        }
    }

    #[test]
    fn ids_are_found_in_any_case() {
        assert_eq!(find("MCE/Age-Conflict").map(|edit| edit.label), Some("AGE_CONFLICT"));
        assert!(find("mce/no-such-edit").is_none());
    }
}
