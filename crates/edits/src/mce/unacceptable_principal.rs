use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// The principal diagnosis is a code that may not stand there.
    ///
    /// ## What it checks
    /// Whether the principal diagnosis is one of the codes that describe a circumstance, not a current illness or
    /// injury, or that name only the agent or the history of a disease. Codes acceptable beside a secondary diagnosis are
    /// the matter of `mce/secondary-diagnosis-required`.
    ///
    /// ## Why
    /// Such a code does not tell why the patient was treated.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 9, unacceptable principal diagnosis; Medicare Claims
    /// Processing Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital for another principal diagnosis.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `B95.0`, group A streptococcus as the cause of disease classified elsewhere, as principal diagnosis.
    pub struct UnacceptablePrincipal {
        /// The principal diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for UnacceptablePrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not acceptable as principal diagnosis", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    if principal.has(Flag::UnacceptablePrincipal) && !principal.has(Flag::RequiresSecondary) {
        report.fire(&principal.coded, || {
            Draft::new(UnacceptablePrincipal { code: principal.coded.code })
                .row(stay.diagnosis_row(principal))
                .correct("correct a mistyped code, or the order of the diagnoses")
                .document("name the condition found after study to be chiefly responsible for the admission")
        });
    }
}
