//! Scoring one member.

use super::answer::{CategoryAnswer, CostSharing, Dropped, DroppedBy, FactorAnswer, HhsScore, InfantAnswer, Warning};
use super::assign::{Assigned, Detail};
use super::evaluate::{Demographics, Sink};
use super::{CategorySet, Member, Model, Population};
use crate::{ErrorCode, NotEvaluated, NotEvaluatedReason, Score, ScoreError, Sex};
use openclaim_claim::{Decimal, Text, Unanswered};
use openclaim_reference::icd10cm::Icd10Cm;

/// Collects every variable that holds.
struct Variables<'m> {
    model: &'m Model,
    factors: Vec<FactorAnswer>,
    interactions: Vec<Text>,
    counted: CategorySet,
}

impl Variables<'_> {
    fn add(&mut self, name: &str, value: Score) {
        self.factors.push(FactorAnswer { variable: name.into(), value });
    }
}

impl Sink for Variables<'_> {
    fn cell(&mut self, name: &str, value: Score) {
        self.add(name, value);
    }

    fn category(&mut self, position: u8, value: Score) {
        let model = self.model;
        self.counted.insert(position);
        if model.labels.get(usize::from(position)).is_some_and(|label| label.is_empty()) {
            self.interactions.push(model.name(position).into());
        }
        self.add(model.name(position), value);
    }

    fn interaction(&mut self, name: &str, value: Score) {
        self.interactions.push(name.into());
        self.add(name, value);
    }
}

impl Model {
    /// Scores a member and explains the score: support, edits, hierarchies, groups, marginal values.
    ///
    /// `codes` tells diagnoses that are newer than the crosswalk from those that have no category.
    ///
    /// # Errors
    /// For this member only: age, sex, months or indicator out of range, an age of another model than the one asked for,
    /// or a birth after a service.
    pub fn score(&self, member: &Member, codes: Option<&Icd10Cm>) -> Result<HhsScore, ScoreError> {
        let population = self.check(member)?;
        let assigned = self.assign(member, population, Detail { explain: true, codes })?;
        let who = Demographics::of(member, population);
        let mut variables =
            Variables { model: self, factors: Vec::new(), interactions: Vec::new(), counted: CategorySet::default() };
        self.evaluate(assigned.categories, who, &mut variables);
        let present = self.after_hierarchies(assigned.categories);
        let raw = self.has_factors.then(|| variables.factors.iter().map(|factor| factor.value).sum::<Score>());
        let mut warnings = Vec::new();
        let mut not_evaluated = self.missing.clone();
        not_evaluated.extend_from_slice(&assigned.not_evaluated);
        self.check_bundles(population, present, &assigned, &mut warnings, &mut not_evaluated);
        let cost_sharing = self.cost_sharing_of(member, &mut warnings, &mut not_evaluated);
        let adjusted = raw.zip(cost_sharing.as_ref()).map(|(raw, sharing)| csr_adjusted(raw, sharing.factor));
        let infant = (population == Population::Infant).then(|| self.infant_answer(present, member.age_last));
        let categories = self.category_answers(&assigned, present, variables.counted, who, raw);
        if !self.has_factors {
            variables.factors.clear();
        }
        Ok(HhsScore {
            model: Text::from(format!("HHS-HCC {}", self.version)),
            benefit_year: self.benefit_year,
            population,
            metal_level: member.metal,
            raw,
            cost_sharing,
            csr_adjusted: adjusted,
            hccs: present.iter().map(|position| self.name(position).into()).collect(),
            interactions: variables.interactions,
            factors: variables.factors,
            categories,
            infant,
            filtered: assigned.filtered,
            warnings,
            not_evaluated,
        })
    }

