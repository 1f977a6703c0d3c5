//! What the tables say about a code or an MS-DRG, as text.

use openclaim_engine::{CodeProfile, DrgProfile, MsDrgRole};
use std::io::{Result, Write};

/// Prints the profile of a code.
pub(crate) fn code(profile: &CodeProfile, output: &mut impl Write) -> Result<()> {
    let title = profile.title.as_deref().unwrap_or("(no title in the tables at hand)");
    writeln!(output, "{}  {title}", profile.code)?;
    writeln!(output, "  {}; title from {}", profile.system, profile.title_source)?;
    for (label, title) in &profile.path {
        writeln!(output, "  in {label}  {}", title.as_deref().unwrap_or_default())?;
    }
    if profile.billable {
        writeln!(output, "  billable {} (tables cover {})", profile.valid.join(", "), profile.tables_cover)?;
    } else {
        writeln!(output, "  not billable: divided further")?;
    }
    if let Some(word) = profile.valid_on_day {
        writeln!(output, "  on the day asked for: {}", word.replace('_', " "))?;
    }
    if let Some(role) = &profile.ms_drg {
        ms_drg_role(role, output)?;
    }
    notes(profile, output)?;
    for (character, text) in &profile.seventh_characters {
        writeln!(output, "  7th character {character}: {text}")?;
    }
    for (code, title) in &profile.children {
        writeln!(output, "    {code}  {}", title.as_deref().unwrap_or_default())?;
    }
    writeln!(output)
}

/// Notes under one heading per kind and place, as the tabular list prints them.
fn notes(profile: &CodeProfile, output: &mut impl Write) -> Result<()> {
    let mut heading = None;
    for note in &profile.notes {
        if heading != Some((note.kind, &note.at)) {
            heading = Some((note.kind, &note.at));
            writeln!(output, "  {} (at {})", note.kind, note.at)?;
        }
        writeln!(output, "    {}", note.text)?;
    }
    Ok(())
}

fn ms_drg_role(role: &MsDrgRole, output: &mut impl Write) -> Result<()> {
    write!(output, "  MS-DRG v{}:", role.version)?;
    match &role.mdc {
        Some((0, _)) => write!(output, " cannot be principal diagnosis;")?,
        Some((mdc, title)) => write!(output, " MDC {mdc:02} {title} as principal diagnosis;")?,
        None => {}
    }
    match (role.severity, role.excluded_by) {
        (Some(severity), Some(count)) => {
            write!(output, " {severity} as secondary, excluded by {count} principal diagnoses;")?;
        }
        (Some(severity), None) => write!(output, " {} as secondary;", severity.replace('_', "-").to_lowercase())?,
        _ => {}
    }
    let attributes = if role.attributes.is_empty() { "none".to_owned() } else { role.attributes.join(", ") };
    writeln!(output, " attributes: {attributes}")
}

/// Prints the profile of an MS-DRG.
pub(crate) fn drg(profile: &DrgProfile, output: &mut impl Write) -> Result<()> {
    writeln!(output, "MS-DRG {:03}  {}", profile.drg, profile.title)?;
    writeln!(output, "  grouper v{}", profile.version)?;
    if let Some(weight) = &profile.weight {
        super::claim::weight(weight, output)?;
    }
    for formula in &profile.formulas {
        let list = match formula.list_mdc {
            0 => "Pre-MDC".to_owned(),
            29 => "unrelated operating room procedures".to_owned(),
            mdc => format!("MDC {mdc:02}"),
        };
        writeln!(output, "  {list}, rank {}: {}", formula.rank, formula.formula)?;
        if !formula.severity_suppression.is_empty() {
            writeln!(output, "    no CC or MCC from: {}", formula.severity_suppression)?;
        }
    }
    writeln!(output)
}
