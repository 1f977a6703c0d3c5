//! What the names of CMS's demographic variables say.
//!
//! A name is a sequence of words: `MCAID_Female_NonAged`, `NMCAID_ORIGDIS_NEF70_74`, `FGC_GE65_DUR4_9_ND_PBD`. Every
//! word is a condition on the person; the variable applies when all of them hold. A word that is not known is an error,
//! so that a new year's variable cannot be passed over in silence.

use super::model::Family;
use super::person::{Dual, Orec, Person};
use openclaim_claim::Sex;

/// Conditions on a person, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Facts(u32);

impl Facts {
    const FEMALE: Self = Self(1);
    const MALE: Self = Self(1 << 1);
    /// Below 65 and not entitled by age (`DISABL`).
    pub(super) const DISABLED: Self = Self(1 << 2);
    const NOT_DISABLED: Self = Self(1 << 3);
    /// Entitled by disability, and now aged (`ORIGDS`).
    const ORIGINALLY_DISABLED: Self = Self(1 << 4);
    const MEDICAID: Self = Self(1 << 5);
    const NOT_MEDICAID: Self = Self(1 << 6);
    const FULL_DUAL: Self = Self(1 << 7);
    const NOT_FULL_DUAL: Self = Self(1 << 8);
    const PARTIAL_DUAL: Self = Self(1 << 9);
    const INSTITUTIONAL: Self = Self(1 << 10);
    /// Entitled by renal disease, and now 65 or older.
    const ORIGINALLY_ESRD: Self = Self(1 << 11);
    const AGE_65: Self = Self(1 << 12);
    pub(super) const BELOW_65: Self = Self(1 << 13);
    const GRAFT_4_9: Self = Self(1 << 14);
    const GRAFT_10: Self = Self(1 << 15);
    const ESRD: Self = Self(1 << 16);
    const NOT_ESRD: Self = Self(1 << 17);
    /// Entitled by disability and 65 or older (`NE_ORIGDS` of all new enrollees but those on dialysis).
    const AGED_BY_DISABILITY: Self = Self(1 << 18);
    const NOT_AGED_BY_DISABILITY: Self = Self(1 << 19);
    /// Entitled by disability at any age (`NE_ORIGDS` of new enrollees on dialysis).
    const BY_DISABILITY: Self = Self(1 << 20);
    const NOT_BY_DISABILITY: Self = Self(1 << 21);

    /// What holds for a person of this age.
    pub(super) fn of(person: &Person, age: u16) -> Self {
        let disabled = age < 65 && person.orec != Orec::Age;
        let by_disability = person.orec == Orec::Disability;
        let medicaid = person.dual != Dual::None;
        let full = person.dual == Dual::Full;
        let either = |holds: bool, yes: Self, no: Self| if holds { yes } else { no };
        let only = |holds: bool, yes: Self| if holds { yes } else { Self(0) };
        let months = person.graft_months.unwrap_or_default();
        [
            only(person.sex == Sex::Female, Self::FEMALE),
            only(person.sex == Sex::Male, Self::MALE),
            either(disabled, Self::DISABLED, Self::NOT_DISABLED),
            only(by_disability && !disabled, Self::ORIGINALLY_DISABLED),
            either(medicaid, Self::MEDICAID, Self::NOT_MEDICAID),
            either(full, Self::FULL_DUAL, Self::NOT_FULL_DUAL),
            only(person.dual == Dual::Partial, Self::PARTIAL_DUAL),
            only(person.institutional, Self::INSTITUTIONAL),
            only(person.orec.is_esrd() && age >= 65, Self::ORIGINALLY_ESRD),
            either(age >= 65, Self::AGE_65, Self::BELOW_65),
            only((4..=9).contains(&months), Self::GRAFT_4_9),
            only(months >= 10, Self::GRAFT_10),
            either(person.esrd, Self::ESRD, Self::NOT_ESRD),
            either(by_disability && age >= 65, Self::AGED_BY_DISABILITY, Self::NOT_AGED_BY_DISABILITY),
            either(by_disability, Self::BY_DISABILITY, Self::NOT_BY_DISABILITY),
        ]
        .into_iter()
        .fold(Self(0), Self::and)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every condition of `needed` is among these.
    pub(super) const fn hold(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }
}

/// When a demographic variable applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) facts: Facts,
    pub(super) youngest: u16,
    pub(super) oldest: u16,
}

