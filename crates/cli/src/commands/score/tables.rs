//! Claims and a membership file, scored into Parquet.

use super::ScoreArguments;
use crate::Outcome;
use crate::commands::batch::report;
use anyhow::{Context, Result, bail};
use openclaim_columnar::batch::{BatchOptions, Input, Layout, Scoring};
use openclaim_engine::{Engine, Policy};
use openclaim_reference::Library;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

/// Runs a batch that decides nothing and scores everyone.
pub(super) fn run(arguments: &ScoreArguments, members: &Path, folder: &Path, library: Library) -> Result<Outcome> {
    let year = arguments.payment_year.context("--payment-year is needed with --members")?;
    let scoring = Scoring::new(&library, members, year, &arguments.model, &arguments.calibration)?;
    let default = BatchOptions::default();
    let options = BatchOptions {
        threads: arguments.threads.map_or(default.threads, NonZero::get),
        layout: Layout::Scores,
        scoring: Some(Arc::new(scoring)),
        ..default
    };
    let inputs = Input::find(&arguments.files)?;
    if inputs.is_empty() {
        bail!("the inputs hold no claim file");
    }
    report(&Engine::new(library, Policy::default())?, &inputs, folder, &options)
}
