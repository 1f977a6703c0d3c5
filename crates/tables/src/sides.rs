//! Sides of the body, read from the official titles of codes.
//!
//! Titles name the side in words: `left`, `right`, `bilateral`. Words behind a side that make it something else (the left
//! ventricle, the right upper quadrant) stand in `data/modifier/not_a_side.csv`.

use crate::FlatError;
use crate::icd10cm::Side;
use crate::plain::PlainTables;

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

/// What a title says about sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamedSides {
    /// The title names the left side.
    pub left: bool,
    /// The title names the right side.
    pub right: bool,
    /// The title says `bilateral`, or names both sides.
    pub both: bool,
    part: Option<u8>,
}

impl NamedSides {
    /// What a title in lower case says. `not_a_side` are the phrases that make a side something else.
    #[must_use]
    pub fn of_title(title: &str, not_a_side: &[String]) -> Self {
        let mut named = Self { both: words(title).any(|(word, _)| word == "bilateral"), ..Self::default() };
        for (side, rest) in sided(title, not_a_side) {
            match side {
                Side::Left => named.left = true,
                _ => named.right = true,
            }
            let part = PARTS.iter().position(|part| starts_with_phrase(rest, part));
            named.part = named.part.or(part.and_then(|at| u8::try_from(at).ok()));
        }
        named.both |= named.left && named.right;
        named
    }

    /// The one side that it names.
    #[must_use]
    pub fn one(self) -> Option<Side> {
        match (self.left, self.right, self.both) {
            (true, false, false) => Some(Side::Left),
            (false, true, false) => Some(Side::Right),
            _ => None,
        }
    }

    /// Whether it names a side, or both.
    #[must_use]
    pub fn any(self) -> bool {
        self.left || self.right || self.both
    }

    /// The eyelid, finger or toe; empty when it names none.
    #[must_use]
    pub fn part(self) -> &'static str {
        self.part.and_then(|at| PARTS.get(usize::from(at)).copied()).unwrap_or_default()
    }

    /// As rows store it, in the lower seven bits.
    pub(crate) fn pack(self) -> u32 {
        let part = u32::from(self.part.map_or(0, |at| at + 1));
        part << 3 | u32::from(self.both) << 2 | u32::from(self.left) << 1 | u32::from(self.right)
    }

    pub(crate) fn unpack(number: u32) -> Self {
        let part = (number >> 3 & 0xF) as u8;
        Self { left: number & 2 != 0, right: number & 1 != 0, both: number & 4 != 0, part: part.checked_sub(1) }
    }
}

/// The words of a title with what follows each.
pub fn words(title: &str) -> impl Iterator<Item = (&str, &str)> {
    title.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).scan(0, move |at, piece| {
        *at += piece.len();
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        Some((word, title.get(*at..).unwrap_or_default()))
    })
}

fn starts_with_phrase(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Every left and right side in a title in lower case, with what follows it.
pub fn sided<'t>(title: &'t str, not_a_side: &'t [String]) -> impl Iterator<Item = (Side, &'t str)> {
    words(title).filter_map(|(word, rest)| {
        let side = match word {
            "left" => Side::Left,
            "right" => Side::Right,
            _ => return None,
        };
        let rest = rest.trim_start();
        let other = not_a_side.iter().any(|phrase| starts_with_phrase(rest, phrase));
        (!other).then_some((side, rest))
    })
}

/// The phrases behind a side that make it something else.
pub(crate) fn read_not_a_side(data: &PlainTables) -> Result<Vec<String>, FlatError> {
    let mut phrases = Vec::new();
    data.rows("modifier/not_a_side.csv", ["phrase", "why"], |[phrase, _]| {
        phrases.push(phrase.to_owned());
        Ok(())
    })?;
    Ok(phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(title: &str) -> NamedSides {
        let data = PlainTables::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
        NamedSides::of_title(&title.to_ascii_lowercase(), &read_not_a_side(&data).unwrap())
    }

    #[test]
    fn sides_are_read_from_titles() {
        assert_eq!(of("Unilateral primary osteoarthritis, right hip").one(), Some(Side::Right));
        assert_eq!(of("Unspecified amblyopia, bilateral").one(), None);
        assert_eq!(of("Blindness right eye category 5, low vision left eye").one(), None);
        let lid = of("Hordeolum externum left upper eyelid");
        assert_eq!((lid.one(), lid.part()), (Some(Side::Left), "upper eyelid"));
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
            assert_eq!(of(title).one(), None, "{title}");
        }
        assert_eq!(of("Malignant neoplasm of right main bronchus").one(), Some(Side::Right));
    }

    #[test]
    fn packing_keeps_everything() {
        for title in ["left thumb", "right lesser toe", "bilateral knees", "no side", "right knee"] {
            let named = of(title);
            assert_eq!(NamedSides::unpack(named.pack()), named, "{title}");
        }
    }
}
