use super::input::{Coded, Place};
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Date, DiagnosisCode, Evidence, ProcedureCode};
use openclaim_reference::{Day, Period, Validity};
use std::fmt;

/// A diagnosis or a procedure code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyCode {
    /// ICD-10-CM.
    Diagnosis(DiagnosisCode),
    /// ICD-10-PCS.
    Procedure(ProcedureCode),
}

edit! {
    /// A diagnosis or procedure code does not exist on the discharge date.
    ///
    /// ## What it checks
    /// The principal diagnosis, every secondary diagnosis and every procedure is looked up among the ICD-10-CM and
    /// ICD-10-PCS codes in force on the discharge date. Headings that need more characters, deleted codes, and codes that
    /// begin only later are not found.
    ///
    /// ## Why
    /// A code that does not exist says nothing about the patient, and the grouper ignores it: the stay may fall into the
    /// wrong MS-DRG or none.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 1, invalid diagnosis or procedure code; Medicare Claims
    /// Processing Manual (Pub. 100-04), chapter 3, section 20.2.1. Code sets by discharge date: 45 CFR 162.1002.
    ///
    /// ## Action
    /// The bill goes back to the hospital for the right code.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `F02.8` on a discharge of 2026-05-01: the code needs its further characters, `F02.80` or one of its siblings.
    pub struct InvalidCode {
        /// The code.
        pub code: AnyCode,
        /// The discharge date.
        pub date: Date,
        /// When the code was in force instead, if ever: the period nearest to the date.
        pub instead: Option<Period>,
    }
}

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            AnyCode::Diagnosis(code) => write!(f, "`{}` is no ICD-10-CM code", code.dotted())?,
            AnyCode::Procedure(code) => write!(f, "`{code}` is no ICD-10-PCS code")?,
        }
        write!(f, " in force on {}", self.date)?;
        match self.instead {
            Some(Period { from, to }) => write!(f, "; it was from {from} to {to}"),
            None => Ok(()),
        }
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    for diagnosis in stay.diagnoses() {
        let Coded { code, span, .. } = diagnosis.coded;
        let found =
            || Found { code: AnyCode::Diagnosis(code), element: Evidence::element("diagnosis", code.as_str(), span) };
        judge(stay, report, diagnosis.validity, &diagnosis.coded, found);
    }
    for procedure in &stay.procedures {
        let Coded { code, span, .. } = procedure.coded;
        let found =
            || Found { code: AnyCode::Procedure(code), element: Evidence::element("procedure", code.as_str(), span) };
        judge(stay, report, procedure.validity, &procedure.coded, found);
    }
}

/// A code to be judged, as a finding needs it.
struct Found {
    code: AnyCode,
    element: Evidence,
}

fn judge(
    stay: &Stay<'_>,
    report: &mut Report,
    validity: Option<Validity<'_>>,
    at: impl Into<Place>,
    found: impl FnOnce() -> Found,
) {
    let instead = match validity {
        Some(Validity::Valid) => return,
        None | Some(Validity::OutsideTables { .. }) => return report.lacks_code_table(validity),
        Some(Validity::Unknown) => None,
        Some(Validity::NotValid { periods }) => nearest(periods, stay.date),
    };
    report.fire(at, || {
        let Found { code, element } = found();
        Draft::new(InvalidCode { code, date: stay.date, instead })
            .element(element)
            .row(Some(stay.period_row(code, instead)))
            .correct("correct a mistyped code, or a discharge date that put the bill under another year's codes")
            .document("code to the highest number of characters the record supports")
    });
}

/// The last period that began before the date, else the first one.
pub(super) fn nearest(periods: &[Period], date: Date) -> Option<Period> {
    periods.iter().rev().find(|period| period.from <= Day::from(date)).or(periods.first()).copied()
}
