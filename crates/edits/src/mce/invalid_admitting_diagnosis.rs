use super::invalid_code::{AnyCode, nearest};
use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Date, DiagnosisCode, Evidence};
use openclaim_reference::{Period, Validity};
use std::fmt;

edit! {
    /// The admitting diagnosis does not exist on the discharge date.
    ///
    /// ## What it checks
    /// The admitting diagnosis, when the bill carries one, is looked up among the ICD-10-CM codes in force on the
    /// discharge date. No other edit reads it: it may be a symptom, an external cause or a code of the other sex.
    ///
    /// ## Why
    /// The admitting diagnosis shows why the patient was taken in; reviewers of medical necessity start from it.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 1, which names the admitting diagnosis; Medicare Claims
    /// Processing Manual (Pub. 100-04), chapter 3, section 20.2.1; chapter 25 on form locator 69.
    ///
    /// ## Action
    /// The bill goes back to the hospital. The editor's own summary of the bill stays `NONE`, for the grouper does not
    /// read the admitting diagnosis.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `R07.3` as admitting diagnosis: no such code; `R07.89` is other chest pain.
    pub struct InvalidAdmittingDiagnosis {
        /// The code.
        pub code: DiagnosisCode,
        /// The discharge date.
        pub date: Date,
        /// When the code was in force instead, if ever: the period nearest to the date.
        pub instead: Option<Period>,
    }
}

impl fmt::Display for InvalidAdmittingDiagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the admitting diagnosis `{}` is no ICD-10-CM code in force on {}", self.code.dotted(), self.date)?;
        match self.instead {
            Some(Period { from, to }) => write!(f, "; it was from {from} to {to}"),
            None => Ok(()),
        }
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    let Some(admitting) = &stay.admitting else { return };
    let instead = match admitting.validity {
        Some(Validity::Valid) => return,
        None | Some(Validity::OutsideTables { .. }) => return report.lacks_code_table(admitting.validity),
        Some(Validity::Unknown) => None,
        Some(Validity::NotValid { periods }) => nearest(periods, stay.date),
    };
    report.fire(&admitting.coded, || {
        Draft::new(InvalidAdmittingDiagnosis { code: admitting.coded.code, date: stay.date, instead })
            .element(Evidence::element("admitting diagnosis", admitting.coded.code.as_str(), admitting.coded.span))
            .row(Some(stay.period_row(AnyCode::Diagnosis(admitting.coded.code), instead)))
            .correct("correct a mistyped code")
            .document("code the reason for admission as the record states it")
    });
}
