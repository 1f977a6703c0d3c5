//! Pair tables: which code stands against which, with terms. NCCI procedure-to-procedure edits.
//!
//! Millions of pairs share some thousands of distinct terms (effective, deletion, modifier indicator, rationale), so a
//! pair is eight bytes: the dense id of its column-2 code and the number of its terms, in the rows of its column-1 code.
//!
//! ```
//! use openclaim_tables::pairs::{PairTableBuilder, Terms};
//! use openclaim_tables::Day;
//!
//! let mut builder = PairTableBuilder::new("ncci/ptp-practitioner")?;
//! builder.origin("ccipra-v322r0-f1.txt");
//! let terms = Terms {
//!     from: Some(Day(20_220_101)),
//!     to: Some(Day(20_231_231)), // `None` where the publication prints `*`: not deleted
//!     modifier_indicator: b'1',
//!     before_1996: false,
//!     rationale: "CPT Manual or CMS manual coding instruction",
//! };
//! builder.push(7, "0001A", "0591T", terms)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sections, where `T` is the table's name: `T:p.keys`, `T:p.slots` ([`KeyIndex`] over the codes of both columns),
//! `T:p.first` (per code its first pair, and the number of pairs), `T:p.second` (per pair the dense id of the column-2
//! code; ascending within a column-1 code), `T:p.terms` (per pair its terms), `T:p.kinds` (the distinct terms) and
//! `T:p.text`.

mod screen;

use crate::relation::{BuildError, Built, Cell, ColumnSpec, Conflict, RowFault, Schema, ShortCode};
use crate::{Day, FlatError, FlatFile, FlatWriter, KeyIndex, Section, StrRef, StringPool, Strings};
use bytemuck::{Pod, Zeroable};
use screen::{Screens, Told};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a publication says about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// First day of the edit, where published.
    pub from: Option<Day>,
    /// Last day of the edit; `None` when it was not deleted. NCCI also prints pairs that were deleted as of the day
    /// they began: those hold on that one day only.
    pub to: Option<Day>,
    /// `0` no modifier bypasses the edit, `1` one may, `9` not applicable.
    pub modifier_indicator: u8,
    /// The pair was in existence before 1996.
    pub before_1996: bool,
    /// Why the pair exists, as published; may be empty.
    pub rationale: &'a str,
}

