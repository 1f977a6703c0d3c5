//! Sides of the body, read from the official titles of codes.
//!
//! ICD-10-CM and ICD-10-PCS name the side in words: `left`, `right`, `bilateral`, `unspecified`. Words behind a side that
//! make it something else (the left ventricle, the right upper quadrant) stand in `data/modifier/not_a_side.csv`. What a
//! title says is worked out once per code and kept.

use super::plain::{Plain, Side};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::icd10cm::{DiagnosisEntry, Icd10Cm};
use openclaim_reference::{Day, Library};
use std::sync::atomic::{AtomicU64, Ordering};

/// The parts of the body that modifiers name beside the side.
const PARTS: [&str; 9] = [
    "upper eyelid",
    "lower eyelid",
    "thumb",
    "index finger",
    "middle finger",
    "ring finger",
    "little finger",
    "great toe",
    "lesser toe",
];

/// Words that say where on an organ, not which organ.
const GENERIC: [&str; 31] = [
    "upper",
    "lower",
    "middle",
    "inner",
    "outer",
    "proximal",
    "distal",
    "anterior",
    "posterior",
    "lateral",
    "medial",
    "internal",
    "external",
    "common",
    "superior",
    "inferior",
    "superficial",
    "deep",
    "main",
    "front",
    "back",
    "female",
    "male",
    "bone",
    "joint",
    "artery",
    "vein",
    "nerve",
    "muscle",
    "region",
    "side",
];

/// Words that end the name of an organ.
const ENDS: [&str; 14] =
    ["with", "without", "using", "via", "from", "to", "for", "in", "at", "by", "and", "or", "during", "initial"];

/// What a title says about sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Named {
    pub(super) left: bool,
    pub(super) right: bool,
    /// The title says `bilateral`, or names both sides.
    pub(super) both: bool,
    part: Option<u8>,
    /// Where the title says `unspecified`, the codes beside it that say the same with `left` and with `right`, by
    /// position in the table; 0 for none, else one more.
    siblings: (u32, u32),
}

/// Positions of siblings take so many bits: enough for 16 million codes.
const SIBLING: u32 = 24;

impl Named {
    /// The one side that it names.
    pub(super) fn side(self) -> Option<Side> {
        match (self.left, self.right, self.both) {
            (true, false, false) => Some(Side::Left),
            (false, true, false) => Some(Side::Right),
            _ => None,
        }
    }

    /// Whether the title says `unspecified` where codes beside it name a side.
    pub(super) fn is_unspecified(self) -> bool {
        self.siblings != (0, 0)
    }

    /// The codes that say the same with `left` and with `right`.
    pub(super) fn siblings(self, codes: &Icd10Cm) -> (Option<DiagnosisEntry<'_>>, Option<DiagnosisEntry<'_>>) {
        let entry = |position: u32| codes.entry(position.checked_sub(1)? as usize);
        (entry(self.siblings.0), entry(self.siblings.1))
    }

    /// The eyelid, finger or toe; empty when it names none.
    pub(super) fn part(self) -> &'static str {
        self.part.and_then(|at| PARTS.get(usize::from(at)).copied()).unwrap_or_default()
    }

    /// One number, never 0.
    fn pack(self) -> u64 {
        let part = self.part.map_or(0, |at| at + 1);
        let flags = 0x80 | part << 3 | u8::from(self.both) << 2 | u8::from(self.left) << 1 | u8::from(self.right);
        let (left, right) = self.siblings;
        u64::from(flags) | u64::from(left) << 8 | u64::from(right) << (8 + SIBLING)
    }

    fn unpack(number: u64) -> Self {
        let flags = number as u8;
        let sibling = |shift: u32| (number >> shift) as u32 & ((1 << SIBLING) - 1);
        Self {
            left: flags & 2 != 0,
            right: flags & 1 != 0,
            both: flags & 4 != 0,
            part: (flags >> 3 & 0xF).checked_sub(1),
            siblings: (sibling(8), sibling(8 + SIBLING)),
        }
    }
}

/// The words of a title with what follows each.
fn words(title: &str) -> impl Iterator<Item = (&str, &str)> {
    title.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).scan(0, move |at, piece| {
        *at += piece.len();
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        Some((word, title.get(*at..).unwrap_or_default()))
    })
}

