//! Ranking the codes of one system for a query in words.
//!
//! A code is read together with the inclusion terms and includes notes it inherits: "fracture of hip" stands at S72.00 and
//! speaks for S72.002A. What the query says and the code does not costs most; what the code says and the query does not
//! costs less, and words that mark the default choice (`unspecified`, `initial encounter`) cost nothing.

use super::query::Query;
use openclaim_tables::word_index::{Line, WordIndex};
use std::cmp::Reverse;
use std::ops::Range;

/// Weight of a word that no title holds.
const UNKNOWN_WORD: u64 = 120;
/// A word that is in no title is taken as the beginning of words, of at most this many.
const COMPLETIONS: usize = 48;
/// Share of the query, in hundredths, that a code has to meet.
const LEAST_SHARE: u64 = 45;
/// What is held against a code without a title.
const SILENT_TITLE: u64 = 200;
/// Bonus of a title that begins with a word of the query.
const BEGINS: u64 = 25;

/// A code system as the ranking sees it: codes are numbered in code order.
pub(super) trait Searchable {
    fn words(&self) -> &WordIndex;
    fn code_count(&self) -> usize;
    /// The codes below a code.
    fn below(&self, code: u32) -> Range<usize>;
    /// How willingly a code is offered, in hundredths.
    fn standing(&self, code: u32) -> u64;
    fn title_length(&self, code: u32) -> usize;
}

/// Where the words were found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    Title,
    Note { position: usize, carrier: u32 },
}

/// A code with its score.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) code: u32,
    pub(super) score: u32,
    pub(super) found: Found,
    title_length: usize,
}

impl Candidate {
    /// Best first; of equals the shorter title, then the lower code.
    pub(super) fn order(&self) -> (Reverse<u32>, usize, u32) {
        (Reverse(self.score), self.title_length, self.code)
    }
}

/// A word of the query in one index: the indexed words that meet it share a bit.
struct Term {
    ids: Vec<u32>,
    weight: u64,
}

/// An alternative of a part, as bits of terms.
struct Alternative {
    bits: u64,
    weight: u64,
}

struct Bound {
    terms: Vec<Term>,
    parts: Vec<(Vec<Alternative>, u64)>,
    total: u64,
}

/// The terms of the query that a line holds.
#[derive(Clone, Copy, Default)]
struct Met {
    bits: u64,
    /// Those that count in the line's weight.
    costly: u64,
}

impl Met {
    fn and(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, costly: self.costly | other.costly }
    }
}

/// A note line that speaks for a code.
#[derive(Clone, Copy, Default)]
struct Spoken {
    credit: u64,
    met: Met,
    line: u32,
}

/// The best `limit` codes, best first.
pub(super) fn rank<S: Searchable>(searchable: &S, query: &Query, limit: usize) -> Vec<Candidate> {
    let index = searchable.words();
    let bound = bind(index, query);
    if bound.total == 0 {
        return Vec::new();
    }
    let mut titles = vec![(Met::default(), 0_u32); searchable.code_count()];
    let mut notes: Vec<(u32, Met)> = Vec::new();
    for (bit, term) in bound.terms.iter().enumerate() {
        for (id, free) in term.ids.iter().flat_map(|&word| index.lines_with(word)) {
            let Some(line) = index.line(id) else { continue };
            let bits = 1 << bit;
            let met = Met { bits, costly: if free { 0 } else { bits } };
            match (line.note(), titles.get_mut(line.code as usize)) {
                (None, Some(title)) => *title = (title.0.and(met), id),
                (Some(_), _) => notes.push((id, met)),
                (None, None) => {}
            }
        }
    }
    let spoken = spread(searchable, &bound, notes);

    let mut candidates: Vec<Candidate> = Vec::new();
    for (code, (&(title_met, title_line), spoken)) in titles.iter().zip(&spoken).enumerate() {
        if title_met.bits == 0 && spoken.met.bits == 0 {
            continue;
        }
        let line = if title_met.bits == 0 { index.title_of(code as u32) } else { index.line(title_line) };
        let title = line.map(|line| (line, title_met));
        if let Some((score, found)) = score(&bound, index, title, *spoken, code as u32) {
            let standing = searchable.standing(code as u32);
            let score = u32::try_from(score * standing / 100).unwrap_or(u32::MAX);
            candidates.push(Candidate { code: code as u32, score, found, title_length: 0 });
        }
    }
    // Titles are measured only where they can still decide.
    candidates.sort_unstable_by_key(|candidate| Reverse(candidate.score));
    if let Some(last) = candidates.get(limit.saturating_sub(1)).map(|candidate| candidate.score) {
        candidates.retain(|candidate| candidate.score >= last);
    }
    for candidate in &mut candidates {
        candidate.title_length = searchable.title_length(candidate.code);
    }
    candidates.sort_unstable_by_key(Candidate::order);
    candidates.truncate(limit);
    candidates
}

