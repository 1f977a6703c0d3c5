//! Instructional notes and 7th characters of the tabular list.

use super::code_sets::CodeSetId;
use super::{DiagnosisEntry, Icd10Cm, Place};
use crate::StrRef;
use bytemuck::{Pod, Zeroable};

/// A line of a note as stored.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct NoteRow {
    pub(super) text: StrRef,
    /// The kind in the lower eight bits, then what the wording allows.
    pub(super) kind: u32,
    pub(super) codes: CodeSetId,
}

impl NoteRow {
    pub(super) fn kind(&self) -> NoteKind {
        NoteKind::from_number(self.kind & 0xFF)
    }

    /// As people read it, but for its text.
    pub(super) fn without_text(&self) -> Note<'static> {
        Note { kind: self.kind(), text: "", codes: self.codes, wording: self.kind }
    }
}

/// The wording leaves it open whether the other code is wanted.
const CONDITIONAL: u32 = 1 << 8;
/// The wording gives examples.
const EXAMPLES: u32 = 1 << 9;
/// The line introduces those that follow.
const INTRODUCES: u32 = 1 << 10;
/// The line is about adverse effects alone.
const ADVERSE_EFFECTS: u32 = 1 << 11;
/// The line asks for what always goes with the code.
const INHERENT: u32 = 1 << 12;

/// How a line begins that asks for what always goes with the code.
const INHERENT_WORDS: [&str; 7] =
    ["underlying", "the underlying", "associated", "type of", "the type of", "presence of", "to identify"];

/// What the wording of a line allows, as bits of [`NoteRow::kind`].
pub(super) fn wording(text: &str) -> u32 {
    let inherent = INHERENT_WORDS.iter().any(|words| text.starts_with(words));
    let adverse = text.contains("for adverse effects");
    let text = text.to_lowercase();
    let conditional = [
        "applicable",
        "if known",
        "if any",
        " any ",
        "if present",
        "if documented",
        "if desired",
        "may be",
        "complicating",
    ]
    .iter()
    .any(|words| text.contains(words))
        || text.starts_with("any ");
    let bit = |is: bool, bit: u32| if is { bit } else { 0 };
    bit(conditional, CONDITIONAL)
        | bit(text.contains("such as"), EXAMPLES)
        | bit(text.trim_end().ends_with(':'), INTRODUCES)
        | bit(adverse, ADVERSE_EFFECTS)
        | bit(inherent, INHERENT)
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

    /// Position in [`Self::ALL`].
    pub(super) fn number(self) -> u32 {
        Self::ALL.iter().position(|&kind| kind == self).unwrap_or_default() as u32
    }

    /// Whether such notes name codes.
    pub(super) fn names_codes(self) -> bool {
        use NoteKind::{CodeAlso, CodeFirst, Excludes1, Excludes2, UseAdditionalCode};
        matches!(self, Excludes1 | Excludes2 | CodeFirst | UseAdditionalCode | CodeAlso)
    }

    pub(super) fn from_number(number: u32) -> Self {
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
    /// The codes that the line names; empty when it names none, or in a way that only people understand.
    pub codes: CodeSetId,
    wording: u32,
}

impl Note<'_> {
    /// Whether the wording leaves it open whether the other code is wanted (`if applicable`, `if known`, `any`), or names
    /// it only for the case that the condition complicates another (`heart failure complicating abortion`).
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.wording & CONDITIONAL != 0
    }

    /// Whether the codes are examples (`such as`).
    #[must_use]
    pub fn gives_examples(&self) -> bool {
        self.wording & EXAMPLES != 0
    }

    /// Whether the line introduces those that follow.
    #[must_use]
    pub fn introduces(&self) -> bool {
        self.wording & INTRODUCES != 0
    }

    /// Whether the line is about adverse effects alone, not about poisoning and underdosing.
    #[must_use]
    pub fn is_for_adverse_effects(&self) -> bool {
        self.wording & ADVERSE_EFFECTS != 0
    }

    /// Whether the line asks for what always goes with the code (`underlying …`, `type of …`), and names its codes.
    #[must_use]
    pub fn asks_for_what_always_goes_along(&self) -> bool {
        let open = self.is_conditional() || self.gives_examples() || self.codes.is_empty();
        self.wording & INHERENT != 0 && !open
    }
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
    pub(super) fn notes_in(&self, start: u32, count: u32) -> &[NoteRow] {
        let start = start as usize;
        start.checked_add(count as usize).and_then(|end| self.notes.get(start..end)).unwrap_or_default()
    }

    pub(super) fn note_of(&self, row: &NoteRow) -> Note<'_> {
        Note { kind: row.kind(), text: self.strings.get(row.text), codes: row.codes, wording: row.kind }
    }

    /// Whether a note's codes hold the code at a position.
    #[must_use]
    pub fn holds(&self, codes: CodeSetId, id: usize) -> bool {
        self.sets.holds(codes, id)
    }

    /// Positions of the codes that a note names, in order.
    pub fn ids_of(&self, codes: CodeSetId) -> impl Iterator<Item = usize> + '_ {
        self.sets.ids(codes)
    }
}

impl<'t> DiagnosisEntry<'t> {
    /// The Excludes1 note, its own or the nearest above it, that names another code.
    #[must_use]
    pub fn excludes1(self, other: Self) -> Option<InheritedNote<'t>> {
        if !self.is_excluding(other) {
            return None;
        }
        self.notes_inherited_naming(NoteKind::Excludes1, other.id).next()
    }

    /// The notes of a kind, its own and of every place above it, nearest first, that name a code, given by its position.
    pub fn notes_inherited_naming(self, kind: NoteKind, id: usize) -> impl Iterator<Item = InheritedNote<'t>> {
        self.path().flat_map(move |at| at.notes_naming(kind, id).map(move |note| InheritedNote { at, note }))
    }

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
