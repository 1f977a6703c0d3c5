use super::basis::{Basis, element};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence};
use std::fmt;

edit! {
    /// The sequela of an injury is first-listed.
    ///
    /// ## What it checks
    /// Whether the first-listed diagnosis has the 7th character S in a category whose 7th characters include it. What
    /// the injury left behind must stand before it. Sequelae that the classification codes otherwise (B90 to B94, E64)
    /// are met by `code/code-first`.
    ///
    /// ## Why
    /// A sequela takes two codes: the condition that remains first, then the injury with S.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.B.10 and I.C.19.a; tabular list, 7th characters.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None for codes with the 7th character S.
    ///
    /// ## Example
    /// `S52.501S` before `M21.931`.
    pub struct SequelaFirst {
        /// The code.
        pub code: DiagnosisCode,
        /// Whether another diagnosis is on the claim.
        pub others: bool,
    }
}

impl fmt::Display for SequelaFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.dotted();
        match self.others {
            true => write!(f, "`{code}` is a sequela, and the condition that resulted from it stands first"),
            false => write!(f, "`{code}` is a sequela and stands without the condition that resulted from it"),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.takes_seventh() {
        return;
    }
    let basis = Basis::tabular(context, report);
    let Some(first) = diagnoses.first().filter(|first| first.traits.takes_seventh()) else { return };
    let Some(entry) = first.entry.filter(|_| first.code.as_str().len() == 7 && first.code.as_str().ends_with('S'))
    else {
        return;
    };
    let Some(sequela) = entry.seventh_characters().find(|it| it.character == 'S') else { return };
    let others = !diagnoses.others().is_empty();
    let table = context.library.icd10cm();
    let mut draft = Draft::new(SequelaFirst { code: first.code, others })
        .row(Some(Evidence::row(table.edition_label(), "icd-10-cm/seventh_characters", "S", sequela.text)))
        .element(element("first-listed diagnosis", first));
    draft = if others {
        draft.correct("put the condition that resulted from the injury first")
    } else {
        draft.document("report the condition that remains, as the record documents it")
    };
    basis.fire(report, first, draft.never("do not add a condition that is not documented"));
}
