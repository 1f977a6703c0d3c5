//! Members scored by the claims of a run.
//!
//! Every part of the run holds the diagnoses of its claims ([`crate::risk::Table::Diagnoses`]), so that a run that was
//! stopped need not read claims again. When all parts stand, the diagnoses are read back and folded: of a member, each
//! diagnosis that counts is kept once.
//!
//! Memory: the membership file (some 150 bytes a person), and at the most 48 bytes for each different diagnosis of the half
//! million members that are folded together. Claims take none.

use super::options::BatchError;
use super::parts::{Mark, Part, number_of};
use super::quarantine::{self, Refused};
use crate::ColumnarError;
use crate::risk::members::{self, Members, MembersError};
use crate::risk::{self, FactorRows, ScoreRows};
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, RecordBatch};
use openclaim_claim::{DiagnosisCode, Text};
use openclaim_reference::Library;
use openclaim_risk::ScoreError;
use openclaim_risk::cms::encounter::{EligibleProcedures, Filtered};
use openclaim_risk::cms::{Blend, Catalog, Enrollee, Evidence, PersonScore, Scorer};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Members whose diagnoses are folded together.
const SLAB: usize = 1 << 19;
/// Members whose rows are written together.
const ROWS: usize = 8192;

/// What a run was asked to score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoringRequest {
    /// Name of the membership file.
    pub members: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub members_sha256: String,
    /// The payment year; services of the year before count.
    pub payment_year: i16,
    /// The models, with their weights.
    pub models: Vec<ModelWeight>,
}

/// A model of a blend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelWeight {
    /// Its name with version.
    pub model: String,
    /// Which of several calibrations, or empty.
    pub calibration: String,
    /// Its weight.
    pub percent: u8,
}

/// What became of the members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoringResult {
    /// People of the membership file.
    pub members: u64,
    /// Of them, those who could not be scored; their rows say why.
    pub errors: u64,
    /// Rows of the membership file that were not taken; the table `quarantine` says why.
    pub refused: u64,
    /// Diagnoses of people who are not in the membership file, which were left out.
    pub diagnoses_of_strangers: u64,
}

/// What a run was asked to score, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoringSummary {
    /// What was asked.
    #[serde(flatten)]
    pub request: ScoringRequest,
    /// What became of it, when the run came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ScoringResult>,
}

/// Why members cannot be scored.
#[derive(Debug, Error)]
pub enum ScoringError {
    /// The models are not to be had.
    #[error(transparent)]
    Model(#[from] ScoreError),
    /// The membership file cannot be read.
    #[error(transparent)]
    Members(#[from] MembersError),
}

impl ScoringError {
    /// A stable name of the kind of error, the same in every face.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Model(error) => error.code.as_str(),
            Self::Members(error) => error.code(),
        }
    }
}

/// The members and models of a run.
#[derive(Debug)]
pub struct Scoring {
    catalog: Catalog,
    eligible: EligibleProcedures,
    blend: Blend,
    members: Members,
    request: ScoringRequest,
}

impl Scoring {
    /// Reads a membership file and compiles the models: those that the year blends for `CMS-HCC`, else the one that is named.
    ///
    /// # Errors
    /// [`ScoringError`] for a file that cannot be read, or a model or year that is not at hand.
    pub fn new(
        library: &Library,
        file: &Path,
        payment_year: i16,
        model: &str,
        calibration: &str,
    ) -> Result<Self, ScoringError> {
        let catalog = Catalog::new(library.clone());
        let blend = Blend::of(&catalog, model, payment_year, calibration)?;
        let eligible = Scorer::new(&catalog, payment_year)?.eligible().clone();
        let members = members::read(file)?;
        let models = blend.parts().iter().map(|(key, percent)| ModelWeight {
            model: key.model.clone(),
            calibration: key.calibration.clone(),
            percent: *percent,
        });
        let request = ScoringRequest {
            members: file.display().to_string(),
            members_sha256: sha256(file)?,
            payment_year,
            models: models.collect(),
        };
        Ok(Self { catalog, eligible, blend, members, request })
    }

    /// The procedures that make an encounter count.
    #[must_use]
    pub fn eligible(&self) -> &EligibleProcedures {
        &self.eligible
    }

    /// What is asked.
    #[must_use]
    pub(super) fn summary(&self) -> ScoringSummary {
        ScoringSummary { request: self.request.clone(), result: None }
    }

