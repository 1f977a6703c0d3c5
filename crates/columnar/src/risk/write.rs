//! Diagnoses, factors and scores to rows.

use super::{Table, not_evaluated_fields};
use crate::ColumnarError;
use crate::build::{Flat, Lists};
use arrow_array::builder::{Decimal128Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields};
use openclaim_claim::Text;
use openclaim_risk::cms::encounter::{EncounterDiagnosis, Filtered};
use openclaim_risk::cms::{BlendedScore, PersonScore};
use openclaim_risk::{EncounterType, Score, ScoreError};
use serde::Serialize;
use std::sync::Arc;

/// An enumeration by the name it is serialised with.
fn name(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The name of a kind of encounter, as [`Table::Diagnoses`] has it.
fn encounter_name(encounter: EncounterType) -> &'static str {
    match encounter {
        EncounterType::Professional => "professional",
        EncounterType::Inpatient => "inpatient",
        EncounterType::Outpatient => "outpatient",
    }
}

/// The name of a reason for which a diagnosis does not count, as [`Table::Diagnoses`] has it.
pub(crate) fn filtered_name(filtered: Filtered) -> &'static str {
    match filtered {
        Filtered::NoEligibleProcedure => "no_eligible_procedure",
        Filtered::TypeOfBill => "type_of_bill",
        Filtered::Dental => "dental",
        Filtered::Void => "void",
        Filtered::OutsideYear => "outside_year",
        Filtered::NoDate => "no_date",
        Filtered::Role => "role",
        Filtered::Icd9 => "icd9",
        Filtered::CannotTell => "cannot_tell",
    }
}

/// Collects rows of [`Table::Diagnoses`].
#[derive(Debug)]
pub struct DiagnosisRows(Flat);

impl Default for DiagnosisRows {
    fn default() -> Self {
        Self(Flat::of(&Table::Diagnoses.fields()))
    }
}

impl DiagnosisRows {
    /// Adds the diagnoses of a claim; `claim_row` is its position in the run.
    pub fn push(&mut self, person: Option<&Text>, claim_row: u64, diagnoses: &[EncounterDiagnosis]) {
        for diagnosis in diagnoses {
            let place = &diagnosis.provenance;
            if let [id, claim, row, line, code, date, encounter, counts, filtered] = self.0.row() {
                id.text_or_null(person.map(Text::as_str));
                claim.text(&place.claim_id);
                row.position(claim_row);
                line.number(place.line);
                code.text(diagnosis.code.as_str());
                date.date(place.date);
                encounter.text_or_null(place.encounter.map(encounter_name));
                counts.flag(Some(diagnosis.filtered.is_none()));
                filtered.text_or_null(diagnosis.filtered.map(filtered_name));
            }
        }
    }

    /// The rows collected, and an empty collection.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] for a fault of this program.
    pub fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        Ok(RecordBatch::try_new(Table::Diagnoses.schema(), self.0.finish()?)?)
    }
}

/// A column of factors or scores.
fn scores() -> Decimal128Builder {
    Decimal128Builder::new().with_data_type(super::SCORE)
}

fn thousandths(score: Score) -> i128 {
    i128::from(score.thousandths())
}

/// The fields of a table that [`Flat`] fills: all but decimals and lists.
fn plain(table: Table) -> Fields {
    let is_plain = |field: &&Arc<Field>| !matches!(field.data_type(), DataType::Decimal128(..) | DataType::List(_));
    table.fields().iter().filter(is_plain).cloned().collect()
}

/// Puts columns that were filled apart into the order of the table.
fn together(table: Table, plain: Vec<ArrayRef>, others: Vec<ArrayRef>) -> Result<RecordBatch, ColumnarError> {
    let (mut plain, mut others) = (plain.into_iter(), others.into_iter());
    let fields = table.fields();
    let in_order = fields.iter().filter_map(|field| match field.data_type() {
        DataType::Decimal128(..) | DataType::List(_) => others.next(),
        _ => plain.next(),
    });
    let arrays: Vec<ArrayRef> = in_order.collect();
    Ok(RecordBatch::try_new(table.schema(), arrays)?)
}

/// Collects rows of [`Table::Factors`].
#[derive(Debug)]
pub struct FactorRows {
    plain: Flat,
    coefficients: Decimal128Builder,
    diagnoses: ListBuilder<StringBuilder>,
}

impl Default for FactorRows {
    fn default() -> Self {
        let item = Field::new("item", DataType::Utf8, false);
        Self {
            plain: Flat::of(&plain(Table::Factors)),
            coefficients: scores(),
            diagnoses: ListBuilder::new(StringBuilder::new()).with_field(item),
        }
    }
}

