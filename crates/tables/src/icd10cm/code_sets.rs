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
        let Some(&[start, end]) = self.starts.get(at..at + 2) else { return false };
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
    /// Positions in code order, in the order of the tabular list.
    listed: Vec<u32>,
    /// Place of each code in the order of the tabular list.
    places: Vec<u32>,
    starts: Vec<u32>,
    ranges: Vec<IdRange>,
    known: HashMap<Vec<IdRange>, CodeSetId>,
    unions: HashMap<(CodeSetId, CodeSetId), CodeSetId>,
}

impl<'c> CodeSetWriter<'c> {
    /// Codes with their parents, in code order; `order` lists those that stand elsewhere among their siblings than in
    /// alphabetical order, and the sibling before each (blank: none).
    pub(super) fn new(
        codes: impl Iterator<Item = (&'c str, &'c str)>,
        order: &[(String, String)],
    ) -> Result<Self, String> {
        let (codes, parents): (Vec<&str>, Vec<&str>) = codes.unzip();
        // Categories are siblings, whatever section they stand in; a code newer than the list hangs on what it begins with.
        let mut siblings: HashMap<&str, Vec<u32>> = HashMap::new();
        for (at, (code, parent)) in codes.iter().zip(&parents).enumerate() {
            let parent = if code.len() == 3 || parent.contains('-') { "" } else { parent };
            siblings.entry(parent).or_default().push(at as u32);
        }
        for (code, before) in order {
            let id = codes.binary_search(&code.as_str()).map_err(|_| format!("{code} is no code"))?;
            let parent = if code.len() == 3 { "" } else { parents[id] };
            let list = siblings.get_mut(parent).ok_or_else(|| format!("{code} has no siblings"))?;
            list.retain(|it| *it as usize != id);
            let to = match before.as_str() {
                "" => 0,
                before => {
                    let found = list.iter().position(|it| codes[*it as usize] == before);
                    found.ok_or_else(|| format!("{before} is no sibling of {code}"))? + 1
                }
            };
            list.insert(to, id as u32);
        }
        let mut listed = Vec::with_capacity(codes.len());
        let mut open: Vec<u32> = siblings.get("").map(|top| top.iter().rev().copied().collect()).unwrap_or_default();
        while let Some(at) = open.pop() {
            listed.push(at);
            if let Some(below) = siblings.get(codes[at as usize]) {
                open.extend(below.iter().rev());
            }
        }
        let mut places = vec![0; codes.len()];
        for (place, &at) in listed.iter().enumerate() {
            places[at as usize] = place as u32;
        }
        Ok(Self {
            codes,
            listed,
            places,
            starts: vec![0, 0],
            ranges: Vec::new(),
            known: HashMap::new(),
            unions: HashMap::new(),
        })
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
        self.ranges_of(set).iter().fold(0, |letters, range| {
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
        self.ranges_of(set).iter().flat_map(|range| range.first as usize..=range.last as usize).collect()
    }

    fn add(&mut self, ids: &[u32]) -> CodeSetId {
        let mut ranges: Vec<IdRange> = Vec::new();
        for &id in ids {
            match ranges.last_mut() {
                Some(range) if range.last + 1 == id => range.last = id,
                _ => ranges.push(IdRange { first: id, last: id }),
            }
        }
        self.add_ranges(ranges)
    }

    /// The codes of either set.
    pub(super) fn union(&mut self, one: CodeSetId, other: CodeSetId) -> CodeSetId {
        if one == other || other.is_empty() {
            return one;
        }
        if one.is_empty() {
            return other;
        }
        if let Some(known) = self.unions.get(&(one, other)) {
            return *known;
        }
        let mut both = [self.ranges_of(one), self.ranges_of(other)].concat();
        both.sort_unstable_by_key(|range| range.first);
        let mut ranges: Vec<IdRange> = Vec::new();
        for range in both {
            match ranges.last_mut() {
                Some(last) if range.first <= last.last + 1 => last.last = last.last.max(range.last),
                _ => ranges.push(range),
            }
        }
        let union = self.add_ranges(ranges);
        self.unions.insert((one, other), union);
        union
    }

    fn ranges_of(&self, set: CodeSetId) -> &[IdRange] {
        let at = set.0 as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        let ranges = bounds.and_then(|(&start, &end)| self.ranges.get(start as usize..end as usize));
        ranges.unwrap_or_default()
    }

    fn add_ranges(&mut self, ranges: Vec<IdRange>) -> CodeSetId {
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
            let taken = |id: &u32| reference.narrow.takes(self.codes[*id as usize]);
            if reference.from == reference.to {
                let (start, end) = self.below(&reference.from);
                ids.extend((start as u32..end as u32).filter(taken));
                continue;
            }
            // From the first code of the one end to the last code of the other, in the order of the list.
            let (start, _) = self.below(&reference.from);
            let (last_start, last_end) = self.below(&reference.to);
            let last = match last_end {
                0 => continue,
                end if end > last_start => (last_start..end).map(|id| self.places[id]).max(),
                // An end that is no code: what stands before it in code order, with the codes of its parent's kind.
                end => self.places.get(end - 1).copied(),
            };
            let (Some(&first), Some(last)) = (self.places.get(start), last) else { continue };
            let span = self.listed.get(first as usize..=last as usize).unwrap_or_default();
            ids.extend(span.iter().copied().filter(taken));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Positions of the codes that begin with a prefix; empty, at the place where they would stand, when none does.
    fn below(&self, prefix: &str) -> (usize, usize) {
        let start = self.codes.partition_point(|code| *code < prefix);
        let count = self.codes[start..].iter().take_while(|code| code.starts_with(prefix)).count();
        (start, start + count)
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
