//! The batch runner: claims of many files in, tables of answers out, in bounded memory, resumable.
//!
//! Every worker takes the next chunk of claims from the inputs, decides about it, puts it behind the chunk before it and
//! writes what is ready, table by table: the tables do not depend on the number of threads. Rows are cut into parts; a part
//! appears as a whole or not at all, and a run that was stopped goes on behind its last whole part.
//!
//! Every claim is decided on its own: what other claims of the run hold is not looked at, because a batch may be spread
//! over any number of processes. Edits across claims belong to a run in order (`openclaim check --history`).
//!
//! With a membership file ([`Scoring`]) every part also holds which diagnoses of its claims count for risk adjustment; when
//! all parts stand, members are scored from them, in a last part of their own.

mod chunk;
mod guarded;
mod input;
mod manifest;
mod options;
mod output;
mod parts;
mod quarantine;
mod run;
mod scoring;
mod source;
mod tuva;

pub use input::{Input, InputKind};
pub use manifest::{InputSummary, Manifest, ReleaseSummary};
pub use options::{BatchError, BatchOptions, Layout, PartitionBy};
pub use run::{Progress, run};
pub use scoring::{ModelWeight, Scoring, ScoringError, ScoringRequest, ScoringResult, ScoringSummary};
pub use tuva::ColumnMap;
