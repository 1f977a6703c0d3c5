//! From raw scores to payment scores: normalization, coding intensity, blend of models.
//!
//! `raw / normalization`, rounded to three places; times `1 - coding intensity`, rounded to three places; a year's blend
//! weighs the models' results and is rounded to three places. Sources: CMS's annual rate announcements, each factor with
//! its own; a factor that is not at hand makes the payment score `not_evaluated`.

use crate::{ErrorCode, Score, ScoreError};
use openclaim_claim::{NotEvaluated, NotEvaluatedReason, Unanswered};
use openclaim_reference::{Library, risk};
use serde::Serialize;

/// The factors of a model in a payment year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentFactors {
    /// Normalization factor, by which the raw score is divided.
    pub normalization: Score,
    /// Coding intensity adjustment, by which the normalized score is lowered.
    pub coding_intensity: Score,
    /// The announcement.
    pub source: String,
}

/// A model's score on its way to payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PaymentScore {
    /// The raw score.
    pub raw: Score,
    /// Divided by the normalization factor.
    pub normalized: Score,
    /// Lowered for coding intensity.
    pub adjusted: Score,
}

/// One model of a payment year's blend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlendPart {
    /// The model.
    pub model: String,
    /// Its weight in percent.
    pub percent: u8,
    /// The announcement.
    pub source: String,
}

impl PaymentFactors {
    /// Applies the factors.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] for a normalization factor that is not positive.
    pub fn apply(&self, raw: Score) -> Result<PaymentScore, ScoreError> {
        let bad = || ScoreError::new(ErrorCode::Internal, format!("a normalization factor of {}", self.normalization));
        let normalized = ratio(raw, 1000, self.normalization.thousandths()).ok_or_else(bad)?;
        let adjusted = ratio(normalized, 1000 - self.coding_intensity.thousandths(), 1000).ok_or_else(bad)?;
        Ok(PaymentScore { raw, normalized, adjusted })
    }
}

/// The factors of a model; `scope` is that of the segment. The answer says why when they are not at hand.
///
/// # Errors
/// [`ErrorCode::Internal`] when the table cannot be read.
pub fn factors(
    library: &Library,
    payment_year: i16,
    model: &str,
    scope: &str,
) -> Result<Result<PaymentFactors, NotEvaluated>, ScoreError> {
    let table = library.embedded_relation(risk::CMS_PAYMENT).map_err(internal)?;
    let column = |name: &str| table.column(name).ok_or_else(|| lacking(name));
    let (year, name, of) = (column("payment_year")?, column("model")?, column("scope")?);
    let (normalization, intensity, source) = (column("normalization")?, column("coding_intensity")?, column("source")?);
    let row = table.rows().find(|row| {
        row.int(year) == Some(i64::from(payment_year)) && row.text(name) == Some(model) && row.text(of) == Some(scope)
    });
    let thousandths = |column| row.and_then(|row| row.decimal(column)).and_then(|value| value.rescale(3));
    let (Some(normalization), Some(intensity)) = (thousandths(normalization), thousandths(intensity)) else {
        return Ok(Err(NotEvaluated::from(Unanswered {
            rule: "payment-score".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: format!(
                "no normalization factor and coding intensity adjustment of {model} for payment year {payment_year} is at \
                 hand from a rate announcement"
            )
            .into(),
            remedy: Some("divide the raw score by the announced factor".into()),
        })));
    };
    Ok(Ok(PaymentFactors {
        normalization: Score::from_thousandths(normalization.unscaled),
        coding_intensity: Score::from_thousandths(intensity.unscaled),
        source: row.and_then(|row| row.text(source)).unwrap_or_default().to_owned(),
    }))
}

/// The models that a payment year blends, for organizations other than PACE; empty when the year is not at hand.
///
/// # Errors
/// [`ErrorCode::Internal`] when the table cannot be read.
pub fn blend(library: &Library, payment_year: i16) -> Result<Vec<BlendPart>, ScoreError> {
    let table = library.embedded_relation(risk::CMS_BLENDS).map_err(internal)?;
    let column = |name: &str| table.column(name).ok_or_else(|| lacking(name));
    let (year, name, percent, source) =
        (column("payment_year")?, column("model")?, column("percent")?, column("source")?);
    let rows = table.rows().filter(|row| row.int(year) == Some(i64::from(payment_year)));
    let part = |row: openclaim_reference::relation::Row<'_>| BlendPart {
        model: row.text(name).unwrap_or_default().to_owned(),
        percent: row.int(percent).and_then(|percent| u8::try_from(percent).ok()).unwrap_or_default(),
        source: row.text(source).unwrap_or_default().to_owned(),
    };
    Ok(rows.map(part).collect())
}

