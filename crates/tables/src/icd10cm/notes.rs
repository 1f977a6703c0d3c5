//! Instructional notes and 7th characters of the tabular list.

use super::{DiagnosisEntry, Icd10Cm, Place};
use crate::StrRef;
use bytemuck::{Pod, Zeroable};

/// A line of a note as stored.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct NoteRow {
    pub(super) text: StrRef,
    pub(super) kind: u32,
}

/// A 7th character as stored.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SeventhRow {
    pub(super) text: StrRef,
    pub(super) also: StrRef,
    pub(super) character: u32,
}

/// What a note of the tabular list asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// Examples of what the category, section or chapter holds.
    Includes,
    /// Conditions for which the code is to be used.
    InclusionTerm,
    /// Never coded together with this code.
    Excludes1,
    /// Not part of this condition; both may be coded when both are present.
    Excludes2,
    /// The underlying condition is sequenced first.
    CodeFirst,
    /// A further code is added when known.
    UseAdditionalCode,
    /// Two codes may be required; their order depends on the circumstances.
    CodeAlso,
    /// Any other note.
    Note,
    /// How the 7th character is to be chosen.
    SeventhCharacterNote,
}

impl NoteKind {
    /// Every kind, in the order in which notes are stored and shown.
    pub const ALL: [Self; 9] = [
        Self::Includes,
        Self::InclusionTerm,
        Self::Note,
        Self::Excludes1,
        Self::Excludes2,
        Self::CodeFirst,
        Self::UseAdditionalCode,
        Self::CodeAlso,
        Self::SeventhCharacterNote,
    ];

    /// The name in plain tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Includes => "includes",
            Self::InclusionTerm => "inclusion_term",
            Self::Excludes1 => "excludes1",
            Self::Excludes2 => "excludes2",
            Self::CodeFirst => "code_first",
            Self::UseAdditionalCode => "use_additional_code",
            Self::CodeAlso => "code_also",
            Self::Note => "note",
            Self::SeventhCharacterNote => "seventh_character_note",
        }
    }

    /// The heading the tabular list prints above such notes.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Includes => "Includes",
            Self::InclusionTerm => "Inclusion terms",
            Self::Excludes1 => "Excludes1",
            Self::Excludes2 => "Excludes2",
            Self::CodeFirst => "Code first",
            Self::UseAdditionalCode => "Use additional code",
            Self::CodeAlso => "Code also",
            Self::Note => "Note",
            Self::SeventhCharacterNote => "7th character",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("`{text}` is no kind of note"))
    }

    pub(super) fn number(self) -> u32 {
        Self::ALL.iter().position(|&kind| kind == self).unwrap_or_default() as u32
    }

    fn from_number(number: u32) -> Self {
        Self::ALL.get(number as usize).copied().unwrap_or(Self::Note)
    }
}

/// One line of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'t> {
    /// What it asks for.
    pub kind: NoteKind,
    /// The line as NCHS prints it.
    pub text: &'t str,
}

/// A note and the place that carries it.
#[derive(Debug, Clone, Copy)]
pub struct InheritedNote<'t> {
    /// The code itself, or the category, section or chapter above it.
    pub at: Place<'t>,
    /// The note.
    pub note: Note<'t>,
}

/// A 7th character of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeventhCharacter<'t> {
    /// The character.
    pub character: char,
    /// What it says.
    pub text: &'t str,
    /// What else it covers, often empty.
    pub also: &'t str,
}

impl Icd10Cm {
    pub(super) fn notes_in(&self, start: u32, count: u32) -> impl Iterator<Item = Note<'_>> {
        let start = start as usize;
        let rows = start.checked_add(count as usize).and_then(|end| self.notes.get(start..end)).unwrap_or_default();
        rows.iter().map(|row| Note { kind: NoteKind::from_number(row.kind), text: self.strings.get(row.text) })
    }
}

impl<'t> DiagnosisEntry<'t> {
    /// Its own notes.
    pub fn notes(self) -> impl Iterator<Item = Note<'t>> {
        Place::Code(self).notes()
    }

    /// Its own notes and those of every place above it, nearest first. An instruction at a category, section or chapter
    /// holds for every code below.
    pub fn notes_inherited(self) -> impl Iterator<Item = InheritedNote<'t>> {
        self.path().flat_map(|at| at.notes().map(move |note| InheritedNote { at, note }))
    }

    /// The 7th characters that the nearest place on its path defines; none when the code takes no 7th character.
    pub fn seventh_characters(self) -> impl Iterator<Item = SeventhCharacter<'t>> {
        let defining = self.path().find_map(|place| match place {
            Place::Code(entry) if entry.row.seventh_count > 0 => Some(entry.row),
            _ => None,
        });
        let start = defining.map_or(0, |row| row.seventh as usize);
        let count = defining.map_or(0, |row| row.seventh_count as usize);
        let table = self.table;
        let rows = start.checked_add(count).and_then(|end| table.sevenths.get(start..end)).unwrap_or_default();
        rows.iter().map(|row| SeventhCharacter {
            character: char::from_u32(row.character).unwrap_or('?'),
            text: table.strings.get(row.text),
            also: table.strings.get(row.also),
        })
    }
}
