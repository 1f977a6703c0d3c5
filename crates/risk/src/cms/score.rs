//! Scoring one person.

use super::category::CategorySet;
use super::cohort::RiskFactor;
use super::model::{AgeRule, DualRule, Edit, Model, Segment};
use super::person::{Dual, Person};
use super::variable::Facts;
use crate::{ErrorCode, Score, ScoreError};
use openclaim_claim::{DiagnosisCode, Sex};

/// Oldest age that is taken for one.
const OLDEST: u16 = 130;

/// What a relative factor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactorKind {
    /// Age, sex, entitlement: position among the segment's demographic variables.
    Demographic(usize),
    /// A category: position among the model's categories.
    Category(usize),
    /// An interaction: position among the model's interactions.
    Interaction(usize),
    /// The number of payment categories: position among the segment's counts.
    Count(usize),
}

/// A relative factor that applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// What for.
    pub kind: FactorKind,
    /// How much.
    pub value: Score,
}

/// A person's score. One sheet serves many persons, and is only allocated while it grows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    pub(super) raw: Score,
    /// Categories that the diagnoses give, before hierarchies.
    pub(super) found: CategorySet,
    /// Categories that count.
    pub(super) counted: CategorySet,
    pub(super) factors: Vec<Factor>,
}

impl Sheet {
    /// The raw risk score: the sum of the factors.
    #[must_use]
    pub fn raw(&self) -> Score {
        self.raw
    }

    /// The factors: demographics, categories, interactions, count.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }
}

impl Model {
    /// Scores a person as CMS's software does. Diagnoses may repeat; those that map to nothing count for nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidDemographics`] for an unknown sex, an age over 130, or a graft segment without months;
    /// [`ErrorCode::AgePopulationConflict`] and [`ErrorCode::PopulationConflict`] when person and segment contradict
    /// each other.
    pub fn score(
        &self,
        person: &Person,
        segment: &Segment,
        diagnoses: &[DiagnosisCode],
        sheet: &mut Sheet,
    ) -> Result<(), ScoreError> {
        let age = self.check(person, segment)?;
        let mut found = CategorySet::default();
        for &code in diagnoses {
            found = found.union(self.categories_of_diagnosis(code, person));
        }
        self.score_categories(person, age, segment, found, sheet);
        Ok(())
    }

