use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// An external cause of morbidity stands as principal diagnosis.
    ///
    /// ## What it checks
    /// Whether the principal diagnosis is one of the codes, `V00` to `Y99`, that tell how an injury came about.
    ///
    /// ## Why
    /// Such a code describes the circumstance, not the condition that was treated, so no MS-DRG can follow from it.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 2, external causes of morbidity codes as principal
    /// diagnosis; Medicare Claims Processing Manual (Pub. 100-04), chapter 3, section 20.2.1; ICD-10-CM Official
    /// Guidelines for Coding and Reporting, section I.C.20.
    ///
    /// ## Action
    /// The bill goes back to the hospital for a principal diagnosis that names the condition.
    ///
    /// ## Bypass
    /// None. External causes are welcome as secondary diagnoses.
    ///
    /// ## Example
    /// `W01.0XXA`, a fall on the same level, as principal diagnosis of a stay for a broken hip.
    pub struct ExternalCauseAsPrincipal {
        /// The principal diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for ExternalCauseAsPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` tells an external cause and cannot be the principal diagnosis", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    if principal.has(Flag::ExternalCause) {
        report.fire(&principal.coded, || {
            Draft::new(ExternalCauseAsPrincipal { code: principal.coded.code })
                .row(stay.diagnosis_row(principal))
                .correct("list the external cause as a secondary diagnosis if the codes were sent in the wrong order")
                .document("name the injury or condition chiefly responsible for the admission as principal diagnosis")
        });
    }
}
