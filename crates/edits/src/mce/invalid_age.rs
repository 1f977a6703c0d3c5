use super::input::Place;
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, Subject, Text};
use std::fmt;

/// Oldest age the editor takes for possible, in years.
const OLDEST: i32 = 124;

edit! {
    /// The patient's age is not between 0 and 124 years.
    ///
    /// ## What it checks
    /// The age in completed years on admission.
    ///
    /// ## Why
    /// The grouper needs the age, and no beneficiary is older; a date was mistyped.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 14, invalid age; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// Where an age over 124 is proved, the manual has the hospital enter 123.
    ///
    /// ## Example
    /// A birth date of 1866 on a bill of 2026.
    pub struct InvalidAge {
        /// The age in years.
        pub age: i32,
    }
}

impl fmt::Display for InvalidAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an age of {} years is not between 0 and {OLDEST}", self.age)
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(age) = stay.input.age else {
        return report.lacks("the claim tells no age: birth date or admission date is missing");
    };
    if !(0..=OLDEST).contains(&age) {
        let span = stay.input.birth_date_span;
        report.fire(Place { subject: Subject::Patient, span }, || {
            Draft::new(InvalidAge { age })
                .element(Evidence::element("patient age", Text::from(age.to_string()), span))
                .correct("correct the birth date or the admission date")
        });
    }
}