fn bind(index: &WordIndex, query: &Query) -> Bound {
    let mut known: Vec<&str> = Vec::new();
    let indexed = |words: &Vec<String>| words.iter().all(|word| index.find(word).is_some());
    let mut bound = Bound { terms: Vec::new(), parts: Vec::new(), total: 0 };
    for part in &query.parts {
        let mut alternatives = Vec::new();
        // Beginnings are tried only for what is not understood otherwise: `flu` is not asked to mean `flushing`.
        let complete = !part.alternatives.iter().any(indexed);
        for words in &part.alternatives {
            let mut alternative = Alternative { bits: 0, weight: 0 };
            for word in words {
                let bit = match known.iter().position(|&k| k == word) {
                    Some(bit) => bit,
                    None if known.len() < 64 => {
                        known.push(word);
                        bound.terms.push(term(index, word, complete));
                        known.len() - 1
                    }
                    None => continue,
                };
                alternative.bits |= 1 << bit;
                alternative.weight += bound.terms.get(bit).map_or(0, |term| term.weight);
            }
            alternatives.push(alternative);
        }
        // A part whose words are all unknown stays: what it asked for is missed everywhere.
        let found = |alternative: &&Alternative| bound.has_all(alternative.bits);
        let weight = alternatives.iter().filter(found).map(|a| a.weight).max();
        let weight = weight.or_else(|| alternatives.iter().map(|a| a.weight).max()).unwrap_or(0);
        bound.total += weight;
        bound.parts.push((alternatives, weight));
    }
    if bound.terms.iter().all(|term| term.ids.is_empty()) {
        bound.total = 0;
    }
    bound
}

fn term(index: &WordIndex, word: &str, complete: bool) -> Term {
    if let Some(id) = index.find(word) {
        return Term { ids: vec![id], weight: u64::from(index.weight(id)) };
    }
    let completions = if complete && word.len() >= 3 { index.beginning_with(word) } else { 0..0 };
    let ids: Vec<u32> = completions.take(COMPLETIONS).collect();
    let weight = ids.iter().map(|&id| u64::from(index.weight(id))).min().unwrap_or(UNKNOWN_WORD);
    Term { ids, weight }
}

/// For each code the note line, its own or inherited, that meets the query best.
fn spread<S: Searchable>(searchable: &S, bound: &Bound, mut notes: Vec<(u32, Met)>) -> Vec<Spoken> {
    let mut spoken = vec![Spoken::default(); searchable.code_count()];
    notes.sort_unstable_by_key(|(line, _)| *line);
    for group in notes.chunk_by(|a, b| a.0 == b.0) {
        let met = group.iter().fold(Met::default(), |met, (_, more)| met.and(*more));
        let credit = bound.credit(met.bits);
        let (Some(&(id, _)), true) = (group.first(), credit > 0) else { continue };
        let Some(line) = searchable.words().line(id) else { continue };
        let own = line.code as usize;
        let below = searchable.below(line.code);
        for code in std::iter::once(own).chain(below) {
            let Some(best) = spoken.get_mut(code) else { continue };
            let weight = |id: u32| searchable.words().line(id).map_or(u32::MAX, |line| line.weight);
            let better = credit > best.credit || (credit == best.credit && line.weight < weight(best.line));
            if best.met.bits == 0 || better {
                *best = Spoken { credit, met, line: id };
            }
        }
    }
    spoken
}

