//! From the plain tables under `data/icd-10-cm` to sections.

use super::code_sets::CodeSetWriter;
use super::merged::{self, MergedNotes};
use super::notes::{self, NoteKind, NoteRow, SeventhRow};
use super::open_side::{self, Titled as SidedTitle};
use super::traits::{self, Traits};
use super::{CodeRow, EditionRow, HEADING, HeadingRow, NAME, NO_PARENT, TitleSource, guidelines};
use crate::code_validity::{PeriodWriter, read_periods};
use crate::mce::FlagListId;
use crate::plain::PlainTables;
use crate::sides;
use crate::word_index::{self, LineText};
use crate::{FlatError, FlatWriter, KeyIndex, Period, StringPool, text_key};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// A row of `titles/`, before parents are numbered.
struct Titled {
    parent: String,
    source: TitleSource,
    title: String,
}

/// A line of a note: kind, number within the kind, text.
type NoteLine = (NoteKind, u32, String);
/// Notes by the place that carries them.
type NoteLines = HashMap<String, Vec<NoteLine>>;
/// 7th characters by the code that defines them: character, text, what else it covers.
type Sevenths = HashMap<String, Vec<(char, String, String)>>;

/// Compiles `icd-10-cm/periods.csv`, `titles/`, `headings.csv`, `notes.csv` and `seventh_characters.csv`.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let periods = read_periods(data, "icd-10-cm/periods.csv")?;
    let titles = read_titles(data)?;
    let headings = read_headings(data)?;
    let mut notes = read_notes(data)?;
    let mut sevenths = read_sevenths(data)?;
    let fault = |file: &str, problem: String| FlatError::Source { file: file.to_owned(), line: 0, problem };
    if let Some(code) = periods.keys().find(|code| !titles.contains_key(*code)) {
        return Err(fault("icd-10-cm/titles", format!("{code} of periods.csv has no row")));
    }

    let mut pool = StringPool::new();
    let heading_ids: HashMap<&str, u32> = headings.keys().enumerate().map(|(id, h)| (h.as_str(), id as u32)).collect();
    let code_ids: HashMap<&str, u32> = titles.keys().enumerate().map(|(id, c)| (c.as_str(), id as u32)).collect();
    let number = |parent: &str| -> Option<u32> {
        if parent.is_empty() {
            return Some(NO_PARENT);
        }
        code_ids.get(parent).copied().or_else(|| heading_ids.get(parent).map(|id| id | HEADING))
    };

    let order = read_order(data)?;
    let codes = titles.iter().map(|(code, titled)| (code.as_str(), titled.parent.as_str()));
    let mut sets = CodeSetWriter::new(codes, &order).map_err(|problem| fault("icd-10-cm/order.csv", problem))?;
    let mut note_rows = Vec::new();
    let mut of_headings = PlaceNotes::default();
    let mut of_codes = PlaceNotes::default();
    let mut heading_rows: Vec<HeadingRow> = Vec::new();
    for (id, (parent, title)) in &headings {
        let parent = number(parent)
            .ok_or_else(|| fault("icd-10-cm/headings.csv", format!("the parent {parent} of {id} is not there")))?;
        let (start, count) = put_notes(&mut note_rows, &mut pool, &mut sets, &sorted(notes.remove(id)));
        of_headings.push(&note_rows[start as usize..], &mut sets);
        heading_rows.push(HeadingRow { title: pool.add(title), parent, notes: start, note_count: count });
    }

    let flags = crate::mce::diagnosis_flag_lists(data)?;
    let mut rows = Vec::with_capacity(titles.len());
    let mut lines = Vec::new();
    let mut seventh_rows = Vec::new();
    let mut period_writer = PeriodWriter::default();
    for (code, titled) in &titles {
        let parent = number(&titled.parent)
            .ok_or_else(|| fault("icd-10-cm/titles", format!("the parent {} of {code} is not there", titled.parent)))?;
        let id = rows.len() as u32;
        if !titled.title.is_empty() {
            let text = Cow::Borrowed(titled.title.as_str());
            lines.push(LineText { code: id, note: None, text, counts: code.len() < 7 });
        }
        let own = sorted(notes.remove(code));
        let (start, count) = put_notes(&mut note_rows, &mut pool, &mut sets, &own);
        of_codes.push(&note_rows[start as usize..], &mut sets);
        for (note, (kind, _, text)) in (start..).zip(own) {
            if matches!(kind, NoteKind::Includes | NoteKind::InclusionTerm) {
                lines.push(LineText { code: id, note: Some(note), text: Cow::Owned(text), counts: true });
            }
        }
        let too_many = |what: &str| fault("icd-10-cm/titles", format!("{code} has more {what} than its row can count"));
        let note_count = u16::try_from(count).map_err(|_| too_many("notes"))?;
        let own = sevenths.remove(code).unwrap_or_default();
        let seventh = seventh_rows.len() as u32;
        for (character, text, also) in &own {
            let character = u32::from(*character);
            seventh_rows.push(SeventhRow { text: pool.add(text), also: pool.add(also), character });
        }
        let key = text_key(code.as_bytes());
        rows.push(CodeRow {
            key,
            title: pool.add(&titled.title),
            periods: period_writer.add(periods.get(code).map_or(&[], Vec::as_slice)),
            parent,
            notes: start,
            note_count,
            seventh,
            seventh_count: u8::try_from(own.len()).map_err(|_| too_many("7th characters"))?,
            title_source: titled.source.number() as u8,
            traits: Traits::default(),
            excluded_letters: 0,
            named: MergedNotes::default(),
            sides: 0,
            flags: flags.get(&key).copied().unwrap_or(FlagListId::NONE),
        });
    }
    if let Some(code) = notes.keys().min() {
        return Err(fault("icd-10-cm/notes.csv", format!("{code} is no code, section or chapter")));
    }
    if let Some(code) = sevenths.keys().min() {
        return Err(fault("icd-10-cm/seventh_characters.csv", format!("{code} is no code")));
    }

    let codes: Vec<&str> = titles.keys().map(String::as_str).collect();
    let texts: Vec<&str> = titles.values().map(|titled| titled.title.as_str()).collect();
    let heading_parents: Vec<u32> = heading_rows.iter().map(|row| row.parent).collect();
    traits::fill(&mut rows, &codes, &texts, &of_codes.kinds, &of_headings.kinds, &heading_parents);
    merged::fill(&mut rows, &of_codes.named, &of_headings.named, &heading_parents, &mut sets);
    let sided: Vec<SidedTitle<'_>> =
        codes.iter().zip(&texts).map(|(&code, &title)| SidedTitle { code, title }).collect();
    let siblings = open_side::fill(&mut rows, &sided, &periods, &sides::read_not_a_side(data)?)?;
    writer.put(open_side::SECTION, &siblings)?;
    guidelines::compile(data, &mut sets, &mut pool, &mut rows, writer)?;
    sets.write(writer)?;
    writer.put("icd-10-cm.edition", &[read_edition(data, &mut pool)?])?;

    let keys: Vec<u64> = titles.keys().map(|code| text_key(code.as_bytes())).collect();
    let heading_keys: Vec<u64> = headings.keys().map(|id| text_key(id.as_bytes())).collect();
    KeyIndex::write(writer, NAME, &keys)?;
    writer.put("icd-10-cm.rows", &rows)?;
    period_writer.write(writer, NAME)?;
    KeyIndex::write(writer, "icd-10-cm.heading", &heading_keys)?;
    writer.put("icd-10-cm.headings", &heading_rows)?;
    writer.put("icd-10-cm.notes", &note_rows)?;
    writer.put("icd-10-cm.sevenths", &seventh_rows)?;
    word_index::write(writer, NAME, &lines)?;
    pool.write(writer, "icd-10-cm.strings")
}

