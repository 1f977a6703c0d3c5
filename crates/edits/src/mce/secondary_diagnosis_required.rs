use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// The principal diagnosis is acceptable only beside a secondary diagnosis, and there is none.
    ///
    /// ## What it checks
    /// A few principal diagnoses (in the present tables `Z51.89` alone) pass when at least one secondary diagnosis is
    /// coded, whichever it is.
    ///
    /// ## Why
    /// Aftercare tells nothing without the condition that it follows.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 9, unacceptable principal diagnosis, the codes that require
    /// a secondary diagnosis; Medicare Claims Processing Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `Z51.89`, encounter for other specified aftercare, as the only diagnosis.
    pub struct SecondaryDiagnosisRequired {
        /// The principal diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for SecondaryDiagnosisRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is acceptable as principal diagnosis only beside a secondary diagnosis", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    if principal.has(Flag::RequiresSecondary) && stay.secondary.is_empty() {
        report.fire(&principal.coded, || {
            Draft::new(SecondaryDiagnosisRequired { code: principal.coded.code })
                .row(stay.diagnosis_row(principal))
                .correct("add secondary diagnoses that were coded but not sent")
                .document("code the condition for which the patient receives the care, as the record states it")
        });
    }
}
