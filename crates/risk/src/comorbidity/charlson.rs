//! The Charlson comorbidity index in ICD-10.
//!
//! Conditions are coded as by Quan H et al., *Coding algorithms for defining comorbidities in ICD-9-CM and ICD-10
//! administrative data*, Med Care 2005;43:1130–1139, table 1. Weights are those of Charlson ME et al., J Chronic Dis
//! 1987;40:373–383, and those of Quan H et al., *Updating and validating the Charlson comorbidity index and score for
//! risk adjustment in hospital discharge abstracts using data from 6 countries*, Am J Epidemiol 2011;173:676–682, table
//! 2. Of a mild and a severe form of one disease (diabetes, liver disease, cancer) the severe one alone counts.
//!
//! The lists are of WHO's ICD-10; a code of ICD-10-CM belongs to a condition when it begins with a listed code.

use crate::table::Table;
use crate::{Diagnosis, DiagnosisCode, ErrorCode, ScoreError};
use openclaim_claim::Text;
use openclaim_reference::{Library, hhs_hcc as tables};
use serde::Serialize;
use std::collections::HashMap;

/// The index, compiled from `risk/charlson-codes` and `risk/charlson-weights`.
#[derive(Debug, Clone)]
pub struct Charlson {
    conditions: Vec<Condition>,
    /// Position of the condition by listed beginning of a code, as the code's key.
    prefixes: HashMap<u64, usize>,
}

#[derive(Debug, Clone)]
struct Condition {
    name: Text,
    label: Text,
    weight_1987: i64,
    weight_2011: i64,
    /// Position of the milder form.
    drops: Option<usize>,
}

/// The index of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CharlsonScore {
    /// Sum of the weights of 1987.
    pub score_1987: i64,
    /// Sum of the weights of 2011.
    pub score_2011: i64,
    /// The conditions found, in the order of their short names.
    pub conditions: Vec<CharlsonCondition>,
}

/// A condition that a person has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CharlsonCondition {
    /// Short name, `DMCX`.
    pub condition: Text,
    /// Name.
    pub label: Text,
    /// Weight of 1987; 0 when dropped.
    pub weight_1987: i64,
    /// Weight of 2011; 0 when dropped.
    pub weight_2011: i64,
    /// The severe form that stands in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<Text>,
    /// The diagnoses.
    pub support: Vec<Diagnosis>,
}

impl Charlson {
    /// The index on the embedded tables.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the tables are damaged.
    pub fn new(library: &Library) -> Result<Self, ScoreError> {
        let damaged = |problem: String| ScoreError::new(ErrorCode::Internal, problem);
        let weights = Table::open(library, tables::CHARLSON_WEIGHTS)?;
        let mut conditions = Vec::new();
        let mut drops = Vec::new();
        for line in weights.lines() {
            drops.push(line.text("drops"));
            conditions.push(Condition {
                name: line.text("condition").into(),
                label: line.text("label").into(),
                weight_1987: line.small("weight_1987")?,
                weight_2011: line.small("weight_2011")?,
                drops: None,
            });
        }
        let position = |name: &str| conditions.iter().position(|condition: &Condition| condition.name == name);
        let found: Vec<Option<usize>> = drops.iter().map(|name| position(name)).collect();
        let mut prefixes = HashMap::new();
        for line in Table::open(library, tables::CHARLSON_CODES)?.lines() {
            let name = line.text("condition");
            let at = position(name).ok_or_else(|| damaged(format!("Charlson condition `{name}` has no weight")))?;
            prefixes.insert(line.key("prefix")?, at);
        }
        for (condition, drops) in conditions.iter_mut().zip(found) {
            condition.drops = drops;
        }
        Ok(Self { conditions, prefixes })
    }

    /// The condition of a diagnosis, by its short name.
    #[must_use]
    pub fn condition_of(&self, code: DiagnosisCode) -> Option<&str> {
        self.find(code).map(|at| self.conditions[at].name.as_str())
    }

    fn find(&self, code: DiagnosisCode) -> Option<usize> {
        // Listed codes have three or four characters; a key holds a character in each of its eight bytes.
        let beginning = |characters: u32| code.key() & (u64::MAX << (8 * (8 - characters)));
        [4, 3].into_iter().find_map(|characters| self.prefixes.get(&beginning(characters)).copied())
    }

    /// The index of a person. Repeated diagnoses count once.
    #[must_use]
    pub fn score(&self, diagnoses: &[Diagnosis]) -> CharlsonScore {
        let mut support: Vec<Vec<Diagnosis>> = vec![Vec::new(); self.conditions.len()];
        for diagnosis in diagnoses {
            if let Some(at) = self.find(diagnosis.code) {
                support[at].push(diagnosis.clone());
            }
        }
        let mut dropped_by: Vec<Option<&Text>> = vec![None; self.conditions.len()];
        for (condition, found) in self.conditions.iter().zip(&support) {
            if let Some(milder) = condition.drops.filter(|_| !found.is_empty()) {
                dropped_by[milder] = Some(&condition.name);
            }
        }
        let mut score = CharlsonScore { score_1987: 0, score_2011: 0, conditions: Vec::new() };
        let found = self.conditions.iter().zip(support).zip(dropped_by).filter(|((_, found), _)| !found.is_empty());
        for ((condition, support), dropped) in found {
            let counts = |weight: i64| if dropped.is_none() { weight } else { 0 };
            let (weight_1987, weight_2011) = (counts(condition.weight_1987), counts(condition.weight_2011));
            score.score_1987 += weight_1987;
            score.score_2011 += weight_2011;
            score.conditions.push(CharlsonCondition {
                condition: condition.name.clone(),
                label: condition.label.clone(),
                weight_1987,
                weight_2011,
                dropped_by: dropped.cloned(),
                support,
            });
        }
        score
    }
}
