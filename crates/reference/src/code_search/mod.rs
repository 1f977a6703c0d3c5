//! Finding codes: by the code, by its beginning, and by words of titles and inclusion terms.
//!
//! A search is a ranking, so it never decides anything; it is exact arithmetic all the same, and the same query gives the
//! same list in the same order everywhere.

mod query;
mod ranking;

use crate::Library;
use jiff::civil::Date;
use openclaim_claim::DiagnosisCode;
use openclaim_tables::Validity;
use openclaim_tables::icd10cm::{DiagnosisEntry, NoteKind};
use openclaim_tables::icd10pcs::ProcedureEntry;
use query::Query;
use ranking::{Candidate, Found, Searchable};

/// Score of a code that was asked for by its whole text.
const EXACT: u32 = 10_000;
/// Score of a code whose beginning was asked for.
const BEGINNING: u32 = 5_000;

/// A code system that can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeSystem {
    /// Diagnoses.
    Icd10Cm,
    /// Inpatient procedures.
    Icd10Pcs,
}

impl CodeSystem {
    /// The name in output: `ICD-10-CM`, `ICD-10-PCS`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Icd10Cm => "ICD-10-CM",
            Self::Icd10Pcs => "ICD-10-PCS",
        }
    }
}

/// How to search.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The day the codes are meant for: codes not valid then rank lower. Without a day, codes retired before the end of the
    /// tables do.
    pub at: Option<Date>,
    /// How many hits at most.
    pub limit: usize,
    /// One system only.
    pub system: Option<CodeSystem>,
}

impl Default for Options {
    fn default() -> Self {
        Self { at: None, limit: 20, system: None }
    }
}

/// What the query met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedOn<'t> {
    /// The code itself.
    Code,
    /// The beginning of the code.
    Beginning,
    /// The title.
    Title,
    /// A note of the code or of a code above it.
    Note {
        /// Inclusion term or includes note.
        kind: NoteKind,
        /// The line.
        text: &'t str,
        /// The code that carries it.
        at: DiagnosisCode,
    },
}

/// A code found.
#[derive(Debug, Clone)]
pub struct Hit<'t> {
    /// The code's system.
    pub system: CodeSystem,
    /// The code, without a dot.
    pub code: String,
    /// Its title, `None` when no publication at hand gives one.
    pub title: Option<&'t str>,
    /// What the query met.
    pub matched_on: MatchedOn<'t>,
    /// 10,000 for the code itself, 5,000 for its beginning, at most about 1,100 for words. Comparable within one search only.
    pub score: u32,
    /// Whether it is or was a code one can bill, not a category that is divided further.
    pub billable: bool,
    /// Validity on the day asked for.
    pub valid: Option<Validity<'t>>,
}

impl Hit<'_> {
    /// The code as coders write it: ICD-10-CM with its dot.
    #[must_use]
    pub fn display_code(&self) -> String {
        match (self.system, DiagnosisCode::parse(&self.code)) {
            (CodeSystem::Icd10Cm, Ok(code)) => code.dotted(),
            _ => self.code.clone(),
        }
    }
}

/// Searches the code tables: a code, the beginning of one, or words.
///
/// An empty query finds nothing. What looks like a code and is none is searched as words.
#[must_use]
pub fn search<'t>(library: &'t Library, query: &str, options: &Options) -> Vec<Hit<'t>> {
    let searched = |system| options.system.is_none_or(|only| only == system);
    let mut hits = Vec::new();
    if let Some(text) = as_code(query) {
        if searched(CodeSystem::Icd10Cm) {
            hits.extend(library.icd10cm().with_prefix(&text).map(|entry| code_hit(entry, &text, options)));
        }
        if searched(CodeSystem::Icd10Pcs) {
            hits.extend(library.icd10pcs().with_prefix(&text).map(|entry| procedure_hit(entry, &text, options)));
        }
        // Stable: within one score the systems and codes stay in order.
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
        hits.truncate(options.limit);
    }
    if hits.is_empty() {
        hits = by_words(library, query, options);
    }
    hits
}

/// The text as it would stand in a code column, when it can be a code or the beginning of one.
fn as_code(query: &str) -> Option<String> {
    let query = query.trim();
    let text: String = match (query.get(..3), query.get(3..)) {
        (Some(head), Some(tail)) if tail.starts_with('.') => format!("{head}{}", &tail[1..]),
        _ => query.to_owned(),
    };
    let fits = (2..=7).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit());
    fits.then(|| text.to_ascii_uppercase())
}

fn code_hit<'t>(entry: DiagnosisEntry<'t>, text: &str, options: &Options) -> Hit<'t> {
    let exact = entry.code().as_str() == text;
    Hit {
        system: CodeSystem::Icd10Cm,
        code: entry.code().as_str().to_owned(),
        title: entry.title(),
        matched_on: if exact { MatchedOn::Code } else { MatchedOn::Beginning },
        score: if exact { EXACT } else { BEGINNING },
        billable: entry.ever_billable(),
        valid: options.at.map(|at| entry.valid_on(at)),
    }
}

