//! Chunks of claims: what is read, and what becomes of it.

use super::options::{BatchError, BatchOptions, Layout, PartitionBy};
use super::quarantine::Refused;
use super::tuva::{FlatClaim, MedicalClaimWriter};
use crate::answers::AnswerWriter;
use crate::nested::{NestedReader, NestedWriter, claim_type};
use crate::risk::{self, DiagnosisRows};
use arrow_array::RecordBatch;
use openclaim_claim::Claim;
use openclaim_edits::{record, x12};
use openclaim_engine::{Adjudication, Engine, Run};
use openclaim_risk::cms::{encounter, person_of};
use std::collections::BTreeMap;

/// Something that was read, in the order of the input.
pub(super) enum Item {
    /// A claim of an 837.
    X12(Box<openclaim_x12::ClaimRecord>),
    /// A claim of a FHIR resource or CMS file.
    Record(Box<openclaim_fhir::Record>),
    /// A claim of a flat table, or why its rows are none.
    Flat(FlatClaim),
    /// A fault of an 837 that belongs to no claim.
    X12Fault(Box<openclaim_x12::Fault>),
    /// A fault of a FHIR or CMS file that belongs to no claim.
    RecordFault(Box<openclaim_fhir::Fault>),
    /// The input cannot be read any further.
    Broken { code: &'static str, problem: String },
}

/// What is decided together.
pub(super) enum Content {
    Items(Vec<Item>),
    /// Rows of nested claims, and the position of the first among the rows of the input.
    Rows(RecordBatch, u64),
}

/// A chunk on its way to a worker.
pub(super) struct Chunk {
    /// Position in the run.
    pub(super) number: u64,
    /// The input it came from.
    pub(super) input: usize,
    /// Where reading goes on behind it: the input, and what was taken of that.
    pub(super) goes_on: (usize, u64),
    /// Position of its first claim in the run.
    pub(super) first_claim: u64,
    pub(super) content: Content,
}

impl Content {
    /// How many positions of the run it takes: each item or row one, whether it is a claim or not, so that positions do
    /// not depend on what comes of it.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Items(items) => items.len() as u64,
            Self::Rows(rows, _) => rows.num_rows() as u64,
        }
    }
}

/// What became of a chunk.
pub(super) struct Decided {
    pub(super) number: u64,
    pub(super) goes_on: (usize, u64),
    pub(super) claims: u64,
    /// Positions of the run that are used up.
    pub(super) positions: u64,
    /// By table and partition.
    pub(super) tables: Vec<(&'static str, String, RecordBatch)>,
    pub(super) refused: Vec<Refused>,
}

/// The rows of one partition.
#[derive(Default)]
struct Rows {
    answers: AnswerWriter,
    nested: NestedWriter,
    flat: MedicalClaimWriter,
}

/// What a worker decides with. Room for rows is kept from chunk to chunk.
pub(super) struct Work<'a> {
    engine: &'a Engine,
    options: &'a BatchOptions,
    input: usize,
    /// Every claim is decided on its own; the run lends what it keeps beside claims.
    run: Run,
    /// By partition; those that the chunk does not touch are empty.
    rows: BTreeMap<String, Rows>,
    diagnoses: DiagnosisRows,
    refused: Vec<Refused>,
    claims: u64,
}

impl<'a> Work<'a> {
    pub(super) fn new(engine: &'a Engine, options: &'a BatchOptions) -> Self {
        Self {
            engine,
            options,
            input: 0,
            run: Run::of_one_claim(),
            rows: BTreeMap::new(),
            diagnoses: DiagnosisRows::default(),
            refused: Vec::new(),
            claims: 0,
        }
    }

    /// Decides about a chunk.
    pub(super) fn decide(&mut self, chunk: Chunk) -> Result<Decided, BatchError> {
        (self.input, self.claims) = (chunk.input, 0);
        let mut position = chunk.first_claim;
        let positions = position + chunk.content.len();
        match chunk.content {
            Content::Items(items) => {
                for item in items {
                    self.item(item, position)?;
                    position += 1;
                }
            }
            Content::Rows(rows, first_row) => self.rows(&rows, first_row, position)?,
        }
        let mut tables = Vec::new();
        for (partition, rows) in &mut self.rows {
            if rows.answers.claims() == 0 {
                continue;
            }
            for (table, batch) in rows.answers.finish()?.tables {
                tables.push((table.name(), partition.clone(), batch));
            }
            match self.options.layout {
                Layout::Answers | Layout::Scores => {}
                Layout::Nested => tables.push(("nested_claim", partition.clone(), rows.nested.finish()?)),
                Layout::Tuva => tables.push(("medical_claim", partition.clone(), rows.flat.finish()?)),
            }
        }
        if self.options.scoring.is_some() {
            let diagnoses = std::mem::take(&mut self.diagnoses).finish()?;
            tables.push((risk::Table::Diagnoses.name(), String::new(), diagnoses));
        }
        tables.retain(|(_, _, batch)| batch.num_rows() > 0);
        Ok(Decided {
            number: chunk.number,
            goes_on: chunk.goes_on,
            claims: self.claims,
            positions,
            tables,
            refused: std::mem::take(&mut self.refused),
        })
    }
}

