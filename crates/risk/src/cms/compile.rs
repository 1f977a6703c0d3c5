//! From rows to a model.

use super::category::CategorySet;
use super::model::{
    AgeRule, Category, CodeEntry, CodeTable, Demographic, DualRule, Edit, Family, Interaction, Model, Requirement,
    Segment,
};
use super::person::Dual;
use super::source::{Rows, SegmentRow};
use super::variable::{Facts, condition};
use crate::{ErrorCode, Score, ScoreError};
use openclaim_claim::Sex;
use openclaim_reference::Library;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Which model is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelKey {
    /// `CMS-HCC V28`; case does not matter.
    pub model: String,
    /// The payment year.
    pub payment_year: i16,
    /// Which of several calibrations, `1` or `2`; empty where the year has one.
    pub calibration: String,
}

impl ModelKey {
    /// A model in a payment year that has one calibration.
    #[must_use]
    pub fn new(model: &str, payment_year: i16) -> Self {
        Self { model: model.to_owned(), payment_year, calibration: String::new() }
    }

    /// One of several calibrations.
    #[must_use]
    pub fn calibration(mut self, calibration: &str) -> Self {
        calibration.clone_into(&mut self.calibration);
        self
    }
}

impl Model {
    /// Compiles a model from the tables at hand; takes about ten milliseconds.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownModel`], [`ErrorCode::UnknownYear`] when mapping or coefficients of the year are not at hand,
    /// [`ErrorCode::AmbiguousModel`] when there are several calibrations, [`ErrorCode::Internal`] when the tables
    /// contradict each other.
    pub fn compile(library: &Library, key: &ModelKey) -> Result<Self, ScoreError> {
        let rows = Rows::gather(library, key)?;
        let build = Build::new(&rows)?;
        let family = build.family;
        let interactions = build.interactions(&rows)?;
        let edits = build.edits(&rows)?;
        Ok(Self {
            name: rows.spec.name.clone(),
            payment_year: key.payment_year,
            calibration: rows.calibration.clone(),
            family,
            age_64_as_65_everywhere: rows.spec.age_64_as_65 == "all",
            requirements: build.requirements(&rows)?,
            segments: build.segments(&rows, &interactions)?,
            codes: build.codes(&rows, &edits)?,
            edits: edits.into_iter().map(|(_, edits)| edits).collect(),
            interactions,
            categories: build.categories,
            releases: rows.releases,
        })
    }
}

fn internal(message: impl Into<String>) -> ScoreError {
    ScoreError::new(ErrorCode::Internal, message)
}

struct Build {
    family: Family,
    prefix: String,
    categories: Vec<Category>,
    positions: BTreeMap<u16, usize>,
}

impl Build {
    fn new(rows: &Rows) -> Result<Self, ScoreError> {
        let family = match rows.spec.family.as_str() {
            "cms-hcc" => Family::CmsHcc,
            "esrd" => Family::Esrd,
            "rxhcc" => Family::RxHcc,
            other => return Err(internal(format!("`{other}` is not a family of models"))),
        };
        let numbers: BTreeSet<u16> = rows.labels.keys().copied().collect();
        if numbers.len() > CategorySet::CAPACITY {
            return Err(internal(format!("{} has more than {} categories", rows.spec.name, CategorySet::CAPACITY)));
        }
        let positions: BTreeMap<u16, usize> = numbers.iter().enumerate().map(|(at, &number)| (number, at)).collect();
        let mut build = Self { family, prefix: rows.spec.prefix.clone(), categories: Vec::new(), positions };
        for &number in &numbers {
            let label = rows.labels.get(&number).cloned().unwrap_or_default();
            let variable = format!("{}{number}", build.prefix);
            build.categories.push(Category { number, variable, label, drops: CategorySet::default() });
        }
        for (number, dropped) in &rows.hierarchies {
            let (at, drops) = (build.position(*number)?, build.set(dropped)?);
            if let Some(category) = build.categories.get_mut(at) {
                category.drops = category.drops.union(drops);
            }
        }
        Ok(build)
    }

    fn position(&self, number: u16) -> Result<usize, ScoreError> {
        self.positions
            .get(&number)
            .copied()
            .ok_or_else(|| internal(format!("{}{number} is not a category", self.prefix)))
    }

    fn set(&self, numbers: &[u16]) -> Result<CategorySet, ScoreError> {
        numbers.iter().map(|&number| self.position(number)).collect()
    }

    fn requirements(&self, rows: &Rows) -> Result<Vec<Requirement>, ScoreError> {
        let requirement = |(number, any_of): &(u16, Vec<u16>)| {
            Ok(Requirement { category: self.position(*number)?, any_of: self.set(any_of)? })
        };
        rows.requirements.iter().map(requirement).collect()
    }

    /// Terms are groups, categories, and the conditions `DISABLED` and `BELOW_65`.
    fn interactions(&self, rows: &Rows) -> Result<Vec<Interaction>, ScoreError> {
        let mut interactions = Vec::new();
        for (variable, terms) in &rows.interactions {
            let mut interaction =
                Interaction { variable: variable.clone(), groups: Vec::new(), facts: Facts::default() };
            for term in terms.split_whitespace() {
                if term == "DISABLED" {
                    interaction.facts = interaction.facts.and(Facts::DISABLED);
                } else if term == "BELOW_65" {
                    interaction.facts = interaction.facts.and(Facts::BELOW_65);
                } else if let Some((_, members)) = rows.groups.iter().find(|(name, _)| name == term) {
                    interaction.groups.push(self.set(members)?);
                } else {
                    let number = self.category_number(term);
                    let number =
                        number.ok_or_else(|| internal(format!("`{term}` of {variable} is no group or category")))?;
                    interaction.groups.push(CategorySet::of(self.position(number)?));
                }
            }
            interactions.push(interaction);
        }
        Ok(interactions)
    }

