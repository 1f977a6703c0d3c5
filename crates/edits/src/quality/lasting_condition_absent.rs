use super::visit;
use crate::code::conventions::basis::{Basis, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{DiagnosisCode, Evidence, Text};
use openclaim_reference::Day;
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A lasting condition that an earlier claim of the year reports is not on a claim of a visit or stay.
    ///
    /// ## What it checks
    /// Conditions that do not end (absent limbs, transplants, chronic kidney disease of stage 4 and above, multiple
    /// sclerosis and others) on earlier claims of the same patient and calendar year, against the diagnoses of a claim with
    /// a visit or of an inpatient stay. A diagnosis of the same category answers. The most recent such condition is told.
    ///
    /// ## Why
    /// Either the condition was documented and forgotten here, or the earlier claim reports what the patient does not
    /// have. The question is the same in both directions.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section IV.J; table `icd-10-cm/guideline_rules`, kind
    /// `lasting`.
    ///
    /// ## Action
    /// A warning: a question for the documentation of both claims, without any figure of payment. No diagnosis is added.
    ///
    /// ## Bypass
    /// The condition neither was treated nor affected the care of this encounter.
    ///
    /// ## Example
    /// `Z89.511` on a claim of February, and a visit in May without it.
    pub struct LastingConditionAbsent {
        /// The earlier diagnosis.
        pub earlier: DiagnosisCode,
        /// Its day.
        pub on: Day,
    }
}

impl fmt::Display for LastingConditionAbsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let earlier = self.earlier.dotted();
        write!(f, "`{earlier}`, which a claim of {} reports, is a lasting condition and is not on this claim", self.on)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    let past = context.history.diagnoses_of(context.services);
    let Some(first) = diagnoses.list.first().filter(|_| !past.is_empty()) else { return };
    let seen = context.services.setting == Setting::Inpatient
        || context.services.iter().any(|service| visit(service.code.as_str()).is_some());
    if !seen {
        return;
    }
    let Some(day) = diagnoses.date.map(Day::from) else {
        return report.lacks("the claim states no date of service, by which earlier claims of the year are told");
    };
    let table = context.library.icd10cm();
    for earlier in past.iter().rev().filter(|it| it.day < day && it.day.0 / 10_000 == day.0 / 10_000) {
        let Some(entry) = table.get(earlier.code) else { continue };
        let mut rules = table.guidelines(GuidelineKind::Lasting, entry.letter());
        let Some(rule) = rules.find(|rule| rule.is_about(entry)) else { continue };
        let category = earlier.code.as_str().get(..3);
        if diagnoses.list.iter().any(|it| it.code.as_str().get(..3) == category) {
            continue;
        }
        let value = Text::from(format!("{} on claim {}, {}", earlier.code.dotted(), earlier.claim_id, earlier.day));
        let draft = Draft::new(LastingConditionAbsent { earlier: earlier.code, on: earlier.day })
            .row(Some(rule_row(&rule)))
            .element(Evidence::element("earlier diagnosis", value, None))
            .document(
                "ask whether the condition is documented for this encounter, and whether it was for the earlier one",
            )
            .never("do not add a diagnosis that this encounter does not document");
        return Basis::guidelines(context, report).fire(report, first, draft);
    }
}
