use super::basis::{Basis, element, note_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::icd10cm::{InheritedNote, Note, NoteKind, Place};
use std::fmt;

edit! {
    /// A code stands without the second one that a code also note names.
    ///
    /// ## What it checks
    /// *Code also* notes of a code, its subcategories and category that name codes and are unconditional: without *if
    /// applicable*, *if known*, *any* or *such as*, and asking for what always goes with the code: its type, what underlies
    /// it or is associated with it. A note that just names another condition (exocrine pancreatic insufficiency with
    /// cystic fibrosis, psychological factors with pain) is for those who have it. The edit fires when none of the named
    /// codes is on the claim. The order of the two is free.
    ///
    /// ## Why
    /// Two codes may be required to describe a condition fully; the second one is easily forgotten.
    ///
    /// ## Source
    /// ICD-10-CM tabular list; ICD-10-CM Official Guidelines for Coding and Reporting, section I.A.17.
    ///
    /// ## Action
    /// A warning: a question for the documentation, in either direction.
    ///
    /// ## Bypass
    /// The record documents no such condition.
    ///
    /// ## Example
    /// `H18.041`, Kayser-Fleischer ring, without `E83.01`, Wilson's disease.
    pub struct CodeAlso {
        /// The code with the note.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for CodeAlso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` stands without the code that its `code also` note names", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.has_note(NoteKind::CodeAlso) {
        return;
    }
    let basis = Basis::tabular(context, report);
    let table = context.library.icd10cm();
    for coded in &diagnoses.list {
        let Some(entry) = coded.entry.filter(|_| coded.traits.asks_for_what_always_goes_along()) else { continue };
        for place in entry.path().filter(|place| matches!(place, Place::Code(_))) {
            let lines: Vec<_> = place.notes_of(NoteKind::CodeAlso).collect();
            let all_ask = lines.iter().all(Note::asks_for_what_always_goes_along);
            let Some(first) = lines.first().filter(|_| all_ask) else { continue };
            let named = |id: usize| lines.iter().any(|line| table.holds(line.codes, id));
            if diagnoses.list.iter().filter_map(|it| it.id()).any(named) {
                continue;
            }
            let draft = Draft::new(CodeAlso { code: coded.code })
                .row(Some(note_row(table, &InheritedNote { at: place, note: *first })))
                .element(element("diagnosis", coded))
                .document(
                    "ask whether the record documents the second condition; if it does not, nothing is to be added",
                )
                .never("do not add a diagnosis that is not documented");
            basis.fire(report, coded, draft);
            break;
        }
    }
}
