//! The Medicare Code Editor (MCE): the edits Medicare runs on every inpatient bill before it is grouped.
//!
//! Source: CMS, *Definitions of Medicare Code Edits*, chapter 1, and Medicare Claims Processing Manual (Pub. 100-04), chapter 3,
//! section 20.2.1. Which codes an edit is about, and when, is read from the editor's tables; the files of this folder hold
//! only the logic.
//!
//! The editor takes its rows at the discharge date. Before the first and after the last day of the loaded tables no edit
//! answers: all report `not_evaluated`.

mod coverage;
mod input;
mod report;
mod stay;

mod age_conflict;
mod duplicate_of_principal;
mod external_cause_as_principal;
mod invalid_admitting_diagnosis;
mod invalid_age;
mod invalid_code;
mod invalid_discharge_status;
mod invalid_sex;
mod limited_coverage;
mod manifestation_as_principal;
mod non_covered_procedure;
mod procedure_inconsistent_with_stay;
mod questionable_admission;
mod questionable_obstetric_admission;
mod secondary_diagnosis_required;
mod sex_conflict;
mod unacceptable_principal;
mod unspecified_code;
mod wrong_procedure_performed;

pub use age_conflict::AgeConflict;
pub use coverage::{LimitedBecause, NotCoveredBecause};
pub use duplicate_of_principal::DuplicateOfPrincipal;
pub use external_cause_as_principal::ExternalCauseAsPrincipal;
pub use input::{Coded, MceInput};
pub use invalid_admitting_diagnosis::InvalidAdmittingDiagnosis;
pub use invalid_age::InvalidAge;
pub use invalid_code::{AnyCode, InvalidCode};
pub use invalid_discharge_status::InvalidDischargeStatus;
pub use invalid_sex::InvalidSex;
pub use limited_coverage::LimitedCoverage;
pub use manifestation_as_principal::ManifestationAsPrincipal;
pub use non_covered_procedure::NonCoveredProcedure;
pub use procedure_inconsistent_with_stay::ProcedureInconsistentWithStay;
pub use questionable_admission::QuestionableAdmission;
pub use questionable_obstetric_admission::QuestionableObstetricAdmission;
pub use secondary_diagnosis_required::SecondaryDiagnosisRequired;
pub use sex_conflict::SexConflict;
pub use unacceptable_principal::UnacceptablePrincipal;
pub use unspecified_code::UnspecifiedCode;
pub use wrong_procedure_performed::WrongProcedurePerformed;

use crate::registry::MCE as EDITS;
use openclaim_claim::{Claim, Finding, NotEvaluated, NotEvaluatedReason};
use openclaim_reference::Library;
use openclaim_reference::icd10cm::Icd10Cm;
use openclaim_reference::icd10pcs::Icd10Pcs;
use openclaim_reference::mce::Mce;
use report::Report;
use stay::Stay;
use std::collections::BTreeMap;

/// Why the edits of the principal diagnosis cannot tell.
const NO_PRINCIPAL: &str = "the claim has no principal diagnosis";

/// One edit's function. It reads a looked-up stay and reports what it finds.
#[derive(Clone, Copy)]
pub struct Check(fn(&Stay<'_>, &mut Report));

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Check")
    }
}

/// The functions, in the order of the registry's table.
pub(crate) mod checks {
    use super::Check;
    macro_rules! checks {
        ($($name:ident = $module:ident,)+) => {
            $(pub(crate) const $name: Check = Check(super::$module::check);)+
        };
    }
    checks! {
        INVALID_CODE = invalid_code,
        INVALID_ADMITTING_DIAGNOSIS = invalid_admitting_diagnosis,
        EXTERNAL_CAUSE_AS_PRINCIPAL = external_cause_as_principal,
        DUPLICATE_OF_PRINCIPAL = duplicate_of_principal,
        AGE_CONFLICT = age_conflict,
        SEX_CONFLICT = sex_conflict,
        MANIFESTATION_AS_PRINCIPAL = manifestation_as_principal,
        QUESTIONABLE_ADMISSION = questionable_admission,
        QUESTIONABLE_OBSTETRIC_ADMISSION = questionable_obstetric_admission,
        UNACCEPTABLE_PRINCIPAL = unacceptable_principal,
        SECONDARY_DIAGNOSIS_REQUIRED = secondary_diagnosis_required,
        NON_COVERED_PROCEDURE = non_covered_procedure,
        LIMITED_COVERAGE = limited_coverage,
        INVALID_AGE = invalid_age,
        INVALID_SEX = invalid_sex,
        INVALID_DISCHARGE_STATUS = invalid_discharge_status,
        WRONG_PROCEDURE_PERFORMED = wrong_procedure_performed,
        PROCEDURE_INCONSISTENT_WITH_STAY = procedure_inconsistent_with_stay,
        UNSPECIFIED_CODE = unspecified_code,
    }
}

