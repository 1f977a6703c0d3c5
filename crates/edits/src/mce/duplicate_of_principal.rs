use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{DiagnosisCode, Evidence};
use std::fmt;

edit! {
    /// A secondary diagnosis repeats the principal diagnosis.
    ///
    /// ## What it checks
    /// Whether a secondary diagnosis is the same code as the principal diagnosis. Secondary diagnoses that repeat each
    /// other are no matter of this edit.
    ///
    /// ## Why
    /// The repeated code might count as a complication or comorbidity of itself.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 3, duplicate of principal diagnosis; Medicare Claims
    /// Processing Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The contractor deletes the secondary diagnosis and goes on with the bill, so this is a warning.
    ///
    /// ## Bypass
    /// None needed.
    ///
    /// ## Example
    /// Principal diagnosis `I50.20` and, among the secondary diagnoses, `I50.20` again.
    pub struct DuplicateOfPrincipal {
        /// The code.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for DuplicateOfPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the secondary diagnosis `{}` repeats the principal diagnosis", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    for secondary in stay.secondary.iter().filter(|secondary| secondary.coded.code == principal.coded.code) {
        report.fire(&secondary.coded, || {
            let code = principal.coded.code;
            Draft::new(DuplicateOfPrincipal { code })
                .element(Evidence::element("principal diagnosis", code.as_str(), principal.coded.span))
                .correct("delete the repeated secondary diagnosis, or correct whichever of the two was mistyped")
        });
    }
}