fn procedure_hit<'t>(entry: ProcedureEntry<'t>, text: &str, options: &Options) -> Hit<'t> {
    let exact = entry.code().as_str() == text;
    Hit {
        system: CodeSystem::Icd10Pcs,
        code: entry.code().as_str().to_owned(),
        title: entry.title(),
        matched_on: if exact { MatchedOn::Code } else { MatchedOn::Beginning },
        score: if exact { EXACT } else { BEGINNING },
        billable: true,
        valid: options.at.map(|at| entry.valid_on(at)),
    }
}

fn by_words<'t>(library: &'t Library, query: &str, options: &Options) -> Vec<Hit<'t>> {
    let query = Query::read(query, library.abbreviations());
    let mut found: Vec<(CodeSystem, Candidate)> = Vec::new();
    if options.system != Some(CodeSystem::Icd10Pcs) {
        let searchable = Diagnoses { library, at: options.at };
        let ranked = ranking::rank(&searchable, &query, options.limit);
        found.extend(ranked.into_iter().map(|candidate| (CodeSystem::Icd10Cm, candidate)));
    }
    if options.system != Some(CodeSystem::Icd10Cm) {
        let searchable = Procedures { library, at: options.at };
        let ranked = ranking::rank(&searchable, &query, options.limit);
        found.extend(ranked.into_iter().map(|candidate| (CodeSystem::Icd10Pcs, candidate)));
    }
    found.sort_by_key(|(system, candidate)| (candidate.order(), *system));
    found.truncate(options.limit);
    found.into_iter().filter_map(|(system, candidate)| word_hit(library, system, candidate, options.at)).collect()
}

fn word_hit(library: &Library, system: CodeSystem, candidate: Candidate, at: Option<Date>) -> Option<Hit<'_>> {
    let table = library.icd10cm();
    match system {
        CodeSystem::Icd10Cm => {
            let entry = table.entry(candidate.code as usize)?;
            let matched_on = match candidate.found {
                Found::Title => MatchedOn::Title,
                Found::Note { position, carrier } => {
                    let note = table.note(position)?;
                    MatchedOn::Note { kind: note.kind, text: note.text, at: table.entry(carrier as usize)?.code() }
                }
            };
            let hit = code_hit(entry, "", &Options { at, ..Options::default() });
            Some(Hit { matched_on, score: candidate.score, ..hit })
        }
        CodeSystem::Icd10Pcs => {
            let entry = library.icd10pcs().entry(candidate.code as usize)?;
            let hit = procedure_hit(entry, "", &Options { at, ..Options::default() });
            Some(Hit { matched_on: MatchedOn::Title, score: candidate.score, ..hit })
        }
    }
}

/// How willingly a code is offered, in hundredths.
fn standing(valid: Option<Validity<'_>>, billable: bool, current: bool) -> u64 {
    match valid {
        _ if !billable => 80,
        Some(Validity::Valid) => 100,
        Some(Validity::NotValid { .. }) => 60,
        Some(Validity::Unknown) => 80,
        Some(Validity::OutsideTables { .. }) | None if current => 100,
        Some(Validity::OutsideTables { .. }) | None => 90,
    }
}

struct Diagnoses<'t> {
    library: &'t Library,
    at: Option<Date>,
}

impl Searchable for Diagnoses<'_> {
    fn words(&self) -> &openclaim_tables::word_index::WordIndex {
        self.library.icd10cm().words()
    }

    fn code_count(&self) -> usize {
        self.library.icd10cm().len()
    }

    fn below(&self, code: u32) -> std::ops::Range<usize> {
        self.library.icd10cm().entry(code as usize).map_or(0..0, DiagnosisEntry::descendant_ids)
    }

    fn standing(&self, code: u32) -> u64 {
        let table = self.library.icd10cm();
        table.entry(code as usize).map_or(0, |entry| {
            let current = entry.periods().last().is_some_and(|last| last.to == table.coverage().to);
            let standing = standing(self.at.map(|at| entry.valid_on(at)), entry.ever_billable(), current);
            // Chapters for certain patients or encounters only; a query about them says so and meets more of their words.
            match entry.code().as_str().as_bytes() {
                [b'O' | b'P' | b'Z', ..] => standing * 93 / 100,
                [b'Q', ..] => standing * 97 / 100,
                _ => standing,
            }
        })
    }

    fn title_length(&self, code: u32) -> usize {
        self.library.icd10cm().entry(code as usize).and_then(DiagnosisEntry::title).map_or(0, str::len)
    }
}

struct Procedures<'t> {
    library: &'t Library,
    at: Option<Date>,
}

impl Searchable for Procedures<'_> {
    fn words(&self) -> &openclaim_tables::word_index::WordIndex {
        self.library.icd10pcs().words()
    }

    fn code_count(&self) -> usize {
        self.library.icd10pcs().len()
    }

    fn below(&self, _: u32) -> std::ops::Range<usize> {
        0..0
    }

    fn standing(&self, code: u32) -> u64 {
        let table = self.library.icd10pcs();
        table.entry(code as usize).map_or(0, |entry| {
            let current = entry.periods().last().is_some_and(|last| last.to == table.coverage().to);
            standing(self.at.map(|at| entry.valid_on(at)), true, current)
        })
    }

    fn title_length(&self, code: u32) -> usize {
        self.library.icd10pcs().entry(code as usize).and_then(ProcedureEntry::title).map_or(0, str::len)
    }
}
