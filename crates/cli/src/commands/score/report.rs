//! Reports of members, as JSON Lines or csv. Columns are named as in Tuva's `cms_hcc__patient_risk_scores` and
//! `cms_hcc__patient_risk_factors`.

use super::ReportFormat;
use anyhow::Result;
use openclaim_claim::Text;
use openclaim_risk::cms::encounter::EncounterDiagnosis;
use openclaim_risk::cms::{BlendedScore, Defaults, Explanation, PersonScore};
use openclaim_risk::{NotEvaluated, Score, ScoreError};
use serde::Serialize;
use std::io::Write;

/// Writes rows in one format.
pub(super) struct Writer<'w, W: Write> {
    sink: Sink<&'w mut W>,
}

enum Sink<W: Write> {
    Jsonl(W),
    Csv(Box<csv::Writer<W>>),
}

#[derive(Serialize)]
struct ScoreRow<'a> {
    person_id: &'a str,
    payment_year: i16,
    model_version: String,
    population: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    v24_risk_score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    v28_risk_score: Option<Score>,
    blended_risk_score: Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    normalized_risk_score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_risk_score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_months: Option<u8>,
    models: Vec<ModelRow<'a>>,
}

/// A row of scores without what does not fit in a cell.
#[derive(Serialize)]
struct ScoreCsvRow<'a> {
    person_id: &'a str,
    payment_year: i16,
    model_version: String,
    population: String,
    v24_risk_score: Option<String>,
    v28_risk_score: Option<String>,
    blended_risk_score: String,
    normalized_risk_score: Option<String>,
    payment_risk_score: Option<String>,
    member_months: Option<u8>,
    not_evaluated: String,
}

#[derive(Serialize)]
struct ModelRow<'a> {
    model_version: &'a str,
    population: &'a str,
    raw: Score,
    hccs: &'a [u16],
    #[serde(flatten)]
    defaults: Defaults,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_evaluated: &'a [NotEvaluated],
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

#[derive(Serialize)]
struct FactorRow<'a> {
    person_id: &'a str,
    enrollment_status_default: bool,
    medicaid_dual_status_default: bool,
    orec_default: bool,
    institutional_status_default: bool,
    factor_type: &'static str,
    risk_factor: &'a str,
    risk_factor_description: &'a str,
    coefficient: Score,
    model_version: &'a str,
    payment_year: i16,
}

#[derive(Serialize)]
struct DiagnosisRow<'a> {
    person_id: &'a str,
    diagnosis_code: String,
    claim_id: &'a str,
    claim_line_number: Option<u32>,
    service_date: Option<String>,
    encounter_type: Option<String>,
    counts: bool,
    filtered: Option<String>,
}

#[derive(Serialize)]
struct ErrorRow<'a> {
    person_id: &'a str,
    error: &'a ScoreError,
}

impl<'w, W: Write> Writer<'w, W> {
    pub(super) fn new(output: &'w mut W, format: ReportFormat) -> Self {
        let sink = match format {
            ReportFormat::Jsonl => Sink::Jsonl(output),
            ReportFormat::Csv => Sink::Csv(Box::new(csv::Writer::from_writer(output))),
        };
        Self { sink }
    }