impl Condition {
    pub(super) const fn applies(&self, facts: Facts, age: u16) -> bool {
        facts.hold(self.facts) && self.youngest <= age && age <= self.oldest
    }
}

/// Reads the name of a demographic variable without its segment's prefix.
pub(super) fn condition(name: &str, family: Family, dialysis_new_enrollee: bool) -> Result<Condition, String> {
    let mut condition = Condition { facts: Facts::default(), youngest: 0, oldest: u16::MAX };
    let (words, cell) = split_cell(name);
    if let Some(cell) = cell {
        read_cell(cell, &mut condition)
            .ok_or_else(|| format!("`{cell}` of variable `{name}` is not an age and sex cell"))?;
    }
    let (origdis, norigdis) = if dialysis_new_enrollee {
        (Facts::BY_DISABILITY, Facts::NOT_BY_DISABILITY)
    } else {
        (Facts::AGED_BY_DISABILITY, Facts::NOT_AGED_BY_DISABILITY)
    };
    // In the ESRD models "aged" is what is not disabled; elsewhere it is the age itself.
    let (aged, nonaged) = match family {
        Family::Esrd => (Facts::NOT_DISABLED, Facts::DISABLED),
        Family::CmsHcc | Family::RxHcc => (Facts::AGE_65, Facts::BELOW_65),
    };
    // Words that hold an underscore come before those they begin with.
    let vocabulary: [(&str, Facts); 35] = [
        ("FGC", Facts::default()),
        ("FGI", Facts::default()),
        ("ND_PBD", Facts::NOT_FULL_DUAL),
        ("FBDual", Facts::FULL_DUAL),
        ("PBDual", Facts::PARTIAL_DUAL),
        ("FBD", Facts::FULL_DUAL),
        ("PBD", Facts::PARTIAL_DUAL),
        ("DUR4_9", Facts::GRAFT_4_9),
        ("DUR10PL", Facts::GRAFT_10),
        ("GE65", Facts::AGE_65),
        ("LT65", Facts::BELOW_65),
        ("flag", Facts::default()),
        ("OriginallyDisabled", Facts::ORIGINALLY_DISABLED),
        ("Originally_ESRD", Facts::ORIGINALLY_ESRD),
        ("Female", Facts::FEMALE),
        ("Male", Facts::MALE),
        ("NonAged", nonaged),
        ("Aged", aged),
        ("NMCAID", Facts::NOT_MEDICAID),
        ("LTIMCAID", Facts::MEDICAID),
        ("MCAID", Facts::MEDICAID),
        ("NORIGDIS", norigdis),
        ("ORIGDIS", origdis),
        ("ORIGDS", Facts::ORIGINALLY_DISABLED),
        ("LTI", Facts::INSTITUTIONAL),
        ("NESRD", Facts::NOT_ESRD),
        ("ESRD", Facts::ESRD),
        ("NOD", Facts::NOT_AGED_BY_DISABILITY),
        ("OD", Facts::AGED_BY_DISABILITY),
        // Separators: of age and sex cells in the RxHCC models, of graft variables in the ESRD models.
        ("x", Facts::default()),
        ("G", Facts::default()),
        // A transplant in a month is a segment of its own.
        ("TRANSPLANT_KIDNEY_ONLY_1M", Facts::default()),
        ("TRANSPLANT_KIDNEY_ONLY_2M", Facts::default()),
        ("TRANSPLANT_KIDNEY_ONLY_3M", Facts::default()),
        ("", Facts::default()),
    ];
    let mut rest = words;
    while !rest.is_empty() {
        let known = vocabulary.iter().filter(|(word, _)| !word.is_empty()).find_map(|(word, facts)| {
            let after = rest.strip_prefix(word)?;
            (after.is_empty() || after.starts_with('_')).then_some((after, *facts))
        });
        let Some((after, facts)) = known else {
            return Err(format!("`{rest}` of variable `{name}` is not known"));
        };
        condition.facts = condition.facts.and(facts);
        rest = after.strip_prefix('_').unwrap_or(after);
    }
    Ok(condition)
}

