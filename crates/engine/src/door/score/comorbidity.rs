//! The comorbidity indices behind `openclaim score`: `Elixhauser 2026.1` of a stay, `Charlson` of a person.
//!
//! ```text
//! {"id","model":"Elixhauser 2026.1","principal"?,"discharge_date"?,"diagnoses":["E119",{"code":"I5030","poa":"Y"}]}
//!     -> {"id","model","measures":["DIAB_UNCX","HF"],"not_evaluated":[…]}
//! {"id","model":"Charlson","diagnoses":["E119","I5030"]}
//!     -> {"id","model","score_1987","score_2011","conditions":["CHF","DM"]}
//! ```

use super::super::{DoorError, write_json};
use super::ScoreDoor;
use openclaim_claim::{Date, DiagnosisCode, Poa, Text};
use openclaim_reference::Library;
use openclaim_risk::comorbidity::charlson::CharlsonCondition;
use openclaim_risk::comorbidity::elixhauser::MODEL as ELIXHAUSER;
use openclaim_risk::comorbidity::{Charlson, Elixhauser, ElixhauserMeasures, Stay, StayDiagnosis};
use openclaim_risk::{Diagnosis, ErrorCode, ScoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// The indices, compiled when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Indices {
    elixhauser: Option<Elixhauser>,
    charlson: Option<Charlson>,
}

/// An index by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    Elixhauser,
    Charlson,
}

/// The index that a request names; `None` when it names none.
///
/// # Errors
/// [`ErrorCode::UnknownModel`] for a version of Elixhauser that is not at hand.
pub(super) fn index(model: &str) -> Result<Option<Index>, DoorError> {
    let name = model.trim();
    let family = name.split_whitespace().next().unwrap_or_default();
    if family.eq_ignore_ascii_case("Charlson") {
        return Ok(Some(Index::Charlson));
    }
    if !family.eq_ignore_ascii_case("Elixhauser") {
        return Ok(None);
    }
    if name.eq_ignore_ascii_case("Elixhauser") || name.eq_ignore_ascii_case(ELIXHAUSER) {
        return Ok(Some(Index::Elixhauser));
    }
    let message = format!("no model is called {name}; {ELIXHAUSER} is at hand");
    Err(ScoreError::new(ErrorCode::UnknownModel, message).into())
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(default)]
    id: Value,
    #[serde(default, borrow)]
    principal: Option<Coded<'a>>,
    #[serde(default, borrow)]
    diagnoses: Vec<Coded<'a>>,
    #[serde(default, borrow)]
    discharge_date: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Coded<'a> {
    Bare(#[serde(borrow)] Cow<'a, str>),
    Reported {
        #[serde(borrow)]
        code: Cow<'a, str>,
        #[serde(default, borrow)]
        poa: Option<Cow<'a, str>>,
    },
}

impl Coded<'_> {
    fn read(&self) -> Result<StayDiagnosis, DoorError> {
        let (code, poa) = match self {
            Self::Bare(code) => (code, None),
            Self::Reported { code, poa } => (code, poa.as_deref().map(str::trim).filter(|poa| !poa.is_empty())),
        };
        let code = DiagnosisCode::parse(code.trim())
            .map_err(|error| ScoreError::new(ErrorCode::InvalidDiagnosis, error.to_string()))?;
        let poa = match poa.map(|poa| (poa, Poa::from_bytes(poa.as_bytes()))) {
            None => None,
            Some((_, Some(poa))) => Some(poa),
            Some((text, None)) => {
                let message = format!("diagnoses.poa: `{text}` is none of Y, N, U, W, 1");
                return Err(ScoreError::new(ErrorCode::InvalidField, message).into());
            }
        };
        Ok(StayDiagnosis { code, poa })
    }
}

#[derive(Serialize)]
struct ElixhauserAnswer<'a> {
    id: &'a Value,
    #[serde(flatten)]
    measures: ElixhauserMeasures,
}

#[derive(Serialize)]
struct CharlsonAnswer<'a> {
    id: &'a Value,
    model: &'static str,
    score_1987: i64,
    score_2011: i64,
    /// Those that count.
    conditions: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanation: Vec<CharlsonCondition>,
}

impl ScoreDoor<'_> {
    pub(super) fn respond_comorbidity(
        &mut self,
        index: Index,
        line: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DoorError> {
        let request: Request<'_> = serde_json::from_slice(line)
            .map_err(|error| ScoreError::new(ErrorCode::InvalidField, error.to_string()))?;
        let diagnoses = request.diagnoses.iter().map(Coded::read).collect::<Result<Vec<_>, _>>()?;
        let principal = request.principal.as_ref().map(Coded::read).transpose()?;
        let discharge_date = request.discharge_date.as_deref().map(day).transpose()?;
        let library = self.catalog.library();
        match index {
            Index::Elixhauser => {
                let model = compiled(&mut self.comorbidity.elixhauser, library, Elixhauser::new)?;
                let principal = principal.map(|one| one.code);
                let mut measures = model.measure(&Stay { principal, secondary: diagnoses, discharge_date });
                if !self.explain {
                    measures.details.clear();
                }
                write_json(&ElixhauserAnswer { id: &request.id, measures }, out);
            }
            Index::Charlson => {
                let model = compiled(&mut self.comorbidity.charlson, library, Charlson::new)?;
                let codes = principal.iter().chain(&diagnoses).map(|one| Diagnosis::from(one.code));
                let score = model.score(&codes.collect::<Vec<_>>());
                let counted = score.conditions.iter().filter(|one| one.dropped_by.is_none());
                let answer = CharlsonAnswer {
                    id: &request.id,
                    model: "Charlson",
                    score_1987: score.score_1987,
                    score_2011: score.score_2011,
                    conditions: counted.map(|one| one.condition.clone()).collect(),
                    explanation: if self.explain { score.conditions } else { Vec::new() },
                };
                write_json(&answer, out);
            }
        }
        Ok(())
    }
}

fn day(text: &str) -> Result<Date, DoorError> {
    let message = || format!("discharge_date: `{text}` is not a date like 2025-10-01");
    text.trim().parse().map_err(|_| ScoreError::new(ErrorCode::InvalidField, message()).into())
}

fn compiled<'k, T>(
    kept: &'k mut Option<T>,
    library: &Library,
    compile: impl FnOnce(&Library) -> Result<T, ScoreError>,
) -> Result<&'k T, DoorError> {
    if kept.is_none() {
        *kept = Some(compile(library)?);
    }
    kept.as_ref().ok_or_else(|| ScoreError::new(ErrorCode::Internal, "an index just compiled is gone").into())
}
