//! Sides of the body and the organs that have them, read from the official titles of codes.
//!
//! What titles say about sides is read by [`openclaim_reference::sides`], for ICD-10 codes when the tables are compiled.

use super::plain::{Plain, Side};
use openclaim_reference::icd10cm;
use openclaim_reference::sides::{NamedSides, sided, words};

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

impl Side {
    /// Left or right, as tables tell it.
    fn of(side: icd10cm::Side) -> Option<Self> {
        match side {
            icd10cm::Side::Left => Some(Self::Left),
            icd10cm::Side::Right => Some(Self::Right),
            icd10cm::Side::Bilateral | icd10cm::Side::Unspecified => None,
        }
    }
}

/// The one side that a title names.
pub(super) fn one_side(named: NamedSides) -> Option<Side> {
    named.one().and_then(Side::of)
}

/// What a title says about sides.
pub(super) fn named(title: &str, plain: &Plain) -> NamedSides {
    NamedSides::of_title(&title.to_ascii_lowercase(), &plain.not_a_side)
}

/// The organs of one side that a title in lower case names: `hip` in "right hip joint".
pub(super) fn organs<'t>(title: &'t str, plain: &'t Plain) -> Vec<(Side, Vec<&'t str>)> {
    let organs = sided(title, &plain.not_a_side).filter_map(|(side, rest)| {
        let phrase = rest.split(',').next().unwrap_or_default();
        let named = words(phrase).map(|(word, _)| word).take_while(|word| !ENDS.contains(word)).take(4);
        Some((Side::of(side)?, named.filter(|word| !word.is_empty() && !GENERIC.contains(word)).collect()))
    });
    organs.filter(|(_, organs): &(Side, Vec<&str>)| !organs.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::DiagnosisCode;
    use openclaim_reference::Library;
    use openclaim_reference::icd10cm::DiagnosisEntry;

    #[test]
    fn organs_stand_behind_the_side() {
        let plain = Plain::read();
        let title = "replacement of right hip joint with metal synthetic substitute, open approach";
        assert_eq!(organs(title, &plain), [(Side::Right, vec!["hip"])]);
        assert_eq!(organs("displaced fracture of left upper arm", &plain), [(Side::Left, vec!["arm"])]);
    }

    #[test]
    fn tables_hold_what_titles_say() {
        let (library, plain) = (Library::embedded().unwrap(), Plain::read());
        let mut sided = 0;
        for entry in library.icd10cm().iter() {
            assert_eq!(entry.named_sides(), named(entry.title().unwrap_or_default(), &plain), "{}", entry.code());
            sided += usize::from(entry.named_sides().any());
        }
        for entry in library.icd10pcs().iter() {
            assert_eq!(entry.named_sides(), named(entry.title().unwrap_or_default(), &plain), "{}", entry.code());
        }
        assert!(sided > 30_000, "{sided}");
    }

    #[test]
    fn unspecified_sides_have_sided_siblings() {
        let library = Library::embedded().unwrap();
        let codes = library.icd10cm();
        let of = |code: &str| codes.get(DiagnosisCode::parse(code).unwrap()).unwrap();
        assert!(["H52529", "S02640A", "I69359"].into_iter().all(|code| of(code).leaves_side_open()));
        assert!(!["M4640", "I509", "H52521"].into_iter().any(|code| of(code).leaves_side_open()));
        let (left, right) = of("H52529").sided_siblings();
        let code = |entry: Option<DiagnosisEntry<'_>>| entry.unwrap().code().dotted();
        assert_eq!((code(left), code(right)), ("H52.522".to_owned(), "H52.521".to_owned()));
    }
}
