//! ICD-10-CM: validity by date, titles, hierarchy, instructional notes and 7th characters.
//!
//! Validity is CMS's (Medicare Code Editor tables); titles, notes and hierarchy are those of the NCHS tabular list. A code
//! that was retired keeps its periods and, where a publication at hand gives one, its title.

mod code_sets;
mod compile;
mod guidelines;
mod merged;
mod notes;
mod open_side;
mod references;
mod traits;

pub use code_sets::CodeSetId;
pub use compile::compile;
pub use guidelines::{GuidelineKind, GuidelineRule};
pub use notes::{InheritedNote, Note, NoteKind, SeventhCharacter};
pub use traits::{Side, Traits};

use crate::code_validity::{CodePeriods, PeriodSpan};
use crate::mce::FlagListId;
use crate::word_index::WordIndex;
use crate::{FlatError, FlatFile, KeyIndex, Period, Section, StrRef, Strings, Validity, key_text};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;
use merged::MergedNotes;
use notes::NoteRow;
use openclaim_claim::{CodeSet, DiagnosisCode};
use std::sync::OnceLock;

/// Prefix of the table's sections.
const NAME: &str = "icd-10-cm";
/// Parent of a row that has none.
const NO_PARENT: u32 = u32::MAX;
/// Set in a parent that is a heading, not a code.
const HEADING: u32 = 1 << 31;

/// A code or category. Claims name codes all over the table, so that every further place to look at costs a wait for
/// memory: what is asked of most codes of most claims stands in the row itself.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct CodeRow {
    /// The code, as [`DiagnosisCode::key`] packs it.
    key: u64,
    title: StrRef,
    periods: PeriodSpan,
    /// Row of the code above, or of the heading above with [`HEADING`] set.
    parent: u32,
    notes: u32,
    note_count: u16,
    seventh_count: u8,
    title_source: u8,
    seventh: u32,
    traits: Traits,
    /// First letters of the codes of `excluded`, a bit for each.
    excluded_letters: u32,
    /// Codes that notes name, its own and those above it.
    named: MergedNotes,
    /// What its title says about sides, and where the codes that tell the side stand: see `open_side`.
    sides: u32,
    /// Number of its list of flags of the Medicare Code Editor, 0 for none.
    flags: FlagListId,
}

/// The edition of the tabular list.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct EditionRow {
    period: Period,
    label: StrRef,
}

/// A chapter or section.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct HeadingRow {
    title: StrRef,
    parent: u32,
    notes: u32,
    note_count: u32,
}

/// Which publication a title was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TitleSource {
    /// No publication at hand gives the code a title.
    None,
    /// The published long titles: ICD-10-CM or ICD-10-PCS of FY 2025.
    Fy2025List,
    /// The ICD-10-CM tabular list of April 2026.
    Tabular,
    /// The tabular list's title of the code's first six characters, and the text of its 7th character.
    TabularSeventh,
    /// The MS-DRG Definitions Manual v42.1 to v43.1.
    DefinitionsManual,
}

impl TitleSource {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "fy2025-list" | "list" => Ok(Self::Fy2025List),
            "tabular" => Ok(Self::Tabular),
            "tabular-7th" => Ok(Self::TabularSeventh),
            "definitions-manual" => Ok(Self::DefinitionsManual),
            other => Err(format!("`{other}` is no source of titles")),
        }
    }

    pub(crate) fn number(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Fy2025List => 1,
            Self::Tabular => 2,
            Self::TabularSeventh => 3,
            Self::DefinitionsManual => 4,
        }
    }

    pub(crate) fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Fy2025List,
            2 => Self::Tabular,
            3 => Self::TabularSeventh,
            4 => Self::DefinitionsManual,
            _ => Self::None,
        }
    }

    /// The publication in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::None => "no title in the publications at hand",
            Self::Fy2025List => "published long titles, FY 2025",
            Self::Tabular => "ICD-10-CM tabular list, April 2026",
            Self::TabularSeventh => "ICD-10-CM tabular list, April 2026, with the 7th character's text",
            Self::DefinitionsManual => "MS-DRG Definitions Manual",
        }
    }
}

