use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{DiagnosisCode, Evidence, Text};
use openclaim_reference::mce::{AgeGroup, AgeRange};
use std::fmt;

edit! {
    /// A diagnosis is next to impossible at the patient's age.
    ///
    /// ## What it checks
    /// Some diagnoses belong to newborns, to children, to the years of childbearing or to adults. The age in completed
    /// years on admission must lie in the group's range, which the tables give by date: newborn 0, pediatric 0 to 17,
    /// maternity 9 to 64 (12 to 55 until 2019-09-30), adult 15 to 124. Principal and secondary diagnoses are checked,
    /// each once.
    ///
    /// ## Why
    /// Either the diagnosis or the age is wrong, and both decide the MS-DRG.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 4, age conflict; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 3, section 20.2.1. The maternity range was widened by the FY 2020 IPPS final rule.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None in the editor. A contractor may pay a bill outside the editor on request (chapter 3, section 20.2.1.1).
    ///
    /// ## Example
    /// `O80`, full-term uncomplicated delivery, for a patient of 78 years.
    pub struct AgeConflict {
        /// The diagnosis.
        pub code: DiagnosisCode,
        /// The patient's age in years.
        pub age: i32,
        /// The group the diagnosis belongs to, and its ages.
        pub range: AgeRange,
    }
}

impl fmt::Display for AgeConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AgeRange { group, min, max, .. } = self.range;
        write!(f, "`{}` is a diagnosis of the {group} ages, {min}", self.code.dotted())?;
        if max > min {
            write!(f, " to {max}")?;
        }
        write!(f, "; this patient is {}", self.age)
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    if !AgeGroup::ALL.iter().any(|group| stay.diagnosis_flags.has(group.flag())) {
        return;
    }
    let Some(age) = stay.input.age else {
        return report.lacks("a diagnosis is limited to an age group, and the claim tells no age: birth date or admission date is missing");
    };
    for diagnosis in stay.diagnoses() {
        let conflict = AgeGroup::ALL
            .iter()
            .filter(|group| diagnosis.has(group.flag()))
            .filter_map(|group| stay.mce.age_range(*group, stay.date))
            .find(|range| !range.holds(age));
        if let Some(range) = conflict {
            report.fire(&diagnosis.coded, || {
                let years = Text::from(age.to_string());
                Draft::new(AgeConflict { code: diagnosis.coded.code, age, range })
                    .row(stay.diagnosis_row(diagnosis))
                    .row(Some(stay.mce.age_range_row(&range)))
                    .element(Evidence::element("patient age", years, stay.input.birth_date_span))
                    .correct("correct the birth date, the admission date or a mistyped code")
                    .document("code the condition for the patient's age, as the record describes it")
            });
        }
    }
}
