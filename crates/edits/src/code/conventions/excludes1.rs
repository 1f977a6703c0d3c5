use super::basis::{Basis, element, note_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::icd10cm::NoteKind;
use std::fmt;

edit! {
    /// Two diagnoses exclude each other by an Excludes1 note of the tabular list.
    ///
    /// ## What it checks
    /// Every pair of diagnoses against the Excludes1 notes of both codes and of the categories, sections and chapters
    /// above them. A note at a category holds for every code below it; what it names (`E10.-`, `J00-J06`, `T36-T50 with
    /// fifth or sixth character 5`) holds for every code meant. Notes that name no code are for people to read and are
    /// not evaluated. The notes are those of one edition; for another day the edit cannot tell.
    ///
    /// ## Why
    /// Excludes1 says "not coded here": the two conditions cannot occur together, such as a congenital and an acquired
    /// form of the same thing, or the excluded one is part of the other code.
    ///
    /// ## Source
    /// ICD-10-CM tabular list; ICD-10-CM Official Guidelines for Coding and Reporting, section I.A.12.a.
    ///
    /// ## Action
    /// A warning. Medicare stops no claim on account of such a pair; other payers deny it, which a policy can say.
    ///
    /// ## Bypass
    /// The guidelines except two conditions that are unrelated to each other. A claim does not show that: the record
    /// does.
    ///
    /// ## Example
    /// `E11.9` with `E10.9`: the note at E11 excludes type 1 diabetes mellitus.
    pub struct Excludes1 {
        /// The code whose note excludes.
        pub code: DiagnosisCode,
        /// The excluded code.
        pub excluded: DiagnosisCode,
    }
}

impl fmt::Display for Excludes1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, excluded) = (self.code.dotted(), self.excluded.dotted());
        write!(
            f,
            "`{excluded}` is not coded together with `{code}` (Excludes1), unless the two conditions are unrelated"
        )
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if diagnoses.list.len() < 2 || !diagnoses.traits.has_note(NoteKind::Excludes1) {
        return;
    }
    let basis = Basis::tabular(context, report);
    for (one, other) in diagnoses.pairs().filter(|(one, other)| one.code != other.code) {
        let (Some(a), Some(b)) = (one.entry, other.entry) else { continue };
        let found = match a.excludes1(b) {
            Some(note) => Some((one, other, note)),
            None => b.excludes1(a).map(|note| (other, one, note)),
        };
        let Some((code, excluded, note)) = found else { continue };
        let draft = Draft::new(Excludes1 { code: code.code, excluded: excluded.code })
            .row(Some(note_row(context.library.icd10cm(), &note)))
            .element(element("diagnosis", code))
            .element(element("excluded diagnosis", excluded))
            .correct("correct a mistyped code");
        let mut draft = draft.document("keep both where the record shows that the two conditions are unrelated");
        for coded in [excluded, code] {
            let action = format!("take `{}` off if the record supports the other alone", coded.code.dotted());
            draft =
                draft.change(ClearKind::NeedsDocumentation, action, Change::RemoveDiagnosis { diagnosis: coded.index });
        }
        basis.fire(report, other, draft);
    }
}