    /// The number in `HCC85`, `RXHCC30`.
    fn category_number(&self, variable: &str) -> Option<u16> {
        let digits = variable.strip_prefix(&self.prefix)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    }

    /// Edits by code, in the order of the table.
    fn edits(&self, rows: &Rows) -> Result<Vec<(u64, Vec<Edit>)>, ScoreError> {
        let mut by_code: BTreeMap<u64, Vec<Edit>> = BTreeMap::new();
        for row in &rows.edits {
            let sex = match row.sex.as_str() {
                "" => None,
                "M" => Some(Sex::Male),
                "F" => Some(Sex::Female),
                other => return Err(internal(format!("`{other}` is not a sex"))),
            };
            let age = |age: Option<i64>| age.map(|age| u16::try_from(age).unwrap_or(u16::MAX));
            by_code.entry(row.code).or_default().push(Edit {
                mce: row.mce,
                sex,
                at_most: age(row.at_most),
                at_least: age(row.at_least),
                category: row.category.map(|number| self.position(number)).transpose()?,
            });
        }
        Ok(by_code.into_iter().collect())
    }

    fn codes(&self, rows: &Rows, edits: &[(u64, Vec<Edit>)]) -> Result<CodeTable, ScoreError> {
        let edited: HashMap<u64, usize> = edits.iter().enumerate().map(|(at, (code, _))| (*code, at + 1)).collect();
        let mut entries = Vec::with_capacity(rows.mapping.len());
        for (code, categories) in &rows.mapping {
            let edits = edited.get(code).copied().unwrap_or_default();
            let edits = u16::try_from(edits).map_err(|_| internal("there are more than 65,535 edited diagnoses"))?;
            entries.push((*code, CodeEntry { categories: self.set(categories)?, edits }));
        }
        Ok(CodeTable::new(&entries))
    }

    fn segments(&self, rows: &Rows, interactions: &[Interaction]) -> Result<Vec<Segment>, ScoreError> {
        let coefficients: Vec<(&str, Score)> =
            rows.coefficients.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        rows.segments.iter().map(|row| self.segment(row, &coefficients, interactions)).collect()
    }

    fn segment(
        &self,
        row: &SegmentRow,
        coefficients: &[(&str, Score)],
        interactions: &[Interaction],
    ) -> Result<Segment, ScoreError> {
        let mut segment = Segment {
            population: row.population.clone(),
            description: row.description.clone(),
            age: match row.age.as_str() {
                "any" => AgeRule::Any,
                "aged" => AgeRule::Aged,
                "nonaged" => AgeRule::NotAged,
                other => return Err(internal(format!("`{other}` is not an age rule"))),
            },
            dual: match row.dual.as_str() {
                "any" => DualRule::Any,
                "none" => DualRule::Exactly(Dual::None),
                "partial" => DualRule::Exactly(Dual::Partial),
                "full" => DualRule::Exactly(Dual::Full),
                "not_full" => DualRule::NotFull,
                other => return Err(internal(format!("`{other}` is not a dual rule"))),
            },
            institutional: match row.care.as_str() {
                "any" => None,
                "community" => Some(false),
                "institution" => Some(true),
                other => return Err(internal(format!("`{other}` is not a place of care"))),
            },
            graft: row.enrolment.starts_with("graft"),
            new_enrollee: matches!(row.enrolment.as_str(), "new" | "graft_new"),
            diagnoses: matches!(row.enrolment.as_str(), "continuing" | "graft"),
            payment_scope: match (self.family, row.enrolment.starts_with("graft")) {
                (Family::Esrd, true) => "graft",
                (Family::Esrd, false) => "dialysis",
                _ => "all",
            },
            categories: Vec::new(),
            counts: Vec::new(),
            interactions: Vec::new(),
            demographics: Vec::new(),
        };
        let mut categories: Vec<Option<Score>> = vec![None; self.categories.len()];
        for &(name, value) in coefficients {
            let variable = if row.shared.iter().any(|shared| shared.eq_ignore_ascii_case(name)) {
                name
            } else {
                match name.strip_prefix(row.prefix.as_str()).filter(|_| !row.prefix.is_empty()) {
                    Some(variable) => variable,
                    None => continue,
                }
            };
            if let Some(number) = self.category_number(variable) {
                if let Some(slot) = categories.get_mut(self.position(number)?) {
                    *slot = Some(value);
                }
            } else if let Some(number) = count(variable) {
                segment.counts.push((number, variable.to_owned(), value));
            } else if let Some(at) = interactions.iter().position(|known| known.variable.eq_ignore_ascii_case(variable))
            {
                segment.interactions.push((at, value));
            } else {
                let dialysis_new_enrollee = row.population == "DNE";
                let condition = condition(variable, self.family, dialysis_new_enrollee).map_err(internal)?;
                segment.demographics.push(Demographic { variable: variable.to_owned(), condition, factor: value });
            }
        }
        if segment.demographics.is_empty() {
            return Err(internal(format!("there are no coefficients for population {}", row.population)));
        }
        if segment.diagnoses {
            for (slot, category) in categories.iter().zip(&self.categories) {
                let missing =
                    || internal(format!("population {} has no coefficient for {}", row.population, category.variable));
                segment.categories.push(slot.ok_or_else(missing)?);
            }
        }
        Ok(segment)
    }
}

/// The number of payment categories that `D4` or `D10P` stands for.
fn count(variable: &str) -> Option<u8> {
    let digits = variable.strip_prefix('D')?;
    let digits = digits.strip_suffix('P').unwrap_or(digits);
    digits.parse().ok()
}
