//! `openclaim explain`.

use crate::render::profile;
use crate::{ExplainArguments, Format, Outcome};
use anyhow::{Context, Result, bail};
use comfy_table::{ContentArrangement, Table, presets};
use openclaim_edits::{Edit, doc, registry};
use openclaim_engine::{Engine, Policy};
use serde::Serialize;
use std::io::{Write, stdout};

/// Prints the documentation of an edit, a code or an MS-DRG, or the list of edits.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<Outcome> {
    let mut output = stdout().lock();
    let Some(subject) = arguments.subject.as_deref() else {
        list(arguments.format, &mut output)?;
        return Ok(Outcome::Clean);
    };
    if let Some(edit) = registry::find(subject) {
        explain_edit(edit, arguments.format, &mut output)?;
        return Ok(Outcome::Clean);
    }
    let engine = Engine::embedded(Policy::default())?;
    let profiles = engine.code_profiles(subject, None);
    let drg = drg_number(subject).and_then(|number| engine.drg_profile(number, None));
    if profiles.is_empty() && drg.is_none() {
        bail!("`{subject}` is no edit, ICD-10 code or MS-DRG; `openclaim explain --list` lists the edits");
    }
    match arguments.format {
        Format::Json if profiles.is_empty() => print_json(&drg, &mut output)?,
        Format::Json => print_json(&profiles, &mut output)?,
        Format::Text => {
            for found in &profiles {
                profile::code(found, &mut output).context("cannot write")?;
            }
            if let Some(found) = &drg {
                profile::drg(found, &mut output).context("cannot write")?;
            }
        }
    }
    Ok(Outcome::Clean)
}

/// `291`, `DRG 291`, `ms-drg 003`.
fn drg_number(text: &str) -> Option<u16> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.strip_prefix("ms-drg").or_else(|| text.strip_prefix("drg")).unwrap_or(&text).trim();
    if digits.len() > 3 { None } else { digits.parse().ok() }
}

fn print_json(value: &impl Serialize, output: &mut impl Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *output, value)?;
    writeln!(output).context("cannot write")
}

fn list(format: Format, output: &mut impl Write) -> Result<()> {
    match format {
        Format::Json => print_json(&registry::all().collect::<Vec<_>>(), output),
        Format::Text => {
            let mut table = Table::new();
            table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
            for edit in registry::all() {
                table.add_row([edit.id, edit.disposition.as_str(), edit.title]);
            }
            writeln!(output, "{}", table.trim_fmt()).context("cannot write")
        }
    }
}

#[derive(Serialize)]
struct EditPage<'e> {
    #[serde(flatten)]
    edit: &'e Edit,
    summary: String,
    sections: Vec<Section>,
}

#[derive(Serialize)]
struct Section {
    title: &'static str,
    text: String,
}

fn explain_edit(edit: &Edit, format: Format, output: &mut impl Write) -> Result<()> {
    let sections = doc::SECTIONS
        .into_iter()
        .filter_map(|title| edit.section(title).map(|text| Section { title, text }))
        .collect::<Vec<_>>();
    if format == Format::Json {
        return print_json(&EditPage { edit, summary: edit.summary(), sections }, output);
    }
    writeln!(output, "{}: {}\n\n{}\n\nDisposition: {}", edit.id, edit.title, edit.summary(), edit.disposition)?;
    for (name, code) in [("CARC", edit.carc), ("RARC", edit.rarc)] {
        if let Some(code) = code {
            writeln!(output, "{name}: {code}")?;
        }
    }
    for section in sections {
        writeln!(output, "\n{}\n{}\n{}", section.title, "-".repeat(section.title.len()), section.text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::drg_number;

    #[test]
    fn ms_drgs_are_written_in_several_ways() {
        for text in ["3", "003", "DRG 3", "ms-drg 003", "MS-DRG003"] {
            assert_eq!(drg_number(text), Some(3), "{text}");
        }
        for text in ["0003", "I50", "drg", ""] {
            assert_eq!(drg_number(text), None, "{text}");
        }
    }
}
