use super::input::Place;
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, Sex, Subject};
use std::fmt;

edit! {
    /// The patient's sex is neither male nor female.
    ///
    /// ## What it checks
    /// The sex on the bill must be male or female; unknown (`U`) fires. The edit stayed in force when `mce/sex-conflict`
    /// was given up on 2024-10-01.
    ///
    /// ## Why
    /// Some MS-DRGs are assigned by sex.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 15, invalid sex; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `DMG*D8*19480212*U~` on an inpatient bill.
    pub struct InvalidSex {
        /// The sex as reported.
        pub sex: Sex,
    }
}

impl fmt::Display for InvalidSex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a sex of `{}` is neither male nor female", self.sex.as_str())
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(sex) = stay.input.sex else { return report.lacks("the claim states no sex") };
    if sex.value == Sex::Unknown {
        report.fire(Place { subject: Subject::Patient, span: sex.span }, || {
            Draft::new(InvalidSex { sex: sex.value })
                .element(Evidence::element("patient sex", sex.as_str(), sex.span))
                .correct("report the sex as Medicare's record of the beneficiary has it")
        });
    }
}
