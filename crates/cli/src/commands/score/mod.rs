//! `openclaim score`.

mod claims;
mod lines;
mod report;
mod tables;

use crate::{Outcome, data_folder};
use anyhow::Result;
use clap::{Args, ValueEnum};
use openclaim_risk::cms::Catalog;
use std::path::{Path, PathBuf};

/// Arguments of `openclaim score`.
#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    /// JSON Lines of members; with --members claim files or folders. - reads standard input.
    #[arg(default_value = "-")]
    files: Vec<PathBuf>,
    /// Members of the claims: csv with the columns of Tuva's `eligibility`.
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Payment year of the claims' members; services of the year before count.
    #[arg(long, value_name = "YEAR", requires = "members")]
    payment_year: Option<i16>,
    /// Model of the claims' members; CMS-HCC without a version is the year's blend.
    #[arg(long, default_value = "CMS-HCC", requires = "members")]
    model: String,
    /// Which of several calibrations of the model.
    #[arg(long, default_value = "", requires = "members", hide_default_value = true)]
    calibration: String,
    /// What to report of the claims' members.
    #[arg(long, value_enum, default_value_t = Table::Scores, requires = "members")]
    table: Table,
    /// How to write the report.
    #[arg(long, value_enum, default_value_t = ReportFormat::Jsonl, requires = "members")]
    format: ReportFormat,
    /// Write Parquet into this folder instead: the tables `patient_risk_diagnoses`, `patient_risk_factors` and
    /// `patient_risk_scores`, and a manifest. Reads what `openclaim batch` reads; a run that was stopped goes on when the same
    /// command is given again.
    #[arg(long, value_name = "DIR", requires = "members", conflicts_with_all = ["table", "format", "explain"])]
    output: Option<PathBuf>,
    /// Add the reasons to every answer: supporting diagnoses, hierarchies, edits, marginal values.
    #[arg(long)]
    explain: bool,
    /// Threads that answer JSON Lines or read diagnoses for --output; all cores when absent.
    #[arg(long, value_name = "N")]
    threads: Option<std::num::NonZero<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A row per person: scores (as Tuva's `cms_hcc__patient_risk_scores`).
    Scores,
    /// A row per person and factor (as Tuva's `cms_hcc__patient_risk_factors`).
    Factors,
    /// A row per diagnosis of a claim: whether it counts, and why not.
    Diagnoses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    Jsonl,
    Csv,
}

/// Scores members.
pub(crate) fn run(arguments: &ScoreArguments, data: Option<&Path>) -> Result<Outcome> {
    let library = data_folder::library(data)?;
    match (&arguments.members, &arguments.output) {
        (None, _) => lines::run(arguments, &Catalog::new(library)),
        (Some(members), None) => claims::run(arguments, members, &Catalog::new(library)),
        (Some(members), Some(folder)) => tables::run(arguments, members, folder, library),
    }
}
