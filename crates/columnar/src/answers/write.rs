//! Adjudications to rows.

use super::Table;
use crate::ColumnarError;
use crate::build::{Flat, Row};
use arrow_array::RecordBatch;
use openclaim_claim::{Claim, Decimal, Disposition, Finding, NotEvaluated, Subject};
use openclaim_engine::{Adjudication, Digester, GroupingReport, write_without_spans};
use openclaim_pricer::{Effect, Input, Pricing};
use serde::Serialize;
use serde::ser::Error as _;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

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
    json: Json,
    digester: Digester,
    /// Rows of `not_evaluated` whose words may come again, by the identity of what they say, which is kept alive.
    said: HashMap<usize, (NotEvaluated, usize)>,
}

impl Default for AnswerWriter {
    fn default() -> Self {
        Self {
            tables: Table::ALL.map(|table| (table, Flat::of(&table.fields()))).into(),
            claims: 0,
            json: Json::default(),
            digester: Digester::default(),
            said: HashMap::new(),
        }
    }
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

    /// Adds the answer about a claim; `claim_row` is its position in the run.
    ///
    /// # Errors
    /// [`ColumnarError::Row`] when the answer cannot be written as JSON.
    pub fn push(&mut self, claim: &Claim, answer: &Adjudication, claim_row: u64) -> Result<(), ColumnarError> {
        let failed = |error: serde_json::Error| ColumnarError::Row {
            row: usize::try_from(claim_row).unwrap_or(usize::MAX),
            problem: format!("the answer cannot be written: {error}"),
        };
        let key = Key { id: &claim.claim_id, row: claim_row };
        let digest = self.digester.digest(answer).map_err(failed)?;
        self.claim(claim, answer, key, &digest);
        self.lines(claim, answer, key);
        for (number, finding) in answer.findings.iter().enumerate() {
            self.finding(key, claim, number, finding).map_err(failed)?;
        }
        for missing in &answer.not_evaluated {
            self.not_evaluated(key, missing);
        }
        if let Some(grouping) = &answer.grouping {
            self.grouping(key, grouping).map_err(failed)?;
        }
        if let Some(pricing) = &answer.pricing {
            self.pricing(key, None, pricing).map_err(failed)?;
        }
        for line in answer.lines.iter().flat_map(|lines| &lines.lines) {
            if let Some(pricing) = &line.pricing {
                self.pricing(key, Some(line.number), pricing).map_err(failed)?;
            }
        }
        self.claims += 1;
        Ok(())
    }

    fn claim(&mut self, claim: &Claim, answer: &Adjudication, key: Key<'_>, digest: &str) {
        let errors = answer.findings.iter().filter(|finding| finding.disposition.is_error()).count();
        let mut row = key.begin(&mut self.tables, Table::Claim);
        row.text(crate::nested::claim_type(claim.claim_type));
        row.text(&claim.subscriber.member_id);
        row.date(claim.service_from());
        row.date(claim.service_through());
        row.money(Some(claim.amounts.total_charge.value));
        row.text_or_null(worst(answer.findings.iter()).map(Disposition::as_str));
        row.count(errors);
        row.count(answer.findings.len() - errors);
        row.count(answer.not_evaluated.len());
        row.text(digest);
    }

    fn lines(&mut self, claim: &Claim, answer: &Adjudication, key: Key<'_>) {
        for (index, line) in claim.lines.iter().enumerate() {
            let about = |finding: &&Finding| match finding.subject {
                Subject::Line(at) | Subject::LinePair(at, _) => at as usize == index,
                _ => false,
            };
            let of_line = || answer.findings.iter().filter(about);
            let denies =
                |finding: &&Finding| matches!(finding.disposition, Disposition::DenyLine | Disposition::RejectLine);
            let mut row = key.begin(&mut self.tables, Table::ClaimLine);
            row.number(Some(line.number));
            row.date(line.dates.from.map(|date| date.value));
            row.text_or_null(line.hcpcs.as_ref().map(|code| code.as_str()));
            row.text_or_null(line.revenue_code.as_ref().map(|code| code.as_str()));
            row.money(Some(line.charge.value));
            row.text_or_null(worst(of_line()).map(Disposition::as_str));
            row.text_or_null(of_line().find(denies).map(|finding| finding.edit));
            let decided = answer.lines.as_ref().and_then(|lines| lines.lines.get(index));
            row.money(decided.and_then(|line| line.priced));
            row.money(decided.and_then(|line| line.allowed));
        }
    }

    fn finding(
        &mut self,
        key: Key<'_>,
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
        let mut row = key.begin(&mut self.tables, Table::Finding);
        row.count(number + 1);
        row.text(finding.edit);
        row.text(finding.edit.split('/').next().unwrap_or_default());
        row.text(finding.disposition.as_str());
        row.number(finding.snip.map(u32::from));
        row.text(subject);
        row.number(of_line);
        row.number(other);
        row.number(diagnosis);
        row.number(procedure);
        row.shown(&finding.message);
        row.text_or_null(finding.carc);
        row.text_or_null(finding.rarc);
        row.text(self.json.list(&finding.evidence)?);
        row.text(self.json.list(&finding.clears)?);
        Ok(())
    }

