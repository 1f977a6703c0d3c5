//! One row per claim with everything that was decided about it: what a function from batches to batches gives back.

use crate::ColumnarError;
use crate::build::{Flat, Lists, Row, described};
use crate::nested::{NestedReader, claim_type};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use openclaim_claim::{Claim, Subject};
use openclaim_engine::{Adjudication, Digester, Engine, Run};
use std::sync::Arc;

fn fields(list: &[(&str, DataType, bool)]) -> Fields {
    list.iter().map(|(name, kind, null)| Field::new(*name, kind.clone(), *null)).collect()
}

fn claim_fields() -> Fields {
    fields(&[
        ("claim_id", DataType::Utf8, true),
        ("claim_type", DataType::Utf8, true),
        ("disposition", DataType::Utf8, true),
        ("error_count", DataType::UInt32, true),
        ("warning_count", DataType::UInt32, true),
        ("not_evaluated_count", DataType::UInt32, true),
        ("ms_drg_code", DataType::Utf8, true),
        ("digest", DataType::Utf8, true),
        ("error_code", DataType::Utf8, true),
        ("error_message", DataType::Utf8, true),
        ("adjudication", DataType::Utf8, true),
    ])
}

fn finding_fields() -> Fields {
    fields(&[
        ("edit", DataType::Utf8, false),
        ("disposition", DataType::Utf8, false),
        ("claim_line_number", DataType::UInt32, true),
        ("message", DataType::Utf8, false),
        ("carc", DataType::Utf8, true),
        ("rarc", DataType::Utf8, true),
    ])
}

/// The schema of answers, one row per claim. Counts are null where `error_code` says that the row is no claim;
/// `adjudication` is the whole answer as JSON, as `openclaim check --format jsonl` prints it.
#[must_use]
pub fn schema() -> SchemaRef {
    let mut list: Vec<Arc<Field>> = claim_fields().iter().cloned().collect();
    let item = Field::new("item", DataType::Struct(finding_fields()), false);
    list.push(Arc::new(Field::new("findings", DataType::List(Arc::new(item)), false)));
    described("answer", list)
}

/// Decides about every claim of a batch of nested claims: one row out for every row in, in the same order. A row that is no
/// claim gets an error instead of an answer.
///
/// # Errors
/// [`ColumnarError`] when the batch lacks a column or has one of another type.
pub fn adjudicate(engine: &Engine, claims: &RecordBatch) -> Result<RecordBatch, ColumnarError> {
    let reader = NestedReader::new(claims)?;
    let mut rows = Rows {
        claims: Flat::of(&claim_fields()),
        findings: Lists::of(finding_fields()),
        digester: Digester::default(),
    };
    let mut run = Run::of_one_claim();
    for row in 0..reader.len() {
        match reader.claim(row) {
            Ok(claim) => rows.answer(&claim, &engine.adjudicate_in(&claim, run.anew()), row)?,
            Err(error) => rows.error(reader.claim_id(row), &error),
        }
    }
    let mut arrays: Vec<ArrayRef> = rows.claims.finish()?;
    arrays.push(rows.findings.finish()?);
    Ok(RecordBatch::try_new(schema(), arrays)?)
}

struct Rows {
    claims: Flat,
    findings: Lists,
    digester: Digester,
}

impl Rows {
    fn answer(&mut self, claim: &Claim, answer: &Adjudication, row: usize) -> Result<(), ColumnarError> {
        let failed = |error: serde_json::Error| ColumnarError::Row { row, problem: error.to_string() };
        let (digest, json) =
            (self.digester.digest(answer).map_err(failed)?, serde_json::to_string(answer).map_err(failed)?);
        let errors = answer.findings.iter().filter(|finding| finding.disposition.is_error()).count();
        let worst = answer.findings.iter().map(|finding| finding.disposition).min();
        let drg = answer.grouping.as_ref().map(|grouping| grouping.grouping.outcome.drg);
        let mut columns = Row::of(self.claims.row());
        columns.text(&claim.claim_id);
        columns.text(claim_type(claim.claim_type));
        columns.text_or_null(worst.map(|it| it.as_str()));
        columns.count(errors);
        columns.count(answer.findings.len() - errors);
        columns.count(answer.not_evaluated.len());
        columns.joined(drg.map(|drg| format!("{drg:03}")), "");
        columns.text(&digest);
        columns.text("");
        columns.text("");
        columns.text(&json);
        for finding in &answer.findings {
            let line = match finding.subject {
                Subject::Line(at) | Subject::LinePair(at, _) => claim.lines.get(at as usize).map(|line| line.number),
                _ => None,
            };
            let mut element = Row::of(self.findings.element());
            element.text(finding.edit);
            element.text(finding.disposition.as_str());
            element.number(line);
            element.shown(&finding.message);
            element.text_or_null(finding.carc);
            element.text_or_null(finding.rarc);
        }
        self.findings.end_row();
        Ok(())
    }

    fn error(&mut self, id: Option<&str>, error: &ColumnarError) {
        if let [claim, kind, disposition, errors, warnings, missing, drg, digest, code, message, whole] =
            self.claims.row()
        {
            claim.text_or_null(id);
            for column in [kind, disposition, drg, digest, whole] {
                column.text("");
            }
            for column in [errors, warnings, missing] {
                column.number(None);
            }
            code.text(error.code());
            message.text(&error.to_string());
        }
        self.findings.end_row();
    }
}
