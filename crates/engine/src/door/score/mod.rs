//! `openclaim score`: risk adjustment.

mod answer;
mod comorbidity;
mod hhs;
mod request;

use super::{Door, DoorError, refuse, write_json};
use openclaim_risk::cms::payment::{self, PaymentFactors};
use openclaim_risk::cms::{Catalog, Model, ModelKey, Sheet};
use openclaim_risk::hhs::Model as HhsModel;
use openclaim_risk::{ErrorCode, NotEvaluated, Score, ScoreError};
use request::{Asked, ScoreRequest};
use std::sync::Arc;

/// How many models are kept at hand; a file rarely asks for more than two.
const KEPT: usize = 8;

impl From<ScoreError> for DoorError {
    fn from(error: ScoreError) -> Self {
        Self::new(error.code.as_str(), error.message)
    }
}

/// Scores one member per line.
///
/// Doors are cheap: several threads have one each on the same [`Catalog`].
#[derive(Debug)]
pub struct ScoreDoor<'c> {
    catalog: &'c Catalog,
    explain: bool,
    known: Vec<Known>,
    hhs: Vec<(i16, Result<Box<HhsModel>, ScoreError>)>,
    comorbidity: comorbidity::Indices,
    sheet: Sheet,
}

/// A model that was asked for, and its payment constants by scope.
#[derive(Debug)]
struct Known {
    key: ModelKey,
    model: Arc<Model>,
    constants: Vec<(String, Result<PaymentFactors, NotEvaluated>)>,
}

impl<'c> ScoreDoor<'c> {
    /// A door on the models of a library. Explanations are added where asked for.
    #[must_use]
    pub fn new(catalog: &'c Catalog, explain: bool) -> Self {
        Self {
            catalog,
            explain,
            known: Vec::new(),
            hhs: Vec::new(),
            comorbidity: comorbidity::Indices::default(),
            sheet: Sheet::default(),
        }
    }

    /// Finds the position of a model among those at hand, compiling it when it is new.
    fn position(&mut self, asked: &Asked<'_>, model: &str) -> Result<usize, ScoreError> {
        let is = |known: &Known| {
            known.key.payment_year == asked.payment_year
                && known.key.calibration == asked.calibration
                && known.key.model.eq_ignore_ascii_case(model)
        };
        if let Some(at) = self.known.iter().position(is) {
            return Ok(at);
        }
        let key = ModelKey::new(model, asked.payment_year).calibration(&asked.calibration);
        let model = self.catalog.get(&key)?;
        let mut constants = Vec::new();
        for segment in model.segments() {
            let scope = segment.payment_scope();
            if !constants.iter().any(|(known, _)| known == scope) {
                let factors = payment::factors(self.catalog.library(), asked.payment_year, model.name(), scope)?;
                constants.push((scope.to_owned(), factors));
            }
        }
        if self.known.len() == KEPT {
            self.known.remove(0);
        }
        self.known.push(Known { key, model, constants });
        Ok(self.known.len() - 1)
    }

    fn respond(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), DoorError> {
        let request = ScoreRequest::parse(line)?;
        let model = request.model()?;
        if hhs::is_hhs(model) {
            return self.respond_hhs(&request, out);
        }
        if let Some(index) = comorbidity::index(model)? {
            return self.respond_comorbidity(index, line, out);
        }
        let asked = request.asked()?;
        out.extend_from_slice(b"{\"id\":");
        write_json(&request.id, out);
        // Without a version the year's blend is meant.
        if model.trim().eq_ignore_ascii_case("CMS-HCC") {
            self.respond_blend(&request, &asked, out)?;
        } else {
            out.push(b',');
            self.write_model(&request, &asked, model, request.frailty()?, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    /// Writes the members of one model's answer, and returns its score for payment.
    fn write_model(
        &mut self,
        request: &ScoreRequest<'_>,
        asked: &Asked<'_>,
        name: &str,
        frailty: Score,
        out: &mut Vec<u8>,
    ) -> Result<Option<Score>, DoorError> {
        let at = self.position(asked, name)?;
        let Some(Known { model, constants, .. }) = self.known.get(at) else {
            return Err(ScoreError::new(ErrorCode::Internal, "a model just compiled is gone").into());
        };
        let (person, segment) = request.person(asked, model)?;
        model.score(&person, segment, &asked.codes, &mut self.sheet)?;
        let constants = constants.iter().find(|(scope, _)| scope == segment.payment_scope());
        let (payment, not_evaluated) = match constants {
            Some((_, Ok(factors))) => (Some(factors.apply(self.sheet.raw())?), None),
            Some((_, Err(missing))) => (None, Some(missing)),
            None => (None, None),
        };
        answer::write(model, segment, &self.sheet, payment, frailty, not_evaluated, out);
        if self.explain {
            let explanation = model.explain(&person, segment, &request.diagnoses()?)?;
            answer::member("explanation", &explanation, out);
        }
        if !asked.duplicates.is_empty() {
            answer::warnings(&asked.duplicates, out);
        }
        Ok(payment.map(|payment| payment.adjusted))
    }

    fn respond_blend(
        &mut self,
        request: &ScoreRequest<'_>,
        asked: &Asked<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), DoorError> {
        let parts = payment::blend(self.catalog.library(), asked.payment_year)?;
        if parts.is_empty() {
            let message = format!("the blend of payment year {} is not at hand", asked.payment_year);
            return Err(ScoreError::new(ErrorCode::UnknownYear, message).into());
        }
        answer::member("model", &"CMS-HCC", out);
        answer::member("payment_year", &asked.payment_year, out);
        out.extend_from_slice(b",\"models\":[");
        let mut weighted = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            out.extend_from_slice(if at == 0 { b"{" } else { b",{" });
            // The plan's frailty score is added once, to the blend.
            let adjusted = self.write_model(request, asked, &part.model, Score::ZERO, out)?;
            answer::member("percent", &part.percent, out);
            out.push(b'}');
            weighted.extend(adjusted.map(|adjusted| (adjusted, part.percent)));
        }
        out.push(b']');
        if weighted.len() == parts.len() {
            answer::member("blended", &payment::blended(&weighted, request.frailty()?)?, out);
        }
        Ok(())
    }
}

impl Door for ScoreDoor<'_> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let before = out.len();
        match self.respond(line, out) {
            Ok(()) => true,
            Err(error) => {
                out.truncate(before);
                refuse(&request::id_of(line), &error, out)
            }
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_marketplace;
