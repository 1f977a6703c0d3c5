use super::invalid_code::AnyCode;
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, Sex};
use openclaim_reference::mce::Flag;
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

/// Both sexes' flags: a code that carries either is limited to one sex.
const BY_SEX: [(Flag, Sex); 2] = [(Flag::Female, Sex::Female), (Flag::Male, Sex::Male)];

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let flags = stay.diagnosis_flags | stay.procedure_flags;
    if !BY_SEX.iter().any(|(flag, _)| flags.has(*flag)) {
        return;
    }
    let Some(patient) = stay.input.sex else {
        return report.lacks("a code is limited to one sex, and the claim states no sex");
    };
    let draft = |code, of| {
        Draft::new(SexConflict { code, of, patient: patient.value })
            .element(Evidence::element("patient sex", patient.as_str(), patient.span))
            .correct("correct the sex or a mistyped code")
            .document(
                "where sex on record and treatment differ rightly, report condition code 45 as the record supports it",
            )
    };
    for (flag, of) in BY_SEX.into_iter().filter(|(_, sex)| *sex != patient.value) {
        for diagnosis in stay.diagnoses().filter(|diagnosis| diagnosis.has(flag)) {
            report.fire(&diagnosis.coded, || {
                draft(AnyCode::Diagnosis(diagnosis.coded.code), of).row(stay.diagnosis_row(diagnosis))
            });
        }
        for procedure in stay.procedures.iter().filter(|procedure| procedure.has(flag)) {
            report.fire(&procedure.coded, || {
                draft(AnyCode::Procedure(procedure.coded.code), of).row(stay.procedure_row(procedure))
            });
        }
    }
}
