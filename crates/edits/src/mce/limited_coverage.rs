use super::coverage::{self, Coverage, LimitedBecause};
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::ProcedureCode;
use std::fmt;

edit! {
    /// Medicare covers a procedure under conditions that the bill alone does not prove.
    ///
    /// ## What it checks
    /// Transplants, ventricular assist devices, lung volume reduction and the like are covered in approved facilities or under stated conditions.
    /// A pancreas transplant is among them beside a kidney transplant or type 1 diabetes (else
    /// `mce/non-covered-procedure` fires), and both halves of an artificial heart in a clinical trial (until 2022-03-31).
    ///
    /// ## Why
    /// The procedures are grave and costly, and somebody has to see that the conditions are met.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 17, limited coverage; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 3, sections 20.2.1 and 90; National Coverage Determinations Manual (Pub. 100-03), sections
    /// 20.9, 20.9.1, 240.1 and 260.
    ///
    /// ## Action
    /// The contractor holds the bill until it has seen that the facility and the case meet the conditions.
    ///
    /// ## Bypass
    /// None in the editor; contractors let approved facilities through.
    ///
    /// ## Example
    /// `02YA0Z0`, a heart transplant, in any hospital.
    pub struct LimitedCoverage {
        /// The procedure.
        pub code: ProcedureCode,
        /// Why coverage is limited.
        pub because: LimitedBecause,
    }
}

impl fmt::Display for LimitedCoverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Medicare covers `{}`", self.code)?;
        f.write_str(match self.because {
            LimitedBecause::Always => " only in approved facilities or under stated conditions",
            LimitedBecause::PancreasTransplant => ", a pancreas transplant, only in approved facilities",
            LimitedBecause::ArtificialHeartInTrial => {
                ", half of an artificial heart, only in an approved clinical trial"
            }
        })
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    for procedure in stay.procedures.iter().filter(|procedure| procedure.row.is_some()) {
        if let Coverage::Limited(because) = coverage::decide(stay, procedure) {
            report.fire(&procedure.coded, || {
                Draft::new(LimitedCoverage { code: procedure.coded.code, because })
                    .row(stay.procedure_row(procedure))
                    .correct("correct a mistyped procedure code")
                    .document("show the contractor that the facility is approved and the case meets the coverage determination")
            });
        }
    }
}
