//! The models that a person is scored under together, and what their scores make.

use super::catalog::Catalog;
use super::cohort::PersonScore;
use super::compile::ModelKey;
use super::payment;
use crate::{ErrorCode, Score, ScoreError};

/// Models with their weights in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blend {
    parts: Vec<(ModelKey, u8)>,
}

/// What the scores of a person under the models of a blend make together. Named as in Tuva's
/// `cms_hcc__patient_risk_scores`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlendedScore {
    /// The models, joined by ` + `.
    pub model_version: String,
    /// The segments, joined likewise; one where all are the same.
    pub population: String,
    /// Raw score under CMS-HCC V24, where the blend has it.
    pub v24_risk_score: Option<Score>,
    /// Raw score under CMS-HCC V28, where the blend has it.
    pub v28_risk_score: Option<Score>,
    /// Raw scores, weighed.
    pub blended_risk_score: Score,
    /// Normalized scores, weighed; `None` where a constant is not at hand.
    pub normalized_risk_score: Option<Score>,
    /// Payment scores, weighed; `None` where a constant is not at hand.
    pub payment_risk_score: Option<Score>,
}

impl Blend {
    /// A model by its name with version, or, for `CMS-HCC` without one, the models that the payment year blends. Every model
    /// is compiled, so that a wrong name is one error and not one for each person.
    ///
    /// # Errors
    /// As [`Catalog::get`]; [`ErrorCode::UnknownYear`] when the year's blend is not at hand.
    pub fn of(catalog: &Catalog, model: &str, payment_year: i16, calibration: &str) -> Result<Self, ScoreError> {
        let model = model.trim();
        let parts = if model.eq_ignore_ascii_case("CMS-HCC") {
            let parts = payment::blend(catalog.library(), payment_year)?;
            parts.into_iter().map(|part| (ModelKey::new(&part.model, payment_year), part.percent)).collect()
        } else {
            vec![(ModelKey::new(model, payment_year).calibration(calibration), 100)]
        };
        if parts.is_empty() {
            let message =
                format!("the blend of payment year {payment_year} is not at hand; name a model with its version");
            return Err(ScoreError::new(ErrorCode::UnknownYear, message));
        }
        for (key, _) in &parts {
            catalog.get(key)?;
        }
        Ok(Self { parts })
    }

    /// Models and weights in percent.
    #[must_use]
    pub fn parts(&self) -> &[(ModelKey, u8)] {
        &self.parts
    }

    /// Weighs a person's scores, which stand in the order of [`Blend::parts`].
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the weights do not make a hundred percent.
    pub fn weigh(&self, scores: &[PersonScore]) -> Result<BlendedScore, ScoreError> {
        let weigh = |value: &dyn Fn(&PersonScore) -> Option<Score>| -> Result<Option<Score>, ScoreError> {
            let weighted = scores.iter().zip(&self.parts);
            let values: Option<Vec<(Score, u8)>> =
                weighted.map(|(score, (_, percent))| value(score).map(|value| (value, *percent))).collect();
            values.map(|values| payment::blended(&values, Score::ZERO)).transpose()
        };
        let of = |model: &str| scores.iter().find(|score| score.model == model).map(|score| score.raw);
        let joined = |part: fn(&PersonScore) -> &str| {
            let mut parts: Vec<&str> = scores.iter().map(part).collect();
            parts.dedup();
            parts.join(" + ")
        };
        Ok(BlendedScore {
            model_version: joined(|score| &score.model),
            population: joined(|score| &score.population),
            v24_risk_score: of("CMS-HCC V24"),
            v28_risk_score: of("CMS-HCC V28"),
            blended_risk_score: weigh(&|score| Some(score.raw))?.unwrap_or_default(),
            normalized_risk_score: weigh(&|score| score.payment.map(|payment| payment.normalized))?,
            payment_risk_score: weigh(&|score| score.payment.map(|payment| payment.adjusted))?,
        })
    }
}