fn starts_with_phrase(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Every side in a title in lower case, with what follows it.
fn sided<'t>(title: &'t str, plain: &'t Plain) -> impl Iterator<Item = (Side, &'t str)> {
    words(title).filter_map(|(word, rest)| {
        let side = match word {
            "left" => Side::Left,
            "right" => Side::Right,
            _ => return None,
        };
        let rest = rest.trim_start();
        let other = plain.not_a_side.iter().any(|phrase| starts_with_phrase(rest, phrase));
        (!other).then_some((side, rest))
    })
}

/// What a title in lower case says, but for `unspecified`.
pub(super) fn named(title: &str, plain: &Plain) -> Named {
    let mut named = Named { both: words(title).any(|(word, _)| word == "bilateral"), ..Named::default() };
    for (side, rest) in sided(title, plain) {
        match side {
            Side::Left => named.left = true,
            Side::Right => named.right = true,
        }
        let part = PARTS.iter().position(|part| starts_with_phrase(rest, part));
        named.part = named.part.or(part.and_then(|at| u8::try_from(at).ok()));
    }
    named.both |= named.left && named.right;
    named
}

/// The organs of one side that a title in lower case names: `hip` in "right hip joint".
pub(super) fn organs<'t>(title: &'t str, plain: &'t Plain) -> Vec<(Side, Vec<&'t str>)> {
    let organs = sided(title, plain).map(|(side, rest)| {
        let phrase = rest.split(',').next().unwrap_or_default();
        let named = words(phrase).map(|(word, _)| word).take_while(|word| !ENDS.contains(word)).take(4);
        (side, named.filter(|word| !word.is_empty() && !GENERIC.contains(word)).collect())
    });
    organs.filter(|(_, organs): &(Side, Vec<&str>)| !organs.is_empty()).collect()
}

/// What all diagnosis codes say about sides, worked out when first asked for.
#[derive(Debug)]
pub(super) struct Sides(Box<[AtomicU64]>);

impl Sides {
    pub(super) fn new(library: &Library) -> Self {
        Self((0..library.icd10cm().len()).map(|_| AtomicU64::new(0)).collect())
    }

    /// What a diagnosis says about sides.
    #[inline]
    pub(super) fn of(&self, entry: DiagnosisEntry<'_>, codes: &Icd10Cm, plain: &Plain) -> Named {
        let Some(cell) = self.0.get(entry.id()) else { return work_out(entry, codes, plain) };
        match cell.load(Ordering::Relaxed) {
            0 => {
                let named = work_out(entry, codes, plain);
                cell.store(named.pack(), Ordering::Relaxed);
                named
            }
            number => Named::unpack(number),
        }
    }
}

#[cold]
fn work_out(entry: DiagnosisEntry<'_>, codes: &Icd10Cm, plain: &Plain) -> Named {
    let Some(title) = entry.title() else { return Named::default() };
    let title = title.to_ascii_lowercase();
    let mut found = named(&title, plain);
    if !(found.left || found.right || found.both) && title.contains("unspecified") {
        for (other, side) in siblings(entry, &title, codes) {
            let slot = if side == Side::Left { &mut found.siblings.0 } else { &mut found.siblings.1 };
            let newer = |known: u32| {
                let known = known.checked_sub(1).and_then(|at| codes.entry(at as usize));
                known.is_none_or(|known| last_day(known) < last_day(other))
            };
            if newer(*slot) {
                *slot = u32::try_from(other.id() + 1).unwrap_or_default();
            }
        }
    }
    found
}

/// The last day on which a code could be billed.
fn last_day(entry: DiagnosisEntry<'_>) -> Option<Day> {
    entry.periods().last().map(|period| period.to)
}

