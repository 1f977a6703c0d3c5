use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A diagnosis leaves open the side of the body, though codes exist that tell it.
    ///
    /// ## What it checks
    /// Principal and secondary diagnoses that count as complication or comorbidity and are unspecified where other
    /// codes of the subcategory tell right, left or bilateral.
    ///
    /// ## Why
    /// In a hospital the side is nearly always known and documented. The severity of the code is not affected.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 20, unspecified code, in force for discharges on and after
    /// 2022-04-01 (FY 2022 IPPS final rule, table 6P.3a); Change Request 12471.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// A billing note beginning `UNABLE TO DET LAT 1` (no further information could be had) or `UNABLE TO DET LAT 2`
    /// (the physician could not determine the side) lets the contractor's system pass the bill (Change Request 12471).
    /// The editor itself does not read the note, and this edit reports all the same.
    ///
    /// ## Example
    /// `S72.019A`, unspecified intracapsular fracture of unspecified femur, where the X-ray shows the left one.
    pub struct UnspecifiedCode {
        /// The diagnosis.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for UnspecifiedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` leaves open the side of the body, and other codes tell it", self.code.dotted())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    for diagnosis in stay.diagnoses().filter(|diagnosis| diagnosis.has(Flag::Unspecified)) {
        report.fire(&diagnosis.coded, || {
            Draft::new(UnspecifiedCode { code: diagnosis.coded.code })
                .row(stay.diagnosis_row(diagnosis))
                .document("code the side that the record shows; X-ray and operative reports count")
                .correct("if the side cannot be told, add the billing note UNABLE TO DET LAT 1 or 2")
                .never("picking a side that the record does not show")
        });
    }
}
