use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::ProcedureCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A delivery was performed, and no secondary diagnosis tells its outcome.
    ///
    /// ## What it checks
    /// Every procedure that is a cesarean section or a vaginal delivery wants a code for the outcome of delivery
    /// (`Z37.-`) among the secondary diagnoses.
    ///
    /// ## Why
    /// A delivery always has an outcome; without it the stay looks inconsistently coded.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 8, section B, questionable obstetric admission, in force
    /// for discharges on and after 2018-10-01 (FY 2019 IPPS final rule); ICD-10-CM Official Guidelines for Coding and
    /// Reporting, section I.C.15.b.5.
    ///
    /// ## Action
    /// The contractor reviews the stay or returns the bill.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `10E0XZZ`, delivery of products of conception, without `Z37.0` or another outcome.
    pub struct QuestionableObstetricAdmission {
        /// The delivery.
        pub code: ProcedureCode,
        /// Whether it is a cesarean section.
        pub cesarean: bool,
    }
}

impl fmt::Display for QuestionableObstetricAdmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.cesarean { "a cesarean section" } else { "a vaginal delivery" };
        write!(f, "`{}` is {kind}, and no secondary diagnosis tells the outcome of delivery", self.code)
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    if stay.secondary.iter().any(|secondary| secondary.has(Flag::OutcomeOfDelivery)) {
        return;
    }
    for procedure in &stay.procedures {
        let cesarean = procedure.has(Flag::CesareanSection);
        if cesarean || procedure.has(Flag::VaginalDelivery) {
            report.fire(&procedure.coded, || {
                Draft::new(QuestionableObstetricAdmission { code: procedure.coded.code, cesarean })
                    .row(stay.procedure_row(procedure))
                    .correct("correct a mistyped procedure code")
                    .document("add the outcome of delivery (Z37.-) that the record states, as a secondary diagnosis")
            });
        }
    }
}