/// The codes that say the same with a side instead of `unspecified`: they differ in one character.
fn siblings<'t>(
    entry: DiagnosisEntry<'t>,
    title: &str,
    codes: &'t Icd10Cm,
) -> impl Iterator<Item = (DiagnosisEntry<'t>, Side)> + 't {
    let text = entry.code().as_str().to_owned();
    let own = telling(title);
    let variants = (3..text.len()).flat_map(|at| (b'0'..=b'9').chain(b'A'..=b'Z').map(move |byte| (at, byte)));
    variants.filter_map(move |(at, byte)| {
        let mut bytes = text.clone().into_bytes();
        let slot = bytes.get_mut(at)?;
        if std::mem::replace(slot, byte) == byte {
            return None;
        }
        let other = codes.get(DiagnosisCode::parse(std::str::from_utf8(&bytes).ok()?).ok()?)?;
        let title = other.title().filter(|_| other.ever_billable())?.to_ascii_lowercase();
        let side = differ_in_side(&own, &telling(&title))?;
        Some((other, side))
    })
}

/// The words of a title that tell codes of a category apart, sorted.
fn telling(title: &str) -> Vec<String> {
    let silent = ["", "side", "dominant", "non", "nondominant"];
    let mut words: Vec<String> =
        words(title).map(|(word, _)| word).filter(|word| !silent.contains(word)).map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// The side of `sided` when it says what `unspecified` says, but for the side. Both are sorted.
fn differ_in_side(unspecified: &[String], sided: &[String]) -> Option<Side> {
    let sides = || sided.iter().filter(|word| matches!(word.as_str(), "left" | "right"));
    let side = if sides().next()? == "left" { Side::Left } else { Side::Right };
    if sides().count() != 1 || unspecified.len() != sided.len() {
        return None;
    }
    let mut rest: Vec<&str> =
        sided.iter().map(String::as_str).filter(|word| !matches!(*word, "left" | "right")).collect();
    rest.push("unspecified");
    rest.sort_unstable();
    unspecified.iter().map(String::as_str).eq(rest).then_some(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(title: &str) -> Named {
        named(&title.to_ascii_lowercase(), &Plain::read())
    }

    #[test]
    fn sides_are_read_from_titles() {
        assert_eq!(of("Unilateral primary osteoarthritis, right hip").side(), Some(Side::Right));
        assert_eq!(of("Unspecified amblyopia, bilateral").side(), None);
        assert_eq!(of("Blindness right eye category 5, low vision left eye").side(), None);
        let lid = of("Hordeolum externum left upper eyelid");
        assert_eq!((lid.side(), lid.part()), (Some(Side::Left), "upper eyelid"));
        assert_eq!(of("Displaced fracture of right lesser toe(s)").part(), "lesser toe");
    }

    #[test]
    fn chambers_vessels_and_regions_are_no_sides() {
        for title in [
            "Left ventricular failure, unspecified",
            "Acute right heart failure",
            "Right upper quadrant pain",
            "ST elevation (STEMI) myocardial infarction involving left main coronary artery",
            "Hemiplegia, unspecified affecting right dominant side",
            "Left sided colitis without complications",
        ] {
            assert_eq!(of(title).side(), None, "{title}");
        }
        assert_eq!(of("Malignant neoplasm of right main bronchus").side(), Some(Side::Right));
    }

    #[test]
    fn packing_keeps_everything() {
        let plain = Plain::read();
        for title in ["left thumb", "right lesser toe", "bilateral knees", "no side", "right knee"] {
            let named = named(title, &plain);
            assert_eq!(Named::unpack(named.pack()), named, "{title}");
        }
    }

    #[test]
    fn organs_stand_behind_the_side() {
        let plain = Plain::read();
        let title = "replacement of right hip joint with metal synthetic substitute, open approach";
        assert_eq!(organs(title, &plain), [(Side::Right, vec!["hip"])]);
        assert_eq!(organs("displaced fracture of left upper arm", &plain), [(Side::Left, vec!["arm"])]);
    }

    #[test]
    fn unspecified_sides_have_sided_siblings() {
        let library = Library::embedded().unwrap();
        let (codes, plain, sides) = (library.icd10cm(), Plain::read(), Sides::new(&library));
        let of = |code: &str| sides.of(codes.get(DiagnosisCode::parse(code).unwrap()).unwrap(), codes, &plain);
        assert!(["H52529", "S02640A", "I69359"].into_iter().all(|code| of(code).is_unspecified()));
        assert!(!["M4640", "I509", "H52521"].into_iter().any(|code| of(code).is_unspecified()));
        let (left, right) = of("H52529").siblings(codes);
        let code = |entry: Option<DiagnosisEntry<'_>>| entry.unwrap().code().dotted();
        assert_eq!((code(left), code(right)), ("H52.522".to_owned(), "H52.521".to_owned()));
    }
}