/// The blended score of models with their weights in percent, and the frailty score of the plan where it has one.
///
/// # Errors
/// [`ErrorCode::Internal`] when the weights do not make a hundred percent.
pub fn blended(parts: &[(Score, u8)], frailty: Score) -> Result<Score, ScoreError> {
    let percent: u32 = parts.iter().map(|(_, percent)| u32::from(*percent)).sum();
    if percent != 100 {
        return Err(ScoreError::new(ErrorCode::Internal, format!("the weights of the blend make {percent} %")));
    }
    let weighted = parts.iter().map(|(score, percent)| score.thousandths() * i64::from(*percent)).sum();
    let blended = ratio(Score::from_thousandths(weighted), 1, 100);
    blended.map(|score| score + frailty).ok_or_else(|| ScoreError::new(ErrorCode::Internal, "a blend of nothing"))
}

/// `score * numerator / denominator`, rounded half away from zero to thousandths; `None` for a denominator that is not
/// positive, or a result beyond all scores.
fn ratio(score: Score, numerator: i64, denominator: i64) -> Option<Score> {
    if denominator <= 0 {
        return None;
    }
    let product = i128::from(score.thousandths()) * i128::from(numerator);
    let denominator = i128::from(denominator);
    let rounded = (product.abs() * 2 + denominator) / (denominator * 2) * product.signum();
    i64::try_from(rounded).ok().map(Score::from_thousandths)
}

fn internal(error: openclaim_reference::FlatError) -> ScoreError {
    ScoreError::new(ErrorCode::Internal, error.to_string())
}

fn lacking(column: &str) -> ScoreError {
    ScoreError::new(ErrorCode::Internal, format!("the table of payment constants has no column `{column}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> Score {
        text.parse().unwrap()
    }

    /// Each step rounds: 1.500 / 1.045 = 1.43541, times 0.941 = 1.350335; and 2.000 / 1.153 = 1.73461, times 0.941 = 1.632635.
    #[test]
    fn every_step_rounds_to_three_places() {
        let library = Library::embedded().unwrap();
        let v28 = factors(&library, 2025, "CMS-HCC V28", "all").unwrap().unwrap().apply(score("1.5")).unwrap();
        assert_eq!((v28.normalized, v28.adjusted), (score("1.435"), score("1.350")));
        let v24 = factors(&library, 2025, "CMS-HCC V24", "all").unwrap().unwrap().apply(score("2")).unwrap();
        assert_eq!((v24.normalized, v24.adjusted), (score("1.735"), score("1.633")));
        // 0.67 * 1.350 + 0.33 * 1.633 = 1.44339
        let parts = blend(&library, 2025).unwrap();
        let weighted: Vec<(Score, u8)> = parts
            .iter()
            .map(|part| (if part.model == "CMS-HCC V28" { v28.adjusted } else { v24.adjusted }, part.percent))
            .collect();
        assert_eq!(blended(&weighted, Score::ZERO).unwrap(), score("1.443"));
        assert_eq!(blended(&weighted, score("0.125")).unwrap(), score("1.568"));
        assert!(blended(&weighted[..1], Score::ZERO).is_err());
    }

    #[test]
    fn halves_round_away_from_zero() {
        let ratio = |value, by| super::ratio(Score::from_thousandths(value), 1, by).unwrap().thousandths();
        assert_eq!([ratio(5, 2), ratio(-5, 2), ratio(4, 3), ratio(0, 7)], [3, -3, 1, 0]);
        assert_eq!(super::ratio(Score::ZERO, 1, 0), None);
    }

    #[test]
    fn a_constant_without_a_source_is_absent() {
        let library = Library::embedded().unwrap();
        let missing = factors(&library, 2025, "ESRD V24", "graft").unwrap().unwrap_err();
        assert_eq!(missing.reason, NotEvaluatedReason::MissingTable);
        assert!(blend(&library, 2030).unwrap().is_empty());
        assert_eq!(factors(&library, 2026, "ESRD V24", "graft").unwrap().unwrap().normalization, score("1.104"));
    }
}
