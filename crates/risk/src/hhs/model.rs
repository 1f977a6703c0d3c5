//! The compiled model of one benefit year.

use super::{CategorySet, Metal, Population};
use crate::{Date, NotEvaluated, Score, Sex};
use openclaim_claim::Text;
use std::collections::{HashMap, HashSet};

/// Relative factors by metal level, in the order of [`Metal::ALL`].
pub(super) type Factors = [Score; 5];

/// The factor of a metal level.
pub(super) const fn factor(factors: &Factors, metal: Metal) -> Score {
    factors[metal as usize]
}

/// HHS-HCC of one benefit year, ready to score.
///
/// A year whose crosswalk, drug list or factors are not at hand is compiled all the same: its answers say under
/// `not_evaluated` what is missing.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) benefit_year: i16,
    pub(super) version: Text,
    /// Names of categories, drug classes and groups, by position.
    pub(super) names: Vec<Text>,
    /// Labels; empty for groups.
    pub(super) labels: Vec<Text>,
    /// Crosswalks for dates before, and on or after, 1 October.
    pub(super) crosswalks: Option<[Crosswalk; 2]>,
    /// The second crosswalk is that of the year before.
    pub(super) last_is_placeholder: bool,
    pub(super) drugs: Option<Drugs>,
    pub(super) hierarchies: Vec<(u8, CategorySet)>,
    pub(super) populations: [PopulationModel; 3],
    pub(super) infants: InfantLevels,
    pub(super) bundles: Bundles,
    pub(super) cost_sharing: Vec<CostSharingRow>,
    pub(super) has_factors: bool,
    pub(super) missing: Vec<NotEvaluated>,
}

/// Categories of diagnoses and what admits them.
#[derive(Debug, Clone, Default)]
pub(super) struct Crosswalk {
    pub(super) entries: HashMap<u64, Entry>,
    pub(super) splits: Vec<Split>,
    pub(super) bounds: Vec<Bound>,
}

/// A diagnosis in the crosswalk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) categories: [u8; 3],
    pub(super) count: u8,
    /// Positions in [`Crosswalk::splits`].
    pub(super) splits: (u32, u32),
    /// Positions in [`Crosswalk::bounds`].
    pub(super) bounds: (u32, u32),
}

/// Another category, or none, for an age on the last day of enrolment or a sex.
#[derive(Debug, Clone)]
pub(super) struct Split {
    pub(super) min_age: u16,
    pub(super) max_age: u16,
    pub(super) sex: Option<Sex>,
    pub(super) category: Option<u8>,
    pub(super) source: Text,
}

/// Ages and sex that the Medicare Code Editor admits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub(super) min_age: u16,
    pub(super) max_age: u16,
    pub(super) sex: Option<Sex>,
}

/// Drug classes by code.
#[derive(Debug, Clone, Default)]
pub(super) struct Drugs {
    pub(super) ndc: HashMap<[u8; 11], u8>,
    pub(super) hcpcs: HashMap<u64, u8>,
}

/// One of the three models.
#[derive(Debug, Clone, Default)]
pub(super) struct PopulationModel {
    pub(super) excluded: CategorySet,
    pub(super) groups: Vec<Group>,
    pub(super) interactions: Vec<Interaction>,
    /// Categories, drug classes and groups that have a factor, and the factors by position.
    pub(super) scored: CategorySet,
    pub(super) factors: Vec<Factors>,
    pub(super) cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) position: u8,
    pub(super) members: CategorySet,
}

/// Holds when something of every term is present and the other variable does not hold.
#[derive(Debug, Clone)]
pub(super) struct Interaction {
    pub(super) name: Text,
    pub(super) terms: Vec<CategorySet>,
    /// Position of an earlier interaction.
    pub(super) unless: Option<usize>,
    pub(super) factors: Factors,
}

/// A cell of age, sex or months of enrolment.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) name: Text,
    pub(super) sex: Option<Sex>,
    pub(super) min_age: u16,
    pub(super) max_age: u16,
    pub(super) months: Option<u8>,
    pub(super) factors: Factors,
}

impl Cell {
    pub(super) fn holds(&self, age: u16, sex: Sex, months: u8) -> bool {
        (self.min_age..=self.max_age).contains(&age)
            && self.sex.is_none_or(|wanted| wanted == sex)
            && self.months.is_none_or(|wanted| wanted == months)
    }
}

/// Severity and maturity of infants, each in order of precedence, and the variables of every pair.
#[derive(Debug, Clone, Default)]
pub(super) struct InfantLevels {
    pub(super) severity: Vec<Level>,
    pub(super) maturity: Vec<Level>,
    /// Variable and factors of maturity level × severity level, row by row.
    pub(super) grid: Vec<(Text, Factors)>,
}

#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) name: Text,
    pub(super) categories: CategorySet,
}

/// Diagnoses and categories of the check for mother and infant billed together.
#[derive(Debug, Clone, Default)]
pub(super) struct Bundles {
    /// Newborns' diagnoses, looked for in mothers; mothers', looked for in newborns. `None` without a list.
    pub(super) codes: Option<(HashSet<u64>, HashSet<u64>)>,
    pub(super) mother: CategorySet,
    pub(super) infant: CategorySet,
}

#[derive(Debug, Clone)]
pub(super) struct CostSharingRow {
    pub(super) indicator: u8,
    pub(super) metal: Text,
    pub(super) label: Text,
    pub(super) factor: Score,
    pub(super) source: Text,
}

impl Model {
    /// The benefit year.
    #[must_use]
    pub const fn benefit_year(&self) -> i16 {
        self.benefit_year
    }

    /// Version of the classification, `V05`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether relative factors are at hand. Without them categories are found, but no score.
    #[must_use]
    pub const fn has_factors(&self) -> bool {
        self.has_factors
    }

    /// What the year lacks.
    #[must_use]
    pub fn missing(&self) -> &[crate::NotEvaluated] {
        &self.missing
    }

    /// The name of a category, drug class or group.
    #[must_use]
    pub fn name(&self, position: u8) -> &str {
        self.names.get(usize::from(position)).map_or("", Text::as_str)
    }

    /// The position of a category, drug class or group.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<u8> {
        self.names.iter().position(|known| known == name).and_then(|at| u8::try_from(at).ok())
    }

    /// The model of an age; `None` beyond the oldest age of the tables.
    #[must_use]
    pub fn population(&self, age: u16) -> Option<Population> {
        let covers = |population: &Population| {
            let cells = &self.populations[*population as usize].cells;
            cells.iter().any(|cell| (cell.min_age..=cell.max_age).contains(&age))
        };
        Population::ALL.into_iter().find(covers)
    }

    /// The crosswalk for a date of service in the benefit year; that of the first months when no date is known.
    pub(super) fn crosswalk(&self, date: Option<Date>) -> Option<&Crosswalk> {
        let late = date.is_some_and(|date| date.month() >= 10);
        self.crosswalks.as_ref().map(|[first, last]| if late { last } else { first })
    }

    pub(super) const fn population_model(&self, population: Population) -> &PopulationModel {
        &self.populations[population as usize]
    }
}