    /// The score alone, before the cost-sharing reduction adjustment; `None` when factors are missing.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn raw(&self, member: &Member) -> Result<Option<Score>, ScoreError> {
        let population = self.check(member)?;
        let assigned = self.assign(member, population, Detail { explain: false, codes: None })?;
        let mut sum = Score::ZERO;
        self.evaluate(assigned.categories, Demographics::of(member, population), &mut sum);
        Ok(self.has_factors.then_some(sum))
    }

    /// The score of a set of categories before hierarchies, as if diagnoses had led to just those.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn raw_of(&self, member: &Member, categories: CategorySet) -> Result<Option<Score>, ScoreError> {
        let population = self.check(member)?;
        let mut sum = Score::ZERO;
        self.evaluate(categories, Demographics::of(member, population), &mut sum);
        Ok(self.has_factors.then_some(sum))
    }

    fn check(&self, member: &Member) -> Result<Population, ScoreError> {
        let age = member.age_last;
        let Some(population) = self.population(age) else {
            let message = format!("age {age} is beyond every model");
            return Err(ScoreError::new(ErrorCode::InvalidDemographics, message));
        };
        if let Some(other) = member.population.filter(|&other| other != population) {
            let message = format!("age {age} belongs to the {population} model, not to the {other} model");
            return Err(ScoreError::new(ErrorCode::AgePopulationConflict, message));
        }
        if member.sex == Sex::Unknown {
            let message = "the models of HHS-HCC know male and female only, and the sex is not known";
            return Err(ScoreError::new(ErrorCode::InvalidDemographics, message));
        }
        if !(1..=12).contains(&member.enrollment_months) {
            let message = format!("{} is no number of months in a year", member.enrollment_months);
            return Err(ScoreError::new(ErrorCode::InvalidField, message));
        }
        if member.csr_indicator > 13 {
            let message =
                format!("{} is no cost-sharing reduction indicator; they run from 0 to 13", member.csr_indicator);
            return Err(ScoreError::new(ErrorCode::InvalidField, message));
        }
        let is_code = |ndc: &&Text| ndc.len() == 11 && ndc.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if let Some(ndc) = member.ndcs.iter().find(|ndc| !is_code(ndc)) {
            let message = format!("`{ndc}` is no national drug code: eleven digits are expected");
            return Err(ScoreError::new(ErrorCode::InvalidField, message));
        }
        Ok(population)
    }

    fn cost_sharing_of(
        &self,
        member: &Member,
        warnings: &mut Vec<Warning>,
        not_evaluated: &mut Vec<NotEvaluated>,
    ) -> Option<CostSharing> {
        let indicator = member.csr_indicator;
        let Some(row) = self.cost_sharing.iter().find(|row| row.indicator == indicator) else {
            not_evaluated.push(NotEvaluated::from(Unanswered {
                rule: "hhs-hcc/cost-sharing".into(),
                reason: NotEvaluatedReason::MissingTable,
                detail: Text::from(format!(
                    "no cost-sharing reduction factor of indicator {indicator} in {} is at hand; the score is not adjusted",
                    self.benefit_year
                )),
                remedy: Some("multiply the raw score by the factor of the year's payment notice".into()),
            }));
            return None;
        };
        if !row.metal.is_empty() && row.metal != member.metal.as_str() {
            warnings.push(Warning::CostSharingMetal { indicator, metal_level: row.metal.clone() });
        }
        let (label, factor, source) = (row.label.clone(), row.factor, row.source.clone());
        Some(CostSharing { indicator, label, factor, source })
    }

    fn check_bundles(
        &self,
        population: Population,
        present: CategorySet,
        assigned: &Assigned,
        warnings: &mut Vec<Warning>,
        not_evaluated: &mut Vec<NotEvaluated>,
    ) {
        let infant = population == Population::Infant;
        let suspects = if infant { &self.bundles.infant } else { &self.bundles.mother };
        if !present.meets(suspects) {
            return;
        }
        if self.bundles.codes.is_none() {
            not_evaluated.push(NotEvaluated::from(Unanswered {
                rule: "hhs-hcc/bundled-claims".into(),
                reason: NotEvaluatedReason::MissingTable,
                detail: Text::from(format!(
                    "no list of diagnoses that tell mother and infant apart in {} is at hand",
                    self.benefit_year
                )),
                remedy: None,
            }));
        }
        let found = if infant { assigned.mother } else { assigned.newborn };
        if let Some(diagnosis) = found {
            let warning =
                if infant { Warning::BundledInfant { diagnosis } } else { Warning::BundledMother { diagnosis } };
            warnings.push(warning);
        }
    }

    fn infant_answer(&self, present: CategorySet, age: u16) -> InfantAnswer {
        let (severity, maturity) = self.infant_levels(present, age);
        let level = |levels: &[super::model::Level], at: usize| {
            let level = levels.get(at);
            let names = level.map(|level| {
                let common = level.categories.intersection(&present);
                common.iter().map(|position| Text::from(self.name(position))).collect::<Vec<_>>()
            });
            (level.map(|level| level.name.clone()).unwrap_or_default(), names.unwrap_or_default())
        };
        let (severity, severity_categories) = level(&self.infants.severity, severity);
        let (maturity, maturity_categories) = level(&self.infants.maturity, maturity);
        InfantAnswer { severity, severity_categories, maturity, maturity_categories }
    }

    fn category_answers(
        &self,
        assigned: &Assigned,
        present: CategorySet,
        counted: CategorySet,
        who: Demographics,
        raw: Option<Score>,
    ) -> Vec<CategoryAnswer> {
        let answer = |position: u8| {
            let support = assigned.support.iter().filter(|(category, _)| *category == position);
            let marginal_value = raw.map(|raw| {
                let mut without = assigned.categories;
                without.remove(position);
                let mut sum = Score::ZERO;
                self.evaluate(without, who, &mut sum);
                raw - sum
            });
            CategoryAnswer {
                category: self.name(position).into(),
                label: self.labels.get(usize::from(position)).cloned().unwrap_or_default(),
                support: support.map(|(_, support)| support.clone()).collect(),
                dropped: self.dropped(position, assigned.categories, present, counted, who.population),
                marginal_value,
            }
        };
        assigned.categories.iter().map(answer).collect()
    }

    fn dropped(
        &self,
        position: u8,
        before: CategorySet,
        present: CategorySet,
        counted: CategorySet,
        population: Population,
    ) -> Option<Dropped> {
        let dropped = |by, name: &str| Some(Dropped { by, name: name.into() });
        if !present.contains(position) {
            // The first rule, in the software's order, of a category that was itself still there.
            let mut left = before;
            for (category, drops) in &self.hierarchies {
                if left.contains(*category) {
                    if drops.contains(position) {
                        return dropped(DroppedBy::Hierarchy, self.name(*category));
                    }
                    left.subtract(drops);
                }
            }
            return None;
        }
        let model = self.population_model(population);
        if population == Population::Infant {
            let levels = self.infants.severity.iter().chain(&self.infants.maturity);
            let has_part = !model.excluded.contains(position)
                && levels.into_iter().any(|level| level.categories.contains(position));
            return if has_part { None } else { dropped(DroppedBy::Model, population.as_str()) };
        }
        if let Some(group) = model.groups.iter().find(|group| group.members.contains(position)) {
            return dropped(DroppedBy::Group, self.name(group.position));
        }
        let out = model.excluded.contains(position) || (self.has_factors && !counted.contains(position));
        if out { dropped(DroppedBy::Model, population.as_str()) } else { None }
    }
}

/// Score times factor; both have three places, so the product has six and is exact.
fn csr_adjusted(raw: Score, factor: Score) -> Decimal {
    let product = i128::from(raw.thousandths()) * i128::from(factor.thousandths());
    Decimal::from_i128_with_scale(product, 6).normalize()
}
