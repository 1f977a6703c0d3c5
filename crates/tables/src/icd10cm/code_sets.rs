//! Sets of codes that notes and guidelines refer to, as ranges of positions in code order.

use super::references::{self, Reference};
use crate::{FlatError, FlatFile, FlatWriter, Section};
use bytemuck::{Pod, Zeroable};
use std::collections::HashMap;

/// Positions from one to another, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(C)]
struct IdRange {
    first: u32,
    last: u32,
}

/// Number of a set; 0 is the empty set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct CodeSetId(u32);

impl CodeSetId {
    /// Whether the set holds no code.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The sets.
#[derive(Debug, Clone)]
pub(super) struct CodeSets {
    starts: Section<u32>,
    ranges: Section<IdRange>,
}

const STARTS: &str = "icd-10-cm.set_starts";
const RANGES: &str = "icd-10-cm.set_ranges";

impl CodeSets {
    pub(super) fn open(file: &FlatFile) -> Result<Self, FlatError> {
        Ok(Self { starts: file.section(STARTS)?, ranges: file.section(RANGES)? })
    }

    /// Whether a set holds the code at a position.
    pub(super) fn holds(&self, set: CodeSetId, id: usize) -> bool {
        let at = set.0 as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(at), self.starts.get(at + 1)) else { return false };
        let ranges = self.ranges.get(start as usize..end as usize).unwrap_or_default();
        let after = ranges.partition_point(|range| (range.first as usize) <= id);
        after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|range| id <= range.last as usize)
    }

    /// Positions of the codes of a set, in order.
    pub(super) fn ids(&self, set: CodeSetId) -> impl Iterator<Item = usize> + '_ {
        let at = set.0 as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        let ranges = bounds.and_then(|(&start, &end)| self.ranges.get(start as usize..end as usize));
        ranges.unwrap_or_default().iter().flat_map(|range| range.first as usize..=range.last as usize)
    }
}

/// Makes sets while tables are compiled, each distinct one once.
pub(super) struct CodeSetWriter<'c> {
    /// Every code and category, in code order.
    codes: Vec<&'c str>,
    /// Categories in the order of the tabular list.
    categories: Vec<&'c str>,
    starts: Vec<u32>,
    ranges: Vec<IdRange>,
    known: HashMap<Vec<IdRange>, CodeSetId>,
}

impl<'c> CodeSetWriter<'c> {
    /// `order` lists the categories that stand elsewhere than in alphabetical order, and the one before each.
    pub(super) fn new(codes: Vec<&'c str>, order: &[(String, String)]) -> Result<Self, String> {
        let mut categories: Vec<&str> = codes.iter().copied().filter(|code| code.len() == 3).collect();
        for (category, before) in order {
            let from = categories.iter().position(|it| it == category);
            let from = from.ok_or_else(|| format!("{category} is no category"))?;
            let moved = categories.remove(from);
            let to = categories.iter().position(|it| it == before);
            categories.insert(to.ok_or_else(|| format!("{before} is no category"))? + 1, moved);
        }
        Ok(Self { codes, categories, starts: vec![0, 0], ranges: Vec::new(), known: HashMap::new() })
    }

    /// The set that a text refers to.
    pub(super) fn of_text(&mut self, text: &str) -> CodeSetId {
        let ids = self.ids(&references::references(text));
        self.add(&ids)
    }

    /// The set of a list of references, less the codes of another.
    pub(super) fn of_lists(&mut self, codes: &str, except: &str) -> Result<CodeSetId, String> {
        let list = |text: &str| references::references(&format!("({text})"));
        if list(codes).is_empty() {
            return Err(format!("`{codes}` names no codes"));
        }
        let except = self.ids(&list(except));
        let ids: Vec<u32> = self.ids(&list(codes)).into_iter().filter(|id| except.binary_search(id).is_err()).collect();
        if ids.is_empty() { Err(format!("`{codes}` holds no code")) } else { Ok(self.add(&ids)) }
    }

    /// First letters of a set's codes, a bit for each.
    pub(super) fn letters(&self, set: CodeSetId) -> u32 {
        let at = set.0 as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        let ranges = bounds.and_then(|(&start, &end)| self.ranges.get(start as usize..end as usize));
        ranges.unwrap_or_default().iter().fold(0, |letters, range| {
            let bit = |id: u32| self.codes.get(id as usize).map_or(0, |code| letter(code.as_bytes()[0]));
            // A range over several letters is rare; each code is asked then.
            match bit(range.first) == bit(range.last) {
                true => letters | bit(range.first),
                false => (range.first..=range.last).fold(letters, |letters, id| letters | bit(id)),
            }
        })
    }

    /// Positions of the codes of a set.
    pub(super) fn members(&self, set: CodeSetId) -> Vec<usize> {
        let at = set.0 as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        let ranges = bounds.and_then(|(&start, &end)| self.ranges.get(start as usize..end as usize));
        ranges.unwrap_or_default().iter().flat_map(|range| range.first as usize..=range.last as usize).collect()
    }

    fn add(&mut self, ids: &[u32]) -> CodeSetId {
        let mut ranges: Vec<IdRange> = Vec::new();
        for &id in ids {
            match ranges.last_mut() {
                Some(range) if range.last + 1 == id => range.last = id,
                _ => ranges.push(IdRange { first: id, last: id }),
            }
        }
        if ranges.is_empty() {
            return CodeSetId::default();
        }
        if let Some(known) = self.known.get(&ranges) {
            return *known;
        }
        let set = CodeSetId(self.starts.len() as u32 - 1);
        self.ranges.extend(&ranges);
        self.starts.push(self.ranges.len() as u32);
        self.known.insert(ranges, set);
        set
    }

    /// Positions of the codes, sorted.
    fn ids(&self, references: &[Reference]) -> Vec<u32> {
        let mut ids = Vec::new();
        for reference in references {
            for (first, last) in self.prefixes(&reference.from, &reference.to) {
                let start = self.codes.partition_point(|code| *code < first);
                let codes = self.codes[start..].iter().take_while(|code| **code <= last || code.starts_with(last));
                let taken = (start..).zip(codes).filter(|(_, code)| reference.narrow.takes(code));
                ids.extend(taken.map(|(id, _)| id as u32));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// A range as spans of prefixes that are contiguous in code order.
    fn prefixes<'r>(&'r self, from: &'r str, to: &'r str) -> Vec<(&'r str, &'r str)> {
        let (first, last) = (&from[..3], &to[..3]);
        let place = |category: &str| self.categories.iter().position(|it| *it == category);
        let places = place(first).zip(place(last)).filter(|(a, b)| a < b);
        // Within a category, and where an end is no category, code order stands.
        let Some((a, b)) = places else { return vec![(from, to)] };
        let between = self.categories[a + 1..b].iter().map(|category| (*category, *category));
        std::iter::once((from, first)).chain(between).chain([(last, to)]).collect()
    }

    pub(super) fn write(self, writer: &mut FlatWriter) -> Result<(), FlatError> {
        writer.put(STARTS, &self.starts)?;
        writer.put(RANGES, &self.ranges)
    }
}

/// The bit of a first letter.
pub(super) fn letter(byte: u8) -> u32 {
    if byte.is_ascii_uppercase() { 1 << (byte - b'A') } else { 0 }
}