/// The ICD-10-CM table.
#[derive(Debug, Clone)]
pub struct Icd10Cm {
    index: KeyIndex,
    rows: Section<CodeRow>,
    periods: CodePeriods,
    heading_index: KeyIndex,
    headings: Section<HeadingRow>,
    notes: Section<notes::NoteRow>,
    sevenths: Section<notes::SeventhRow>,
    sets: code_sets::CodeSets,
    sided_siblings: Section<open_side::SidedSiblings>,
    guidelines: Section<guidelines::GuidelineRow>,
    guidelines_by_kind: OnceLock<guidelines::ByKind>,
    guideline_period: Section<Period>,
    edition: Section<EditionRow>,
    strings: Strings,
    words: WordIndex,
}

impl Icd10Cm {
    /// Locates the table's sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another width.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        Ok(Self {
            index: KeyIndex::open(file, NAME)?,
            rows: file.section("icd-10-cm.rows")?,
            periods: CodePeriods::open(file, NAME)?,
            heading_index: KeyIndex::open(file, "icd-10-cm.heading")?,
            headings: file.section("icd-10-cm.headings")?,
            notes: file.section("icd-10-cm.notes")?,
            sevenths: file.section("icd-10-cm.sevenths")?,
            sets: code_sets::CodeSets::open(file)?,
            sided_siblings: file.section(open_side::SECTION)?,
            guidelines: file.section(guidelines::SECTION)?,
            guidelines_by_kind: OnceLock::new(),
            guideline_period: file.section(guidelines::COVERAGE)?,
            edition: file.section("icd-10-cm.edition")?,
            strings: Strings::open(file, "icd-10-cm.strings")?,
            words: WordIndex::open(file, NAME)?,
        })
    }

    /// The days the validity periods speak of; on any other day nothing can be said.
    #[must_use]
    pub fn coverage(&self) -> Period {
        self.periods.coverage()
    }

    /// The days for which the notes, 7th characters and headings of the tabular list speak.
    #[must_use]
    pub fn edition(&self) -> Period {
        self.edition.first().map(|edition| edition.period).unwrap_or_default()
    }

    /// The edition in words: `ICD-10-CM tabular list April 2026`.
    #[must_use]
    pub fn edition_label(&self) -> &str {
        self.edition.first().map_or("", |edition| self.strings.get(edition.label))
    }

    /// Whether a claim could carry the code on a day (day of discharge for an inpatient claim, day of service otherwise).
    #[must_use]
    pub fn valid_on(&self, code: DiagnosisCode, on: Date) -> Validity<'_> {
        let row = self.find(code).map(|(_, row)| row.periods);
        self.periods.validity(row, on)
    }

    /// The periods in which the code could be billed; empty for a category and for what is no code.
    #[must_use]
    pub fn periods(&self, code: DiagnosisCode) -> &[Period] {
        self.get(code).map(DiagnosisEntry::periods).unwrap_or_default()
    }

    /// The row of a code or category.
    #[must_use]
    pub fn get(&self, code: DiagnosisCode) -> Option<DiagnosisEntry<'_>> {
        let (id, row) = self.find(code)?;
        Some(DiagnosisEntry { table: self, id, code, row })
    }

    /// The rows of several codes, in their order: see [`KeyIndex::find_all`].
    #[must_use]
    pub fn get_all(&self, mut codes: impl Iterator<Item = DiagnosisCode>) -> Vec<Option<DiagnosisEntry<'_>>> {
        const AT_ONCE: usize = 8;
        let rows: &[CodeRow] = &self.rows;
        let mut found = Vec::with_capacity(codes.size_hint().0);
        loop {
            let batch: [Option<DiagnosisCode>; AT_ONCE] = std::array::from_fn(|_| codes.next());
            let keys = batch.map(|code| code.map(DiagnosisCode::key));
            let ids = self.index.find_all_where(keys, |id| rows.get(id).map(|row| row.key));
            for (code, id) in batch.into_iter().zip(ids) {
                let Some(code) = code else { return found };
                found.push(id.and_then(|id| Some(DiagnosisEntry { table: self, id, code, row: rows.get(id)? })));
            }
        }
    }

    #[inline]
    fn find(&self, code: DiagnosisCode) -> Option<(usize, &CodeRow)> {
        let rows: &[CodeRow] = &self.rows;
        let id = self.index.find_where(code.key(), |id| rows.get(id).map(|row| row.key))?;
        Some((id, rows.get(id)?))
    }

    /// Codes and categories that begin with `prefix` (without a dot), in code order.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = DiagnosisEntry<'_>> {
        self.index.prefix(prefix.as_bytes()).filter_map(|id| self.entry(id))
    }

    /// All codes and categories, in code order.
    pub fn iter(&self) -> impl Iterator<Item = DiagnosisEntry<'_>> {
        (0..self.len()).filter_map(|id| self.entry(id))
    }

    /// Number of codes and categories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table holds no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The code or category at a position in code order.
    #[must_use]
    pub fn entry(&self, id: usize) -> Option<DiagnosisEntry<'_>> {
        let row = self.rows.get(id)?;
        let key = row.key.to_be_bytes();
        let code = DiagnosisCode::parse_bytes(key.split(|byte| *byte == 0).next()?).ok()?;
        Some(DiagnosisEntry { table: self, id, code, row })
    }

    /// The words of titles, inclusion terms and includes notes.
    #[must_use]
    pub fn words(&self) -> &WordIndex {
        &self.words
    }

    /// The note at a position, as a line of [`Self::words`] gives it.
    #[must_use]
    pub fn note(&self, position: usize) -> Option<Note<'_>> {
        self.notes_in(u32::try_from(position).ok()?, 1).first().map(|row| self.note_of(row))
    }

    /// A chapter (`01` to `22`) or section (`A00-A09`) by its id.
    #[must_use]
    pub fn heading(&self, id: &str) -> Option<Heading<'_>> {
        self.heading_at(self.heading_index.find(crate::text_key(id.as_bytes()))?)
    }

    /// All chapters, then all sections, in order.
    pub fn headings(&self) -> impl Iterator<Item = Heading<'_>> {
        (0..self.headings.len()).filter_map(|id| self.heading_at(id))
    }

    fn heading_at(&self, id: usize) -> Option<Heading<'_>> {
        Some(Heading { table: self, key: *self.heading_index.keys().get(id)?, row: self.headings.get(id)? })
    }

    fn place(&self, parent: u32) -> Option<Place<'_>> {
        if parent == NO_PARENT {
            return None;
        }
        if parent & HEADING != 0 {
            return self.heading_at((parent & !HEADING) as usize).map(Place::Heading);
        }
        self.entry(parent as usize).map(Place::Code)
    }
}

