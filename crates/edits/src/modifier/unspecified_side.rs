use super::plain::Side;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence};
use openclaim_reference::icd10cm::DiagnosisEntry;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A diagnosis leaves the side open where codes for each side exist.
    ///
    /// ## What it checks
    /// Diagnoses whose title says `unspecified` where a code of the same category says the same with `left` or `right`, and
    /// could be billed on the last day of service. Admitting diagnoses and reasons for a visit may leave the side open. What
    /// the Medicare Code Editor lists as unspecified on an inpatient bill is left to its own edit.
    ///
    /// ## Why
    /// The side is known to whoever examined the patient. Payers deny unspecified sides, and nobody can tell two eyes of one
    /// patient apart afterwards.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.B.13 (laterality) and I.B.18; ICD-10-CM titles.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// The record does not name the side, and whoever wrote it cannot be asked.
    ///
    /// ## Example
    /// A cataract of an unspecified eye.
    pub struct UnspecifiedSide {
        /// The diagnosis.
        pub diagnosis: DiagnosisCode,
        /// The code of the left side.
        pub left: Option<DiagnosisCode>,
        /// The code of the right side.
        pub right: Option<DiagnosisCode>,
    }
}

impl fmt::Display for UnspecifiedSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` leaves the side open", self.diagnosis.dotted())?;
        for (code, side) in [(self.left, Side::Left), (self.right, Side::Right)] {
            if let Some(code) = code {
                write!(f, "; `{}` is the {}", code.dotted(), side.as_str())?;
            }
        }
        Ok(())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let claim = context.claim;
    for coded in &context.diagnoses.list {
        let (code, Some(entry)) = (coded.code, coded.entry.filter(|entry| entry.leaves_side_open())) else { continue };
        let Some(date) = context.diagnoses.date else {
            report.lacks("the claim states no date of service, and codes exist from and to a day");
            return;
        };
        let of_editor =
            || context.library.mce().flags_of(entry, date).is_some_and(|row| row.flags.has(Flag::Unspecified));
        if claim.is_hospital_inpatient() && of_editor() {
            continue;
        }
        let (left, right) = entry.sided_siblings();
        let valid = |entry: DiagnosisEntry<'_>| entry.valid_on(date).is_valid().then_some(entry.code());
        let (left, right) = (left.and_then(valid), right.and_then(valid));
        if left.is_none() && right.is_none() {
            continue;
        }
        let title = entry.title().unwrap_or_default();
        let draft = Draft::new(UnspecifiedSide { diagnosis: code, left, right })
            .element(Evidence::row("ICD-10-CM titles", "icd-10-cm/titles", code.dotted(), title))
            .document("report the code of the side that the record names; ask whoever wrote it when it names none");
        report.fire(coded.subject(), coded.span(), draft);
    }
}
