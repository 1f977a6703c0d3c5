//! `openclaim data diff`.

use super::{DiffArguments, DiffFormat, select};
use crate::Outcome;
use anyhow::{Result, bail};
use openclaim_reference::diff::{Change, diff, unshared_columns};
use openclaim_reference::relation::{Cell, Schema};
use openclaim_reference::release::{Release, Table};
use serde_json::{Map, Value};
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Prints what changed. Exit code 0 also when something did, as the question was answered.
pub(super) fn run(arguments: &DiffArguments, data: Option<&Path>) -> Result<Outcome> {
    let (before_name, before) = select::release(&arguments.before, data)?;
    let (after_name, after) = select::release(&arguments.after, data)?;
    let tables = tables(&before, &after, arguments.table.as_deref())?;
    let mut output = BufWriter::new(stdout().lock());
    if arguments.format == DiffFormat::Text {
        writeln!(output, "from {before_name}\nto   {after_name}")?;
        only_in_one(&before, &after, arguments.table.as_deref(), &mut output)?;
    }
    match arguments.format {
        DiffFormat::Csv => match &tables[..] {
            [table] => csv(&before.table(table)?, &after.table(table)?, &mut output)?,
            _ => bail!("csv holds one table; give --table, one of {}", tables.join(", ")),
        },
        DiffFormat::Json => {
            let mut first = true;
            write!(output, "[")?;
            for table in &tables {
                json(&before.table(table)?, &after.table(table)?, &mut first, &mut output)?;
            }
            writeln!(output, "{}]", if first { "" } else { "\n" })?;
        }
        DiffFormat::Text => {
            for table in &tables {
                text(&before.table(table)?, &after.table(table)?, arguments.summary, &mut output)?;
            }
        }
    }
    output.flush()?;
    Ok(Outcome::Clean)
}

/// The tables that both releases have.
fn tables(before: &Release, after: &Release, wanted: Option<&str>) -> Result<Vec<String>> {
    let names = |release: &Release| release.meta().tables.iter().map(|rows| rows.table.clone()).collect::<Vec<_>>();
    let mut shared = names(before);
    shared.retain(|table| after.has(table));
    if let Some(wanted) = wanted {
        if !shared.iter().any(|table| table == wanted) {
            bail!("the releases have no table `{wanted}` in common; they share {}", shared.join(", "));
        }
        shared.retain(|table| table == wanted);
    }
    if shared.is_empty() {
        bail!("the releases have no table in common: {} and {}", names(before).join(", "), names(after).join(", "));
    }
    Ok(shared)
}

fn only_in_one(before: &Release, after: &Release, wanted: Option<&str>, output: &mut impl Write) -> Result<()> {
    if wanted.is_some() {
        return Ok(());
    }
    for rows in before.meta().tables.iter().filter(|rows| !after.has(&rows.table)) {
        writeln!(output, "{}: only in the earlier release ({} rows)", rows.table, rows.rows)?;
    }
    for rows in after.meta().tables.iter().filter(|rows| !before.has(&rows.table)) {
        writeln!(output, "{}: only in the later release ({} rows)", rows.table, rows.rows)?;
    }
    Ok(())
}

fn text(before: &Table, after: &Table, summary: bool, output: &mut impl Write) -> Result<()> {
    let (old, new) = (before.schema(), after.schema());
    let mut quiet = std::io::sink();
    let lines: &mut dyn Write = if summary { &mut quiet } else { &mut *output };
    let mut rows = Vec::new();
    writeln!(rows, "{}:", old.table)?;
    let (gone, came) = unshared_columns(old, new);
    for (columns, which) in [(gone, "earlier"), (came, "later")] {
        if !columns.is_empty() {
            writeln!(rows, "  columns only in the {which} table, not compared: {}", columns.join(", "))?;
        }
    }
    lines.write_all(&rows)?;
    let count = diff(before, after, |change| -> Result<(), Failure> {
        match change {
            Change::Added { row } => writeln!(lines, "  + {}", whole(&row))?,
            Change::Removed { row } => writeln!(lines, "  - {}", whole(&row))?,
            Change::Changed { before, after, columns } => {
                let key: Vec<String> = old.identity().iter().map(|&at| before[at].to_string()).collect();
                let differences: Vec<String> = columns
                    .iter()
                    .map(|&(a, b)| format!("{} `{}` to `{}`", old.columns[a].name, before[a], after[b]))
                    .collect();
                writeln!(lines, "  ~ {}: {}", key.join(" | "), differences.join(", "))?;
            }
        }
        Ok(())
    })
    .map_err(|failure| failure.0)?;
    let label = if summary { format!("{}: ", old.table) } else { "  ".to_owned() };
    writeln!(
        output,
        "{label}{} added, {} removed, {} changed, {} the same",
        count.added, count.removed, count.changed, count.same
    )?;
    Ok(())
}

