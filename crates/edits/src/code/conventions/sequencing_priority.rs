use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A code of a chapter with priority stands after a code of another chapter.
    ///
    /// ## What it checks
    /// Where a code of chapter 15 (pregnancy, childbirth and the puerperium) is on the claim, whether the first-listed
    /// diagnosis is one. It passes when the first-listed code is one that may only stand first.
    ///
    /// ## Why
    /// Chapter 15 codes have sequencing priority: conditions of a pregnant patient complicate the pregnancy unless the
    /// provider says otherwise.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.15.a.1; table `icd-10-cm/guideline_rules`.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None; a condition that is incidental to the pregnancy goes with Z33.1 and without chapter 15.
    ///
    /// ## Example
    /// `E11.9` before `O24.112`.
    pub struct SequencingPriority {
        /// The code with priority.
        pub code: DiagnosisCode,
        /// The first-listed diagnosis.
        pub first: DiagnosisCode,
    }
}

impl fmt::Display for SequencingPriority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has priority and stands after `{}`", self.code.dotted(), self.first.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() {
        return;
    }
    let basis = Basis::guidelines(context, report);
    let Some(first) = diagnoses.first() else { return };
    let Some(first_entry) = first.entry else { return };
    let table = context.library.icd10cm();
    for rule in table.guidelines(GuidelineKind::Priority, diagnoses.letters) {
        let comes_first = |kind| table.guidelines(kind, first_entry.letter()).any(|rule| rule.is_about(first_entry));
        if rule.is_about(first_entry) || comes_first(GuidelineKind::FirstOnly) {
            continue;
        }
        let mut others = diagnoses.others().iter();
        let Some(coded) = others.find(|it| it.entry.is_some_and(|entry| rule.is_about(entry))) else { continue };
        let action = format!("put `{}` first", coded.code.dotted());
        let draft = Draft::new(SequencingPriority { code: coded.code, first: first.code })
            .row(Some(rule_row(&rule)))
            .element(element("first-listed diagnosis", first))
            .change(ClearKind::DataEntry, action, Change::DiagnosisFirst { diagnosis: coded.index });
        basis.fire(report, coded, draft);
    }
}