impl Terms<'_> {
    /// Whether the terms hold on the day. A beginning that was not published counts as always.
    #[must_use]
    pub fn hold(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
struct Kind {
    from: Day,
    to: Day,
    rationale: StrRef,
    modifier_indicator: u8,
    before_1996: u8,
    padding: [u8; 2],
}

/// Terms as the builder keeps them: `rationale` by position.
type RawTerms = (u32, u32, u8, bool, u32);

#[derive(Debug, Clone, Copy)]
struct Pair {
    first: u64,
    second: u64,
    terms: u32,
    file: u32,
    row: u32,
}

/// Collects pairs in any order; see the [module](self) for an example.
#[derive(Debug)]
pub struct PairTableBuilder {
    table: String,
    pairs: Vec<Pair>,
    terms: Vec<RawTerms>,
    term_ids: HashMap<RawTerms, u32>,
    rationales: Vec<Box<str>>,
    rationale_ids: HashMap<Box<str>, u32>,
    files: Vec<String>,
}

impl PairTableBuilder {
    /// A builder without pairs for a table of this name, `ncci/ptp-practitioner`.
    ///
    /// # Errors
    /// [`BuildError::Schema`] when the name cannot be stored.
    pub fn new(table: &str) -> Result<Self, BuildError> {
        schema(table).check().map_err(BuildError::Schema)?;
        Ok(Self {
            table: table.to_owned(),
            pairs: Vec::new(),
            terms: Vec::new(),
            term_ids: HashMap::new(),
            rationales: Vec::new(),
            rationale_ids: HashMap::new(),
            files: Vec::new(),
        })
    }

    /// Names the file that the pairs pushed from now on come from, for messages.
    pub fn origin(&mut self, file: &str) {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
    }

    /// Pairs pushed so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether no pair was pushed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Adds a pair; `row` is its number in the file, for messages. Spaces around codes are ignored.
    ///
    /// # Errors
    /// [`RowFault`] when a code is blank or not a code, a date is none, or the period ends before it begins. The pair is
    /// then not added and the builder stays usable.
    pub fn push(&mut self, row: u64, column1: &str, column2: &str, terms: Terms<'_>) -> Result<(), RowFault> {
        let fault = |column: &str, problem: String| RowFault {
            file: self.files.last().cloned().unwrap_or_default(),
            row,
            column: Some(column.to_owned()),
            problem,
        };
        let code = |column: &str, text: &str| {
            ShortCode::new(text.trim())
                .map(ShortCode::key)
                .ok_or_else(|| fault(column, format!("`{text}` is not a code of at most eight ASCII characters")))
        };
        let (first, second) = (code("column1", column1)?, code("column2", column2)?);
        let day = |column: &str, day: Option<Day>| match day {
            Some(day) if day.to_date().is_none() => Err(fault(column, format!("{day} is not a date"))),
            other => Ok(other.map_or(0, |day| day.0)),
        };
        let (from, to) = (day("from", terms.from)?, day("to", terms.to)?);
        if to != 0 && to < from {
            let problem = format!("the period ends on {} before it begins on {}", Day(to), Day(from));
            return Err(fault("to", problem));
        }
        if !terms.modifier_indicator.is_ascii_graphic() {
            return Err(fault("modifier_indicator", "it is blank".to_owned()));
        }
        let rationale = match self.rationale_ids.get(terms.rationale) {
            Some(&id) => id,
            None => {
                let id = self.rationales.len() as u32;
                self.rationales.push(terms.rationale.into());
                self.rationale_ids.insert(terms.rationale.into(), id);
                id
            }
        };
        let raw = (from, to, terms.modifier_indicator, terms.before_1996, rationale);
        let terms = *self.term_ids.entry(raw).or_insert_with(|| {
            self.terms.push(raw);
            self.terms.len() as u32 - 1
        });
        let file = self.files.len().saturating_sub(1) as u32;
        self.pairs.push(Pair { first, second, terms, file, row: u32::try_from(row).unwrap_or(u32::MAX) });
        Ok(())
    }

    /// Sorts, checks and writes the table's sections.
    ///
    /// # Errors
    /// [`BuildError::Conflicts`] when a pair has two modifier indicators in the same period.
    pub fn write(mut self, writer: &mut FlatWriter) -> Result<Built, BuildError> {
        if self.pairs.len() >= u32::MAX as usize {
            return Err(BuildError::TooLarge(self.table));
        }
        let pushed = self.pairs.len();
        let (terms, rationales) = (&self.terms, &self.rationales);
        let said = |pair: &Pair| {
            let (from, to, indicator, before, rationale) = terms[pair.terms as usize];
            (from, to, indicator, before, &rationales[rationale as usize])
        };
        // Files come sorted as a rule; the sort then costs one pass.
        self.pairs.sort_by(|a, b| {
            let pair = (a.first, a.second).cmp(&(b.first, b.second));
            pair.then_with(|| if a.terms == b.terms { std::cmp::Ordering::Equal } else { said(a).cmp(&said(b)) })
        });
        self.pairs.dedup_by(|b, a| (a.first, a.second, a.terms) == (b.first, b.second, b.terms));
        self.check_conflicts()?;

        let mut codes: Vec<u64> = self.pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
        codes.sort_unstable();
        codes.dedup();
        let ids: HashMap<u64, u32> = codes.iter().zip(0..).map(|(&code, id)| (code, id)).collect();
        // Terms are numbered as the sorted pairs meet them, so that the bytes do not depend on the order of pushing.
        let mut kinds: Vec<Kind> = Vec::new();
        let mut kind_ids: Vec<Option<u32>> = vec![None; self.terms.len()];
        let mut pool = StringPool::new();
        let mut first = vec![0_u32; codes.len() + 1];
        let (mut second, mut pair_terms) = (Vec::with_capacity(self.pairs.len()), Vec::with_capacity(self.pairs.len()));
        for pair in &self.pairs {
            if let Some(count) = ids.get(&pair.first).and_then(|&id| first.get_mut(id as usize + 1)) {
                *count += 1;
            }
            second.push(ids.get(&pair.second).copied().unwrap_or(u32::MAX));
            let kind = *kind_ids[pair.terms as usize].get_or_insert_with(|| {
                let (from, to, modifier_indicator, before_1996, rationale) = self.terms[pair.terms as usize];
                let rationale = match &*self.rationales[rationale as usize] {
                    "" => StrRef::default(),
                    text => pool.add(text),
                };
                kinds.push(Kind {
                    from: Day(from),
                    to: Day(to),
                    rationale,
                    modifier_indicator,
                    before_1996: u8::from(before_1996),
                    padding: [0; 2],
                });
                kinds.len() as u32 - 1
            });
            pair_terms.push(kind);
        }
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        let name = |suffix: &str| format!("{}:p.{suffix}", self.table);
        KeyIndex::write(writer, &format!("{}:p", self.table), &codes)?;
        writer.put(&name("first"), &first)?;
        writer.put(&name("second"), &second)?;
        writer.put(&name("terms"), &pair_terms)?;
        writer.put(&name("kinds"), &kinds)?;
        pool.write(writer, &name("text"))?;
        let rows = self.pairs.len();
        Ok(Built { table: self.table, rows: rows as u64, repeated: (pushed - rows) as u64 })
    }

    /// The same pair may stand in several rows: deleted and revived, or with another rationale. Only two modifier
    /// indicators for one pair and period contradict each other.
    fn check_conflicts(&self) -> Result<(), BuildError> {
        let period = |pair: &Pair| {
            let (from, to, ..) = self.terms[pair.terms as usize];
            (pair.first, pair.second, from, to)
        };
        let indicator = |pair: &Pair| self.terms[pair.terms as usize].2;
        let contradict = |a: &Pair, b: &Pair| period(a) == period(b) && indicator(a) != indicator(b);
        let clashes = self.pairs.windows(2).filter(|two| contradict(&two[0], &two[1]));
        let count = clashes.clone().count();
        if count == 0 {
            return Ok(());
        }
        let place =
            |pair: &Pair| (self.files.get(pair.file as usize).cloned().unwrap_or_default(), u64::from(pair.row));
        let code = |key| ShortCode::from_key(key).map(|code| code.to_string()).unwrap_or_default();
        let conflicts = clashes.take(100).map(|two| {
            let (a, b) = (&two[0], &two[1]);
            Conflict {
                key: format!("{} / {}", code(a.first), code(a.second)),
                first: place(a),
                second: place(b),
                difference: ("terms".to_owned(), self.say(a), self.say(b)),
            }
        });
        Err(BuildError::Conflicts { table: self.table.clone(), count, conflicts: conflicts.collect() })
    }

    fn say(&self, pair: &Pair) -> String {
        let (from, to, indicator, _, rationale) = self.terms[pair.terms as usize];
        let day = |day: u32| if day == 0 { "*".to_owned() } else { Day(day).to_string() };
        let rationale = &self.rationales[rationale as usize];
        format!("{} to {}, modifier {}, {rationale}", day(from), day(to), char::from(indicator))
    }
}

/// The columns under which a pair table shows its rows to listings, comparisons and exports.
fn schema(table: &str) -> Schema {
    let columns = [
        ColumnSpec::code("column1"),
        ColumnSpec::code("column2"),
        ColumnSpec::day("from"),
        ColumnSpec::day("to"),
        ColumnSpec::flag("modifier_indicator"),
        ColumnSpec::flag("before_1996"),
        ColumnSpec::text("rationale"),
    ];
    Schema::new(table, 2, columns)
}

#[derive(Debug)]
struct Parts {
    schema: Schema,
    codes: KeyIndex,
    first: Section<u32>,
    second: Section<u32>,
    terms: Section<u32>,
    kinds: Section<Kind>,
    texts: Strings,
    screens: Screens,
}

/// An opened pair table. Cloning shares it.
#[derive(Debug, Clone)]
pub struct PairTable(Arc<Parts>);

impl PairTable {
    /// Opens a table of a release.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when the release has no such pair table, [`FlatError::Damaged`] when its sections do not
    /// fit together.
    pub fn open(file: &FlatFile, table: &str) -> Result<Self, FlatError> {
        let name = |suffix: &str| format!("{table}:p.{suffix}");
        let parts = Parts {
            schema: schema(table),
            codes: KeyIndex::open(file, &format!("{table}:p"))?,
            first: file.section(&name("first"))?,
            second: file.section(&name("second"))?,
            terms: file.section(&name("terms"))?,
            kinds: file.section(&name("kinds"))?,
            texts: Strings::open(file, &name("text"))?,
            screens: Screens::default(),
        };
        let fits = parts.first.len() == parts.codes.keys().len() + 1 && parts.second.len() == parts.terms.len();
        if !fits {
            return Err(FlatError::Damaged(format!("the sections of pair table `{table}` do not fit together")));
        }
        Ok(Self(Arc::new(parts)))
    }

    /// Name and columns, for listings, comparisons and exports.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.0.schema
    }

    /// Number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.second.len()
    }

    /// Whether the table has no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn span(&self, column1: usize) -> Range<usize> {
        let first = &self.0.first;
        let (Some(&start), Some(&end)) = (first.get(column1), first.get(column1 + 1)) else { return 0..0 };
        let (start, end) = (start as usize, end as usize);
        if start <= end && end <= self.len() { start..end } else { 0..0 }
    }

    /// The pairs of two codes, given by their keys ([`text_key`](crate::text_key)), earliest first: one as a rule, more
    /// when the pair was deleted and came back, or is printed with two rationales.
    #[must_use]
    pub fn find(&self, column1: u64, column2: u64) -> PairRows<'_> {
        let range = self
            .0
            .codes
            .find(column1)
            .zip(self.0.codes.find(column2))
            .map(|(one, two)| self.search(one as u32, two as u32));
        PairRows { table: self, range: range.unwrap_or(0..0) }
    }

    /// The dense id of a code, given by its key, for [`PairTable::holding`]; `None` when no pair has it.
    #[must_use]
    #[inline]
    pub fn code(&self, key: u64) -> Option<u32> {
        self.0.codes.find(key).and_then(|id| u32::try_from(id).ok())
    }

    /// Whether two codes, given by their dense ids, may make a pair: `false` is certain, and told without a search through
    /// the pairs of the column-1 code. Most codes of a claim make none.
    #[must_use]
    #[inline]
    pub fn may_hold(&self, column1: u32, column2: u32) -> bool {
        let seconds = || &self.0.second[self.span(column1 as usize)];
        self.0.screens.may_hold(|| self.0.codes.keys().len(), (column1, column2), seconds)
    }

    /// The pairs of two codes, given by their dense ids, whose terms hold on the day: look-ups of many pairs of few codes
    /// find each code once.
    pub fn holding(&self, column1: u32, column2: u32, day: Day) -> impl Iterator<Item = PairRow<'_>> {
        PairRows { table: self, range: self.pairs_of(column1, column2) }.filter(move |pair| pair.holds(day))
    }

    fn pairs_of(&self, column1: u32, column2: u32) -> Range<usize> {
        let seconds = || &self.0.second[self.span(column1 as usize)];
        match self.0.screens.tell(|| self.0.codes.keys().len(), (column1, column2), seconds) {
            Told::Nothing => 0..0,
            Told::At(place) => self.pairs_from(column1, column2, place),
            Told::Search => self.search(column1, column2),
        }
    }

    fn search(&self, column1: u32, column2: u32) -> Range<usize> {
        let place = self.0.second[self.span(column1 as usize)].partition_point(|&id| id < column2);
        self.pairs_from(column1, column2, place)
    }

    /// The pairs of two codes, which begin at a place among those of the column-1 code.
    fn pairs_from(&self, column1: u32, column2: u32, place: usize) -> Range<usize> {
        let span = self.span(column1 as usize);
        let seconds = self.0.second[span.clone()].get(place..).unwrap_or_default();
        let count = seconds.iter().take_while(|&&id| id == column2).count();
        span.start + place..span.start + place + count
    }

    /// The pair of two codes, given by their keys, whose terms hold on the day.
    #[must_use]
    pub fn at(&self, column1: u64, column2: u64, day: Day) -> Option<PairRow<'_>> {
        self.find(column1, column2).find(|pair| pair.terms().hold(day))
    }

    /// All pairs of a column-1 code, in the order of column 2.
    #[must_use]
    pub fn of_column1(&self, code: u64) -> PairRows<'_> {
        PairRows { table: self, range: self.0.codes.find(code).map_or(0..0, |id| self.span(id)) }
    }

    /// All pairs of a column-2 code; reads the whole table.
    pub fn of_column2(&self, code: u64) -> impl Iterator<Item = PairRow<'_>> {
        let id = self.0.codes.find(code).map(|id| id as u32);
        let seconds = self.0.second.iter().enumerate();
        seconds.filter(move |&(_, &second)| Some(second) == id).map(|(index, _)| PairRow { table: self, index })
    }

    /// All pairs in order.
    #[must_use]
    pub fn rows(&self) -> PairRows<'_> {
        PairRows { table: self, range: 0..self.len() }
    }

    /// The pair at a position.
    #[must_use]
    pub fn row(&self, index: usize) -> PairRow<'_> {
        PairRow { table: self, index }
    }
}

