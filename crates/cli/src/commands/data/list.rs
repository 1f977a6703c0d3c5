//! `openclaim data ls`.

use super::{ListArguments, families};
use crate::{Format, Outcome, data_folder};
use anyhow::Result;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use openclaim_reference::Library;
use serde::Serialize;
use std::io::{Write, stdout};
use std::path::Path;

/// The release name of the tables in the program itself.
const EMBEDDED: &str = "embedded";

#[derive(Debug, Serialize)]
struct Line {
    /// Name of the release's file, or `embedded`.
    release: String,
    table: String,
    publisher: String,
    publication: String,
    version: String,
    from: String,
    /// `None` when the publication names no last day.
    to: Option<String>,
    published: Option<String>,
    rows: u64,
    /// Whether the release carries warnings of its import.
    warnings: u64,
}

/// Lists the tables, or the families of rules.
pub(super) fn run(arguments: &ListArguments, data: Option<&Path>) -> Result<Outcome> {
    let library = data_folder::library(data)?;
    let lines = lines(&library)?;
    let status = families::status(|table| lines.iter().any(|line| line.table == table))?;
    let mut output = stdout().lock();
    match (arguments.format, arguments.rules) {
        (Format::Json, false) => serde_json::to_writer_pretty(&mut output, &lines)?,
        (Format::Json, true) => serde_json::to_writer_pretty(&mut output, &status)?,
        (Format::Text, true) => families::print(&status, &mut output)?,
        (Format::Text, false) => {
            print(&lines, &mut output)?;
            writeln!(output)?;
            families::print(&status, &mut output)?;
        }
    }
    if arguments.format == Format::Json {
        writeln!(output)?;
    }
    Ok(Outcome::Clean)
}

fn lines(library: &Library) -> Result<Vec<Line>> {
    let embedded = library.tables()?.into_iter().map(|info| Line {
        release: EMBEDDED.into(),
        table: info.table,
        publisher: info.publisher,
        publication: info.publication,
        version: info.version,
        from: info.from,
        to: Some(info.to),
        published: None,
        rows: info.rows,
        warnings: 0,
    });
    let folder = library.releases().iter().flat_map(|release| {
        let meta = release.meta();
        release.tables().iter().map(|rows| Line {
            release: release.file_name().to_owned(),
            table: rows.table.clone(),
            publisher: meta.publisher.clone(),
            publication: meta.publication.clone(),
            version: meta.version.clone(),
            from: meta.from.to_string(),
            to: meta.to.map(|day| day.to_string()),
            published: meta.published.map(|day| day.to_string()),
            rows: rows.rows,
            warnings: meta.warnings.len() as u64 + meta.more_warnings,
        })
    });
    let mut lines: Vec<Line> = embedded.chain(folder).collect();
    lines.sort_by(|a, b| {
        (&a.table, &a.from, &a.published, &a.release).cmp(&(&b.table, &b.from, &b.published, &b.release))
    });
    Ok(lines)
}

fn print(lines: &[Line], output: &mut impl Write) -> Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["table", "rows", "version", "from", "to", "published", "release"]);
    for line in lines {
        let open = |day: &Option<String>| day.clone().unwrap_or_else(|| "-".into());
        let mark = if line.warnings > 0 {
            format!("{} ({} warnings)", line.release, line.warnings)
        } else {
            line.release.clone()
        };
        table.add_row([
            line.table.clone(),
            line.rows.to_string(),
            line.version.clone(),
            line.from.clone(),
            open(&line.to),
            open(&line.published),
            mark,
        ]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(output, "{}", table.trim_fmt())?;
    Ok(())
}