    /// A person's scores under the models of a blend, and what they make together.
    pub(super) fn scores(
        &mut self,
        id: &Text,
        payment_year: i16,
        member_months: Option<u8>,
        scores: &[PersonScore],
        blended: BlendedScore,
    ) -> Result<()> {
        let row = ScoreRow {
            person_id: id,
            payment_year,
            model_version: blended.model_version,
            population: blended.population,
            v24_risk_score: blended.v24_risk_score,
            v28_risk_score: blended.v28_risk_score,
            blended_risk_score: blended.blended_risk_score,
            normalized_risk_score: blended.normalized_risk_score,
            payment_risk_score: blended.payment_risk_score,
            member_months,
            models: scores.iter().map(model_row).collect(),
        };
        match &mut self.sink {
            Sink::Jsonl(output) => json_line(output, &row),
            Sink::Csv(writer) => {
                let optional = |score: Option<Score>| score.map(|score| score.to_string());
                let open = scores.iter().flat_map(|score| &score.not_evaluated).map(|open| open.rule.as_str());
                Ok(writer.serialize(ScoreCsvRow {
                    person_id: row.person_id,
                    payment_year: row.payment_year,
                    model_version: row.model_version,
                    population: row.population,
                    v24_risk_score: optional(row.v24_risk_score),
                    v28_risk_score: optional(row.v28_risk_score),
                    blended_risk_score: row.blended_risk_score.to_string(),
                    normalized_risk_score: optional(row.normalized_risk_score),
                    payment_risk_score: optional(row.payment_risk_score),
                    member_months: row.member_months,
                    not_evaluated: open.collect::<Vec<_>>().join(" "),
                })?)
            }
        }
    }

    /// A row per factor of a person.
    pub(super) fn factors(&mut self, id: &Text, payment_year: i16, scores: &[PersonScore]) -> Result<()> {
        for score in scores {
            for factor in &score.factors {
                self.row(&FactorRow {
                    person_id: id,
                    enrollment_status_default: score.defaults.enrollment_status_default,
                    medicaid_dual_status_default: score.defaults.medicaid_dual_status_default,
                    orec_default: score.defaults.orec_default,
                    institutional_status_default: score.defaults.institutional_status_default,
                    factor_type: factor.factor_type,
                    risk_factor: &factor.variable,
                    risk_factor_description: &factor.description,
                    coefficient: factor.coefficient,
                    model_version: &score.model,
                    payment_year,
                })?;
            }
        }
        Ok(())
    }

    /// A row per diagnosis of a person's claims.
    pub(super) fn diagnoses(&mut self, id: &Text, diagnoses: &[EncounterDiagnosis]) -> Result<()> {
        for diagnosis in diagnoses {
            self.row(&DiagnosisRow {
                person_id: id,
                diagnosis_code: diagnosis.code.to_string(),
                claim_id: &diagnosis.provenance.claim_id,
                claim_line_number: diagnosis.provenance.line,
                service_date: diagnosis.provenance.date.map(|date| date.to_string()),
                encounter_type: name(&diagnosis.provenance.encounter)?,
                counts: diagnosis.filtered.is_none(),
                filtered: name(&diagnosis.filtered)?,
            })?;
        }
        Ok(())
    }

    /// A person who could not be scored: a line of their own, or on standard error beside csv.
    pub(super) fn error(&mut self, id: &Text, error: &ScoreError) -> Result<()> {
        match &mut self.sink {
            Sink::Jsonl(output) => json_line(output, &ErrorRow { person_id: id, error }),
            Sink::Csv(_) => {
                eprintln!("openclaim: member `{id}`: {} ({})", error.message, error.code);
                Ok(())
            }
        }
    }

    fn row(&mut self, row: &impl Serialize) -> Result<()> {
        match &mut self.sink {
            Sink::Jsonl(output) => json_line(output, row),
            Sink::Csv(writer) => Ok(writer.serialize(row)?),
        }
    }

    pub(super) fn finish(self) -> Result<()> {
        match self.sink {
            Sink::Jsonl(_) => Ok(()),
            Sink::Csv(mut writer) => Ok(writer.flush()?),
        }
    }
}

fn model_row(score: &PersonScore) -> ModelRow<'_> {
    ModelRow {
        model_version: &score.model,
        population: &score.population,
        raw: score.raw,
        hccs: &score.hccs,
        defaults: score.defaults,
        not_evaluated: &score.not_evaluated,
        explanation: score.explanation.as_ref(),
    }
}

/// An enumeration by the name it is serialised with.
fn name(value: &Option<impl Serialize>) -> Result<Option<String>> {
    Ok(serde_json::to_value(value)?.as_str().map(str::to_owned))
}

fn json_line(output: &mut impl Write, row: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *output, row)?;
    Ok(output.write_all(b"\n")?)
}
