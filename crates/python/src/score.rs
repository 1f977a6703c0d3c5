//! Members and their claims to tables of risk scores.

use crate::error::failure;
use openclaim_columnar::batch::{self, BatchError, BatchOptions, Input, Layout, Progress, Scoring};
use openclaim_engine::Engine;
use pyo3::PyResult;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Who is scored, and how.
pub(crate) struct Request<'r> {
    pub(crate) members: &'r Path,
    pub(crate) payment_year: i16,
    pub(crate) model: &'r str,
    pub(crate) calibration: &'r str,
    pub(crate) threads: Option<usize>,
}

/// Nobody watches; the manifest tells the time all the same.
struct Clock(Instant);

impl Progress for Clock {
    fn begin(&self, _: u64, _: u64) {}
    fn read(&self, _: u64) {}
    fn decided(&self, _: u64) {}
    fn milliseconds(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Writes the tables of risk adjustment, as `openclaim score --output` does; the manifest as JSON.
pub(crate) fn score_claims(
    engine: &Engine,
    claims: &[PathBuf],
    folder: &Path,
    request: &Request<'_>,
) -> PyResult<String> {
    let failed = |error: BatchError| failure(error.code(), error.to_string());
    let Request { members, payment_year, model, calibration, .. } = request;
    let scoring = Scoring::new(engine.library(), members, *payment_year, model, calibration);
    let scoring = scoring.map_err(|error| failed(error.into()))?;
    let inputs = Input::find(claims).map_err(failed)?;
    let default = BatchOptions::default();
    let options = BatchOptions {
        threads: request.threads.unwrap_or(default.threads),
        layout: Layout::Scores,
        scoring: Some(Arc::new(scoring)),
        ..default
    };
    let manifest = batch::run(engine, &inputs, folder, &options, &Clock(Instant::now())).map_err(failed)?;
    serde_json::to_string(&manifest).map_err(|error| failure("not_json", error.to_string()))
}