impl FactorRows {
    /// Adds the factors of a person under one model.
    pub fn push(&mut self, person: &str, payment_year: i16, score: &PersonScore) {
        for factor in &score.factors {
            if let [id, enrollment, dual, orec, institutional, kind, variable, description, model, year] =
                self.plain.row()
            {
                id.text(person);
                enrollment.flag(Some(score.defaults.enrollment_status_default));
                dual.flag(Some(score.defaults.medicaid_dual_status_default));
                orec.flag(Some(score.defaults.orec_default));
                institutional.flag(Some(score.defaults.institutional_status_default));
                kind.text(factor.factor_type);
                variable.text(&factor.variable);
                description.text(&factor.description);
                model.text(&score.model);
                year.number(u32::try_from(payment_year).ok());
            }
            self.coefficients.append_value(thousandths(factor.coefficient));
            for code in &factor.diagnoses {
                self.diagnoses.values().append_value(code.as_str());
            }
            self.diagnoses.append(true);
        }
    }

    /// The rows collected, and an empty collection.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] for a fault of this program.
    pub fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        let others: Vec<ArrayRef> = vec![Arc::new(self.coefficients.finish()), Arc::new(self.diagnoses.finish())];
        together(Table::Factors, self.plain.finish()?, others)
    }
}

/// Collects rows of [`Table::Scores`].
#[derive(Debug)]
pub struct ScoreRows {
    plain: Flat,
    scores: [Decimal128Builder; 5],
    open: Lists,
}

impl Default for ScoreRows {
    fn default() -> Self {
        Self {
            plain: Flat::of(&plain(Table::Scores)),
            scores: std::array::from_fn(|_| scores()),
            open: Lists::of(not_evaluated_fields()),
        }
    }
}

impl ScoreRows {
    /// Rows collected so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plain.rows()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a person's scores under the models of a blend, and what they make together.
    pub fn push(
        &mut self,
        person: &str,
        payment_year: i16,
        member_months: Option<u8>,
        scores: &[PersonScore],
        blended: &BlendedScore,
    ) {
        self.row(person, payment_year, member_months, Some(blended), None);
        for score in scores {
            for missing in &score.not_evaluated {
                if let [model, rule, reason, detail, remedy] = self.open.element() {
                    model.text(&score.model);
                    rule.text(&missing.rule);
                    reason.text(&name(missing.reason));
                    detail.text(&missing.detail);
                    remedy.text_or_null(missing.remedy.as_deref());
                }
            }
        }
        self.open.end_row();
    }

    /// Adds a person who could not be scored.
    pub fn error(&mut self, person: &str, payment_year: i16, member_months: Option<u8>, error: &ScoreError) {
        self.row(person, payment_year, member_months, None, Some(error));
        self.open.end_row();
    }

    fn row(
        &mut self,
        person: &str,
        payment_year: i16,
        member_months: Option<u8>,
        blended: Option<&BlendedScore>,
        error: Option<&ScoreError>,
    ) {
        if let [id, year, model, population, months, code, message] = self.plain.row() {
            id.text(person);
            year.number(u32::try_from(payment_year).ok());
            model.text_or_null(blended.map(|blended| blended.model_version.as_str()));
            population.text_or_null(blended.map(|blended| blended.population.as_str()));
            months.number(member_months.map(u32::from));
            code.text_or_null(error.map(|error| error.code.as_str()));
            message.text_or_null(error.map(|error| error.message.as_str()));
        }
        let values = [
            blended.and_then(|blended| blended.v24_risk_score),
            blended.and_then(|blended| blended.v28_risk_score),
            blended.map(|blended| blended.blended_risk_score),
            blended.and_then(|blended| blended.normalized_risk_score),
            blended.and_then(|blended| blended.payment_risk_score),
        ];
        for (column, value) in self.scores.iter_mut().zip(values) {
            column.append_option(value.map(thousandths));
        }
    }

    /// The rows collected, and an empty collection.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] for a fault of this program.
    pub fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        let mut others: Vec<ArrayRef> = Vec::new();
        for column in &mut self.scores {
            others.push(Arc::new(column.finish()));
        }
        others.push(self.open.finish()?);
        together(Table::Scores, self.plain.finish()?, others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_reports() {
        for filtered in [
            Filtered::NoEligibleProcedure,
            Filtered::TypeOfBill,
            Filtered::Dental,
            Filtered::Void,
            Filtered::OutsideYear,
            Filtered::NoDate,
            Filtered::Role,
            Filtered::Icd9,
            Filtered::CannotTell,
        ] {
            assert_eq!(filtered_name(filtered), name(filtered));
        }
        for encounter in [EncounterType::Professional, EncounterType::Inpatient, EncounterType::Outpatient] {
            assert_eq!(encounter_name(encounter), name(encounter));
        }
    }
}