    fn not_evaluated(&mut self, key: Key<'_>, missing: &NotEvaluated) {
        let number = self.tables[Table::NotEvaluated as usize].1.rows();
        let mut row = key.begin(&mut self.tables, Table::NotEvaluated);
        if let Some((_, before)) = self.said.get(&missing.identity()) {
            return row.rest(|column| column.again(*before));
        }
        row.text(&missing.rule);
        row.text(missing.reason.as_str());
        row.text(&missing.detail);
        row.text_or_null(missing.remedy.as_deref());
        if missing.is_shared() {
            self.said.insert(missing.identity(), (missing.clone(), number));
        }
    }

    fn grouping(&mut self, key: Key<'_>, report: &GroupingReport) -> Result<(), serde_json::Error> {
        let (initial, last) = (&report.grouping.initial, &report.grouping.outcome);
        let mut row = key.begin(&mut self.tables, Table::Grouping);
        row.shown(report.version.number());
        row.shown(format_args!("{:02}", initial.mdc));
        row.shown(format_args!("{:03}", initial.drg));
        row.shown(format_args!("{:02}", last.mdc));
        row.shown(format_args!("{:03}", last.drg));
        row.text(self.json.word(&last.return_code)?);
        row.text(self.json.word(&last.severity)?);
        row.text(self.json.word(&last.med_surg)?);
        row.text(self.json.word(&report.grouping.hac_status)?);
        row.text_or_null(report.weight.as_ref().and_then(|weight| weight.relative_weight.as_deref()));
        Ok(())
    }

    fn pricing(&mut self, key: Key<'_>, line: Option<u32>, pricing: &Pricing) -> Result<(), serde_json::Error> {
        let mut row = key.begin(&mut self.tables, Table::Pricing);
        row.number(line);
        row.text(&pricing.system);
        row.text_or_null(pricing.return_code.as_deref());
        row.money(pricing.total());
        row.count(pricing.not_evaluated.len());
        for (number, step) in pricing.steps().iter().enumerate() {
            let (effect, factor) = parts(step.effect);
            let mut row = key.begin(&mut self.tables, Table::PricingStep);
            row.number(line);
            row.count(number + 1);
            row.text(step.name);
            row.text(step.formula);
            row.text(effect);
            row.shown(factor);
            row.shown(step.rounding);
            row.shown(step.subtotal);
            row.joined(step.inputs.iter().map(Equation), "; ");
            row.text(self.json.list(&step.source)?);
        }
        Ok(())
    }

    /// The rows collected; the writer is empty afterwards.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] when the columns do not fit together, which would be a fault of this program.
    pub fn finish(&mut self) -> Result<Answers, ColumnarError> {
        self.claims = 0;
        self.said.clear();
        let tables = self
            .tables
            .iter_mut()
            .map(|(table, flat)| Ok((*table, RecordBatch::try_new(table.schema(), flat.finish()?)?)));
        Ok(Answers { tables: tables.collect::<Result<_, ColumnarError>>()? })
    }
}

/// What every row of a claim begins with.
#[derive(Clone, Copy)]
struct Key<'a> {
    id: &'a str,
    row: u64,
}

impl Key<'_> {
    /// One more row of a table.
    fn begin(self, tables: &mut [(Table, Flat)], table: Table) -> Row<'_> {
        // `ALL` holds every table, in the order of its variants.
        let mut row = Row::of(tables[table as usize].1.row());
        row.text(self.id);
        row.position(self.row);
        row
    }
}

/// The word for what a step does, and its number.
const fn parts(effect: Effect) -> (&'static str, Decimal) {
    match effect {
        Effect::Derive(number) => ("derive", number),
        Effect::Add(number) => ("add", number),
        Effect::Multiply(number) => ("multiply", number),
        Effect::AtMost(number) => ("at_most", number),
        Effect::AtLeast(number) => ("at_least", number),
    }
}

/// `name = value` of an input.
struct Equation<'a>(&'a Input);

impl Display for Equation<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.0.name, self.0.value)
    }
}

/// Values as JSON without the byte spans, which mean nothing without the file.
#[derive(Debug, Default)]
struct Json(Vec<u8>);

impl Json {
    fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<&str, serde_json::Error> {
        self.0.clear();
        write_without_spans(value, &mut self.0)?;
        std::str::from_utf8(&self.0).map_err(serde_json::Error::custom)
    }

    /// A list, empty when it has no element.
    fn list<T: Serialize>(&mut self, list: &[T]) -> Result<&str, serde_json::Error> {
        if list.is_empty() { Ok("") } else { self.write(list) }
    }

    /// The word by which a value is serialised.
    fn word(&mut self, value: &impl Serialize) -> Result<&str, serde_json::Error> {
        self.write(value).map(|word| word.trim_matches('"'))
    }
}
