use crate::code::conventions::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A condition of a part of the body that another diagnosis says is absent.
    ///
    /// ## What it checks
    /// Acquired absence of foot, leg or hand against ulcers, deformities and injuries of that part on the same side. The
    /// side is read from the titles of the codes; where one of the two tells no side the edit passes.
    ///
    /// ## Why
    /// One of the two codes, or its side, is wrong.
    ///
    /// ## Source
    /// ICD-10-CM tabular list, titles; table `icd-10-cm/guideline_rules`, kind `absent_part`.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// The amputation followed the injury within the claim's dates.
    ///
    /// ## Example
    /// `Z89.511`, absence of the right leg below the knee, with `L97.511`, ulcer of the right foot.
    pub struct AbsentBodyPart {
        /// The absence.
        pub absence: DiagnosisCode,
        /// The condition.
        pub condition: DiagnosisCode,
    }
}

impl fmt::Display for AbsentBodyPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (absence, condition) = (self.absence.dotted(), self.condition.dotted());
        write!(f, "`{condition}` is a condition of a part of the body that `{absence}` says is absent")
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() || diagnoses.list.len() < 2 {
        return;
    }
    let basis = Basis::guidelines(context, report);
    for rule in context.library.icd10cm().guidelines(GuidelineKind::AbsentPart, diagnoses.letters) {
        for absence in diagnoses.list.iter().filter(|it| it.entry.is_some_and(|entry| rule.is_about(entry))) {
            let Some((side, _)) = absence.traits.side() else { continue };
            let same_side =
                |it: &&crate::service::CodedDiagnosis<'_>| it.traits.side().is_some_and(|(other, _)| other == side);
            let mut conditions = diagnoses.list.iter().filter(|it| it.id().is_some_and(|id| rule.names(id)));
            let Some(condition) = conditions.find(same_side) else { continue };
            let mut draft = Draft::new(AbsentBodyPart { absence: absence.code, condition: condition.code })
                .row(Some(rule_row(&rule)))
                .element(element("absence", absence))
                .element(element("condition", condition))
                .correct("correct the side or a mistyped code");
            for coded in [absence, condition] {
                let action = format!("take `{}` off if the record does not support it", coded.code.dotted());
                draft = draft.change(
                    ClearKind::NeedsDocumentation,
                    action,
                    Change::RemoveDiagnosis { diagnosis: coded.index },
                );
            }
            basis.fire(report, condition, draft);
            return;
        }
    }
}
