//! Why a score is what it is, down to claim, line and date.

use super::category::CategorySet;
use super::model::{Model, Segment};
use super::person::Person;
use super::score::{FactorKind, Sheet};
use crate::diagnosis::{Diagnosis, Provenance};
use crate::{Score, ScoreError};
use openclaim_claim::DiagnosisCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// A diagnosis with where it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupportingDiagnosis {
    /// The diagnosis.
    pub code: DiagnosisCode,
    /// Claims, lines and dates; empty when only the code is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Provenance>,
}

/// What an auditor would look at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFlag {
    /// One claim line (or one claim, where the line is not known) is all that supports the category.
    SingleLine,
    /// All support comes from one kind of encounter.
    SingleEncounterType,
    /// No claim is known at all.
    NoClaim,
}

/// A category that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryExplanation {
    /// The category's number.
    pub hcc: u16,
    /// Its name.
    pub label: String,
    /// Its relative factor in the segment; 0 for a new enrollee, whose diagnoses do not count.
    pub coefficient: Score,
    /// How much lower the score is without it: categories that it drops come back, interactions and count change.
    pub marginal: Score,
    /// The diagnoses that give it.
    pub diagnoses: Vec<SupportingDiagnosis>,
    /// What an auditor would look at first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audit: Vec<AuditFlag>,
}

/// A category that diagnoses give and that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DroppedCategory {
    /// The category's number.
    pub hcc: u16,
    /// Its name.
    pub label: String,
    /// The categories above it in the hierarchy; empty when it lacks a category that it needs beside it.
    pub dropped_by: Vec<u16>,
    /// Categories of which one would have to be there; empty unless that is why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs_one_of: Vec<u16>,
    /// The diagnoses that give it.
    pub diagnoses: Vec<SupportingDiagnosis>,
}

/// What an edit did to a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EditOutcome {
    /// It counts for nothing at this age or sex.
    Invalid,
    /// It counts for another category.
    Moved,
}

/// A diagnosis that an edit by age or sex changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditedDiagnosis {
    /// The diagnosis.
    pub code: DiagnosisCode,
    /// What happened.
    pub outcome: EditOutcome,
    /// The categories that it maps to without the edit.
    pub mapped: Vec<u16>,
    /// The category that it counts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hcc: Option<u16>,
    /// Whether the edit is one of the Medicare Code Editor.
    pub mce: bool,
}

/// Why a score is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Categories that count, ascending.
    pub hccs: Vec<CategoryExplanation>,
    /// Categories that do not, ascending.
    pub dropped: Vec<DroppedCategory>,
    /// Diagnoses that an edit changed.
    pub edited: Vec<EditedDiagnosis>,
    /// Diagnoses that the model does not map.
    pub unmapped: Vec<DiagnosisCode>,
}

impl Model {
    /// Explains a person's score.
    ///
    /// # Errors
    /// As [`Model::score`].
    pub fn explain(
        &self,
        person: &Person,
        segment: &Segment,
        diagnoses: &[Diagnosis],
    ) -> Result<Explanation, ScoreError> {
        let age = self.check(person, segment)?;
        let codes = merge(diagnoses);
        let mut found = CategorySet::default();
        let mut explanation =
            Explanation { hccs: Vec::new(), dropped: Vec::new(), edited: Vec::new(), unmapped: Vec::new() };
        for &code in codes.keys() {
            found = found.union(self.categories_of_diagnosis(code, person));
            match self.codes.find(code) {
                None => explanation.unmapped.push(code),
                Some(entry) => explanation.edited.extend(self.edited(code, entry.edits, person)),
            }
        }
        let mut sheet = Sheet::default();
        self.score_categories(person, age, segment, found, &mut sheet);
        let (raw, counted) = (sheet.raw, sheet.counted);
        let coefficients: BTreeMap<usize, Score> = sheet.factors.iter().filter_map(of_category).collect();
        for at in found.iter() {
            let Some(category) = self.categories.get(at) else { continue };
            let diagnoses = self.supporting(at, &codes, person);
            if !counted.contains(at) {
                explanation.dropped.push(self.dropped(at, found, diagnoses));
                continue;
            }
            self.score_categories(person, age, segment, found.without(CategorySet::of(at)), &mut sheet);
            explanation.hccs.push(CategoryExplanation {
                hcc: category.number,
                label: category.label.clone(),
                coefficient: coefficients.get(&at).copied().unwrap_or_default(),
                marginal: raw - sheet.raw,
                audit: audit(&diagnoses),
                diagnoses,
            });
        }
        Ok(explanation)
    }

