use super::basis::{Basis, element, note_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Change, ClearKind, Date, DiagnosisCode};
use openclaim_reference::icd10cm::{GuidelineKind, InheritedNote, NoteKind, Place};
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A code that follows its cause stands before it or without it.
    ///
    /// ## What it checks
    /// Codes with a *code first* note, their own or one above them. The underlying condition that the note names must
    /// stand before the code. Where it stands after, the order is wrong. Where none of the named conditions is on the
    /// claim, the edit fires if the note names all of them, or if the code is first-listed; not if the note says *if
    /// applicable*, *if known*, *any* or *complicating*. The note at T36-T50 holds for adverse effects: poisoning and
    /// underdosing have their own order. The week of gestation goes with every code of chapter 15, though its note lists
    /// but some of them, and with encounters of a normal pregnancy. A manifestation that is first-listed is left to
    /// `code/manifestation-first` and `mce/manifestation-as-principal`.
    ///
    /// ## Why
    /// Etiology before manifestation: the claim must say what caused the condition before it says the condition.
    ///
    /// ## Source
    /// ICD-10-CM tabular list; ICD-10-CM Official Guidelines for Coding and Reporting, sections I.A.13, I.B.7,
    /// I.C.19.e.5 and I.C.21.c.11.
    ///
    /// ## Action
    /// A warning; payers return such claims by policy.
    ///
    /// ## Bypass
    /// None where the note is unconditional.
    ///
    /// ## Example
    /// `D63.1`, anemia in chronic kidney disease, before `N18.4`.
    pub struct CodeFirst {
        /// The code with the note.
        pub code: DiagnosisCode,
        /// The underlying condition that stands after it; `None` when there is none on the claim.
        pub after: Option<DiagnosisCode>,
        /// Whether the code is first-listed.
        pub first_listed: bool,
    }
}

impl fmt::Display for CodeFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.dotted();
        match self.after {
            Some(after) => write!(f, "`{}` is the condition to code first and stands after `{code}`", after.dotted()),
            None if self.first_listed => {
                write!(f, "`{code}` is first-listed, and its underlying condition is to be coded first")
            }
            None => write!(f, "`{code}` stands without the condition that is to be coded first"),
        }
    }
}

/// The *code first* lines of one place.
struct Group<'a> {
    lines: Vec<InheritedNote<'a>>,
    conditional: bool,
    closed: bool,
}

impl<'a> Group<'a> {
    fn at(place: Place<'a>, code: DiagnosisCode) -> Option<Self> {
        let notes = place.notes_of(NoteKind::CodeFirst);
        let lines: Vec<_> = notes.map(|note| InheritedNote { at: place, note }).collect();
        if lines.first()?.note.is_for_adverse_effects() && !is_adverse_effect(code) {
            return None;
        }
        let conditional = lines.iter().any(|line| line.note.is_conditional());
        let closed = lines
            .iter()
            .all(|line| !line.note.gives_examples() && (line.note.introduces() || !line.note.codes.is_empty()));
        Some(Self { lines, conditional, closed })
    }

    /// The line that names a diagnosis.
    fn naming(&self, context: &Context<'_>, of: &CodedDiagnosis<'_>) -> Option<&InheritedNote<'a>> {
        let id = of.id()?;
        self.lines.iter().find(|line| context.library.icd10cm().holds(line.note.codes, id))
    }
}

/// Whether a code of T36-T50 is an adverse effect rather than poisoning or underdosing: the sixth character tells, the
/// fifth where the sixth is a placeholder.
fn is_adverse_effect(code: DiagnosisCode) -> bool {
    let character = |at: usize| code.as_str().as_bytes().get(at).copied().filter(|byte| *byte != b'X');
    character(5).or_else(|| character(4)) == Some(b'5')
}

pub(super) fn is_manifestation(context: &Context<'_>, of: &CodedDiagnosis<'_>, date: Option<Date>) -> bool {
    let row = date.and_then(|date| of.flags(context.library.mce(), date));
    row.is_some_and(|row| row.flags.has(Flag::Manifestation))
}

/// Whether the guidelines ask for a code beside codes of the chapter with priority, and one of that chapter stands before
/// it, or one of those that the code may follow as well. That is the week of gestation; which codes of the chapter it does
/// not go with is a rule of its own.
fn completes_chapter(context: &Context<'_>, coded: &CodedDiagnosis<'_>, before: &[CodedDiagnosis<'_>]) -> bool {
    let rules = |kind| context.library.icd10cm().guidelines(kind, context.diagnoses.letters);
    let asked_for = coded.id().is_some_and(|id| rules(GuidelineKind::Companion).any(|rule| rule.names(id)));
    let in_chapter = |it: &CodedDiagnosis<'_>| {
        it.entry.is_some_and(|entry| rules(GuidelineKind::Priority).any(|rule| rule.is_about(entry)))
    };
    let may_follow = |it: &CodedDiagnosis<'_>| {
        let mut rules = rules(GuidelineKind::MayFollow);
        rules.any(|rule| {
            coded.entry.is_some_and(|entry| rule.is_about(entry)) && it.id().is_some_and(|id| rule.names(id))
        })
    };
    before.iter().any(|it| (asked_for && in_chapter(it)) || may_follow(it))
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.has_note(NoteKind::CodeFirst) {
        return;
    }
    let basis = Basis::tabular(context, report);
    let first = diagnoses.first().map(|first| first.index);
    for (at, coded) in diagnoses.list.iter().enumerate() {
        let Some(entry) = coded.entry.filter(|_| coded.traits.has_note(NoteKind::CodeFirst)) else { continue };
        let named =
            |it: &CodedDiagnosis<'_>| it.code != coded.code && it.entry.is_some_and(|it| entry.is_coded_after(it));
        if !coded.traits.asks_for_first(|| is_adverse_effect(coded.code)) && !diagnoses.list.iter().any(named) {
            continue;
        }
        let first_listed = first == Some(coded.index);
        for group in entry.path().filter_map(|place| Group::at(place, coded.code)) {
            let named = |list: &[CodedDiagnosis<'_>]| {
                list.iter().find_map(|it| {
                    Some((it.index, it.code, *group.naming(context, it).filter(|_| it.code != coded.code)?))
                })
            };
            if named(&diagnoses.list[..at]).is_some() {
                continue;
            }
            let after = named(&diagnoses.list[at + 1..]);
            let missing = after.is_none() && !group.conditional;
            let missing = missing && !completes_chapter(context, coded, &diagnoses.list[..at]);
            let judged_elsewhere = first_listed && is_manifestation(context, coded, diagnoses.date);
            if judged_elsewhere || !(after.is_some() || (missing && (first_listed || group.closed))) {
                continue;
            }
            let Some(line) = after.map(|(_, _, line)| line).or_else(|| group.lines.first().copied()) else { continue };
            let data = CodeFirst { code: coded.code, after: after.map(|(_, code, _)| code), first_listed };
            let mut draft = Draft::new(data)
                .row(Some(note_row(context.library.icd10cm(), &line)))
                .element(element("diagnosis", coded));
            draft = match after {
                Some((index, code, _)) if first_listed => {
                    let action = format!("put `{}` first", code.dotted());
                    draft.change(ClearKind::DataEntry, action, Change::DiagnosisFirst { diagnosis: index })
                }
                Some(_) => draft.correct("put the underlying condition before its manifestation"),
                None => draft
                    .correct("correct a mistyped code")
                    .document("ask which underlying condition the record documents; without one the code cannot stand")
                    .never("do not add an underlying condition that is not documented"),
            };
            basis.fire(report, coded, draft);
            break;
        }
    }
}