/// Splits the age and sex cell off the end of a name: `NMCAID_NORIGDIS_NEF70_74` into `NMCAID_NORIGDIS` and `F70_74`.
fn split_cell(name: &str) -> (&str, Option<&str>) {
    let starts = |at: usize| at == 0 || name.as_bytes().get(at - 1) == Some(&b'_');
    let cell = (0..name.len()).find_map(|at| {
        let tail = name.get(at..).filter(|_| starts(at))?;
        let cell = tail.strip_prefix("NE").unwrap_or(tail);
        let mut letters = cell.bytes();
        let sexed = matches!(letters.next(), Some(b'F' | b'M')) && letters.next().is_some_and(|b| b.is_ascii_digit());
        sexed.then_some((name.get(..at).unwrap_or_default().trim_end_matches('_'), cell))
    });
    cell.map_or((name, None), |(words, cell)| (words, Some(cell)))
}

/// `F65_69`, `M95_GT`, `F67`, and `F65OD`: originally disabled, of 65 years and older.
fn read_cell(cell: &str, condition: &mut Condition) -> Option<()> {
    let (sex, ages) = cell.split_at_checked(1)?;
    condition.facts = condition.facts.and(if sex == "F" { Facts::FEMALE } else { Facts::MALE });
    if let Some(youngest) = ages.strip_suffix("OD") {
        condition.facts = condition.facts.and(Facts::ORIGINALLY_DISABLED);
        condition.youngest = youngest.parse().ok()?;
        return Some(());
    }
    let (youngest, oldest) = ages.split_once('_').unwrap_or((ages, ages));
    condition.youngest = youngest.parse().ok()?;
    condition.oldest = if oldest == "GT" { u16::MAX } else { oldest.parse().ok()? };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applies(name: &str, family: Family, person: &Person) -> bool {
        condition(name, family, false).unwrap().applies(Facts::of(person, person.age), person.age)
    }

    #[test]
    fn cells_are_closed_ranges_by_sex() {
        let person = |age, sex| Person::new(age, sex, Orec::Age);
        for (age, holds) in [(69, false), (70, true), (74, true), (75, false)] {
            assert_eq!(applies("F70_74", Family::CmsHcc, &person(age, Sex::Female)), holds, "{age}");
        }
        assert!(!applies("F70_74", Family::CmsHcc, &person(70, Sex::Male)));
        assert!(applies("M95_GT", Family::CmsHcc, &person(104, Sex::Male)));
        assert!(applies("NMCAID_NORIGDIS_NEM67", Family::CmsHcc, &person(67, Sex::Male)));
    }

    #[test]
    fn a_new_enrollee_is_originally_disabled_from_65_on() {
        let person = Person { dual: Dual::Partial, ..Person::new(72, Sex::Female, Orec::Disability) };
        assert!(applies("MCAID_ORIGDIS_NEF70_74", Family::CmsHcc, &person));
        assert!(!applies("MCAID_NORIGDIS_NEF70_74", Family::CmsHcc, &person));
        let younger = Person { age: 50, ..person };
        assert!(applies("MCAID_NORIGDIS_NEF45_54", Family::CmsHcc, &younger));
        let dialysis = condition("MCAID_ORIGDIS_NEF45_54", Family::Esrd, true).unwrap();
        assert!(dialysis.applies(Facts::of(&younger, 50), 50));
    }

    #[test]
    fn words_of_every_family_are_known_and_others_refused() {
        let graft = Person { graft_months: Some(6), dual: Dual::Full, ..Person::new(70, Sex::Male, Orec::Esrd) };
        assert!(applies("FGC_GE65_DUR4_9_FBD", Family::Esrd, &graft));
        assert!(!applies("FGC_GE65_DUR10PL_FBD", Family::Esrd, &graft));
        assert!(applies("Originally_ESRD_Male", Family::Esrd, &graft));
        assert!(applies("ESRD_NOD_x_M70_74", Family::RxHcc, &graft));
        assert!(condition("MOONBORN_F65_69", Family::CmsHcc, false).is_err());
        assert!(condition("F6x_69", Family::CmsHcc, false).is_err());
    }
}
