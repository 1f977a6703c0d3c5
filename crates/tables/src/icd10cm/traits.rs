//! What the conventions ask of a code first, packed so that most codes answer in one step.

use super::notes::NoteRow;
use super::{CodeRow, HEADING, NO_PARENT, NoteKind};
use bytemuck::{Pod, Zeroable};
use std::collections::BTreeMap;

/// Side of the body that a code names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Right.
    Right,
    /// Left.
    Left,
    /// Both.
    Bilateral,
    /// Unspecified, beside siblings that name a side.
    Unspecified,
}

impl Side {
    /// The side in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
            Self::Bilateral => "bilateral",
            Self::Unspecified => "unspecified",
        }
    }
}

/// Properties of a code that follow from the tabular list: its notes and those above it, its title and its siblings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Traits(u32);

/// What stands below has these too.
const INHERITED: u32 = 0xFFFF | SEVENTH;
const FIRST_ASKED: u32 = 1 << 9;
const FIRST_ASKED_OF_ADVERSE_EFFECTS: u32 = 1 << 10;
const ALSO_ASKED: u32 = 1 << 11;
const UNSPECIFIED: u32 = 1 << 16;
const SEVENTH: u32 = 1 << 17;
const RULED: u32 = 1 << 18;
const HAS_BILATERAL: u32 = 1 << 19;
const SIDE: u32 = 20;
const SIDE_AT: u32 = 23;
const TRIMESTER: u32 = 26;

impl Traits {
    /// Whether the code, or a place above it, has a note of the kind that names codes or an order.
    #[must_use]
    pub fn has_note(self, kind: NoteKind) -> bool {
        self.0 >> kind.number() & 1 == 1
    }

    /// Whether *code first* notes of one place, its own or above it, leave nothing open: they want the other code whether it
    /// is on the claim or not. `adverse_effect` says whether the code is one, as some of these notes are about them alone.
    #[must_use]
    pub fn asks_for_first(self, adverse_effect: impl FnOnce() -> bool) -> bool {
        self.0 & FIRST_ASKED != 0 || (self.0 & FIRST_ASKED_OF_ADVERSE_EFFECTS != 0 && adverse_effect())
    }

    /// Whether all *code also* lines of one place, its own or above it, headings among them, ask for what always goes with the
    /// code.
    #[must_use]
    pub fn asks_for_what_always_goes_along(self) -> bool {
        self.0 & ALSO_ASKED != 0
    }

    /// Whether the title says `unspecified`.
    #[must_use]
    pub fn is_unspecified(self) -> bool {
        self.0 & UNSPECIFIED != 0
    }

    /// Whether the category takes a 7th character.
    #[must_use]
    pub fn takes_seventh(self) -> bool {
        self.0 & SEVENTH != 0
    }

    /// Whether a rule of the guidelines names the code.
    #[must_use]
    pub fn is_ruled(self) -> bool {
        self.0 & RULED != 0
    }

    /// The side that the code names, and the 0-based position of the character that says so. Codes that agree in every
    /// other character differ in the side alone.
    #[must_use]
    pub fn side(self) -> Option<(Side, usize)> {
        let side = match self.0 >> SIDE & 7 {
            1 => Side::Right,
            2 => Side::Left,
            3 => Side::Bilateral,
            4 => Side::Unspecified,
            _ => return None,
        };
        Some((side, (self.0 >> SIDE_AT & 7) as usize))
    }

    /// Whether a code for both sides stands beside it.
    #[must_use]
    pub fn has_bilateral_sibling(self) -> bool {
        self.0 & HAS_BILATERAL != 0
    }

    /// Trimester of the pregnancy that the title names, 1 to 3.
    #[must_use]
    pub fn trimester(self) -> Option<u8> {
        match self.0 >> TRIMESTER & 3 {
            0 => None,
            number => Some(number as u8),
        }
    }

    /// Traits of either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn set_ruled(&mut self) {
        self.0 |= RULED;
    }
}

