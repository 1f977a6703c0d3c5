//! A compiled model.

use super::category::CategorySet;
use super::person::{Dual, Person};
use super::variable::{Condition, Facts};
use crate::{ErrorCode, Score, ScoreError};
use openclaim_claim::{DiagnosisCode, Sex};

/// Which of CMS's programmes a model serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Medicare Advantage.
    CmsHcc,
    /// Enrollees with end-stage renal disease.
    Esrd,
    /// Part D.
    RxHcc,
}

/// One version of a model in one payment year, compiled for scoring.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) name: String,
    pub(super) payment_year: i16,
    pub(super) calibration: String,
    pub(super) family: Family,
    /// In every segment a person of 64 who is entitled by age counts as 65; else only among new enrollees.
    pub(super) age_64_as_65_everywhere: bool,
    pub(super) categories: Vec<Category>,
    pub(super) codes: CodeTable,
    pub(super) edits: Vec<Vec<Edit>>,
    pub(super) requirements: Vec<Requirement>,
    pub(super) interactions: Vec<Interaction>,
    pub(super) segments: Vec<Segment>,
    /// Labels of the releases whose tables it was compiled from.
    pub(super) releases: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Category {
    pub(super) number: u16,
    pub(super) variable: String,
    pub(super) label: String,
    pub(super) drops: CategorySet,
}

/// A category that counts only beside one of others, and never when there are none.
#[derive(Debug, Clone)]
pub(super) struct Requirement {
    pub(super) category: usize,
    pub(super) any_of: CategorySet,
}

/// A product of groups of categories and of conditions on the person.
#[derive(Debug, Clone)]
pub(super) struct Interaction {
    pub(super) variable: String,
    pub(super) groups: Vec<CategorySet>,
    pub(super) facts: Facts,
}

/// An edit of a diagnosis by age or sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Of the Medicare Code Editor, which CMS's software applies last.
    pub(super) mce: bool,
    pub(super) sex: Option<Sex>,
    /// Fires up to this age …
    pub(super) at_most: Option<u16>,
    /// … or from this age on.
    pub(super) at_least: Option<u16>,
    /// The category in place of the mapped ones; `None` makes the diagnosis invalid.
    pub(super) category: Option<usize>,
}

impl Edit {
    pub(super) fn fires(&self, person: &Person) -> bool {
        let by_sex = self.sex.is_none_or(|sex| sex == person.sex);
        let by_age = (self.at_most.is_none() && self.at_least.is_none())
            || self.at_most.is_some_and(|age| person.age <= age)
            || self.at_least.is_some_and(|age| person.age >= age);
        by_sex && by_age
    }
}

/// Which persons a segment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgeRule {
    Any,
    Aged,
    NotAged,
}

/// What a segment says about entitlement to Medicaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DualRule {
    Any,
    Exactly(Dual),
    NotFull,
}

/// One segment of a model: the relative factors of one population.
#[derive(Debug, Clone)]
pub struct Segment {
    pub(super) population: String,
    pub(super) description: String,
    pub(super) age: AgeRule,
    pub(super) dual: DualRule,
    /// Whether it is for people in institutions; `None` when it is for all.
    pub(super) institutional: Option<bool>,
    pub(super) graft: bool,
    pub(super) new_enrollee: bool,
    /// Whether diagnoses count.
    pub(super) diagnoses: bool,
    pub(super) payment_scope: &'static str,
    /// By position among the model's categories.
    pub(super) categories: Vec<Score>,
    /// `D1` to `D9`, `D10P`, by number of payment categories; empty when the model does not count them.
    pub(super) counts: Vec<(u8, String, Score)>,
    /// Position among the model's interactions, and relative factor.
    pub(super) interactions: Vec<(usize, Score)>,
    pub(super) demographics: Vec<Demographic>,
}

#[derive(Debug, Clone)]
pub(super) struct Demographic {
    pub(super) variable: String,
    pub(super) condition: Condition,
    pub(super) factor: Score,
}

impl Segment {
    /// The population's name: `CNA`, `INS`, `GFA`, `Rx_CE_LowAged`.
    #[must_use]
    pub fn population(&self) -> &str {
        &self.population
    }

    /// Who is in it, in words.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it is for new enrollees, whose diagnoses do not count.
    #[must_use]
    pub fn is_new_enrollee(&self) -> bool {
        self.new_enrollee
    }

