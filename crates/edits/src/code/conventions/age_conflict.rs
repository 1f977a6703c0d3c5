use super::basis::{editor, flag_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClaimType, DiagnosisCode, Disposition, Evidence, Text};
use openclaim_reference::mce::AgeGroup;
use std::fmt;

edit! {
    /// A diagnosis belongs to another age than the patient's.
    ///
    /// ## What it checks
    /// Diagnoses of professional and outpatient claims that the Medicare Code Editor's table lists for newborns, children,
    /// the years of childbearing or adults, against the patient's age on the first day of service. On hospital inpatient
    /// bills `mce/age-conflict` says the same.
    ///
    /// ## Why
    /// Either the code or the date of birth is wrong.
    ///
    /// ## Source
    /// CMS Integrated Outpatient Code Editor, edit 2 (diagnosis and age conflict); the codes and ages are those of the
    /// Medicare Code Editor.
    ///
    /// ## Action
    /// An outpatient bill goes back to the provider. On professional claims it is a warning: Medicare has no such edit
    /// there.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `P59.9`, neonatal jaundice, for a patient of 30.
    pub struct AgeConflict {
        /// The diagnosis.
        pub code: DiagnosisCode,
        /// The group it belongs to.
        pub group: AgeGroup,
        /// The patient's age in years.
        pub age: u16,
    }
}

impl fmt::Display for AgeConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = match self.group {
            AgeGroup::Newborn => "newborns",
            AgeGroup::Pediatric => "children",
            AgeGroup::Maternity => "the years of childbearing",
            AgeGroup::Adult => "adults",
        };
        write!(f, "`{}` is a diagnosis of {group}; this patient is {}", self.code.dotted(), self.age)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some((mce, date)) = editor(context, report) else { return };
    let claim = context.claim;
    let age = claim.age_on(context.services.first_day.unwrap_or(date));
    for (coded, row) in context.diagnoses.flagged(mce) {
        let ranges = AgeGroup::ALL.into_iter().filter(|group| row.flags.has(group.flag()));
        for range in ranges.filter_map(|group| mce.age_range(group, date)) {
            let Some(age) = age else {
                return report.lacks("a diagnosis is limited to an age, and the claim does not tell the patient's");
            };
            if range.holds(i32::from(age)) {
                continue;
            }
            let mut draft = Draft::new(AgeConflict { code: coded.code, group: range.group, age })
                .row(Some(flag_row(mce, coded.code, row)))
                .row(Some(mce.age_range_row(&range)))
                .element(Evidence::element(
                    "patient age",
                    Text::from(age.to_string()),
                    claim.patient.birth_date.and_then(|it| it.span),
                ))
                .correct("correct the date of birth or a mistyped code");
            if claim.claim_type != ClaimType::Institutional {
                draft = draft.disposition(Disposition::Warn);
            }
            report.fire(coded.subject(), coded.span(), draft);
        }
    }
}