/// Notes in the order in which they are stored: by kind, then as the tabular list prints them.
fn sorted(notes: Option<Vec<NoteLine>>) -> Vec<NoteLine> {
    let mut notes = notes.unwrap_or_default();
    notes.sort_by_key(|(kind, number, _)| (kind.number(), *number));
    notes
}

fn put_notes(
    rows: &mut Vec<NoteRow>,
    pool: &mut StringPool,
    sets: &mut CodeSetWriter<'_>,
    notes: &[NoteLine],
) -> (u32, u32) {
    let start = rows.len() as u32;
    rows.extend(notes.iter().map(|(kind, _, text)| NoteRow {
        text: pool.add(text),
        kind: kind.number() | notes::wording(text),
        codes: if kind.names_codes() { sets.of_text(text) } else { Default::default() },
    }));
    (start, notes.len() as u32)
}

/// What the notes of codes, or of headings, come to, place by place.
#[derive(Default)]
struct PlaceNotes {
    /// What they ask, as [`traits::of_notes`] has it.
    kinds: Vec<u32>,
    /// The codes that they name.
    named: Vec<MergedNotes>,
}

impl PlaceNotes {
    /// The next place and its own notes.
    fn push(&mut self, notes: &[NoteRow], sets: &mut CodeSetWriter<'_>) {
        self.kinds.push(traits::of_notes(notes));
        self.named.push(merged::own(notes, sets));
    }
}

