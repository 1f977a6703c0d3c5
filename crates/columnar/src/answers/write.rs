//! Adjudications to rows.

use super::Table;
use crate::ColumnarError;
use crate::build::{Column, Flat};
use arrow_array::RecordBatch;
use openclaim_claim::{Claim, Disposition, Finding, NotEvaluated, Subject};
use openclaim_engine::{Adjudication, GroupingReport};
use openclaim_pricer::Pricing;
use serde::Serialize;
use serde_json::Value;

/// The rows of one batch of every table.
#[derive(Debug)]
pub struct Answers {
    /// Table and rows, in the order of [`Table::ALL`].
    pub tables: Vec<(Table, RecordBatch)>,
}

/// Collects adjudications.
#[derive(Debug)]
pub struct AnswerWriter {
    tables: Vec<(Table, Flat)>,
    claims: usize,
}

impl Default for AnswerWriter {
    fn default() -> Self {
        Self { tables: Table::ALL.map(|table| (table, Flat::of(&table.fields()))).into(), claims: 0 }
    }
}

/// Fills the columns of one row, one after the other.
struct Row<'a>(std::slice::IterMut<'a, Column>);

impl Row<'_> {
    fn next(&mut self, fill: impl FnOnce(&mut Column)) {
        if let Some(column) = self.0.next() {
            fill(column);
        }
    }

    fn text(&mut self, value: &str) {
        self.next(|column| column.text(value));
    }

    fn text_or_null(&mut self, value: Option<&str>) {
        self.next(|column| column.text_or_null(value));
    }

    fn number(&mut self, value: Option<u32>) {
        self.next(|column| column.number(value));
    }
}

fn count(number: usize) -> Option<u32> {
    u32::try_from(number).ok()
}

/// The most severe disposition of findings.
fn worst<'f>(findings: impl Iterator<Item = &'f Finding>) -> Option<Disposition> {
    findings.map(|finding| finding.disposition).min()
}

