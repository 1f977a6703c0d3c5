use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, Subject, Text};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// A service after the patient's death, or before birth.
    ///
    /// ## What it checks
    /// First dates of service of the lines against the date of death and the date of birth that the claim states. A line
    /// without a date cannot be told.
    ///
    /// ## Why
    /// One of the dates is wrong, or the service was not rendered to this patient.
    ///
    /// ## Source
    /// X12 claim adjustment reason codes 13 (the service follows the date of death) and 14 (it precedes the date of birth).
    ///
    /// ## Action
    /// A warning; Medicare, which knows the date of death from elsewhere, denies with CARC 13, or 14
    /// for a service before birth.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Death on 2026-04-30, an office visit on 2026-05-01.
    pub struct ServiceAfterDeath {
        /// First day of service.
        pub on: Day,
        /// Date of death; `None` when the service precedes birth.
        pub died: Option<Day>,
        /// Date of birth, where the service precedes it.
        pub born: Option<Day>,
    }
}

impl fmt::Display for ServiceAfterDeath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.died, self.born) {
            (Some(died), _) => write!(f, "the service of {} follows the patient's death on {died}", self.on),
            (None, Some(born)) => write!(f, "the service of {} precedes the patient's birth on {born}", self.on),
            (None, None) => write!(f, "the service of {} lies outside the patient's life", self.on),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let patient = &context.claim.patient;
    let died = patient.death_date.map(|date| (Day::from(date.value), date.span));
    let born = patient.birth_date.map(|date| (Day::from(date.value), date.span));
    for service in context.services.iter() {
        if service.day.0 == 0 {
            if died.is_some() {
                report.lacks(format!("line {} states no date of service", service.line.number));
            }
            continue;
        }
        let after = died.filter(|(died, _)| service.day > *died);
        let before = born.filter(|(born, _)| service.day < *born);
        let Some((day, span)) = after.or(before) else { continue };
        let name = if after.is_some() { "date of death" } else { "date of birth" };
        let data = ServiceAfterDeath { on: service.day, died: after.map(|it| it.0), born: before.map(|it| it.0) };
        let draft = Draft::new(data)
            .element(Evidence::element(name, Text::from(day.to_string()), span))
            .correct("correct the date that is wrong");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
}