/// The edition that the notes are of.
fn read_edition(data: &PlainTables, pool: &mut StringPool) -> Result<EditionRow, FlatError> {
    let mut edition = EditionRow::default();
    let columns = ["table", "publication", "version", "from", "to"];
    data.rows("sources.csv", columns, |[table, publication, version, from, to]| {
        if table == "icd-10-cm/notes" {
            let period = Period { from: crate::plain::day(from)?, to: crate::plain::day(to)? };
            edition = EditionRow { period, label: pool.add(&format!("{publication} {version}")) };
        }
        Ok(())
    })?;
    Ok(edition)
}

/// Codes that stand elsewhere among their siblings than in alphabetical order, and the sibling before each.
fn read_order(data: &PlainTables) -> Result<Vec<(String, String)>, FlatError> {
    let mut order = Vec::new();
    data.rows("icd-10-cm/order.csv", ["code", "after"], |[code, after]| {
        order.push((code.to_owned(), after.to_owned()));
        Ok(())
    })?;
    Ok(order)
}

fn read_titles(data: &PlainTables) -> Result<BTreeMap<String, Titled>, FlatError> {
    let mut titles = BTreeMap::new();
    for file in data.files("icd-10-cm/titles")? {
        data.rows(&file, ["code", "parent", "source", "title"], |[code, parent, source, title]| {
            if code.is_empty() || code.len() > 7 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(format!("`{code}` is not an ICD-10-CM code"));
            }
            let source = TitleSource::parse(source)?;
            let titled = Titled { parent: parent.to_owned(), source, title: title.to_owned() };
            titles.insert(code.to_owned(), titled).map_or(Ok(()), |_| Err(format!("{code} stands twice")))
        })?;
    }
    Ok(titles)
}

fn read_headings(data: &PlainTables) -> Result<BTreeMap<String, (String, String)>, FlatError> {
    let mut headings = BTreeMap::new();
    data.rows("icd-10-cm/headings.csv", ["heading", "parent", "title"], |[id, parent, title]| {
        headings.insert(id.to_owned(), (parent.to_owned(), title.to_owned()));
        Ok(())
    })?;
    Ok(headings)
}

fn read_notes(data: &PlainTables) -> Result<NoteLines, FlatError> {
    let mut notes: NoteLines = HashMap::new();
    data.rows("icd-10-cm/notes.csv", ["at", "kind", "number", "text"], |[at, kind, number, text]| {
        let line = (NoteKind::parse(kind)?, crate::plain::number(number)?, text.to_owned());
        notes.entry(at.to_owned()).or_default().push(line);
        Ok(())
    })?;
    Ok(notes)
}

fn read_sevenths(data: &PlainTables) -> Result<Sevenths, FlatError> {
    let mut sevenths: Sevenths = HashMap::new();
    let columns = ["code", "character", "text", "also"];
    data.rows("icd-10-cm/seventh_characters.csv", columns, |[code, character, text, also]| {
        let mut characters = character.chars();
        let (Some(character), None) = (characters.next(), characters.next()) else {
            return Err(format!("`{character}` is not one character"));
        };
        sevenths.entry(code.to_owned()).or_default().push((character, text.to_owned(), also.to_owned()));
        Ok(())
    })?;
    Ok(sevenths)
}
