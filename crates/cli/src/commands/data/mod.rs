//! `openclaim data`: the releases that rules and look-ups read.

mod diff;
mod export;
mod families;
mod import;
mod list;
mod pull;
mod select;
mod verify;

use crate::{Format, Outcome, data_folder};
use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use openclaim_reference::data_folder::DataFolder;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct DataArguments {
    #[command(subcommand)]
    command: DataCommand,
}

#[derive(Debug, Subcommand)]
enum DataCommand {
    /// Read official publications as they are shipped into the data folder.
    ///
    /// Files, folders, and zip archives (inside each other, too) are recognised by their content. Nothing is stored when a
    /// file that was recognised turns out faulty, unless --keep-going is given. Exit code 1 when something was refused.
    Import(ImportArguments),
    /// Fetch publications from their publishers' sites, and import them.
    ///
    /// An interrupted transfer goes on where it stopped. Files are kept under `downloads` in the data folder, with their
    /// SHA-256. Publications with CPT or CDT codes are fetched only when the terms of the American Medical or Dental
    /// Association are acknowledged. Exit code 1 when something could not be fetched or was refused.
    Pull(PullArguments),
    /// Show what is loaded, and what each family of rules still lacks.
    Ls(ListArguments),
    /// Show rows added, removed and changed between two releases.
    Diff(DiffArguments),
    /// Compare every release with the digest it carries. Exit code 1 when one is damaged.
    Verify,
    /// Write a table.
    Export(ExportArguments),
}

#[derive(Debug, Args)]
struct ImportArguments {
    /// Files, folders or archives.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The version, instead of the one in the content.
    #[arg(long)]
    version: Option<String>,
    /// The day of publication, instead of the one in the content.
    #[arg(long)]
    published: Option<Date>,
    /// The first day the publication speaks for, instead of the one in the content.
    #[arg(long)]
    from: Option<Date>,
    /// The last day the publication speaks for, instead of the one in the content.
    #[arg(long)]
    to: Option<Date>,
    /// TOML file that says how the columns of a tidy csv file make a table.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Store what can be read although other files are faulty.
    #[arg(long)]
    keep_going: bool,
    /// Show every file that was read or passed over, and every warning.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct PullArguments {
    /// Only this family (ncci) or publication (ncci-mue-dme); may be given again. Without it, everything.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The day for which the releases in force are wanted; today otherwise.
    #[arg(long, value_name = "DATE")]
    at: Option<Date>,
    /// Acknowledge licence terms, having read them: the AMA's for CPT, the ADA's for CDT.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "TERMS")]
    acknowledge: Vec<LicenceTerms>,
    /// Show what would be fetched, from where and under which terms, and fetch nothing.
    #[arg(long)]
    list: bool,
    /// Fetch, and do not import.
    #[arg(long)]
    no_import: bool,
    /// Take a file that its publisher has changed since it was last fetched.
    #[arg(long)]
    accept_changed: bool,
    /// A manifest of addresses (TOML) instead of the one that comes with the program; may be given again.
    #[arg(long, value_name = "FILE")]
    manifest: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LicenceTerms {
    /// American Medical Association, CPT.
    Ama,
    /// American Dental Association, CDT.
    Ada,
}

impl LicenceTerms {
    fn terms(self) -> openclaim_pull::Terms {
        match self {
            Self::Ama => openclaim_pull::Terms::Ama,
            Self::Ada => openclaim_pull::Terms::Ada,
        }
    }
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Show, by family of rules, which tables are there, which are missing, and what would bring them.
    #[arg(long)]
    rules: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
struct DiffArguments {
    /// The earlier release: a file, or the beginning of a release's name as `data ls` shows it.
    before: String,
    /// The later release.
    after: String,
    /// Only this table.
    #[arg(long)]
    table: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
    /// Only the numbers of rows.
    #[arg(long, conflicts_with = "format")]
    summary: bool,
}

#[derive(Debug, Args)]
struct ExportArguments {
    /// The table, as `data ls` shows it.
    table: String,
    /// The release; otherwise the one that answers for --at, or the latest.
    #[arg(long)]
    release: Option<String>,
    /// Date of service.
    #[arg(long, conflicts_with = "release")]
    at: Option<Date>,
    /// What was published by this day.
    #[arg(long, conflicts_with = "release")]
    known_at: Option<Date>,
    /// Where to write; standard output otherwise.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// How to write.
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people.
    Text,
    /// For programs: an array of changes.
    Json,
    /// For spreadsheets: the rows of one table, with what happened to them.
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    Csv,
    /// Columns in their own types.
    Parquet,
}

/// Runs the command on the data folder.
pub(crate) fn run(arguments: &DataArguments, data: Option<&Path>) -> Result<Outcome> {
    match &arguments.command {
        DataCommand::Import(import) => import::run(import, &folder(data)?),
        DataCommand::Pull(pull) => pull::run(pull, &folder(data)?),
        DataCommand::Ls(list) => list::run(list, data),
        DataCommand::Diff(diff) => diff::run(diff, data),
        DataCommand::Verify => verify::run(&folder(data)?),
        DataCommand::Export(export) => export::run(export, data),
    }
}

fn folder(data: Option<&Path>) -> Result<DataFolder> {
    let path = data_folder::path(data).context("no data folder: give --data DIR, or set OPENCLAIM_DATA or HOME")?;
    Ok(DataFolder::new(path))
}