    /// Scores the members by the diagnoses of the parts, into a part of their own; `finishing` is called before it is put
    /// into place.
    pub(super) fn score(
        &self,
        folder: &Path,
        mark: &mut Mark,
        finishing: impl FnOnce(&mut Mark),
    ) -> Result<(), BatchError> {
        let scorer = Scorer::new(&self.catalog, self.request.payment_year).map_err(ScoringError::from)?;
        let part = Part::begin(folder, mark.part + 1)?;
        let mut result = ScoringResult::default();
        self.refuse(&part, &mut result)?;
        let files = files(folder, mark.part)?;
        let people = &self.members.people;
        let mut output = Output { part: &part, scores: ScoreRows::default(), factors: FactorRows::default() };
        for (slab, first) in people.chunks(SLAB).zip((0..).step_by(SLAB)) {
            let mut fold = Fold::new(people, first..first + slab.len());
            for file in &files {
                fold.read(file)?;
            }
            result.diagnoses_of_strangers = fold.strangers;
            for (enrollee, evidence) in slab.iter().zip(fold.evidence()) {
                result.members += 1;
                result.errors += u64::from(!self.member(&scorer, enrollee, &evidence, &mut output)?);
            }
        }
        output.finish()?;
        finishing(mark);
        mark.refused += result.refused;
        mark.scored = Some(result);
        part.count(mark);
        mark.files = part.close(1)?;
        part.put_into_place(mark)
    }

    /// Writes the rows of a member; `false` when there is no score.
    fn member(
        &self,
        scorer: &Scorer<'_>,
        enrollee: &Enrollee,
        evidence: &Evidence,
        output: &mut Output<'_>,
    ) -> Result<bool, BatchError> {
        let (id, year, months) = (enrollee.id.as_str(), scorer.payment_year(), scorer.member_months(enrollee));
        let models = self.blend.parts().iter();
        let scores: Result<Vec<PersonScore>, ScoreError> =
            models.map(|(key, _)| scorer.score(enrollee, evidence, key, false)).collect();
        let scored = scores.and_then(|scores| self.blend.weigh(&scores).map(|blended| (scores, blended)));
        match &scored {
            Ok((scores, blended)) => {
                output.scores.push(id, year, months, scores, blended);
                scores.iter().for_each(|score| output.factors.push(id, year, score));
            }
            Err(error) => output.scores.error(id, year, months, error),
        }
        if output.scores.len() >= ROWS {
            output.write()?;
        }
        Ok(scored.is_ok())
    }

    /// Rows of the membership file that cannot be read are refused like rows of claims.
    fn refuse(&self, part: &Part, result: &mut ScoringResult) -> Result<(), BatchError> {
        let refused = self.members.bad.iter().map(|bad| Refused {
            input: 0,
            kind: "member",
            position: Some(bad.line),
            claim_id: None,
            code: "invalid_member".to_owned(),
            problem: format!("member `{}`: {}", bad.id, bad.problem),
        });
        let refused: Vec<Refused> = refused.collect();
        result.refused = refused.len() as u64;
        if !refused.is_empty() {
            let rows = quarantine::rows(&refused, |_| self.request.members.clone())?;
            part.push(quarantine::NAME, String::new(), rows);
        }
        Ok(())
    }
}

fn sha256(path: &Path) -> Result<String, MembersError> {
    let unreadable = |error: std::io::Error| MembersError::Read { path: path.to_owned(), source: error.into() };
    let (mut file, mut hash) = (File::open(path).map_err(unreadable)?, Sha256::new());
    std::io::copy(&mut file, &mut hash).map_err(unreadable)?;
    Ok(format!("{:x}", hash.finalize()))
}

/// The two tables that are written.
struct Output<'p> {
    part: &'p Part,
    scores: ScoreRows,
    factors: FactorRows,
}

impl Output<'_> {
    fn write(&mut self) -> Result<(), BatchError> {
        self.part.push(risk::Table::Scores.name(), String::new(), self.scores.finish()?);
        self.part.push(risk::Table::Factors.name(), String::new(), self.factors.finish()?);
        self.part.write_waiting(0)
    }

    /// Tables are written even when they have no row, so that readers find them.
    fn finish(mut self) -> Result<(), BatchError> {
        self.write()
    }
}

/// The diagnoses of the parts up to a number, in order.
fn files(folder: &Path, part: u64) -> Result<Vec<PathBuf>, BatchError> {
    let folder = folder.join(risk::Table::Diagnoses.name());
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |source| BatchError::Read { path: folder.clone(), source };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if let Some(number) = number_of(&path).filter(|number| *number <= part) {
            files.insert(number, path);
        }
    }
    Ok(files.into_values().collect())
}

/// A diagnosis of a member: sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    member: u32,
    /// Whether it cannot be told if it counts.
    undecided: bool,
    code: DiagnosisCode,
}

