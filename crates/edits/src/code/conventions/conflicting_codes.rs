use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// Two diagnoses contradict each other by the guidelines.
    ///
    /// ## What it checks
    /// Pairs that the guidelines or the titles of the codes rule out: a normal delivery with another code of chapter 15
    /// or with another outcome than a single live birth, weeks of gestation with an abortive outcome, codes of the
    /// newborn on the mother's record, diabetes without complications beside a complication of the same type, hypertensive
    /// kidney disease of one stage beside chronic kidney disease of another, osteoarthritis of both joints beside one.
    ///
    /// ## Why
    /// One of the two says what the other denies.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting; each row of the table `icd-10-cm/guideline_rules` names its
    /// section.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `O80` with `O70.1`: a delivery with a perineal laceration is no normal delivery.
    pub struct ConflictingCodes {
        /// The code that the rule is about.
        pub code: DiagnosisCode,
        /// The other code.
        pub other: DiagnosisCode,
    }
}

impl fmt::Display for ConflictingCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` contradicts `{}`", self.code.dotted(), self.other.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() || diagnoses.list.len() < 2 {
        return;
    }
    let basis = Basis::guidelines(context, report);
    for rule in context.library.icd10cm().guidelines(GuidelineKind::Conflict, diagnoses.letters) {
        let mut about = diagnoses.list.iter().filter(|it| it.entry.is_some_and(|entry| rule.is_about(entry)));
        let Some(coded) = about.next() else { continue };
        let Some(other) = diagnoses.list.iter().find(|it| it.id().is_some_and(|id| rule.names(id))) else { continue };
        let mut draft = Draft::new(ConflictingCodes { code: coded.code, other: other.code })
            .row(Some(rule_row(&rule)))
            .element(element("diagnosis", coded))
            .element(element("other diagnosis", other))
            .correct("correct a mistyped code")
            .document("replace the one that the record does not support");
        for one in [coded, other] {
            let action = format!("take `{}` off if the record supports the other", one.code.dotted());
            draft =
                draft.change(ClearKind::NeedsDocumentation, action, Change::RemoveDiagnosis { diagnosis: one.index });
        }
        basis.fire(report, coded, draft);
    }
}
