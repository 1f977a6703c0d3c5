use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A code stands without the second one that the guidelines ask for.
    ///
    /// ## What it checks
    /// Codes that the guidelines complete by a second one: the stage of chronic kidney disease with hypertensive or
    /// diabetic kidney disease, the type of heart failure with hypertensive heart disease, the site of a diabetic foot
    /// ulcer, the outcome of a delivery and the delivery itself, the week of gestation, the neoplasm under chemotherapy.
    /// External causes of injuries are no such codes: no national rule requires them (section I.C.20). Where a state or
    /// payer does, a companion file asks for `claim.external_cause`.
    ///
    /// ## Why
    /// The first code leaves open what the second one says.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting; each row of the table `icd-10-cm/guideline_rules` names its
    /// section.
    ///
    /// ## Action
    /// A warning: a question for the documentation. No code is suggested, for the record alone knows it.
    ///
    /// ## Bypass
    /// The record does not tell.
    ///
    /// ## Example
    /// `I12.9` without a code of category N18.
    pub struct CompanionMissing {
        /// The code.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for CompanionMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` stands without the second code that completes it", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() {
        return;
    }
    let basis = Basis::guidelines(context, report);
    for rule in context.library.icd10cm().guidelines(GuidelineKind::Companion, diagnoses.letters) {
        let Some(coded) = diagnoses.list.iter().find(|it| it.entry.is_some_and(|entry| rule.is_about(entry))) else {
            continue;
        };
        if diagnoses.list.iter().any(|it| it.id().is_some_and(|id| rule.names(id))) {
            continue;
        }
        let draft = Draft::new(CompanionMissing { code: coded.code })
            .row(Some(rule_row(&rule)))
            .element(element("diagnosis", coded))
            .document(
                "ask whether the record documents what the second code says; if it does not, nothing is to be added",
            )
            .never("do not add a diagnosis that is not documented");
        basis.fire(report, coded, draft);
    }
}
