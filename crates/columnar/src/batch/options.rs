//! How a batch is run.

use super::scoring::Scoring;
use super::tuva::ColumnMap;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Which tables are written beside the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// The answers alone.
    #[default]
    Answers,
    /// The claims as well, one row each, in a table `nested_claim` that batches read.
    Nested,
    /// The claims as well, one row per line, in a table `medical_claim` in the columns of the Tuva Project's input layer.
    Tuva,
    /// No answers: the tables of risk adjustment alone.
    Scores,
}

impl Layout {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Nested => "nested",
            Self::Tuva => "tuva",
            Self::Scores => "scores",
        }
    }
}

/// What rows are kept apart by, in folders `name=value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionBy {
    /// `claim_type=professional`.
    ClaimType,
    /// `service_year=2026`, by the first day of service; `service_year=unknown` without one.
    ServiceYear,
    /// `service_month=2026-05`.
    ServiceMonth,
}

impl PartitionBy {
    /// The name of the column that the folders stand for.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClaimType => "claim_type",
            Self::ServiceYear => "service_year",
            Self::ServiceMonth => "service_month",
        }
    }
}

/// How a batch is run.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// Threads; each reads, decides and writes.
    pub threads: usize,
    /// Claims per part, at the least: a part ends with the chunk that fills it.
    pub part_claims: u64,
    /// Which tables are written beside the answers.
    pub layout: Layout,
    /// What rows are kept apart by.
    pub partition_by: Option<PartitionBy>,
    /// Names of columns in flat tables of other producers.
    pub columns: ColumnMap,
    /// Members to be scored by the claims of the run.
    pub scoring: Option<Arc<Scoring>>,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            part_claims: 250_000,
            layout: Layout::default(),
            partition_by: None,
            columns: ColumnMap::default(),
            scoring: None,
        }
    }
}

/// Why a batch stopped. What was finished before stays and is not done again.
#[derive(Debug, Error)]
pub enum BatchError {
    /// The folder of the results cannot be written: a full disk, missing rights.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// An input cannot be found.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder holds the results of another run.
    #[error("{}: the folder holds the results of another run ({difference}); name an empty folder", path.display())]
    AnotherRun {
        /// The folder.
        path: PathBuf,
        /// What differs.
        difference: String,
    },
    /// A table could not be built; a fault of this program.
    #[error(transparent)]
    Table(#[from] crate::ColumnarError),
    /// The members cannot be scored: no such model or year, or a membership file that is none.
    #[error(transparent)]
    Scoring(#[from] super::scoring::ScoringError),
    /// A thread ended early; a fault of this program.
    #[error("a worker ended before its work was done")]
    WorkerDied,
}

impl BatchError {
    /// A stable name of the kind of error, the same in every face.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Write { .. } => "write_failed",
            Self::Read { .. } => "read_failed",
            Self::AnotherRun { .. } => "another_run",
            Self::Table(error) => error.code(),
            Self::Scoring(error) => error.code(),
            Self::WorkerDied => "worker_died",
        }
    }
}
