use super::basis::element;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use std::fmt;

edit! {
    /// A diagnosis stands twice on the claim.
    ///
    /// ## What it checks
    /// Principal and other diagnoses and external causes for equal codes. On hospital inpatient bills a code equal to the
    /// principal diagnosis is left to `mce/duplicate-of-principal`.
    ///
    /// ## Why
    /// Each code is reported once for an encounter, also for both sides where one code holds them.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.12.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `M25.561` as the first and the third diagnosis.
    pub struct RepeatedDiagnosis {
        /// The code.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for RepeatedDiagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is reported more than once", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    for (at, coded) in diagnoses.list.iter().enumerate().skip(1) {
        let Some(before) = diagnoses.list[..at].iter().find(|it| it.code == coded.code) else { continue };
        let is_principal = diagnoses.first().is_some_and(|first| first.index == before.index);
        if diagnoses.edited_as_stay && is_principal {
            continue;
        }
        let draft = Draft::new(RepeatedDiagnosis { code: coded.code })
            .element(element("diagnosis", before))
            .element(element("the same diagnosis", coded))
            .change(
                ClearKind::DataEntry,
                "take the repetition off",
                Change::RemoveDiagnosis { diagnosis: coded.index },
            );
        report.fire(coded.subject(), coded.span(), draft);
    }
}
