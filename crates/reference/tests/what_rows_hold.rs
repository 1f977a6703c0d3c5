//! What is worked out about ICD-10-CM codes when the tables are compiled equals what their notes and the tables of the
//! Medicare Code Editor say when they are asked one by one.

use openclaim_reference::Library;
use openclaim_reference::icd10cm::{DiagnosisEntry, NoteKind, Place};

/// Steps through all codes, a different one at every call.
struct Codes<'l> {
    library: &'l Library,
    at: usize,
}

impl<'l> Codes<'l> {
    fn next(&mut self) -> Option<DiagnosisEntry<'l>> {
        // A prime that divides no table: in time every code is met with many others.
        let table = self.library.icd10cm();
        self.at = (self.at + 7_919) % table.len();
        table.entry(self.at)
    }
}

#[test]
fn merged_notes_name_what_the_notes_name() {
    let library = Library::embedded().unwrap();
    let table = library.icd10cm();
    let mut codes = Codes { library: &library, at: 0 };
    let mut named = [0_u32; 3];
    for entry in table.iter().step_by(7) {
        // Codes that a note of the path names, and any others.
        let noted = entry.notes_inherited().filter_map(|it| table.ids_of(it.note.codes).last());
        let others: Vec<DiagnosisEntry<'_>> = noted.filter_map(|id| table.entry(id)).collect();
        for other in others.into_iter().chain((0..8).filter_map(|_| codes.next())) {
            let of = |kind: NoteKind| entry.notes_inherited_naming(kind, other.id());
            let at_code = of(NoteKind::UseAdditionalCode).any(|note| matches!(note.at, Place::Code(_)));
            let naive = [of(NoteKind::Excludes1).next().is_some(), of(NoteKind::CodeFirst).next().is_some(), at_code];
            let merged = [entry.is_excluding(other), entry.is_coded_after(other), entry.is_completed_by(other)];
            assert_eq!(merged, naive, "{} {}", entry.code(), other.code());
            named.iter_mut().zip(naive).for_each(|(count, is)| *count += u32::from(is));
        }
    }
    assert!(named.iter().all(|count| *count > 1_000), "{named:?}");
}

#[test]
fn traits_say_which_notes_leave_nothing_open() {
    let library = Library::embedded().unwrap();
    let mut asking = [0_u32; 3];
    for entry in library.icd10cm().iter() {
        let firm = |adverse_effect: bool| {
            entry.path().any(|place| {
                let lines: Vec<_> = place.notes_of(NoteKind::CodeFirst).collect();
                let about =
                    lines.first().is_some_and(|line| adverse_effect || !line.text.contains("for adverse effects"));
                about && !lines.iter().any(|line| line.is_conditional())
            })
        };
        let inherent = entry.path().any(|place| {
            let lines: Vec<_> = place.notes_of(NoteKind::CodeAlso).collect();
            !lines.is_empty() && lines.iter().all(|line| line.asks_for_what_always_goes_along())
        });
        let traits = entry.traits();
        let naive = [firm(false), firm(true), inherent];
        let packed =
            [traits.asks_for_first(|| false), traits.asks_for_first(|| true), traits.asks_for_what_always_goes_along()];
        assert_eq!(packed, naive, "{}", entry.code());
        asking.iter_mut().zip(packed).for_each(|(count, is)| *count += u32::from(is));
    }
    assert!(asking[0] > 100 && asking[1] > asking[0] && asking[2] > 10, "{asking:?}");
}

#[test]
fn rows_hold_the_flags_of_the_code_editor() {
    let library = Library::embedded().unwrap();
    let (mce, mut flagged) = (library.mce(), 0);
    for day in ["2015-10-01", "2019-09-30", "2024-03-01", "2026-05-01"] {
        let day = day.parse().unwrap();
        for entry in library.icd10cm().iter() {
            let row = mce.flags_of(entry, day);
            assert_eq!(row, mce.diagnosis(entry.code(), day), "{} on {day}", entry.code());
            flagged += usize::from(row.is_some());
        }
    }
    assert!(flagged > 10_000, "{flagged}");
}
