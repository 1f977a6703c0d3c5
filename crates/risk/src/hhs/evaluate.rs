//! From categories to variables and their sum: hierarchies, groups, interactions, and the levels of infants.
//!
//! Source: V0519F3M, `GENERATE_ADULT_VARIABLES`, `GENERATE_CHILD_VARIABLES`, `GENERATE_INFANT_VARIABLES`.

use super::model::{Cell, Level, factor};
use super::{CategorySet, Member, Metal, Model, Population};
use crate::{Score, Sex};

/// What of a member, beside the categories, decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demographics {
    pub(super) age: u16,
    pub(super) sex: Sex,
    pub(super) months: u8,
    pub(super) metal: Metal,
    pub(super) population: Population,
}

impl Demographics {
    pub(super) const fn of(member: &Member, population: Population) -> Self {
        Self {
            age: member.age_last,
            sex: member.sex,
            months: member.enrollment_months,
            metal: member.metal,
            population,
        }
    }
}

/// Receives what holds while a member is evaluated.
pub(super) trait Sink {
    /// A cell of age, sex or months.
    fn cell(&mut self, name: &str, value: Score);
    /// A category, drug class or group that has a factor.
    fn category(&mut self, position: u8, value: Score);
    /// An interaction, or the level of an infant.
    fn interaction(&mut self, name: &str, value: Score);
}

/// Only the sum is wanted.
impl Sink for Score {
    fn cell(&mut self, _: &str, value: Score) {
        *self += value;
    }
    fn category(&mut self, _: u8, value: Score) {
        *self += value;
    }
    fn interaction(&mut self, _: &str, value: Score) {
        *self += value;
    }
}

impl Model {
    /// Categories left after the hierarchies, which are applied in the order of the software: a category that was dropped
    /// drops no other.
    pub(super) fn after_hierarchies(&self, mut categories: CategorySet) -> CategorySet {
        for (category, drops) in &self.hierarchies {
            if categories.contains(*category) {
                categories.subtract(drops);
            }
        }
        categories
    }

    /// Evaluates categories as they are before the hierarchies.
    pub(super) fn evaluate(&self, categories: CategorySet, who: Demographics, sink: &mut impl Sink) {
        let present = self.after_hierarchies(categories);
        match who.population {
            Population::Infant => self.evaluate_infant(present, who, sink),
            Population::Adult | Population::Child => self.evaluate_other(present, who, sink),
        }
    }

    fn evaluate_other(&self, present: CategorySet, who: Demographics, sink: &mut impl Sink) {
        let model = self.population_model(who.population);
        for cell in model.cells.iter().filter(|cell| cell.holds(who.age, who.sex, who.months)) {
            sink.cell(&cell.name, factor(&cell.factors, who.metal));
        }
        // Interactions look at the categories as they were before groups stood in for them, and at the groups.
        let mut counted = present;
        counted.subtract(&model.excluded);
        let mut flags = present;
        for group in model.groups.iter().filter(|group| group.members.meets(&present)) {
            counted.subtract(&group.members);
            counted.insert(group.position);
            flags.insert(group.position);
        }
        for position in counted.intersection(&model.scored).iter() {
            sink.category(position, factor(&model.factors[usize::from(position)], who.metal));
        }
        let mut held = 0_u64;
        for (at, interaction) in model.interactions.iter().enumerate() {
            let barred = interaction.unless.is_some_and(|other| held >> other & 1 == 1);
            if !barred && interaction.terms.iter().all(|term| term.meets(&flags)) {
                held |= 1 << at;
                sink.interaction(&interaction.name, factor(&interaction.factors, who.metal));
            }
        }
    }

    fn evaluate_infant(&self, present: CategorySet, who: Demographics, sink: &mut impl Sink) {
        let (severity, maturity) = self.infant_levels(present, who.age);
        if let Some((name, factors)) = self.infants.grid.get(maturity * self.infants.severity.len() + severity) {
            sink.interaction(name, factor(factors, who.metal));
        }
        let age = if self.is_default_maturity(maturity) { 1 } else { who.age };
        let holds = |cell: &&Cell| cell.holds(age, who.sex, who.months);
        for cell in self.population_model(Population::Infant).cells.iter().filter(holds) {
            sink.cell(&cell.name, factor(&cell.factors, who.metal));
        }
    }

    /// Positions of an infant's severity and maturity. The lowest severity is the default. Who is one year old, and who
    /// has no birth code, takes the last maturity, so that the birth does not count twice.
    pub(super) fn infant_levels(&self, present: CategorySet, age: u16) -> (usize, usize) {
        let model = self.population_model(Population::Infant);
        let mut counted = present;
        counted.subtract(&model.excluded);
        let first = |levels: &[Level]| levels.iter().position(|level| level.categories.meets(&counted));
        let severity = first(&self.infants.severity).unwrap_or(self.infants.severity.len().saturating_sub(1));
        let last = self.infants.maturity.len().saturating_sub(1);
        let maturity = if age == 0 { first(&self.infants.maturity).unwrap_or(last) } else { last };
        (severity, maturity)
    }

    fn is_default_maturity(&self, maturity: usize) -> bool {
        maturity + 1 == self.infants.maturity.len()
    }
}