impl Work<'_> {
    fn item(&mut self, item: Item, position: u64) -> Result<(), BatchError> {
        match item {
            Item::X12(record) if self.scores_alone() => self.unanswered(&record.claim, position),
            Item::Record(record) if self.scores_alone() => self.unanswered(&record.claim, position),
            Item::Flat(Ok(claim)) if self.scores_alone() => self.unanswered(&claim, position),
            Item::X12(record) => {
                let answer = self.engine.adjudicate_record_in(&record, self.run.anew());
                self.answer(&record.claim, &answer, position)?;
            }
            Item::Record(record) => {
                let answer = self.engine.adjudicate_fhir_record_in(&record, self.run.anew());
                self.answer(&record.claim, &answer, position)?;
            }
            Item::Flat(Ok(claim)) => {
                let answer = self.engine.adjudicate_in(&claim, self.run.anew());
                self.answer(&claim, &answer, position)?;
            }
            Item::Flat(Err(refused)) => self.refused.push(Refused { input: self.input, ..refused }),
            Item::X12Fault(fault) => {
                let finding = x12::finding(&fault);
                let offset = finding.span.map(|span| span.start);
                self.refuse("segment", offset, None, finding.edit, finding.message.to_string());
            }
            Item::RecordFault(fault) => {
                let finding = record::file_finding(&fault);
                let offset = finding.span.map(|span| span.start);
                self.refuse("segment", offset, None, finding.edit, finding.message.to_string());
            }
            Item::Broken { code, problem } => self.refuse("file", None, None, code, problem),
        }
        Ok(())
    }

    fn refuse(&mut self, kind: &'static str, at: Option<u64>, claim_id: Option<&str>, code: &str, problem: String) {
        self.refused.push(Refused {
            input: self.input,
            kind,
            position: at,
            claim_id: claim_id.map(str::to_owned),
            code: code.to_owned(),
            problem,
        });
    }

    fn rows(&mut self, batch: &RecordBatch, first_row: u64, first_claim: u64) -> Result<(), BatchError> {
        let reader = match NestedReader::new(batch) {
            Ok(reader) => reader,
            Err(error) => {
                self.refuse("file", Some(first_row), None, error.code(), error.to_string());
                return Ok(());
            }
        };
        for row in 0..reader.len() {
            match reader.claim(row) {
                Ok(claim) if self.scores_alone() => self.unanswered(&claim, first_claim + row as u64),
                Ok(claim) => {
                    let answer = self.engine.adjudicate_in(&claim, self.run.anew());
                    self.answer(&claim, &answer, first_claim + row as u64)?;
                }
                Err(error) => {
                    let id = reader.claim_id(row).map(str::to_owned);
                    self.refuse("row", Some(first_row + row as u64), id.as_deref(), error.code(), error.to_string());
                }
            }
        }
        Ok(())
    }

    fn scores_alone(&self) -> bool {
        self.options.layout == Layout::Scores
    }

    /// Takes a claim without deciding about it.
    fn unanswered(&mut self, claim: &Claim, position: u64) {
        self.diagnoses(claim, position);
        self.claims += 1;
    }

    fn diagnoses(&mut self, claim: &Claim, position: u64) {
        if let Some(scoring) = &self.options.scoring {
            let found = encounter::diagnoses(claim, scoring.eligible());
            self.diagnoses.push(person_of(claim).ok(), position, &found);
        }
    }

    fn answer(&mut self, claim: &Claim, answer: &Adjudication, position: u64) -> Result<(), BatchError> {
        let rows = self.rows.entry(partition(claim, self.options.partition_by)).or_default();
        rows.answers.push(claim, answer, position)?;
        match self.options.layout {
            Layout::Answers | Layout::Scores => {}
            Layout::Nested => rows.nested.push(claim)?,
            Layout::Tuva => rows.flat.push(claim, answer, position),
        }
        self.diagnoses(claim, position);
        self.claims += 1;
        Ok(())
    }
}

/// The folder of a claim's rows: `service_year=2026`, or none.
fn partition(claim: &Claim, by: Option<PartitionBy>) -> String {
    let Some(by) = by else { return String::new() };
    let value = match by {
        PartitionBy::ClaimType => claim_type(claim.claim_type).to_owned(),
        PartitionBy::ServiceYear => {
            claim.service_from().map_or_else(|| "unknown".to_owned(), |day| format!("{:04}", day.year()))
        }
        PartitionBy::ServiceMonth => claim
            .service_from()
            .map_or_else(|| "unknown".to_owned(), |day| format!("{:04}-{:02}", day.year(), day.month())),
    };
    format!("{}={value}", by.name())
}