    /// The numbers of the categories that count, ascending.
    pub fn categories_of<'m>(&'m self, sheet: &Sheet) -> impl Iterator<Item = u16> + use<'m> {
        sheet.counted.iter().filter_map(|at| self.categories.get(at)).map(|category| category.number)
    }

    /// CMS's name of a factor's variable: `F75_79`, `HCC226`, `DIABETES_HF_V28`, `D4`.
    #[must_use]
    pub fn variable<'m>(&'m self, segment: &'m Segment, factor: &Factor) -> &'m str {
        let name = match factor.kind {
            FactorKind::Demographic(at) => segment.demographics.get(at).map(|found| found.variable.as_str()),
            FactorKind::Category(at) => self.categories.get(at).map(|found| found.variable.as_str()),
            FactorKind::Interaction(at) => self.interactions.get(at).map(|found| found.variable.as_str()),
            FactorKind::Count(at) => segment.counts.get(at).map(|found| found.1.as_str()),
        };
        name.unwrap_or_default()
    }

    /// The factors with their names and diagnoses, as reports list them. Person, segment and diagnoses are those that the
    /// sheet was filled with.
    #[must_use]
    pub fn risk_factors(
        &self,
        person: &Person,
        segment: &Segment,
        codes: &[DiagnosisCode],
        sheet: &Sheet,
    ) -> Vec<RiskFactor> {
        let gives = |at: usize| {
            let given = codes.iter().filter(|code| self.categories_of_diagnosis(**code, person).contains(at));
            given.copied().collect::<Vec<DiagnosisCode>>()
        };
        let factor = |factor: &Factor| {
            let (factor_type, description) = match factor.kind {
                FactorKind::Demographic(_) => ("demographic", segment.description.clone()),
                FactorKind::Category(at) => {
                    ("disease", self.categories.get(at).map(|category| category.label.clone()).unwrap_or_default())
                }
                FactorKind::Interaction(_) => ("interaction", String::new()),
                FactorKind::Count(_) => ("payment_hcc_count", String::new()),
            };
            let variable = self.variable(segment, factor).to_owned();
            let diagnoses = if let FactorKind::Category(at) = factor.kind { gives(at) } else { Vec::new() };
            RiskFactor { factor_type, variable, description, coefficient: factor.value, diagnoses }
        };
        sheet.factors.iter().map(factor).collect()
    }

    /// The categories of one diagnosis, after the edits by age and sex.
    pub(super) fn categories_of_diagnosis(&self, code: DiagnosisCode, person: &Person) -> CategorySet {
        match self.codes.find(code) {
            None => CategorySet::default(),
            Some(entry) if entry.edits == 0 => entry.categories,
            Some(entry) => match self.edit_of(entry.edits, person) {
                None => entry.categories,
                Some(edit) => edit.category.map(CategorySet::of).unwrap_or_default(),
            },
        }
    }

    /// The edit that decides: the first of the model's own that fires, unless one of the Medicare Code Editor does.
    pub(super) fn edit_of(&self, edits: u16, person: &Person) -> Option<&Edit> {
        let edits = self.edits.get(usize::from(edits).checked_sub(1)?)?;
        let firing = |mce: bool| edits.iter().find(move |edit| edit.mce == mce && edit.fires(person));
        firing(true).or_else(|| firing(false))
    }

    /// Refuses what contradicts itself, and gives the age by which variables are chosen.
    pub(super) fn check(&self, person: &Person, segment: &Segment) -> Result<u16, ScoreError> {
        let refuse = |code, message: String| Err(ScoreError::new(code, message));
        if person.sex == Sex::Unknown {
            return refuse(ErrorCode::InvalidDemographics, "sex must be M or F: the models know no other".to_owned());
        }
        if person.age > OLDEST {
            return refuse(ErrorCode::InvalidDemographics, format!("an age of {} is over {OLDEST}", person.age));
        }
        let age = self.age_in(person, segment);
        let allowed = match segment.age {
            AgeRule::Any => true,
            AgeRule::Aged => age >= 65,
            AgeRule::NotAged => age < 65,
        };
        let (population, description) = (&segment.population, &segment.description);
        if !allowed {
            let message = format!("population {population} ({description}) is not for an age of {}", person.age);
            return refuse(ErrorCode::AgePopulationConflict, message);
        }
        let dual = match segment.dual {
            DualRule::Any => true,
            DualRule::Exactly(dual) => person.dual == dual,
            DualRule::NotFull => person.dual != Dual::Full,
        };
        if !dual {
            let message = format!("population {population} ({description}) contradicts the dual status");
            return refuse(ErrorCode::PopulationConflict, message);
        }
        if segment.institutional.is_some_and(|institutional| institutional != person.institutional) {
            let message = format!("population {population} ({description}) contradicts the institutional status");
            return refuse(ErrorCode::PopulationConflict, message);
        }
        if segment.graft && person.graft_months.is_none_or(|months| months < 4) {
            let message =
                format!("population {population} needs graft_months, the months since the transplant, from 4 on");
            return refuse(ErrorCode::InvalidDemographics, message);
        }
        Ok(age)
    }

    /// Hierarchies, then the factors of the segment.
    pub(super) fn score_categories(
        &self,
        person: &Person,
        age: u16,
        segment: &Segment,
        found: CategorySet,
        sheet: &mut Sheet,
    ) {
        let required = self.apply_requirements(found);
        let counted = self.apply_hierarchies(required);
        sheet.found = found;
        sheet.counted = counted;
        sheet.factors.clear();
        let facts = Facts::of(person, age);
        for (at, demographic) in segment.demographics.iter().enumerate() {
            if demographic.condition.applies(facts, age) {
                sheet.factors.push(Factor { kind: FactorKind::Demographic(at), value: demographic.factor });
            }
        }
        if segment.diagnoses {
            for at in counted.iter() {
                let value = segment.categories.get(at).copied().unwrap_or_default();
                sheet.factors.push(Factor { kind: FactorKind::Category(at), value });
            }
            if !counted.is_empty() {
                self.add_interactions(facts, segment, counted, sheet);
            }
        }
        sheet.raw = sheet.factors.iter().map(|factor| factor.value).sum();
    }

    fn add_interactions(&self, facts: Facts, segment: &Segment, counted: CategorySet, sheet: &mut Sheet) {
        for &(at, value) in &segment.interactions {
            let Some(interaction) = self.interactions.get(at) else { continue };
            let present = |group: &CategorySet| !group.intersection(counted).is_empty();
            if facts.hold(interaction.facts) && interaction.groups.iter().all(present) {
                sheet.factors.push(Factor { kind: FactorKind::Interaction(at), value });
            }
        }
        let count = counted.len().min(10);
        if let Some(at) = segment.counts.iter().position(|(number, ..)| usize::from(*number) == count) {
            let value = segment.counts.get(at).map(|found| found.2).unwrap_or_default();
            sheet.factors.push(Factor { kind: FactorKind::Count(at), value });
        }
    }

    /// Categories that count only beside others, looked at before the hierarchies as CMS's software does.
    pub(super) fn apply_requirements(&self, found: CategorySet) -> CategorySet {
        self.requirements.iter().fold(found, |kept, requirement| {
            let unmet = requirement.any_of.intersection(found).is_empty();
            if unmet { kept.without(CategorySet::of(requirement.category)) } else { kept }
        })
    }

    /// Categories that are left by the hierarchies. A category drops others only while it has not been dropped itself;
    /// CMS's macros list those that drop before those that are dropped.
    pub(super) fn apply_hierarchies(&self, found: CategorySet) -> CategorySet {
        let mut counted = found;
        for at in found.iter() {
            if counted.contains(at)
                && let Some(category) = self.categories.get(at)
            {
                counted = counted.without(category.drops);
            }
        }
        counted
    }
}