/// Folds diagnoses to what the scores of some members depend on.
struct Fold<'m> {
    people: &'m [Enrollee],
    range: std::ops::Range<usize>,
    by_id: HashMap<&'m str, u32>,
    seen: Vec<Seen>,
    /// By member, the first claim dated before the birth.
    before_birth: BTreeMap<u32, Text>,
    strangers: u64,
}

impl<'m> Fold<'m> {
    fn new(people: &'m [Enrollee], range: std::ops::Range<usize>) -> Self {
        let by_id = people.iter().zip(0_u32..).map(|(enrollee, at)| (enrollee.id.as_str(), at)).collect();
        Self { people, range, by_id, seen: Vec::new(), before_birth: BTreeMap::new(), strangers: 0 }
    }

    /// Adds the diagnoses of a part.
    fn read(&mut self, path: &Path) -> Result<(), BatchError> {
        let failed =
            |problem: String| BatchError::Read { path: path.to_owned(), source: std::io::Error::other(problem) };
        let file = File::open(path).map_err(|source| BatchError::Read { path: path.to_owned(), source })?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(error.to_string()))?;
        let wanted = ["person_id", "claim_id", "diagnosis_code", "service_date", "filtered"];
        let columns = ProjectionMask::columns(builder.parquet_schema(), wanted);
        let reader = builder.with_projection(columns).with_batch_size(ROWS).build();
        for batch in reader.map_err(|error| failed(error.to_string()))? {
            self.rows(&batch.map_err(|error| failed(error.to_string()))?).map_err(|error| failed(error.to_string()))?;
        }
        Ok(())
    }

    fn rows(&mut self, batch: &RecordBatch) -> Result<(), ColumnarError> {
        let column = |name: &'static str| batch.column_by_name(name).ok_or(ColumnarError::MissingColumn(name));
        let text = |name: &'static str| {
            let column = column(name)?;
            column.as_string_opt::<i32>().ok_or_else(|| ColumnarError::WrongType {
                column: name.to_owned(),
                found: column.data_type().to_string(),
                expected: "text".to_owned(),
            })
        };
        let (people, claims, codes, filters) =
            (text("person_id")?, text("claim_id")?, text("diagnosis_code")?, text("filtered")?);
        let dates = column("service_date")?;
        let dates = dates.as_primitive_opt::<Date32Type>().ok_or_else(|| ColumnarError::WrongType {
            column: "service_date".to_owned(),
            found: dates.data_type().to_string(),
            expected: "a date".to_owned(),
        })?;
        let cannot_tell = risk::filtered_name(Filtered::CannotTell);
        for row in 0..batch.num_rows() {
            let member = people.is_valid(row).then(|| self.by_id.get(people.value(row))).flatten().copied();
            let Some(member) = member else {
                self.strangers += 1;
                continue;
            };
            if !self.range.contains(&(member as usize)) {
                continue;
            }
            let date = dates.is_valid(row).then(|| crate::build::date_of(dates.value(row))).flatten();
            let born = self.people.get(member as usize).map(|enrollee| enrollee.birth_date);
            if date.zip(born).is_some_and(|(date, born)| date < born) {
                self.before_birth
                    .entry(member)
                    .or_insert_with(|| if claims.is_valid(row) { claims.value(row).into() } else { Text::default() });
            }
            let undecided = filters.is_valid(row) && filters.value(row) == cannot_tell;
            if filters.is_null(row) || undecided {
                let problem =
                    |error: openclaim_claim::CodeError| ColumnarError::Row { row, problem: error.to_string() };
                let code = DiagnosisCode::parse(codes.value(row)).map_err(problem)?;
                self.push(Seen { member, undecided, code });
            }
        }
        Ok(())
    }

    /// Keeps each diagnosis once: when the list is full it is sorted, and grows only when more than half of it is left.
    fn push(&mut self, seen: Seen) {
        if self.seen.len() == self.seen.capacity() {
            self.settle();
            if self.seen.len() * 2 >= self.seen.capacity() {
                self.seen.reserve_exact(self.seen.len().max(1 << 12));
            }
        }
        self.seen.push(seen);
    }

    fn settle(&mut self) {
        self.seen.sort_unstable();
        self.seen.dedup();
    }

    /// What was found about each member of the range, in order.
    fn evidence(mut self) -> impl Iterator<Item = Evidence> {
        self.settle();
        let mut at = 0;
        self.range.clone().map(move |member| {
            let mut evidence = Evidence::default();
            while let Some(seen) = self.seen.get(at).filter(|seen| seen.member as usize == member) {
                if seen.undecided {
                    evidence.undecided.insert(seen.code);
                } else {
                    evidence.counting.push(seen.code.into());
                }
                at += 1;
            }
            evidence.before_birth = u32::try_from(member).ok().and_then(|member| self.before_birth.remove(&member));
            evidence
        })
    }
}
