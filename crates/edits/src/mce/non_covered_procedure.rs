use super::coverage::{self, Coverage, NotCoveredBecause};
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, ProcedureCode, Text};
use std::fmt;

edit! {
    /// Medicare does not cover a procedure.
    ///
    /// ## What it checks
    /// Some procedures are never covered. Others are not covered
    ///
    /// - for sterilization, when `Z30.2` is among the diagnoses (NCD 230.3);
    /// - when stem cells or marrow are infused for certain leukemias or multiple myeloma (NCD 110.23);
    /// - above the age of 60, for a lumbar artificial disc (NCD 150.10);
    /// - without a kidney transplant or type 1 diabetes, for a pancreas transplant (NCD 260.3);
    /// - outside a clinical trial (`Z00.6`), for both halves of an artificial heart (NCD 20.9, until 2022-03-31).
    ///
    /// ## Why
    /// Medicare pays for no part of a stay that was for a procedure it does not cover, and the charges of such a
    /// procedure must not enter the payment of the rest.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 11, non-covered procedure; Medicare Claims Processing
    /// Manual (Pub. 100-04), chapter 3, section 20.2.1; National Coverage Determinations Manual (Pub. 100-03) as named
    /// above.
    ///
    /// ## Action
    /// The bill goes back to the hospital, which takes the procedure and its charges off the covered bill (11X) and, if it
    /// wants a denial, bills them on a no-pay bill (110).
    ///
    /// ## Bypass
    /// None. What was chosen to describe the procedure and the diagnoses must follow the record.
    ///
    /// ## Example
    /// `0SR20JZ`, a synthetic lumbar disc, for a patient of 66 years.
    pub struct NonCoveredProcedure {
        /// The procedure.
        pub code: ProcedureCode,
        /// Why it is not covered.
        pub because: NotCoveredBecause,
    }
}

impl fmt::Display for NonCoveredProcedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Medicare does not cover `{}`", self.code)?;
        match self.because {
            NotCoveredBecause::Always => Ok(()),
            NotCoveredBecause::Sterilization(code) => write!(f, " for sterilization (`{}`)", code.dotted()),
            NotCoveredBecause::AutologousFor(code) => {
                write!(f, ", an infusion of the patient's own cells, for `{}`", code.dotted())
            }
            NotCoveredBecause::AllogeneicFor(code) => {
                write!(f, ", an infusion of a donor's cells, for `{}`", code.dotted())
            }
            NotCoveredBecause::LumbarDiscAtAge(age) => write!(f, " above the age of 60; this patient is {age}"),
            NotCoveredBecause::PancreasAlone => {
                f.write_str(", a pancreas transplant, without a kidney transplant or type 1 diabetes")
            }
            NotCoveredBecause::ArtificialHeartOutsideTrial => {
                f.write_str(", half of an artificial heart, outside a clinical trial (`Z00.6`)")
            }
        }
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    for procedure in stay.procedures.iter().filter(|procedure| procedure.row.is_some()) {
        match coverage::decide(stay, procedure) {
            Coverage::NonCovered(because) => report.fire(&procedure.coded, || {
                let draft = Draft::new(NonCoveredProcedure { code: procedure.coded.code, because })
                    .row(stay.procedure_row(procedure))
                    .row(reason_row(stay, because));
                let draft = match because {
                    NotCoveredBecause::LumbarDiscAtAge(age) => draft.element(Evidence::element(
                        "patient age",
                        Text::from(age.to_string()),
                        stay.input.birth_date_span,
                    )),
                    _ => draft,
                };
                draft
                    .correct("correct a mistyped code, or move the procedure and its charges to a no-pay bill (110)")
                    .document("code the condition or procedure that makes it covered, if the record shows one")
                    .never("dropping the procedure and keeping its charges on the covered bill")
            }),
            Coverage::DependsOnAge => {
                report.lacks("coverage of a procedure depends on the patient's age, and the claim tells none");
            }
            Coverage::Covered | Coverage::Limited(_) => {}
        }
    }
}

/// The row of the diagnosis that makes the procedure not covered.
fn reason_row(stay: &Stay<'_>, because: NotCoveredBecause) -> Option<Evidence> {
    let code = match because {
        NotCoveredBecause::Sterilization(code)
        | NotCoveredBecause::AutologousFor(code)
        | NotCoveredBecause::AllogeneicFor(code) => code,
        _ => return None,
    };
    stay.diagnoses().find(|diagnosis| diagnosis.coded.code == code).and_then(|diagnosis| stay.diagnosis_row(diagnosis))
}
