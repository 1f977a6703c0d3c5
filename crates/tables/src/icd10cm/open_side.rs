//! Sides that titles name, and codes that leave the side open beside codes that tell it.

use super::{CodeRow, DiagnosisEntry};
use crate::sides::{NamedSides, words};
use crate::{FlatError, Period};
use bytemuck::{Pod, Zeroable};
use std::collections::{BTreeMap, HashMap};

/// Section of the siblings.
pub(super) const SECTION: &str = "icd-10-cm.sided_siblings";

/// Bits of a row's `sides` below the number of its siblings.
const NAMED_BITS: u32 = 8;

/// Codes that say the same with `left` and with `right`, by position; 0 for none, else one more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SidedSiblings {
    left: u32,
    right: u32,
}

impl<'t> DiagnosisEntry<'t> {
    /// What its title says about sides.
    #[must_use]
    pub fn named_sides(self) -> NamedSides {
        NamedSides::unpack(self.row.sides)
    }

    /// Whether its title says `unspecified` where codes that differ in one character say the same with a side.
    #[must_use]
    pub fn leaves_side_open(self) -> bool {
        self.row.sides >> NAMED_BITS != 0
    }

    /// Where it leaves the side open, the codes that say the same with `left` and with `right`. Of several, the one that
    /// could be billed last.
    #[must_use]
    pub fn sided_siblings(self) -> (Option<Self>, Option<Self>) {
        let at = (self.row.sides >> NAMED_BITS).checked_sub(1);
        let Some(siblings) = at.and_then(|at| self.table.sided_siblings.get(at as usize)) else { return (None, None) };
        let entry = |position: u32| self.table.entry(position.checked_sub(1)? as usize);
        (entry(siblings.left), entry(siblings.right))
    }
}

/// A code while tables are compiled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Titled<'c> {
    pub(super) code: &'c str,
    pub(super) title: &'c str,
}

/// Fills `sides` of every row, and returns the siblings that they refer to.
pub(super) fn fill(
    rows: &mut [CodeRow],
    codes: &[Titled<'_>],
    periods: &BTreeMap<String, Vec<Period>>,
    not_a_side: &[String],
) -> Result<Vec<SidedSiblings>, FlatError> {
    let ids: HashMap<&str, usize> = codes.iter().enumerate().map(|(id, it)| (it.code, id)).collect();
    let titles: Vec<String> = codes.iter().map(|it| it.title.to_ascii_lowercase()).collect();
    let last_day = |id: usize| periods.get(codes[id].code).and_then(|periods| periods.last()).map(|last| last.to);
    let mut siblings = Vec::new();
    for (id, row) in rows.iter_mut().enumerate() {
        let title = &titles[id];
        let named = NamedSides::of_title(title, not_a_side);
        let mut found = SidedSiblings::default();
        if !named.any() && title.contains("unspecified") {
            let own = telling(title);
            for other in variants(codes[id].code).filter_map(|code| ids.get(code.as_str()).copied()) {
                // What could never be billed, or has no title, is no sibling.
                if last_day(other).is_none() || titles[other].is_empty() {
                    continue;
                }
                let slot = match differ_in_side(&own, &telling(&titles[other])) {
                    Some("left") => &mut found.left,
                    Some(_) => &mut found.right,
                    None => continue,
                };
                let known = slot.checked_sub(1).map(|known| last_day(known as usize));
                if known.is_none_or(|known| known < last_day(other)) {
                    *slot = other as u32 + 1;
                }
            }
        }
        row.sides = named.pack();
        if found != SidedSiblings::default() {
            siblings.push(found);
            row.sides |= (siblings.len() as u32) << NAMED_BITS;
        }
    }
    if siblings.len() >> (32 - NAMED_BITS) != 0 {
        return Err(FlatError::Damaged(format!("`{SECTION}` has more rows than codes can refer to")));
    }
    Ok(siblings)
}

/// The codes that differ from a code in one character behind the category.
fn variants(code: &str) -> impl Iterator<Item = String> + '_ {
    (3..code.len()).flat_map(move |at| {
        (b'0'..=b'9').chain(b'A'..=b'Z').filter(move |byte| code.as_bytes()[at] != *byte).map(move |byte| {
            let mut variant = code.to_owned();
            variant.replace_range(at..=at, char::from(byte).encode_utf8(&mut [0; 4]));
            variant
        })
    })
}

/// The words of a title that tell codes of a category apart, sorted.
fn telling(title: &str) -> Vec<&str> {
    let silent = ["", "side", "dominant", "non", "nondominant"];
    let mut words: Vec<&str> = words(title).map(|(word, _)| word).filter(|word| !silent.contains(word)).collect();
    words.sort_unstable();
    words
}

/// The side of `sided` when it says what `unspecified` says, but for the side. Both are sorted.
fn differ_in_side<'t>(unspecified: &[&str], sided: &[&'t str]) -> Option<&'t str> {
    let is_side = |word: &&&str| matches!(**word, "left" | "right");
    let mut sides = sided.iter().filter(is_side);
    let (Some(side), None) = (sides.next(), sides.next()) else { return None };
    if unspecified.len() != sided.len() {
        return None;
    }
    let mut rest: Vec<&str> = sided.iter().copied().filter(|word| !matches!(*word, "left" | "right")).collect();
    rest.push("unspecified");
    rest.sort_unstable();
    (unspecified == rest).then_some(*side)
}
