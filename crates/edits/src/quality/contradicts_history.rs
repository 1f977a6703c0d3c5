use crate::code::conventions::basis::{Basis, element, rule_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence, Text};
use openclaim_reference::Day;
use openclaim_reference::icd10cm::GuidelineKind;
use std::fmt;

edit! {
    /// A diagnosis that is never reported after one that an earlier claim reports.
    ///
    /// ## What it checks
    /// Diagnoses against those of earlier claims of the same patient in the run, by the pairs that the guidelines order in
    /// time: asymptomatic HIV infection or inconclusive HIV serology after HIV disease.
    ///
    /// ## Why
    /// The earlier claim or this one is wrong.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.1.a.2.g (f before FY 2026); table
    /// `icd-10-cm/guideline_rules`, kind `never_after`.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// The earlier claim was wrong and is replaced.
    ///
    /// ## Example
    /// `Z21` after `B20`.
    pub struct ContradictsHistory {
        /// The code.
        pub code: DiagnosisCode,
        /// The earlier one.
        pub earlier: DiagnosisCode,
        /// Its day.
        pub on: Day,
    }
}

impl fmt::Display for ContradictsHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, earlier) = (self.code.dotted(), self.earlier.dotted());
        write!(f, "`{code}` is not reported after `{earlier}`, which a claim of {} reports", self.on)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_ruled() {
        return;
    }
    let past = context.history.diagnoses_of(context.services);
    if past.is_empty() {
        return;
    }
    let basis = Basis::guidelines(context, report);
    let table = context.library.icd10cm();
    let day = diagnoses.date.map(Day::from).unwrap_or_default();
    for rule in table.guidelines(GuidelineKind::NeverAfter, diagnoses.letters) {
        let Some(coded) = diagnoses.list.iter().find(|it| it.entry.is_some_and(|entry| rule.is_about(entry))) else {
            continue;
        };
        let named = |code| table.get(code).is_some_and(|entry| rule.names(entry.id()));
        let Some(earlier) = past.iter().find(|it| (it.day <= day || day.0 == 0) && named(it.code)) else { continue };
        let value = Text::from(format!("{} on claim {}, {}", earlier.code.dotted(), earlier.claim_id, earlier.day));
        let draft = Draft::new(ContradictsHistory { code: coded.code, earlier: earlier.code, on: earlier.day })
            .row(Some(rule_row(&rule)))
            .element(element("diagnosis", coded))
            .element(Evidence::element("earlier diagnosis", value, None))
            .document("report what the record supports, and replace the claim that is wrong");
        basis.fire(report, coded, draft);
    }
}
