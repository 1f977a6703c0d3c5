//! `openclaim batch`.

use crate::{Outcome, data_folder};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use openclaim_columnar::batch::{self, BatchOptions, ColumnMap, Input, Layout, PartitionBy, Progress, Scoring};
use openclaim_engine::{Engine, Policy, Selection, Switches};
use openclaim_reference::Library;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

#[derive(Debug, Args)]
pub(crate) struct BatchArguments {
    /// Claim files, folders and zip archives of them; the last path is the folder that results are written to.
    #[arg(required = true, num_args = 2..)]
    paths: Vec<PathBuf>,
    /// Which claims are written beside the answers.
    #[arg(long, value_enum, default_value_t = LayoutName::Answers)]
    layout: LayoutName,
    /// What rows are kept apart by, in folders `name=value`.
    #[arg(long, value_enum)]
    partition_by: Option<PartitionName>,
    /// Names of columns in flat tables of other producers: TOML, `claim_id = "CLM_ID"`.
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// Threads, each of which reads, decides and writes [default: one per core].
    #[arg(long)]
    threads: Option<usize>,
    /// Claims per part, at the least.
    #[arg(long, default_value_t = BatchOptions::default().part_claims)]
    part_claims: u64,
    /// Run only these families or edits. May be repeated or separated by commas.
    #[arg(long, value_name = "FAMILY|EDIT", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these families or edits.
    #[arg(long, value_name = "FAMILY|EDIT", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Decide by what was published by this day.
    #[arg(long)]
    known_at: Option<jiff::civil::Date>,
    /// Score these members by the claims of the run as well: csv with the columns of Tuva's `eligibility`.
    #[arg(long, value_name = "FILE", requires = "payment_year")]
    members: Option<PathBuf>,
    /// Payment year of the members; services of the year before count.
    #[arg(long, value_name = "YEAR", requires = "members")]
    payment_year: Option<i16>,
    /// Model of the members; CMS-HCC without a version is the year's blend.
    #[arg(long, default_value = "CMS-HCC", requires = "members")]
    model: String,
    /// Which of several calibrations of the model.
    #[arg(long, default_value = "", requires = "members", hide_default_value = true)]
    calibration: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LayoutName {
    /// None.
    Answers,
    /// One row per claim with its lines as a list: table `nested_claim`, which batches read.
    Nested,
    /// One row per line in the columns of the Tuva Project: table `medical_claim`.
    Tuva,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PartitionName {
    #[value(name = "claim_type", alias = "claim-type")]
    ClaimType,
    #[value(name = "service_year", alias = "service-year")]
    ServiceYear,
    #[value(name = "service_month", alias = "service-month")]
    ServiceMonth,
}

/// Decides about every claim of the inputs, and says what was written.
pub(crate) fn run(arguments: &BatchArguments, data: Option<&Path>) -> Result<Outcome> {
    let Some((folder, paths)) = arguments.paths.split_last() else { bail!("name inputs and a folder for the results") };
    if folder.is_file() {
        bail!("{}: the last path is the folder of the results, and this is a file", folder.display());
    }
    let selection = Selection::new(&arguments.select, &arguments.ignore)?;
    let switches = Switches { known_at: arguments.known_at, selection, ..Switches::default() };
    let library = data_folder::library(data)?;
    let options = options(arguments, &library)?;
    let engine = Engine::new(library, Policy { switches, ..Policy::default() })?;
    let inputs = Input::find(paths)?;
    if inputs.is_empty() {
        bail!("the inputs hold no claim file");
    }
    report(&engine, &inputs, folder, &options)
}

/// Runs a batch, shows its progress and says what was written.
pub(crate) fn report(engine: &Engine, inputs: &[Input], folder: &Path, options: &BatchOptions) -> Result<Outcome> {
    let progress = Bar::new();
    let manifest = batch::run(engine, inputs, folder, options, &progress)?;
    progress.bar.finish_and_clear();
    let mut output = stdout().lock();
    let seconds = (manifest.milliseconds / 1000).max(1);
    writeln!(
        output,
        "{} claims of {} inputs in {} s ({} claims/s), {} parts, {} refused",
        manifest.claims,
        manifest.inputs.len(),
        manifest.milliseconds.div_ceil(1000),
        manifest.claims / seconds,
        manifest.parts,
        manifest.refused
    )?;
    for (table, rows) in &manifest.rows {
        writeln!(output, "  {table}: {rows} rows")?;
    }
    let scored = manifest.scoring.and_then(|scoring| scoring.result).unwrap_or_default();
    if scored.members > 0 {
        writeln!(output, "{} members, {} of them without a score", scored.members, scored.errors)?;
    }
    if scored.diagnoses_of_strangers > 0 {
        eprintln!(
            "openclaim: {} diagnoses are of people who are not in the membership file; they were left out",
            scored.diagnoses_of_strangers
        );
    }
    Ok(if manifest.refused > 0 || scored.errors > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn options(arguments: &BatchArguments, library: &Library) -> Result<BatchOptions> {
    let columns = match &arguments.columns {
        None => ColumnMap::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let map: ColumnMap =
                toml::from_str(&text).with_context(|| format!("{} is no map of columns", path.display()))?;
            if let [first, ..] = map.unknown()[..] {
                bail!("{}: no column that is read is called `{first}`", path.display());
            }
            map
        }
    };
    let scoring = match (&arguments.members, arguments.payment_year) {
        (Some(file), Some(year)) => {
            let scoring = Scoring::new(library, file, year, &arguments.model, &arguments.calibration)?;
            Some(Arc::new(scoring))
        }
        _ => None,
    };
    let default = BatchOptions::default();
    Ok(BatchOptions {
        threads: arguments.threads.unwrap_or(default.threads),
        part_claims: arguments.part_claims.max(1),
        layout: match arguments.layout {
            LayoutName::Answers => Layout::Answers,
            LayoutName::Nested => Layout::Nested,
            LayoutName::Tuva => Layout::Tuva,
        },
        partition_by: arguments.partition_by.map(|name| match name {
            PartitionName::ClaimType => PartitionBy::ClaimType,
            PartitionName::ServiceYear => PartitionBy::ServiceYear,
            PartitionName::ServiceMonth => PartitionBy::ServiceMonth,
        }),
        columns,
        scoring,
    })
}

/// A bar with rate and time left, on standard error where that is a terminal.
struct Bar {
    bar: ProgressBar,
    begun: Instant,
    claims: AtomicU64,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        let template = "{bar:30} {bytes}/{total_bytes} {msg} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), claims: AtomicU64::new(0) }
    }
}

impl Progress for Bar {
    fn begin(&self, bytes: u64, claims_done: u64) {
        self.bar.set_length(bytes);
        self.claims.store(claims_done, Ordering::Relaxed);
    }

    fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn decided(&self, claims: u64) {
        let claims = self.claims.fetch_add(claims, Ordering::Relaxed) + claims;
        let rate = claims.saturating_mul(1000).checked_div(self.milliseconds()).unwrap_or(0);
        self.bar.set_message(format!("{claims} claims, {rate}/s,"));
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
