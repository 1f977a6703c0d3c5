//! ICD-10-PCS: validity by date and titles.

use crate::code_validity::{CodePeriods, PeriodSpan, PeriodWriter, read_periods};
use crate::icd10cm::TitleSource;
use crate::plain::PlainTables;
use crate::sides::{NamedSides, read_not_a_side};
use crate::word_index::{self, LineText, WordIndex};
use crate::{
    FlatError, FlatFile, FlatWriter, KeyIndex, Period, Section, StrRef, StringPool, Strings, Validity, key_text,
    text_key,
};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;
use openclaim_claim::ProcedureCode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Prefix of the table's sections.
const NAME: &str = "icd-10-pcs";

/// A procedure code.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct CodeRow {
    title: StrRef,
    periods: PeriodSpan,
    title_source: u32,
    /// What its title says about sides.
    sides: u32,
}

/// The ICD-10-PCS table.
#[derive(Debug, Clone)]
pub struct Icd10Pcs {
    index: KeyIndex,
    rows: Section<CodeRow>,
    periods: CodePeriods,
    strings: Strings,
    words: WordIndex,
}

impl Icd10Pcs {
    /// Locates the table's sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another width.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        Ok(Self {
            index: KeyIndex::open(file, NAME)?,
            rows: file.section("icd-10-pcs.rows")?,
            periods: CodePeriods::open(file, NAME)?,
            strings: Strings::open(file, "icd-10-pcs.strings")?,
            words: WordIndex::open(file, NAME)?,
        })
    }

    /// The days the validity periods speak of; on any other day nothing can be said.
    #[must_use]
    pub fn coverage(&self) -> Period {
        self.periods.coverage()
    }

    /// Whether a claim could carry the code on a day.
    #[must_use]
    pub fn valid_on(&self, code: ProcedureCode, on: Date) -> Validity<'_> {
        let row = self.index.find(code.key()).and_then(|id| self.rows.get(id));
        self.periods.validity(row.map(|row| row.periods), on)
    }

    /// The periods in which the code could be billed; empty for what is no code.
    #[must_use]
    pub fn periods(&self, code: ProcedureCode) -> &[Period] {
        self.get(code).map(ProcedureEntry::periods).unwrap_or_default()
    }

    /// The row of a code.
    #[must_use]
    pub fn get(&self, code: ProcedureCode) -> Option<ProcedureEntry<'_>> {
        let id = self.index.find(code.key())?;
        Some(ProcedureEntry { table: self, id, code, row: self.rows.get(id)? })
    }

    /// Codes that begin with `prefix`, in code order.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = ProcedureEntry<'_>> {
        self.index.prefix(prefix.as_bytes()).filter_map(|id| self.entry(id))
    }

    /// All codes, in code order.
    pub fn iter(&self) -> impl Iterator<Item = ProcedureEntry<'_>> {
        (0..self.len()).filter_map(|id| self.entry(id))
    }

    /// Number of codes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table holds no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The words of titles.
    #[must_use]
    pub fn words(&self) -> &WordIndex {
        &self.words
    }

    /// The code at a position in code order.
    #[must_use]
    pub fn entry(&self, id: usize) -> Option<ProcedureEntry<'_>> {
        let row = self.rows.get(id)?;
        let code = ProcedureCode::parse(&key_text(*self.index.keys().get(id)?)).ok()?;
        Some(ProcedureEntry { table: self, id, code, row })
    }
}

/// A procedure code.
#[derive(Debug, Clone, Copy)]
pub struct ProcedureEntry<'t> {
    table: &'t Icd10Pcs,
    id: usize,
    code: ProcedureCode,
    row: &'t CodeRow,
}

impl<'t> ProcedureEntry<'t> {
    /// The code.
    #[must_use]
    pub fn code(self) -> ProcedureCode {
        self.code
    }

    /// Position among all codes.
    #[must_use]
    pub fn id(self) -> usize {
        self.id
    }

    /// The title, `None` when no publication at hand gives one.
    #[must_use]
    pub fn title(self) -> Option<&'t str> {
        Some(self.table.strings.get(self.row.title)).filter(|title| !title.is_empty())
    }

    /// What its title says about sides.
    #[must_use]
    pub fn named_sides(self) -> NamedSides {
        NamedSides::unpack(self.row.sides)
    }

    /// Whether a publication at hand gives it a title.
    #[must_use]
    pub fn has_title(self) -> bool {
        self.row.title.len > 0
    }

    /// The publication the title was taken from.
    #[must_use]
    pub fn title_source(self) -> TitleSource {
        TitleSource::from_number(self.row.title_source)
    }

    /// The periods in which it could be billed, in order.
    #[must_use]
    pub fn periods(self) -> &'t [Period] {
        self.table.periods.of(self.row.periods)
    }

    /// Whether it could be billed on a day.
    #[must_use]
    pub fn valid_on(self, on: Date) -> Validity<'t> {
        self.table.periods.validity(Some(self.row.periods), on)
    }
}

/// Compiles `icd-10-pcs/periods.csv` and `icd-10-pcs/titles/`.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let periods = read_periods(data, "icd-10-pcs/periods.csv")?;
    let mut titles: BTreeMap<String, (TitleSource, String)> = BTreeMap::new();
    for file in data.files("icd-10-pcs/titles")? {
        data.rows(&file, ["code", "source", "title"], |[code, source, title]| {
            if code.len() != 7 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(format!("`{code}` is not an ICD-10-PCS code"));
            }
            let titled = (TitleSource::parse(source)?, title.to_owned());
            titles.insert(code.to_owned(), titled).map_or(Ok(()), |_| Err(format!("{code} stands twice")))
        })?;
    }
    if let Some(code) = periods.keys().find(|code| !titles.contains_key(*code)) {
        let problem = format!("{code} of periods.csv has no row");
        return Err(FlatError::Source { file: "icd-10-pcs/titles".to_owned(), line: 0, problem });
    }

    let not_a_side = read_not_a_side(data)?;
    let mut pool = StringPool::new();
    let mut period_writer = PeriodWriter::default();
    let rows: Vec<CodeRow> = titles
        .iter()
        .map(|(code, (source, title))| CodeRow {
            title: pool.add(title),
            periods: period_writer.add(periods.get(code).map_or(&[], Vec::as_slice)),
            title_source: source.number(),
            sides: NamedSides::of_title(&title.to_ascii_lowercase(), &not_a_side).pack(),
        })
        .collect();
    let keys: Vec<u64> = titles.keys().map(|code| text_key(code.as_bytes())).collect();
    KeyIndex::write(writer, NAME, &keys)?;
    writer.put("icd-10-pcs.rows", &rows)?;
    period_writer.write(writer, NAME)?;
    let lines: Vec<LineText<'_>> = titles
        .values()
        .zip(0..)
        .filter(|((_, title), _)| !title.is_empty())
        .map(|((_, title), code)| LineText { code, note: None, text: Cow::Borrowed(title), counts: true })
        .collect();
    word_index::write(writer, NAME, &lines)?;
    pool.write(writer, "icd-10-pcs.strings")
}
