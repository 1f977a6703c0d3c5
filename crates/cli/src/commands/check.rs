//! `openclaim check`.

use crate::claims::Claims;
use crate::data_folder;
use crate::input::{Input, Lines, inputs};
use crate::render::diagnostic::Diagnostics;
use crate::render::{claim, progress};
use crate::{CheckArguments, CheckFormat, Outcome};
use anyhow::{Context, Result, bail};
use openclaim_claim::{Claim, HcpcsCode, Text as CompactText};
use openclaim_engine::{Adjudication, Companion, Engine, Intake};
use openclaim_x12::Event;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Reads every file and prints what was decided about every claim.
pub(crate) fn run(arguments: &CheckArguments, data: Option<&Path>, color: bool) -> Result<Outcome> {
    let text = arguments.format == CheckFormat::Text;
    let mut engine = Engine::new(data_folder::library(data)?, arguments.hospital.policy(text || arguments.explain))?;
    if let Some(path) = &arguments.companion {
        engine = engine.with_companion(companion(path)?);
    }
    if let Some(path) = &arguments.hcpcs {
        engine = engine.with_procedure_codes(procedure_codes(path)?);
    }
    let mut intake = Intake::default();
    let inputs = inputs(&arguments.files, if text { Lines::Shown } else { Lines::NotShown })?;
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let mut totals = Totals::default();
    let mut printer: Box<dyn Printer> = if text {
        Box::new(Text { diagnostics: Diagnostics::new(&inputs, color), not_evaluated: BTreeMap::new() })
    } else {
        Box::new(JsonLines { inputs: &inputs })
    };
    for input in &inputs {
        totals.files += 1;
        let (file, size) = input.open()?;
        let bar = progress::for_file(&input.name, size);
        let mut print = |claim: Option<&Claim>, adjudication: Adjudication| {
            totals.count(&adjudication);
            printer.print(input, claim, &adjudication, &mut output).context("cannot write")
        };
        match Claims::open(Box::new(bar.wrap_read(file)), input.id)? {
            Claims::X12(reader) => {
                for event in *reader {
                    match &event {
                        Event::Claim(record) => {
                            print(Some(&record.claim), engine.adjudicate_record_in(record, &mut intake))?;
                        }
                        Event::Fault(fault) => print(None, engine.adjudicate_fault(fault))?,
                    }
                }
            }
            Claims::Records(reader) => {
                for event in reader {
                    match &event {
                        openclaim_fhir::Event::Claim(record) => {
                            print(Some(&record.claim), engine.adjudicate_fhir_record_in(record, &mut intake))?;
                        }
                        openclaim_fhir::Event::Fault(fault) => print(None, engine.adjudicate_fhir_fault(fault))?,
                    }
                }
            }
        }
        bar.finish_and_clear();
    }
    printer.finish(&totals, &mut output).and_then(|()| output.flush()).context("cannot write")?;
    Ok(if totals.errors > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// Reads the companion rules of a payer.
fn companion(path: &Path) -> Result<Companion> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let companion: Companion =
        toml::from_str(&text).with_context(|| format!("{} is no companion file", path.display()))?;
    let unknown = companion.unknown_edits();
    if !unknown.is_empty() {
        bail!("{}: no edit is called {}", path.display(), unknown.join(", "));
    }
    Ok(companion)
}

/// Reads a list of procedure codes: the first word or cell of each line, where it has the form of a code.
fn procedure_codes(path: &Path) -> Result<HashSet<HcpcsCode>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let first =
        |line: &str| line.split([',', ';', '|', '\t', ' ']).next().map(|cell| cell.trim_matches('"').to_owned());
    let codes: HashSet<HcpcsCode> =
        text.lines().filter_map(first).filter_map(|cell| HcpcsCode::parse(&cell).ok()).collect();
    if codes.is_empty() {
        bail!(
            "{} holds no procedure code: one of five characters is expected at the start of each line",
            path.display()
        );
    }
    Ok(codes)
}

/// What a run has seen.
#[derive(Debug, Default)]
struct Totals {
    files: u64,
    claims: u64,
    errors: u64,
    warnings: u64,
    not_evaluated: u64,
}

impl Totals {
    fn count(&mut self, adjudication: &Adjudication) {
        let errors = adjudication.findings.iter().filter(|finding| finding.disposition.is_error()).count() as u64;
        self.claims += u64::from(adjudication.claim_id.is_some());
        self.errors += errors;
        self.warnings += adjudication.findings.len() as u64 - errors;
        self.not_evaluated += adjudication.not_evaluated.len() as u64;
    }
}

trait Printer {
    fn print(
        &mut self,
        input: &Input,
        claim: Option<&Claim>,
        adjudication: &Adjudication,
        output: &mut dyn Write,
    ) -> std::io::Result<()>;

    fn finish(&mut self, totals: &Totals, output: &mut dyn Write) -> std::io::Result<()>;
}

struct Text<'i> {
    diagnostics: Diagnostics<'i>,
    /// What could not be evaluated for several claims is said at the first and counted at the end.
    not_evaluated: BTreeMap<(CompactText, CompactText), u64>,
}

impl Printer for Text<'_> {
    fn print(
        &mut self,
        _: &Input,
        claim: Option<&Claim>,
        adjudication: &Adjudication,
        output: &mut dyn Write,
    ) -> std::io::Result<()> {
        if let Some(claim) = claim {
            claim::header(claim, output)?;
        }
        for finding in &adjudication.findings {
            writeln!(output, "{}\n", self.diagnostics.finding(finding))?;
        }
        if let Some(grouping) = &adjudication.grouping {
            claim::grouping(grouping, output)?;
        }
        for missing in &adjudication.not_evaluated {
            let said = self.not_evaluated.entry((missing.rule.clone(), missing.detail.clone())).or_default();
            if *said == 0 {
                writeln!(output, "{}\n", self.diagnostics.not_evaluated(missing))?;
            }
            *said += 1;
        }
        Ok(())
    }

    fn finish(&mut self, totals: &Totals, output: &mut dyn Write) -> std::io::Result<()> {
        for ((rule, detail), count) in self.not_evaluated.iter().filter(|(_, count)| **count > 1) {
            writeln!(output, "not evaluated for {count} claims: {rule}: {detail}")?;
        }
        let Totals { files, claims, errors, warnings, not_evaluated } = totals;
        writeln!(
            output,
            "{}, {}: {}, {}, {not_evaluated} not evaluated",
            plural(*files, "file"),
            plural(*claims, "claim"),
            plural(*errors, "error"),
            plural(*warnings, "warning"),
        )
    }
}

fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

struct JsonLines<'i> {
    inputs: &'i [Input],
}

#[derive(Serialize)]
struct JsonLine<'a> {
    /// Name of the file; spans say where in it.
    file: &'a str,
    #[serde(flatten)]
    adjudication: &'a Adjudication,
}

impl Printer for JsonLines<'_> {
    fn print(
        &mut self,
        input: &Input,
        _: Option<&Claim>,
        adjudication: &Adjudication,
        output: &mut dyn Write,
    ) -> std::io::Result<()> {
        let file = self.inputs.get(input.id.0 as usize).map_or("", |input| &input.name);
        serde_json::to_writer(&mut *output, &JsonLine { file, adjudication })?;
        output.write_all(b"\n")
    }

    fn finish(&mut self, _: &Totals, _: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }
}