impl AnswerWriter {
    /// Claims collected so far.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.claims
    }

    fn row(&mut self, table: Table, id: &str, claim_row: u64) -> Row<'_> {
        // `ALL` holds every table, in the order of its variants.
        let columns = self.tables[table as usize].1.row();
        let mut row = Row(columns.iter_mut());
        row.text(id);
        row.next(|column| column.position(claim_row));
        row
    }

    /// Adds the answer about a claim; `claim_row` is its position in the run.
    ///
    /// # Errors
    /// [`ColumnarError::Row`] when the answer cannot be written as JSON.
    pub fn push(&mut self, claim: &Claim, answer: &Adjudication, claim_row: u64) -> Result<(), ColumnarError> {
        let failed = |error: serde_json::Error| ColumnarError::Row {
            row: usize::try_from(claim_row).unwrap_or(usize::MAX),
            problem: format!("the answer cannot be written: {error}"),
        };
        let id = claim.claim_id.as_str();
        self.claim(claim, answer, claim_row, &answer.digest().map_err(failed)?);
        self.lines(claim, answer, claim_row);
        for (number, finding) in answer.findings.iter().enumerate() {
            self.finding(id, claim_row, claim, number, finding).map_err(failed)?;
        }
        for missing in &answer.not_evaluated {
            self.not_evaluated(id, claim_row, missing).map_err(failed)?;
        }
        if let Some(grouping) = &answer.grouping {
            self.grouping(id, claim_row, grouping).map_err(failed)?;
        }
        if let Some(pricing) = &answer.pricing {
            self.pricing(id, claim_row, None, pricing).map_err(failed)?;
        }
        for line in answer.lines.iter().flat_map(|lines| &lines.lines) {
            if let Some(pricing) = &line.pricing {
                self.pricing(id, claim_row, Some(line.number), pricing).map_err(failed)?;
            }
        }
        self.claims += 1;
        Ok(())
    }

    fn claim(&mut self, claim: &Claim, answer: &Adjudication, claim_row: u64, digest: &str) {
        let errors = answer.findings.iter().filter(|finding| finding.disposition.is_error()).count();
        let mut row = self.row(Table::Claim, &claim.claim_id, claim_row);
        row.text(crate::nested::claim_type(claim.claim_type));
        row.text(&claim.subscriber.member_id);
        row.next(|column| column.date(claim.service_from()));
        row.next(|column| column.date(claim.service_through()));
        row.next(|column| column.money(Some(claim.amounts.total_charge.value)));
        row.text_or_null(worst(answer.findings.iter()).map(Disposition::as_str));
        row.number(count(errors));
        row.number(count(answer.findings.len() - errors));
        row.number(count(answer.not_evaluated.len()));
        row.text(digest);
    }

    fn lines(&mut self, claim: &Claim, answer: &Adjudication, claim_row: u64) {
        for (index, line) in claim.lines.iter().enumerate() {
            let about = |finding: &&Finding| match finding.subject {
                Subject::Line(at) | Subject::LinePair(at, _) => at as usize == index,
                _ => false,
            };
            let of_line = || answer.findings.iter().filter(about);
            let denies =
                |finding: &&Finding| matches!(finding.disposition, Disposition::DenyLine | Disposition::RejectLine);
            let mut row = self.row(Table::ClaimLine, &claim.claim_id, claim_row);
            row.number(Some(line.number));
            row.next(|column| column.date(line.dates.from.map(|date| date.value)));
            row.text_or_null(line.hcpcs.as_ref().map(|code| code.as_str()));
            row.text_or_null(line.revenue_code.as_ref().map(|code| code.as_str()));
            row.next(|column| column.money(Some(line.charge.value)));
            row.text_or_null(worst(of_line()).map(Disposition::as_str));
            row.text_or_null(of_line().find(denies).map(|finding| finding.edit));
            let decided = answer.lines.as_ref().and_then(|lines| lines.lines.get(index));
            row.next(|column| column.money(decided.and_then(|line| line.priced)));
            row.next(|column| column.money(decided.and_then(|line| line.allowed)));
        }
    }

    fn finding(
        &mut self,
        id: &str,
        claim_row: u64,
        claim: &Claim,
        number: usize,
        finding: &Finding,
    ) -> Result<(), serde_json::Error> {
        let line = |at: u32| claim.lines.get(at as usize).map(|line| line.number);
        let (subject, of_line, other, diagnosis, procedure) = match finding.subject {
            Subject::File => ("file", None, None, None, None),
            Subject::Claim => ("claim", None, None, None, None),
            Subject::Diagnosis(at) => ("diagnosis", None, None, Some(at + 1), None),
            Subject::Procedure(at) => ("procedure", None, None, None, Some(at + 1)),
            Subject::Line(at) => ("line", line(at), None, None, None),
            Subject::LinePair(at, other) => ("line_pair", line(at), line(other), None, None),
            Subject::Patient => ("patient", None, None, None, None),
            Subject::Admission => ("admission", None, None, None, None),
            Subject::Provider => ("provider", None, None, None, None),
        };
        let evidence = json_list(&finding.evidence)?;
        let clears = json_list(&finding.clears)?;
        let message = finding.message.to_string();
        let mut row = self.row(Table::Finding, id, claim_row);
        row.number(count(number + 1));
        row.text(finding.edit);
        row.text(finding.edit.split('/').next().unwrap_or_default());
        row.text(finding.disposition.as_str());
        row.number(finding.snip.map(u32::from));
        row.text(subject);
        row.number(of_line);
        row.number(other);
        row.number(diagnosis);
        row.number(procedure);
        row.text(&message);
        row.text_or_null(finding.carc);
        row.text_or_null(finding.rarc);
        row.text_or_null(evidence.as_deref());
        row.text_or_null(clears.as_deref());
        Ok(())
    }

    fn not_evaluated(&mut self, id: &str, claim_row: u64, missing: &NotEvaluated) -> Result<(), serde_json::Error> {
        let reason = word(&missing.reason)?;
        let mut row = self.row(Table::NotEvaluated, id, claim_row);
        row.text(&missing.rule);
        row.text_or_null(reason.as_deref());
        row.text(&missing.detail);
        row.text_or_null(missing.remedy.as_deref());
        Ok(())
    }

    fn grouping(&mut self, id: &str, claim_row: u64, grouping: &GroupingReport) -> Result<(), serde_json::Error> {
        let value = serde_json::to_value(grouping)?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let names = [
            "version",
            "initial_mdc",
            "initial_drg",
            "final_mdc",
            "final_drg",
            "return_code",
            "severity",
            "med_surg",
            "hac_status",
        ];
        let weight = grouping.weight.as_ref().and_then(|weight| weight.relative_weight.clone());
        let mut row = self.row(Table::Grouping, id, claim_row);
        for name in names {
            row.text_or_null(text(name).as_deref());
        }
        row.text_or_null(weight.as_deref());
        Ok(())
    }

    fn pricing(
        &mut self,
        id: &str,
        claim_row: u64,
        line: Option<u32>,
        pricing: &Pricing,
    ) -> Result<(), serde_json::Error> {
        let mut row = self.row(Table::Pricing, id, claim_row);
        row.number(line);
        row.text(&pricing.system);
        row.text_or_null(pricing.return_code.as_deref());
        row.next(|column| column.money(pricing.total()));
        row.number(count(pricing.not_evaluated.len()));
        for (number, step) in pricing.steps().iter().enumerate() {
            let effect = serde_json::to_value(step.effect)?;
            let of_effect = |name: &str| effect.get(name).and_then(Value::as_str).map(str::to_owned);
            let inputs: Vec<String> =
                step.inputs.iter().map(|input| format!("{} = {}", input.name, input.value)).collect();
            let source = json_list(&step.source)?;
            let mut row = self.row(Table::PricingStep, id, claim_row);
            row.number(line);
            row.number(count(number + 1));
            row.text(step.name);
            row.text(step.formula);
            row.text_or_null(of_effect("effect").as_deref());
            row.text_or_null(of_effect("factor").as_deref());
            row.text(&step.rounding.to_string());
            row.text(&step.subtotal.to_string());
            row.text(&inputs.join("; "));
            row.text_or_null(source.as_deref());
        }
        Ok(())
    }

    /// The rows collected; the writer is empty afterwards.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] when the columns do not fit together, which would be a fault of this program.
    pub fn finish(&mut self) -> Result<Answers, ColumnarError> {
        self.claims = 0;
        let tables = self
            .tables
            .iter_mut()
            .map(|(table, flat)| Ok((*table, RecordBatch::try_new(table.schema(), flat.finish())?)));
        Ok(Answers { tables: tables.collect::<Result<_, ColumnarError>>()? })
    }
}

/// A list as JSON, `None` when it is empty; without the byte spans, which mean nothing without the file.
fn json_list<T: Serialize>(list: &[T]) -> Result<Option<String>, serde_json::Error> {
    if list.is_empty() {
        return Ok(None);
    }
    let mut value = serde_json::to_value(list)?;
    for item in value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        item.remove("span");
    }
    serde_json::to_string(&value).map(Some)
}

/// The word by which a value is serialised.
fn word(value: &impl Serialize) -> Result<Option<String>, serde_json::Error> {
    Ok(serde_json::to_value(value)?.as_str().map(str::to_owned))
}