/// Pairs of a table, in order.
#[derive(Debug, Clone)]
pub struct PairRows<'a> {
    table: &'a PairTable,
    range: Range<usize>,
}

impl<'a> Iterator for PairRows<'a> {
    type Item = PairRow<'a>;

    fn next(&mut self) -> Option<PairRow<'a>> {
        self.range.next().map(|index| PairRow { table: self.table, index })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl ExactSizeIterator for PairRows<'_> {}

/// One pair.
#[derive(Debug, Clone, Copy)]
pub struct PairRow<'a> {
    table: &'a PairTable,
    index: usize,
}

impl<'a> PairRow<'a> {
    /// Position in the table; evidence cites it.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The column-1 code: the one that is paid.
    #[must_use]
    pub fn column1(&self) -> Option<ShortCode> {
        let index = u32::try_from(self.index).ok()?;
        let id = self.table.0.first.partition_point(|&start| start <= index).checked_sub(1)?;
        ShortCode::from_key(*self.table.0.codes.keys().get(id)?)
    }

    /// The column-2 code: the one that is denied.
    #[must_use]
    pub fn column2(&self) -> Option<ShortCode> {
        let id = *self.table.0.second.get(self.index)?;
        ShortCode::from_key(*self.table.0.codes.keys().get(id as usize)?)
    }