/// A node of the hierarchy.
#[derive(Debug, Clone, Copy)]
pub enum Place<'t> {
    /// A code, subcategory or category.
    Code(DiagnosisEntry<'t>),
    /// A section or chapter.
    Heading(Heading<'t>),
}

impl<'t> Place<'t> {
    /// `I50.2`, `I30-I5A` or `09`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Code(entry) => entry.code().dotted(),
            Self::Heading(heading) => heading.id(),
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> Option<&'t str> {
        match self {
            Self::Code(entry) => entry.title(),
            Self::Heading(heading) => Some(heading.title()),
        }
    }

    /// The place right above.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::Code(entry) => entry.parent(),
            Self::Heading(heading) => heading.table.place(heading.row.parent),
        }
    }

    /// Its own notes, in the order of the tabular list within each kind.
    pub fn notes(self) -> impl Iterator<Item = Note<'t>> {
        let (table, rows) = self.note_rows();
        rows.iter().map(|row| table.note_of(row))
    }

    /// Its own notes of a kind.
    pub fn notes_of(self, kind: NoteKind) -> impl Iterator<Item = Note<'t>> {
        let (table, rows) = self.note_rows();
        rows.iter().filter(move |row| row.kind() == kind).map(|row| table.note_of(row))
    }

    /// Its own notes of a kind that name a code, given by its position.
    pub fn notes_naming(self, kind: NoteKind, id: usize) -> impl Iterator<Item = Note<'t>> {
        let (table, rows) = self.note_rows();
        let names = move |row: &&NoteRow| row.kind() == kind && table.holds(row.codes, id);
        rows.iter().filter(names).map(|row| table.note_of(row))
    }

    fn note_rows(self) -> (&'t Icd10Cm, &'t [NoteRow]) {
        let (table, start, count) = match self {
            Self::Code(entry) => (entry.table, entry.row.notes, entry.row.note_count.into()),
            Self::Heading(heading) => (heading.table, heading.row.notes, heading.row.note_count),
        };
        (table, table.notes_in(start, count))
    }
}

