use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A manifestation stands as principal diagnosis.
    ///
    /// ## What it checks
    /// Whether the principal diagnosis is a code for the manifestation of another disease, the kind the tabular list
    /// marks with "code first underlying disease".
    ///
    /// ## Why
    /// Etiology comes before manifestation: the underlying disease is the principal diagnosis and decides the MS-DRG.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 6, manifestation code as principal diagnosis; Medicare
    /// Claims Processing Manual (Pub. 100-04), chapter 3, section 20.2.1; ICD-10-CM Official Guidelines for Coding and
    /// Reporting, section I.A.13.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `D63.1`, anemia in chronic kidney disease, as principal diagnosis; the kidney disease (`N18.-`) is coded first.
    pub struct ManifestationAsPrincipal {
        /// The principal diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for ManifestationAsPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is the manifestation of another disease, which must stand as principal diagnosis before it",
            self.code.dotted()
        )
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    if principal.has(Flag::Manifestation) {
        report.fire(&principal.coded, || {
            Draft::new(ManifestationAsPrincipal { code: principal.coded.code })
                .row(stay.diagnosis_row(principal))
                .correct("put the underlying disease first if both were coded in the wrong order")
                .document("code the underlying disease the record names as principal diagnosis")
                .never("picking an underlying disease that no physician documented")
        });
    }
}