    fn edited(&self, code: DiagnosisCode, edits: u16, person: &Person) -> Option<EditedDiagnosis> {
        let edit = self.edit_of(edits, person)?;
        let hcc = edit.category.and_then(|at| self.categories.get(at)).map(|category| category.number);
        let outcome = if hcc.is_some() { EditOutcome::Moved } else { EditOutcome::Invalid };
        Some(EditedDiagnosis { code, outcome, mapped: self.mapped(code).collect(), hcc, mce: edit.mce })
    }

    fn supporting(
        &self,
        at: usize,
        codes: &BTreeMap<DiagnosisCode, Vec<Provenance>>,
        person: &Person,
    ) -> Vec<SupportingDiagnosis> {
        let gives = |code: &DiagnosisCode| self.categories_of_diagnosis(*code, person).contains(at);
        let supporting = codes.iter().filter(|(code, _)| gives(code));
        supporting.map(|(code, support)| SupportingDiagnosis { code: *code, support: support.clone() }).collect()
    }

    fn dropped(&self, at: usize, found: CategorySet, diagnoses: Vec<SupportingDiagnosis>) -> DroppedCategory {
        let kept = self.apply_requirements(found);
        let number = |position: usize| self.categories.get(position).map(|category| category.number);
        let above = kept
            .iter()
            .filter(|&position| self.categories.get(position).is_some_and(|category| category.drops.contains(at)));
        let unmet = self.requirements.iter().filter(|requirement| requirement.category == at && !kept.contains(at));
        let (hcc, label) = self.categories.get(at).map(|c| (c.number, c.label.clone())).unwrap_or_default();
        DroppedCategory {
            hcc,
            label,
            dropped_by: above.filter_map(number).collect(),
            needs_one_of: unmet.flat_map(|requirement| requirement.any_of.iter()).filter_map(number).collect(),
            diagnoses,
        }
    }
}

fn of_category(factor: &super::score::Factor) -> Option<(usize, Score)> {
    match factor.kind {
        FactorKind::Category(at) => Some((at, factor.value)),
        _ => None,
    }
}

/// The support of every distinct code, sorted, each place once.
fn merge(diagnoses: &[Diagnosis]) -> BTreeMap<DiagnosisCode, Vec<Provenance>> {
    let mut codes: BTreeMap<DiagnosisCode, Vec<Provenance>> = BTreeMap::new();
    for diagnosis in diagnoses {
        codes.entry(diagnosis.code).or_default().extend(diagnosis.support.iter().cloned());
    }
    for support in codes.values_mut() {
        support.sort();
        support.dedup();
    }
    codes
}

fn audit(diagnoses: &[SupportingDiagnosis]) -> Vec<AuditFlag> {
    let mut places: Vec<&Provenance> = diagnoses.iter().flat_map(|diagnosis| &diagnosis.support).collect();
    places.sort();
    places.dedup_by(|a, b| a.claim_id == b.claim_id && a.line == b.line);
    let (Some(first), rest) = (places.first(), places.get(1..).unwrap_or_default()) else {
        return vec![AuditFlag::NoClaim];
    };
    let mut flags = Vec::new();
    if rest.is_empty() {
        flags.push(AuditFlag::SingleLine);
    }
    if first.encounter.is_some() && rest.iter().all(|place| place.encounter == first.encounter) {
        flags.push(AuditFlag::SingleEncounterType);
    }
    flags
}
