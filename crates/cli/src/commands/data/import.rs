//! `openclaim data import`.

use super::ImportArguments;
use crate::Outcome;
use anyhow::{Result, bail};
use openclaim_import::{FileOutcome, ImportOptions, Prepared, prepare};
use openclaim_reference::data_folder::{DataFolder, Installed};
use openclaim_reference::release::BuiltRelease;
use std::io::{Write, stdout};
use std::path::Path;
use std::time::Duration;

/// How long another import is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Warnings and files shown per release without --verbose.
const SHOWN: usize = 3;

/// Reads the paths and stores their releases: all, or none.
pub(super) fn run(arguments: &ImportArguments, folder: &DataFolder) -> Result<Outcome> {
    let options = ImportOptions {
        version: arguments.version.clone(),
        published: arguments.published,
        from: arguments.from,
        to: arguments.to,
        mapping: arguments.mapping.clone(),
        keep_going: arguments.keep_going,
        ..ImportOptions::default()
    };
    let prepared = prepare(&arguments.paths, &options)?;
    let mut output = stdout().lock();
    store(&prepared, folder, arguments.verbose, &mut output)
}

pub(super) fn store(
    prepared: &Prepared,
    folder: &DataFolder,
    verbose: bool,
    output: &mut impl Write,
) -> Result<Outcome> {
    let mut refused = 0;
    for (_, error) in prepared.refused() {
        refused += 1;
        eprintln!("openclaim: refused: {error}");
    }
    if verbose {
        for report in &prepared.files {
            match &report.outcome {
                FileOutcome::Read { importer } => writeln!(output, "{}: {importer}", report.file)?,
                FileOutcome::PassedOver { reason } => writeln!(output, "{}: passed over, {reason}", report.file)?,
                FileOutcome::Refused { .. } => {}
            }
        }
    }
    if prepared.releases.is_empty() {
        bail!("nothing was imported; the data folder is as it was");
    }
    let holder = format!("process {} (openclaim data import)", std::process::id());
    let installed = folder.write_access(&holder, PATIENCE)?.install(&prepared.releases)?;
    for (release, installed) in prepared.releases.iter().zip(&installed) {
        report(release, installed, verbose, output)?;
    }
    Ok(if refused > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn report(release: &BuiltRelease, installed: &Installed, verbose: bool, output: &mut impl Write) -> Result<()> {
    let meta = &release.meta;
    let to = meta.to.map_or_else(|| "until replaced".to_owned(), |to| format!("to {to}"));
    let published = meta.published.map_or_else(|| "on an unknown day".to_owned(), |day| day.to_string());
    let there = if installed.already_there { " (was there already)" } else { "" };
    writeln!(output, "{}{there}", release.file_name())?;
    writeln!(output, "  {}, from {} {to}, published {published}", meta.label(), meta.from)?;
    for table in &meta.tables {
        let repeated = match table.repeated {
            0 => String::new(),
            count => format!(", {count} repeated rows left out"),
        };
        writeln!(output, "  {}: {} rows{repeated}", table.table, table.rows)?;
    }
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for path in &installed.replaced {
        writeln!(output, "  replaces {}, read from the same files", name(path))?;
    }
    for path in &installed.supersedes {
        writeln!(output, "  supersedes {}, which still answers --known-at before {published}", name(path))?;
    }
    let shown = if verbose { meta.warnings.len() } else { SHOWN };
    for warning in meta.warnings.iter().take(shown) {
        writeln!(output, "  warning: {warning}")?;
    }
    let more = meta.warnings.len().saturating_sub(shown) as u64 + meta.more_warnings;
    if more > 0 {
        writeln!(output, "  and {more} more warnings")?;
    }
    Ok(())
}