fn whole(row: &[Cell<'_>]) -> String {
    row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
}

fn json(before: &Table, after: &Table, first: &mut bool, output: &mut impl Write) -> Result<()> {
    let (old, new) = (before.schema(), after.schema());
    diff(before, after, |change| -> Result<(), Failure> {
        let mut object = Map::new();
        object.insert("table".into(), old.table.clone().into());
        match change {
            Change::Added { row } => {
                object.insert("change".into(), "added".into());
                object.insert("row".into(), named(new, &row));
            }
            Change::Removed { row } => {
                object.insert("change".into(), "removed".into());
                object.insert("row".into(), named(old, &row));
            }
            Change::Changed { before, after, columns } => {
                object.insert("change".into(), "changed".into());
                let names: Vec<Value> = columns.iter().map(|&(at, _)| old.columns[at].name.clone().into()).collect();
                object.insert("columns".into(), names.into());
                object.insert("before".into(), named(old, &before));
                object.insert("after".into(), named(new, &after));
            }
        }
        write!(output, "{}\n  ", if std::mem::take(first) { "" } else { "," })?;
        serde_json::to_writer(&mut *output, &object).map_err(std::io::Error::from)?;
        Ok(())
    })
    .map_err(|failure| failure.0)?;
    Ok(())
}

/// A row as an object; numbers stay texts as they were published, blanks are null.
fn named(schema: &Schema, row: &[Cell<'_>]) -> Value {
    let cell = |cell: &Cell<'_>| if cell.is_blank() { Value::Null } else { cell.to_string().into() };
    schema.columns.iter().zip(row).map(|(column, value)| (column.name.clone(), cell(value))).collect()
}

/// Every row of the later table's columns after what happened to it; a changed row is two lines.
fn csv(before: &Table, after: &Table, output: &mut impl Write) -> Result<()> {
    let (old, new) = (before.schema(), after.schema());
    let mut columns: Vec<&str> = new.columns.iter().map(|column| column.name.as_str()).collect();
    columns.extend(old.columns.iter().map(|column| column.name.as_str()).filter(|name| new.column(name).is_none()));
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(std::iter::once("change").chain(columns.iter().copied()))?;
    let line = |change: &str, schema: &Schema, row: &[Cell<'_>]| -> Vec<String> {
        let value = |name: &&str| schema.column(name).map(|at| row[at].to_string()).unwrap_or_default();
        std::iter::once(change.to_owned()).chain(columns.iter().map(value)).collect()
    };
    diff(before, after, |change| -> Result<(), Failure> {
        match change {
            Change::Added { row } => writer.write_record(line("added", new, &row))?,
            Change::Removed { row } => writer.write_record(line("removed", old, &row))?,
            Change::Changed { before, after, .. } => {
                writer.write_record(line("changed from", old, &before))?;
                writer.write_record(line("changed to", new, &after))?;
            }
        }
        Ok(())
    })
    .map_err(|failure| failure.0)?;
    writer.flush()?;
    Ok(())
}

/// What ends a comparison early: tables that cannot be compared, or an output that takes no more.
struct Failure(anyhow::Error);

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self(anyhow::Error::msg(problem))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self(error.into())
    }
}
