use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// The principal diagnosis seldom justifies admission to an acute care hospital.
    ///
    /// ## What it checks
    /// Whether the principal diagnosis is one of a short list of conditions usually treated without a hospital stay.
    ///
    /// ## Why
    /// If this was all, the stay may not have been reasonable and necessary; or the principal diagnosis was not coded as
    /// fully as the record allows.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 8, questionable admission; Medicare Claims Processing
    /// Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The contractor may review the stay, before payment or after it.
    ///
    /// ## Bypass
    /// None; review of the record settles it.
    ///
    /// ## Example
    /// `I10`, essential hypertension, as principal diagnosis of an inpatient stay.
    pub struct QuestionableAdmission {
        /// The principal diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for QuestionableAdmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` as principal diagnosis seldom justifies an acute care admission", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(principal) = &stay.principal else { return report.lacks(super::NO_PRINCIPAL) };
    if principal.has(Flag::QuestionableAdmission) {
        report.fire(&principal.coded, || {
            Draft::new(QuestionableAdmission { code: principal.coded.code })
                .row(stay.diagnosis_row(principal))
                .correct("correct a mistyped code, or the order of the diagnoses")
                .document("name the condition found after study to be chiefly responsible for the admission")
        });
    }
}
