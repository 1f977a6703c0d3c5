use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A diagnosis tells that a wrong procedure was performed.
    ///
    /// ## What it checks
    /// Whether a principal or secondary diagnosis is one of the external causes for a wrong operation on the right
    /// patient, an operation on the wrong patient, or one on the wrong side or part of the body.
    ///
    /// ## Why
    /// Medicare covers neither the erroneous surgery nor the care that goes with it.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 18, wrong procedure performed; National Coverage
    /// Determinations Manual (Pub. 100-03), sections 140.6, 140.7 and 140.8; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 32, section 230.
    ///
    /// ## Action
    /// The contractor holds the bill. Services of the error belong on a no-pay bill (110), covered services of the
    /// same stay on a bill of their own.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `Y65.51`, performance of wrong procedure on correct patient, among the secondary diagnoses.
    pub struct WrongProcedurePerformed {
        /// The diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for WrongProcedurePerformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` tells that a wrong procedure was performed, which Medicare does not cover", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    for diagnosis in stay.diagnoses().filter(|diagnosis| diagnosis.has(Flag::WrongProcedure)) {
        report.fire(&diagnosis.coded, || {
            Draft::new(WrongProcedurePerformed { code: diagnosis.coded.code })
                .row(stay.diagnosis_row(diagnosis))
                .correct("correct a mistyped code, or bill the erroneous surgery on a no-pay bill (110)")
                .never("leaving out the code although the event happened")
        });
    }
}