    fn kind(&self) -> Option<&'a Kind> {
        let parts: &'a Parts = &self.table.0;
        parts.terms.get(self.index).and_then(|&id| parts.kinds.get(id as usize))
    }

    /// Whether its terms [hold](Terms::hold) on the day.
    #[must_use]
    #[inline]
    pub fn holds(&self, day: Day) -> bool {
        self.kind().is_none_or(|kind| kind.from <= day && (kind.to.0 == 0 || day <= kind.to))
    }

    /// [`Terms::modifier_indicator`].
    #[must_use]
    #[inline]
    pub fn modifier_indicator(&self) -> u8 {
        self.kind().map_or(b'0', |kind| kind.modifier_indicator)
    }

    /// What was published about the pair.
    #[must_use]
    pub fn terms(&self) -> Terms<'a> {
        let parts: &'a Parts = &self.table.0;
        let kind = self.kind();
        let day = |day: Day| Some(day).filter(|day| day.0 != 0);
        Terms {
            from: kind.and_then(|kind| day(kind.from)),
            to: kind.and_then(|kind| day(kind.to)),
            modifier_indicator: self.modifier_indicator(),
            before_1996: kind.is_some_and(|kind| kind.before_1996 != 0),
            rationale: kind.map_or("", |kind| parts.texts.get(kind.rationale)),
        }
    }

    /// The pair as cells in the order of [`PairTable::schema`].
    #[must_use]
    pub fn cells(&self) -> [Cell<'a>; 7] {
        let terms = self.terms();
        let code = |code: Option<ShortCode>| code.map_or(Cell::Blank, Cell::Code);
        let day = |day: Option<Day>| day.map_or(Cell::Blank, Cell::Day);
        [
            code(self.column1()),
            code(self.column2()),
            day(terms.from),
            day(terms.to),
            Cell::Flag(terms.modifier_indicator),
            if terms.before_1996 { Cell::Flag(b'*') } else { Cell::Blank },
            if terms.rationale.is_empty() { Cell::Blank } else { Cell::Text(terms.rationale) },
        ]
    }
}

#[cfg(test)]
mod tests;
