use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// Two codes stand where the classification has one for both.
    ///
    /// ## What it checks
    /// Pairs for which the guidelines or the tabular list give a combination code: hypertension with heart failure or
    /// chronic kidney disease, diabetes without complications beside a condition that *with* links to it, obstructive
    /// lung disease with an acute lower respiratory infection, osteoarthritis of the right joint with that of the left.
    ///
    /// ## Why
    /// The combination code is the correct one, and a presumed link that the record denies must be denied there: the two
    /// codes alone say neither.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.B.9, I.A.15 and I.C.9.a; each row of the table
    /// `icd-10-cm/guideline_rules` names its section.
    ///
    /// ## Action
    /// A warning: a question for the documentation, without any figure of payment.
    ///
    /// ## Bypass
    /// The record says that the two conditions are unrelated.
    ///
    /// ## Example
    /// `I10` with `I50.22`: hypertensive heart disease is `I11.0`, with `I50.22` after it.
    pub struct CombinationCode {
        /// The first code.
        pub code: DiagnosisCode,
        /// The second code.
        pub with: DiagnosisCode,
        /// Where the combination is classified.
        pub instead: DiagnosisCode,
    }
}

impl fmt::Display for CombinationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, with, instead) = (self.code.dotted(), self.with.dotted(), self.instead.dotted());
        write!(f, "`{code}` with `{with}` is classified to `{instead}`")
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() || diagnoses.list.len() < 2 {
        return;
    }
    let basis = Basis::guidelines(context, report);
    for rule in context.library.icd10cm().guidelines(GuidelineKind::Combination, diagnoses.letters) {
        let mut all = diagnoses.list.iter();
        let Some(coded) = all.find(|it| it.entry.is_some_and(|entry| rule.is_about(entry))) else { continue };
        let Some(with) = diagnoses.list.iter().find(|it| it.id().is_some_and(|id| rule.names(id))) else { continue };
        let instead = rule.instead().split(' ').next().unwrap_or_default();
        let Ok(instead) = DiagnosisCode::parse(instead) else { continue };
        let draft = Draft::new(CombinationCode { code: coded.code, with: with.code, instead })
            .row(Some(rule_row(&rule)))
            .element(element("diagnosis", coded))
            .element(element("other diagnosis", with))
            .document("report the combination as the record supports it, or have the provider document that the two are unrelated")
            .never("do not take one of the two off to silence the edit");
        basis.fire(report, coded, draft);
    }
}
