use super::invalid_code::AnyCode;
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, Sex};
use openclaim_reference::mce::{Flag, FlagRow, Flags};
use std::fmt;

edit! {
    /// A diagnosis or procedure belongs to the other sex.
    ///
    /// ## What it checks
    /// Diagnoses and procedures that the tables list for females only or for males only, against the sex on the bill. A
    /// sex of unknown (`U`) conflicts with both. CMS deactivated the edit for discharges on and after 2024-10-01: from
    /// then on the tables list no code, so it passes.
    ///
    /// ## Why
    /// Either the code or the sex was wrong. The edit was given up because it stopped correct bills of patients whose
    /// sex in Medicare's records differs from their anatomy.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 5, sex conflict, in force until 2024-09-30; Medicare
    /// Claims Processing Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// Condition code 45 lets a bill pass where the sex on record and the treatment differ rightly (Medicare Claims
    /// Processing Manual, chapter 32, section 240); the editor itself does not read it, and this edit reports
    /// all the same.
    ///
    /// ## Example
    /// `C61`, malignant neoplasm of the prostate, for a female patient discharged on 2024-05-01.
    pub struct SexConflict {
        /// The code.
        pub code: AnyCode,
        /// The sex the code belongs to.
        pub of: Sex,
        /// The patient's sex on the bill.
        pub patient: Sex,
    }
}

impl fmt::Display for SexConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            AnyCode::Diagnosis(code) => write!(f, "the diagnosis `{}`", code.dotted())?,
            AnyCode::Procedure(code) => write!(f, "the procedure `{code}`")?,
        }
        let word = |sex| match sex {
            Sex::Male => "male",
            Sex::Female => "female",
            Sex::Unknown => "of unknown sex",
        };
        write!(f, " is listed for {} patients; this patient is {}", word(self.of), word(self.patient))
    }
}

/// The sex that a code is limited to.
fn limited_to(flags: Flags) -> Option<Sex> {
    match (flags.has(Flag::Female), flags.has(Flag::Male)) {
        (true, _) => Some(Sex::Female),
        (_, true) => Some(Sex::Male),
        _ => None,
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    if limited_to(stay.diagnosis_flags | stay.procedure_flags).is_none() {
        return;
    }
    let Some(patient) = stay.input.sex else {
        return report.lacks("a code is limited to one sex, and the claim states no sex");
    };
    let conflicts = |row: Option<FlagRow>| row.and_then(|row| limited_to(row.flags)).filter(|of| *of != patient.value);
    let draft = |code, of, row| {
        Draft::new(SexConflict { code, of, patient: patient.value })
            .row(row)
            .element(Evidence::element("patient sex", patient.as_str(), patient.span))
            .correct("correct the sex or a mistyped code")
            .document(
                "where sex on record and treatment differ rightly, report condition code 45 as the record supports it",
            )
    };
    for diagnosis in stay.diagnoses() {
        if let Some(of) = conflicts(diagnosis.row) {
            let code = AnyCode::Diagnosis(diagnosis.coded.code);
            report.fire(&diagnosis.coded, || draft(code, of, stay.diagnosis_row(diagnosis)));
        }
    }
    for procedure in &stay.procedures {
        if let Some(of) = conflicts(procedure.row) {
            let code = AnyCode::Procedure(procedure.coded.code);
            report.fire(&procedure.coded, || draft(code, of, stay.procedure_row(procedure)));
        }
    }
}