/// A chapter or section.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'t> {
    table: &'t Icd10Cm,
    key: u64,
    row: &'t HeadingRow,
}

impl<'t> Heading<'t> {
    /// `01` for a chapter, `A00-A09` for a section, `C50-C50` for a section of one category.
    #[must_use]
    pub fn id(self) -> String {
        key_text(self.key)
    }

    /// Whether it is a chapter.
    #[must_use]
    pub fn is_chapter(self) -> bool {
        self.row.parent == NO_PARENT
    }

    /// Its title, without the range of codes.
    #[must_use]
    pub fn title(self) -> &'t str {
        self.table.strings.get(self.row.title)
    }
}

/// A code, subcategory or category.
#[derive(Debug, Clone, Copy)]
pub struct DiagnosisEntry<'t> {
    table: &'t Icd10Cm,
    id: usize,
    code: DiagnosisCode,
    row: &'t CodeRow,
}

impl<'t> DiagnosisEntry<'t> {
    /// The code.
    #[must_use]
    pub fn code(self) -> DiagnosisCode {
        self.code
    }

    /// Position among all codes and categories.
    #[must_use]
    pub fn id(self) -> usize {
        self.id
    }

    /// What the conventions ask of it first.
    #[must_use]
    pub fn traits(self) -> Traits {
        self.row.traits
    }

    /// Its list of flags of the Medicare Code Editor, for [`Mce::flags_of`](crate::mce::Mce::flags_of).
    #[must_use]
    pub fn flag_list(self) -> FlagListId {
        self.row.flags
    }

    /// The bit of the code's first letter, for [`Icd10Cm::guidelines`].
    #[must_use]
    pub fn letter(self) -> u32 {
        code_sets::letter(self.code.key().to_be_bytes()[0])
    }

    /// The title, `None` when no publication at hand gives one.
    #[must_use]
    pub fn title(self) -> Option<&'t str> {
        Some(self.table.strings.get(self.row.title)).filter(|title| !title.is_empty())
    }

    /// The publication the title was taken from.
    #[must_use]
    pub fn title_source(self) -> TitleSource {
        TitleSource::from_number(self.row.title_source.into())
    }

    /// The periods in which it could be billed, in order; empty for what was always a category.
    #[must_use]
    pub fn periods(self) -> &'t [Period] {
        self.table.periods.of(self.row.periods)
    }

    /// Whether it could be billed on a day.
    #[must_use]
    pub fn valid_on(self, on: Date) -> Validity<'t> {
        self.table.periods.validity(Some(self.row.periods), on)
    }

    /// Whether it is or was a code that could be billed.
    #[must_use]
    pub fn ever_billable(self) -> bool {
        self.row.periods.count > 0
    }

    /// The code, category or section right above; `None` for a code newer than the tabular list at hand.
    #[must_use]
    pub fn parent(self) -> Option<Place<'t>> {
        self.table.place(self.row.parent)
    }

    /// Itself, then what lies above it up to its chapter.
    pub fn path(self) -> impl Iterator<Item = Place<'t>> {
        // A chain of the tabular list is at most a dozen long; the bound keeps a damaged file from looping.
        std::iter::successors(Some(Place::Code(self)), |place| place.parent()).take(32)
    }

    /// The codes right below.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.descendants().filter(move |below| below.row.parent as usize == self.id)
    }

    /// All codes below, in code order.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        self.descendant_ids().filter_map(|id| self.table.entry(id))
    }

    /// Positions of the codes below.
    #[must_use]
    pub fn descendant_ids(self) -> std::ops::Range<usize> {
        // Below a code stand exactly the longer codes that begin with it.
        self.id + 1..self.table.index.prefix(self.code.as_str().as_bytes()).end.max(self.id + 1)
    }
}
