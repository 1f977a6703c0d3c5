//! The HHS-HCC models behind `openclaim score`.

use super::super::{DoorError, write_json};
use super::ScoreDoor;
use super::request::ScoreRequest;
use openclaim_claim::{HcpcsCode, Text};
use openclaim_risk::hhs::{HhsScore, Member, Metal, Model, Population};
use openclaim_risk::{ErrorCode, ScoreError};
use serde::Serialize;
use serde_json::Value;

/// Benefit years kept at hand.
const KEPT: usize = 8;

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    #[serde(flatten)]
    score: HhsScore,
}

/// Whether the request names a model of the marketplaces.
pub(super) fn is_hhs(model: &str) -> bool {
    model.trim().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("HHS-HCC"))
}

impl ScoreDoor<'_> {
    pub(super) fn respond_hhs(&mut self, request: &ScoreRequest<'_>, out: &mut Vec<u8>) -> Result<(), DoorError> {
        let mut member = member(request)?;
        let year = request.payment_year()?;
        let library = self.catalog.library().clone();
        if !self.hhs.iter().any(|(known, _)| *known == year) {
            if self.hhs.len() == KEPT {
                drop(self.hhs.remove(0));
            }
            self.hhs.push((year, Model::for_year(&library, year).map(Box::new)));
        }
        let model = self.hhs.iter().find(|(known, _)| *known == year).map(|(_, model)| model.as_ref());
        let model = match model {
            Some(Ok(model)) => model,
            Some(Err(error)) => return Err(error.clone().into()),
            None => return Err(ScoreError::new(ErrorCode::Internal, "a model just compiled is gone").into()),
        };
        if let Some(named) = check_name(request.model()?, model)? {
            member.population = Some(named);
        }
        let mut score = model.score(&member, Some(library.icd10cm()))?;
        if !self.explain {
            score.categories.clear();
            score.filtered.clear();
        }
        write_json(&Answer { id: &request.id, score }, out);
        Ok(())
    }
}

/// What the name says beyond `HHS-HCC`: a version, which must be the one of the benefit year, and a model.
fn check_name(asked: &str, model: &Model) -> Result<Option<Population>, DoorError> {
    let mut population = None;
    for word in asked.trim().get(7..).unwrap_or_default().split_whitespace() {
        if let Ok(named) = Population::parse(word) {
            population = Some(named);
        } else if !word.eq_ignore_ascii_case(model.version()) {
            let message = format!(
                "benefit year {} uses HHS-HCC {}, not {word}; ask for HHS-HCC without a version to take the year's",
                model.benefit_year(),
                model.version()
            );
            return Err(ScoreError::new(ErrorCode::UnknownModel, message).into());
        }
    }
    Ok(population)
}

fn member(request: &ScoreRequest<'_>) -> Result<Member, DoorError> {
    let missing = |field: &str| ScoreError::new(ErrorCode::MissingField, format!("{field} is missing"));
    let age = request.age_at_most(130)?.ok_or_else(|| missing("age"))?;
    let metal = Metal::parse(request.metal.as_deref().ok_or_else(|| missing("metal"))?)?;
    let mut member = Member::new(age, request.sex()?, metal);
    member.birth_date = request.birth()?;
    member.csr_indicator = request.csr_indicator.unwrap_or_default();
    member.enrollment_months = request.enrollment_months.unwrap_or(12);
    member.population = request.population.as_deref().map(Population::parse).transpose()?;
    member.diagnoses = request.diagnoses()?;
    member.ndcs = request.ndcs.iter().map(|ndc| Text::from(ndc.trim())).collect();
    for code in &request.hcpcs {
        let code = HcpcsCode::parse(code.trim());
        let invalid = |error: openclaim_claim::CodeError| ScoreError::new(ErrorCode::InvalidField, error.to_string());
        member.hcpcs.push(code.map_err(invalid)?);
    }
    Ok(member)
}
