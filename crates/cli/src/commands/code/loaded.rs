//! What the releases of the data folder say about a code.

use anyhow::Result;
use openclaim_reference::LoadedRelease;
use openclaim_reference::mentions::{LoadedCode, Mention, Relative};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// Rows of a mention that are given whole; of more, only the number.
const ROWS: usize = 5;

/// Which release says it.
#[derive(Debug, Serialize)]
pub(super) struct ReleaseLine {
    release: String,
    version: String,
    from: String,
    to: Option<String>,
    published: Option<String>,
}

impl From<&LoadedRelease> for ReleaseLine {
    fn from(release: &LoadedRelease) -> Self {
        let meta = release.meta();
        Self {
            release: release.file_name().to_owned(),
            version: meta.version.clone(),
            from: meta.from.to_string(),
            to: meta.to.map(|day| day.to_string()),
            published: meta.published.map(|day| day.to_string()),
        }
    }
}

/// A code of a loaded code system.
#[derive(Debug, Serialize)]
pub(super) struct CodeLine {
    /// The table that is the code system.
    system: String,
    code: String,
    title: Option<String>,
    /// First day of the code's own period, where the table gives one.
    valid_from: Option<String>,
    /// Last day of the code's own period.
    valid_to: Option<String>,
    #[serde(flatten)]
    release: ReleaseLine,
}

impl From<&LoadedCode<'_>> for CodeLine {
    fn from(code: &LoadedCode<'_>) -> Self {
        let (from, to) = code.row.period();
        Self {
            system: code.table.to_owned(),
            code: code.code.to_string(),
            title: code.title.map(str::to_owned),
            valid_from: from.map(|day| day.to_string()),
            valid_to: to.map(|day| day.to_string()),
            release: code.release.into(),
        }
    }
}

/// A table that mentions the code.
#[derive(Debug, Serialize)]
pub(super) struct MentionLine {
    table: String,
    /// The column that holds the code.
    column: String,
    /// How many rows hold it.
    count: usize,
    /// The first of them, without their blank cells.
    rows: Vec<BTreeMap<String, String>>,
    #[serde(skip)]
    lines: Vec<String>,
    #[serde(flatten)]
    release: ReleaseLine,
}

impl From<&Mention<'_>> for MentionLine {
    fn from(mention: &Mention<'_>) -> Self {
        let columns = &mention.table.schema().columns;
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for &row in mention.rows.iter().take(ROWS) {
            let cells = mention.table.cells(row);
            let filled = columns.iter().zip(&cells).filter(|(_, cell)| !cell.is_blank());
            let said = filled.clone().filter(|(column, _)| column.name != mention.column);
            lines.push(said.map(|(column, cell)| format!("{} {cell}", column.name)).collect::<Vec<_>>().join("; "));
            rows.push(filled.map(|(column, cell)| (column.name.clone(), cell.to_string())).collect());
        }
        Self {
            table: mention.table.schema().table.clone(),
            column: mention.column.to_owned(),
            count: mention.rows.len(),
            rows,
            lines,
            release: mention.release.into(),
        }
    }
}

/// A code that came before or after the one asked for.
#[derive(Debug, Serialize)]
pub(super) struct RelativeLine {
    table: String,
    /// `predecessor` or `successor`.
    relation: &'static str,
    code: String,
    effective: Option<String>,
    #[serde(flatten)]
    release: ReleaseLine,
}

impl From<&Relative<'_>> for RelativeLine {
    fn from(relative: &Relative<'_>) -> Self {
        Self {
            table: relative.table.to_owned(),
            relation: if relative.successor { "successor" } else { "predecessor" },
            code: relative.code.to_string(),
            effective: relative.effective.map(|day| day.to_string()),
            release: relative.release.into(),
        }
    }
}

/// Prints codes with their titles.
pub(super) fn print(codes: &[CodeLine], output: &mut impl Write) -> Result<()> {
    for code in codes {
        let title = code.title.as_deref().unwrap_or("(no title)");
        writeln!(output, "{}  {title}", code.code)?;
        let valid = match (&code.valid_from, &code.valid_to) {
            (None, None) => String::new(),
            (from, to) => {
                let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "an open day".into());
                format!("; valid {} to {}", day(from), day(to))
            }
        };
        writeln!(output, "  {} {}{valid}", code.system, describe(&code.release))?;
    }
    Ok(())
}

/// Prints what the code was and became, and the tables that mention it.
pub(super) fn print_mentions(
    relatives: &[RelativeLine],
    mentions: &[MentionLine],
    output: &mut impl Write,
) -> Result<()> {
    for relative in relatives {
        let effective = relative.effective.as_ref().map(|day| format!(" from {day}")).unwrap_or_default();
        writeln!(output, "{} {}{effective} ({})", relative.relation, relative.code, relative.table)?;
    }
    if !mentions.is_empty() {
        writeln!(output, "mentioned in")?;
    }
    for mention in mentions {
        let (table, column, count) = (&mention.table, &mention.column, mention.count);
        let rows = if count == 1 { "row" } else { "rows" };
        writeln!(output, "  {table} {}: {count} {rows} with it as {column}", describe(&mention.release))?;
        if count <= ROWS {
            for line in &mention.lines {
                writeln!(output, "    {line}")?;
            }
        }
    }
    Ok(())
}

fn describe(release: &ReleaseLine) -> String {
    let published = release.published.as_ref().map(|day| format!(", published {day}")).unwrap_or_default();
    format!("{} ({} to {}{published})", release.version, release.from, release.to.as_deref().unwrap_or("open"))
}