/// The tables the editor reads, all of one release; one that it does not hold is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tables<'a> {
    /// Edit flags, age ranges and discharge statuses.
    pub mce: Option<&'a Mce>,
    /// Diagnosis codes and the days on which they exist.
    pub icd10cm: Option<&'a Icd10Cm>,
    /// Procedure codes and the days on which they exist.
    pub icd10pcs: Option<&'a Icd10Pcs>,
}

impl<'a> Tables<'a> {
    /// The tables of a library.
    #[must_use]
    pub fn of(library: &'a Library) -> Self {
        Self { mce: Some(library.mce()), icd10cm: Some(library.icd10cm()), icd10pcs: Some(library.icd10pcs()) }
    }
}

/// What the editor says about a stay as a whole, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EditType {
    /// `NONE`: no edit that stops payment fired.
    None,
    /// `PREPAYMENT`: at least one edit to be resolved before payment fired.
    Prepayment,
    /// `INVALID_DISCHARGE_DATE`: the discharge date is missing or lies outside the editor's tables, so nothing was edited.
    InvalidDischargeDate,
}

impl EditType {
    /// The editor's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Prepayment => "PREPAYMENT",
            Self::InvalidDischargeDate => "INVALID_DISCHARGE_DATE",
        }
    }
}

/// How often each edit fired on a stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MceResult {
    /// The whole.
    pub edit_type: EditType,
    /// The editor's name of each edit that fired, in alphabetical order, and on how many codes it did.
    pub counts: BTreeMap<&'static str, u32>,
    /// Edits that could not tell.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// Runs the editor on a claim.
///
/// Whether the claim is one that the editor should see (a hospital inpatient bill) is the caller's business.
#[must_use]
pub fn check(claim: &Claim, tables: &Tables<'_>) -> (Vec<Finding>, Vec<NotEvaluated>) {
    check_input(&MceInput::from_claim(claim), tables)
}

/// Runs the editor on a stay and keeps the findings.
#[must_use]
pub fn check_input(input: &MceInput, tables: &Tables<'_>) -> (Vec<Finding>, Vec<NotEvaluated>) {
    let mut report = Report::new(true);
    run(input, tables, &mut report);
    let (_, findings, not_evaluated) = report.into_parts();
    (findings, not_evaluated)
}

/// Runs the editor on a stay and counts, as the editor's own output does.
#[must_use]
pub fn count(input: &MceInput, tables: &Tables<'_>) -> MceResult {
    let mut report = Report::new(false);
    let ran = run(input, tables, &mut report);
    let (fired, _, not_evaluated) = report.into_parts();
    let mut counts = BTreeMap::new();
    let mut edit_type = if ran { EditType::None } else { EditType::InvalidDischargeDate };
    for (edit, count) in EDITS.iter().zip(fired).filter(|(_, count)| *count > 0) {
        counts.insert(edit.label, count);
        if edit.stops_payment() {
            edit_type = EditType::Prepayment;
        }
    }
    MceResult { edit_type, counts, not_evaluated }
}

/// Runs every edit; `false` when the date kept all of them from answering.
fn run(input: &MceInput, tables: &Tables<'_>, report: &mut Report) -> bool {
    use NotEvaluatedReason::{DateOutsideTables, MissingElement, MissingTable};
    let mut none_answers = |reason, detail: String| {
        for (index, edit) in EDITS.iter().enumerate() {
            report.turn_to(index, edit);
            report.cannot_tell(reason, detail.as_str());
        }
    };
    let Some(mce) = tables.mce else {
        none_answers(MissingTable, "no release with the Medicare Code Editor's tables is loaded".to_owned());
        return true;
    };
    let Some(date) = input.discharge_date else {
        none_answers(
            MissingElement,
            "the claim states no discharge date, and every table is read at that date".to_owned(),
        );
        return false;
    };
    if !mce.covers(date) {
        let (first, last) = (mce.first_day(), mce.last_day());
        none_answers(
            DateOutsideTables,
            format!(
                "the discharge date {date} lies outside the Medicare Code Editor's tables, which run from {first} to {last}"
            ),
        );
        return false;
    }
    let stay = Stay::look_up(input, tables, mce, date);
    for (index, edit) in EDITS.iter().enumerate() {
        if let Some(Check(check)) = edit.check {
            report.turn_to(index, edit);
            check(&stay, report);
        }
    }
    true
}
