use super::basis::{Basis, element, note_row};
use super::code_first::is_manifestation;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::{NoteKind, Place};
use std::fmt;

edit! {
    /// An additional code is first-listed before the condition that asks for it.
    ///
    /// ## What it checks
    /// Whether the first-listed diagnosis is one that a *use additional code* note of another diagnosis names. Notes at
    /// codes, subcategories and categories count; those at sections and chapters (tobacco use, resistance to drugs) hold
    /// for too many conditions to tell an order. Where a *code first* note has told the order already
    /// (`code/code-first`), or the first-listed diagnosis is a manifestation, nothing is said again. That an additional
    /// code is absent is not judged: *if known* and the record decide.
    ///
    /// ## Why
    /// *Use additional code* has the sequencing of etiology and manifestation: the code that has the note first, then
    /// the additional one.
    ///
    /// ## Source
    /// ICD-10-CM tabular list; ICD-10-CM Official Guidelines for Coding and Reporting, sections I.A.13 and I.B.7.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// The additional code is itself the reason for the encounter, as the record shows.
    ///
    /// ## Example
    /// `B96.20`, the organism, first-listed before `N39.0`, the infection.
    pub struct UseAdditionalOrder {
        /// The code with the note.
        pub code: DiagnosisCode,
        /// The additional code, first-listed.
        pub additional: DiagnosisCode,
    }
}

impl fmt::Display for UseAdditionalOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, additional) = (self.code.dotted(), self.additional.dotted());
        write!(f, "`{additional}` is an additional code of `{code}` and is listed before it")
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if diagnoses.list.len() < 2 || !diagnoses.traits.has_note(NoteKind::UseAdditionalCode) {
        return;
    }
    let basis = Basis::tabular(context, report);
    let table = context.library.icd10cm();
    let Some(first) = diagnoses.first() else { return };
    let Some(first_entry) = first.entry else { return };
    for coded in diagnoses.others() {
        let Some(entry) = coded.entry.filter(|entry| entry.is_completed_by(first_entry)) else { continue };
        let mut naming_first = entry.notes_inherited_naming(NoteKind::UseAdditionalCode, first_entry.id());
        let Some(note) = naming_first.find(|it| matches!(it.at, Place::Code(_))) else { continue };
        if report.has_told_order(&first.subject()) || is_manifestation(context, first, diagnoses.date) {
            return;
        }
        let action = format!("put `{}` first", coded.code.dotted());
        let draft = Draft::new(UseAdditionalOrder { code: coded.code, additional: first.code })
            .row(Some(note_row(table, &note)))
            .element(element("first-listed diagnosis", first))
            .change(ClearKind::DataEntry, action, Change::DiagnosisFirst { diagnosis: coded.index })
            .document(
                "keep the order where the record shows that the additional condition was the reason for the encounter",
            );
        return basis.fire(report, first, draft);
    }
}