/// The score of one code, out of 1,000 and a little more for position, or `None` when it meets too little of the query.
fn score(
    bound: &Bound,
    index: &WordIndex,
    title: Option<(Line, Met)>,
    spoken: Spoken,
    code: u32,
) -> Option<(u64, Found)> {
    let title_met = title.map_or(Met::default(), |(_, met)| met);
    let title_credit = bound.credit(title_met.bits);
    let title_extra = title.map_or(SILENT_TITLE, |(line, met)| bound.extra(line, met));
    let by_title = value(title_credit, bound.total, bound.weight_of(title_met.bits), title_extra);

    let mut best = (by_title, Found::Title, title_credit);
    if spoken.met.bits != 0
        && let Some(line) = index.line(spoken.line)
        && let Some(position) = line.note()
    {
        let bits = title_met.bits | spoken.met.bits;
        // What only the note says counts a little less, less still when it stands further up.
        let (trust, share) = if line.code == code { (97, 8) } else { (95, 4) };
        let credit = title_credit + bound.credit(bits).saturating_sub(title_credit) * trust / 100;
        let extra = (bound.extra(line, spoken.met) * (share - 1) + title_extra) / share;
        let by_note = value(credit, bound.total, bound.weight_of(bits), extra);
        if by_note > best.0 {
            best = (by_note, Found::Note { position, carrier: line.code }, credit);
        }
    }
    if best.2 * 100 < LEAST_SHARE * bound.total {
        return None;
    }
    let begins = title.is_some_and(|(line, _)| bound.begins(line));
    Some((best.0 + if begins { BEGINS } else { 0 }, best.1))
}

/// `credit` of `total` weighs in squared; of what the line says, `met` was asked for and `extra` was not.
fn value(credit: u64, total: u64, met: u64, extra: u64) -> u64 {
    let share = credit * 1000 / total;
    let asked = met * 1000 / (met + extra).max(1);
    share * share / 1000 * (600 + asked * 2 / 5) / 1000
}

impl Bound {
    fn terms_in(&self, bits: u64) -> impl Iterator<Item = &Term> {
        self.terms.iter().enumerate().filter(move |(bit, _)| bits >> bit & 1 == 1).map(|(_, term)| term)
    }

    fn has_all(&self, bits: u64) -> bool {
        self.terms_in(bits).all(|term| !term.ids.is_empty())
    }

    /// How much of the query these words meet. Half an alternative counts a quarter.
    fn credit(&self, bits: u64) -> u64 {
        let part = |(alternatives, weight): &(Vec<Alternative>, u64)| {
            let best = alternatives.iter().map(|alternative| {
                let met = self.weight_of(alternative.bits & bits);
                let share = met * 1000 / alternative.weight.max(1);
                share * share / 1000
            });
            weight * best.max().unwrap_or(0) / 1000
        };
        self.parts.iter().map(part).sum()
    }

    fn weight_of(&self, bits: u64) -> u64 {
        self.terms_in(bits).map(|term| term.weight).sum()
    }

    /// Weight of what a line says and the query does not.
    fn extra(&self, line: Line, met: Met) -> u64 {
        u64::from(line.weight).saturating_sub(self.weight_of(met.costly))
    }

    fn begins(&self, line: Line) -> bool {
        self.terms.iter().any(|term| term.ids.contains(&line.first_word))
    }
}
