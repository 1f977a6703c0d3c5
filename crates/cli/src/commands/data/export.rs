//! `openclaim data export`: csv with a header line, or Parquet in the columns' own types.

use super::{ExportArguments, ExportFormat, select};
use crate::{Outcome, data_folder};
use anyhow::{Context, Result, anyhow, bail};
use openclaim_reference::release::{Release, Table};
use openclaim_reference::{Library, Lookup};
use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Writes a table as csv with a header line.
pub(super) fn run(arguments: &ExportArguments, data: Option<&Path>) -> Result<Outcome> {
    let table = match &arguments.release {
        Some(name) => open(&select::release(name, data)?.1, &arguments.table)?,
        None => choose(&data_folder::library(data)?, arguments)?,
    };
    match &arguments.output {
        Some(path) => {
            let file = File::create(path).with_context(|| path.display().to_string())?;
            write(&table, arguments.format, BufWriter::new(file)).with_context(|| path.display().to_string())?;
        }
        None => write(&table, arguments.format, stdout())?,
    }
    Ok(Outcome::Clean)
}

fn open(release: &Release, table: &str) -> Result<Table> {
    let names = || release.meta().tables.iter().map(|rows| rows.table.as_str()).collect::<Vec<_>>().join(", ");
    if !release.has(table) {
        bail!("the release has no table `{table}`; it has {}", names());
    }
    Ok(release.table(table)?)
}

/// The table that answers for the day asked for, or the latest that was known.
fn choose(library: &Library, arguments: &ExportArguments) -> Result<Table> {
    let name = &arguments.table;
    let unknown = || {
        if library.tables().is_ok_and(|tables| tables.iter().any(|info| info.table == *name)) {
            return anyhow!("table `{name}` is part of the program; its plain text is in the project's folder data/");
        }
        let names: Vec<&str> = library.table_names().collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        anyhow!("no release holds table `{name}`; tables at hand: {names}")
    };
    let Some(at) = arguments.at else {
        let known = |known_from| arguments.known_at.is_none_or(|known_at| known_from <= known_at);
        let release = library.releases_of(name).find(|release| known(release.meta().known_from()));
        return release.ok_or_else(unknown)?.table(name).cloned().map_err(anyhow::Error::msg);
    };
    match library.table(name, at, arguments.known_at) {
        Lookup::Found { table, .. } => Ok(table.clone()),
        Lookup::NoRelease => Err(unknown()),
        Lookup::OutsideCoverage { periods } => {
            let show = |(from, to): &(jiff::civil::Date, Option<jiff::civil::Date>)| match to {
                Some(to) => format!("{from} to {to}"),
                None => format!("{from} onwards"),
            };
            let periods: Vec<String> = periods.iter().map(show).collect();
            bail!("no release of `{name}` speaks for {at}; there are {}", periods.join(", "))
        }
        Lookup::NotYetPublished { published } => {
            bail!("what speaks for {at} in `{name}` was published on {published}, after the day of knowledge")
        }
        Lookup::Damaged { problem } => bail!(problem),
    }
}

fn write(table: &Table, format: ExportFormat, output: impl Write + Send) -> Result<()> {
    match format {
        ExportFormat::Csv => write_csv(table, output),
        ExportFormat::Parquet => Ok(openclaim_columnar::reference::write_parquet(table, output)?),
    }
}

fn write_csv(table: &Table, output: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(BufWriter::new(output));
    writer.write_record(table.schema().columns.iter().map(|column| &column.name))?;
    let mut record = csv::StringRecord::new();
    for row in 0..table.len() {
        record.clear();
        for cell in table.cells(row) {
            record.push_field(&cell.to_string());
        }
        writer.write_record(&record)?;
    }
    writer.flush()?;
    Ok(())
}