/// What the notes of one place ask, in the bits of [`Traits`].
pub(super) fn of_notes(notes: &[NoteRow]) -> u32 {
    let kinds = notes.iter().fold(0, |kinds, row| {
        let kind = row.kind();
        let counts = kind == NoteKind::CodeFirst || (kind.names_codes() && !row.codes.is_empty());
        kinds | u32::from(counts) << kind.number()
    });
    let of = |kind: NoteKind| notes.iter().filter(move |row| row.kind() == kind).map(NoteRow::without_text);
    let first = match of(NoteKind::CodeFirst).next() {
        Some(_) if of(NoteKind::CodeFirst).any(|line| line.is_conditional()) => 0,
        Some(line) if line.is_for_adverse_effects() => FIRST_ASKED_OF_ADVERSE_EFFECTS,
        Some(_) => FIRST_ASKED,
        None => 0,
    };
    let inherent = |line: crate::icd10cm::Note<'_>| line.asks_for_what_always_goes_along();
    let also = of(NoteKind::CodeAlso).next().is_some() && of(NoteKind::CodeAlso).all(inherent);
    kinds | first | if also { ALSO_ASKED } else { 0 }
}

/// Fills `traits` of every row: from its notes and those above, its title and its siblings. Rows stand in code order, so a
/// parent comes before its children.
pub(super) fn fill(
    rows: &mut [CodeRow],
    codes: &[&str],
    titles: &[&str],
    of_codes: &[u32],
    of_headings: &[u32],
    heading_parents: &[u32],
) {
    let heading = |mut at: u32| {
        let mut sum = 0;
        while at != NO_PARENT {
            let index = (at & !HEADING) as usize;
            let Some(own) = of_headings.get(index) else { break };
            sum |= own;
            at = heading_parents.get(index).copied().unwrap_or(NO_PARENT);
        }
        sum
    };
    let mut children: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for index in 0..rows.len() {
        let parent = rows[index].parent;
        let above = match parent {
            NO_PARENT => 0,
            at if at & HEADING != 0 => heading(at),
            at => {
                children.entry(at).or_default().push(index);
                rows[at as usize].traits.0 & INHERITED
            }
        };
        let title = titles[index].to_lowercase();
        let mut traits = above | of_codes[index];
        if rows[index].seventh_count > 0 {
            traits |= SEVENTH;
        }
        if title.contains("unspecified") {
            traits |= UNSPECIFIED;
        }
        traits |= trimester(&title) << TRIMESTER;
        rows[index].traits = Traits(traits);
    }
    for (parent, children) in children {
        let at = codes[parent as usize].len() as u32;
        for (child, bits) in sides(&children, titles, codes, at) {
            // What stands below inherits the side.
            let last = (child..rows.len()).take_while(|&below| codes[below].starts_with(codes[child])).last();
            for row in &mut rows[child..=last.unwrap_or(child)] {
                if row.traits.side().is_none() {
                    row.traits.0 |= bits;
                }
            }
        }
    }
}

fn trimester(title: &str) -> u32 {
    let named: Vec<u32> = ["first trimester", "second trimester", "third trimester"]
        .iter()
        .zip(1..)
        .filter(|(words, _)| title.contains(**words))
        .map(|(_, number)| number)
        .collect();
    match named.as_slice() {
        [one] => *one,
        _ => 0,
    }
}

/// The sides of siblings: exactly one names the right and exactly one the left.
fn sides(children: &[usize], titles: &[&str], codes: &[&str], at: u32) -> Vec<(usize, u32)> {
    let of = |index: &usize| {
        let title = titles[*index].to_lowercase();
        let has = |word: &str| title.split(|c: char| !c.is_alphanumeric()).any(|it| it == word);
        match (has("right"), has("left"), has("bilateral"), has("unspecified")) {
            (true, false, false, _) => Some(Side::Right),
            (false, true, false, _) => Some(Side::Left),
            (_, _, true, _) => Some(Side::Bilateral),
            (false, false, false, true) => Some(Side::Unspecified),
            _ => None,
        }
    };
    // One character tells the siblings apart; longer codes are fillings of it.
    let one_longer = |index: &usize| codes[*index].len() as u32 == at + 1;
    let only = |wanted: Side| {
        let mut found = children.iter().filter(|index| one_longer(index) && of(index) == Some(wanted));
        found.next().filter(|_| found.next().is_none()).copied()
    };
    let (Some(right), Some(left)) = (only(Side::Right), only(Side::Left)) else { return Vec::new() };
    if at > 6 {
        return Vec::new();
    }
    let bilateral = only(Side::Bilateral);
    let both = if bilateral.is_some() { HAS_BILATERAL } else { 0 };
    let found = [(Some(right), 1), (Some(left), 2), (bilateral, 3), (only(Side::Unspecified), 4)];
    found.into_iter().filter_map(|(index, side)| Some((index?, side << SIDE | at << SIDE_AT | both))).collect()
}
