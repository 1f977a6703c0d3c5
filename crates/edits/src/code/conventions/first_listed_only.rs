use super::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A code that may only be first-listed stands as a further diagnosis.
    ///
    /// ## What it checks
    /// Diagnoses other than the first-listed one against the codes that the guidelines let stand first only, such as
    /// encounters for examination, supervision of normal pregnancy, chemotherapy and donation, and the normal delivery.
    /// It passes when the first-listed diagnosis is one of the same list.
    ///
    /// ## Why
    /// These codes tell why the patient came; behind another reason they contradict it.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.C.21.c.16 and I.C.15.n; table
    /// `icd-10-cm/guideline_rules`.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Several encounters of one day whose records are combined; an observation (Z04) for a condition that was ruled out and
    /// is unrelated to the first-listed one (section I.C.21.c.6).
    ///
    /// ## Example
    /// `Z51.11`, encounter for chemotherapy, after `C50.911`.
    pub struct FirstListedOnly {
        /// The code.
        pub code: DiagnosisCode,
        /// The first-listed diagnosis.
        pub first: DiagnosisCode,
    }
}

impl fmt::Display for FirstListedOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` may only be first-listed and stands after `{}`", self.code.dotted(), self.first.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() {
        return;
    }
    let basis = Basis::guidelines(context, report);
    let Some(first) = diagnoses.first() else { return };
    for rule in context.library.icd10cm().guidelines(GuidelineKind::FirstOnly, diagnoses.letters) {
        let is_about = |it: &CodedDiagnosis<'_>| it.entry.is_some_and(|entry| rule.is_about(entry));
        if is_about(first) {
            continue;
        }
        for coded in diagnoses.others().iter().filter(|it| is_about(it)) {
            let action = format!("put `{}` first", coded.code.dotted());
            let draft = Draft::new(FirstListedOnly { code: coded.code, first: first.code })
                .row(Some(rule_row(&rule)))
                .element(element("first-listed diagnosis", first))
                .change(ClearKind::DataEntry, action, Change::DiagnosisFirst { diagnosis: coded.index })
                .document("keep the order where encounters of one day are combined, as the record shows");
            basis.fire(report, coded, draft);
        }
    }
}
