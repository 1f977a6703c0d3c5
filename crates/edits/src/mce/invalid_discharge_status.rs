use super::input::Place;
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Date, DischargeStatus, Evidence, Subject};
use std::fmt;

edit! {
    /// The patient discharge status is no code in force on the discharge date.
    ///
    /// ## What it checks
    /// The discharge status (form locator 17) against the codes of the discharge date.
    ///
    /// ## Why
    /// The status tells deaths, transfers and departures apart, and some MS-DRGs and every transfer payment hang on it.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 16, invalid discharge status; Medicare Claims Processing
    /// Manual (Pub. 100-04), chapter 3, section 20.2.1; chapter 25 on form locator 17.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `08`, an old code for home IV care, on a bill of 2026.
    pub struct InvalidDischargeStatus {
        /// The status.
        pub status: DischargeStatus,
        /// The discharge date.
        pub date: Date,
    }
}

impl fmt::Display for InvalidDischargeStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no patient discharge status in force on {}", self.status, self.date)
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(status) = stay.input.discharge_status else { return report.lacks("the claim states no discharge status") };
    if !stay.mce.allows_discharge_status(status.value, stay.date) {
        report.fire(Place { subject: Subject::Admission, span: status.span }, || {
            Draft::new(InvalidDischargeStatus { status: status.value, date: stay.date })
                .element(Evidence::element("discharge status", status.as_str(), status.span))
                .correct("correct a mistyped status")
                .document("report where the patient went, as the record states it")
        });
    }
}
