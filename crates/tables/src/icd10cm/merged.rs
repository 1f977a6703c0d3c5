//! The codes that the notes of a code and of every place above it name, put together when tables are compiled: whether a
//! note names another code is then one search, and notes are walked through only where one does.

use super::code_sets::{CodeSetId, CodeSetWriter};
use super::notes::{NoteKind, NoteRow};
use super::{CodeRow, DiagnosisEntry, HEADING, NO_PARENT, code_sets};
use bytemuck::{Pod, Zeroable};

/// Codes named by the notes of a place and of those above it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct MergedNotes {
    /// By Excludes1 notes.
    excludes1: CodeSetId,
    /// By *code first* notes.
    code_first: CodeSetId,
    /// By *use additional code* notes of codes, not of headings.
    additional: CodeSetId,
}

impl DiagnosisEntry<'_> {
    /// Whether an Excludes1 note, its own or one above it, names another code.
    #[must_use]
    pub fn is_excluding(self, other: Self) -> bool {
        let letter = code_sets::letter(other.row.key.to_be_bytes()[0]);
        self.row.excluded_letters & letter != 0 && self.table.sets.holds(self.row.named.excludes1, other.id)
    }

    /// Whether a *code first* note, its own or one above it, names another code.
    #[must_use]
    pub fn is_coded_after(self, other: Self) -> bool {
        self.table.sets.holds(self.row.named.code_first, other.id)
    }

    /// Whether a *use additional code* note, its own or of a code above it, names another code. Notes of headings do not
    /// count.
    #[must_use]
    pub fn is_completed_by(self, other: Self) -> bool {
        self.table.sets.holds(self.row.named.additional, other.id)
    }
}

/// What the notes of one place name.
pub(super) fn own(notes: &[NoteRow], sets: &mut CodeSetWriter<'_>) -> MergedNotes {
    let mut of = |kind: NoteKind| {
        let named = notes.iter().filter(|row| row.kind() == kind).map(|row| row.codes);
        named.fold(CodeSetId::default(), |all, codes| sets.union(all, codes))
    };
    MergedNotes {
        excludes1: of(NoteKind::Excludes1),
        code_first: of(NoteKind::CodeFirst),
        additional: of(NoteKind::UseAdditionalCode),
    }
}

/// Fills `named` of every row. Rows stand in code order, so a parent comes before its children.
pub(super) fn fill(
    rows: &mut [CodeRow],
    of_codes: &[MergedNotes],
    of_headings: &[MergedNotes],
    heading_parents: &[u32],
    sets: &mut CodeSetWriter<'_>,
) {
    for index in 0..rows.len() {
        let mut named = match rows[index].parent {
            NO_PARENT => MergedNotes::default(),
            at if at & HEADING != 0 => above(at, of_headings, heading_parents, sets),
            at => rows[at as usize].named,
        };
        let own = of_codes[index];
        named.excludes1 = sets.union(named.excludes1, own.excludes1);
        named.code_first = sets.union(named.code_first, own.code_first);
        named.additional = sets.union(named.additional, own.additional);
        rows[index].named = named;
        rows[index].excluded_letters = sets.letters(named.excludes1);
    }
}

/// What a heading and those above it name.
fn above(
    mut at: u32,
    of_headings: &[MergedNotes],
    heading_parents: &[u32],
    sets: &mut CodeSetWriter<'_>,
) -> MergedNotes {
    let mut sum = MergedNotes::default();
    while at != NO_PARENT {
        let index = (at & !HEADING) as usize;
        let Some(own) = of_headings.get(index) else { break };
        sum.excludes1 = sets.union(sum.excludes1, own.excludes1);
        sum.code_first = sets.union(sum.code_first, own.code_first);
        at = heading_parents.get(index).copied().unwrap_or(NO_PARENT);
    }
    sum
}
