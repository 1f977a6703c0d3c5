use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A code that is never first-listed stands first.
    ///
    /// ## What it checks
    /// The first-listed diagnosis of professional and outpatient claims against the codes that the guidelines and notes
    /// of the tabular list keep from that place: adverse effects and underdosing, organisms, resistance, body mass
    /// index, social determinants, outcome of delivery, week of gestation and others. On hospital inpatient bills
    /// `mce/unacceptable-principal` judges.
    ///
    /// Where a note of the tabular list names the diagnosis that comes first, that edit speaks.
    ///
    /// ## Why
    /// Such a code says something about a condition that must stand before it.
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
    /// `T45.515A`, adverse effect of anticoagulants, before `K92.2`.
    pub struct NeverFirstListed {
        /// The code.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for NeverFirstListed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is never first-listed", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() || diagnoses.edited_as_stay {
        return;
    }
    let basis = Basis::guidelines(context, report);
    let Some(first) = diagnoses.first().filter(|first| first.traits.is_ruled()) else { return };
    let Some(entry) = first.entry else { return };
    let mut rules = context.library.icd10cm().guidelines(GuidelineKind::NeverFirst, entry.letter());
    let Some(rule) = rules.find(|rule| rule.is_about(entry)) else { return };
    // A note of the tabular list has told the same, and which diagnosis comes first.
    if report.has_told_order(&first.subject()) {
        return;
    }
    let draft = Draft::new(NeverFirstListed { code: first.code })
        .row(Some(rule_row(&rule)))
        .element(element("first-listed diagnosis", first))
        .correct("list the condition that it belongs to, if it is on the claim, before it")
        .document("report the condition that the record documents")
        .never("do not add a condition that is not documented");
    basis.fire(report, first, draft);
}