    /// The person as this segment implies: entitled to Medicaid, in an institution.
    #[must_use]
    pub fn implied(&self, mut person: Person) -> Person {
        if let DualRule::Exactly(dual) = self.dual {
            person.dual = dual;
        }
        if let Some(institutional) = self.institutional {
            person.institutional = institutional;
        }
        person
    }

    /// Which payment constants apply: `all`, and in the ESRD models `dialysis` or `graft`.
    #[must_use]
    pub fn payment_scope(&self) -> &str {
        self.payment_scope
    }

    /// Whether the segment says all it needs to know of the person's Medicaid.
    #[must_use]
    pub fn implies_dual(&self) -> bool {
        matches!(self.dual, DualRule::Exactly(_))
    }
}

impl Model {
    /// `CMS-HCC V28`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The payment year.
    #[must_use]
    pub fn payment_year(&self) -> i16 {
        self.payment_year
    }

    /// The calibration, where the model has several for the year; else empty.
    #[must_use]
    pub fn calibration(&self) -> &str {
        &self.calibration
    }

    /// The programme.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The releases whose tables it was compiled from.
    #[must_use]
    pub fn releases(&self) -> &[String] {
        &self.releases
    }

    /// The segments.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment of a population.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPopulation`] with the populations that the model has.
    pub fn segment(&self, population: &str) -> Result<&Segment, ScoreError> {
        self.segments.iter().find(|segment| segment.population.eq_ignore_ascii_case(population)).ok_or_else(|| {
            let known: Vec<&str> = self.segments.iter().map(Segment::population).collect();
            let message = format!("{} has no population `{population}`; it has {}", self.name, known.join(", "));
            ScoreError::new(ErrorCode::UnknownPopulation, message)
        })
    }

    /// Number and label of every category, ascending.
    pub fn all_categories(&self) -> impl Iterator<Item = (u16, &str)> {
        self.categories.iter().map(|category| (category.number, category.label.as_str()))
    }

    /// Whether a diagnosis maps to any category, whatever age and sex say.
    #[must_use]
    pub fn maps(&self, code: DiagnosisCode) -> bool {
        self.codes.find(code).is_some()
    }

    /// The categories of a diagnosis before age and sex edits.
    pub fn mapped(&self, code: DiagnosisCode) -> impl Iterator<Item = u16> {
        let set = self.codes.find(code).map(|entry| entry.categories).unwrap_or_default();
        set.iter().filter_map(|position| self.categories.get(position)).map(|category| category.number)
    }

    /// The age by which community segments are told apart.
    pub(super) fn age_when_continuing(&self, person: &Person) -> u16 {
        let entitled_by_age = person.orec == super::Orec::Age;
        if person.age == 64 && entitled_by_age && self.age_64_as_65_everywhere { 65 } else { person.age }
    }

    /// The age by which a segment's variables are chosen.
    pub(super) fn age_in(&self, person: &Person, segment: &Segment) -> u16 {
        let entitled_by_age = person.orec == super::Orec::Age;
        let raised = self.age_64_as_65_everywhere || segment.new_enrollee;
        if person.age == 64 && entitled_by_age && raised { 65 } else { person.age }
    }
}

/// What a diagnosis maps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CodeEntry {
    pub(super) categories: CategorySet,
    /// Position among the model's edits, one-based; 0 for none.
    pub(super) edits: u16,
}

/// Diagnoses by hash; open addressing, at most half full.
#[derive(Debug, Clone, Default)]
pub(super) struct CodeTable {
    /// A key of 0 is an empty slot: no code is empty.
    slots: Vec<(u64, CodeEntry)>,
}

impl CodeTable {
    pub(super) fn new(entries: &[(u64, CodeEntry)]) -> Self {
        let size = (entries.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, CodeEntry::default()); size];
        for &(key, entry) in entries {
            let mut at = home(key, size);
            while slots[at].0 != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, entry);
        }
        Self { slots }
    }

    #[inline]
    pub(super) fn find(&self, code: DiagnosisCode) -> Option<CodeEntry> {
        let key = code.key();
        let mut at = home(key, self.slots.len());
        loop {
            let &(found, entry) = self.slots.get(at)?;
            if found == key {
                return Some(entry);
            }
            if found == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

fn home(key: u64, size: usize) -> usize {
    let shift = 64 - size.trailing_zeros();
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize
}
