//! Claims and a membership file.

use super::{ScoreArguments, Table, members, report};
use crate::Outcome;
use crate::claims::Claims;
use crate::input::{Lines, inputs};
use crate::render::progress;
use anyhow::{Context, Result};
use openclaim_risk::cms::{Catalog, Cohort, ModelKey, payment};
use openclaim_x12::Event;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Reads members and claims, and reports every member.
pub(super) fn run(arguments: &ScoreArguments, file: &Path, catalog: &Catalog) -> Result<Outcome> {
    let year = arguments.payment_year.context("--payment-year is needed with --members")?;
    let mut cohort = Cohort::new(catalog, year)?;
    let bad = members::read(file, &mut cohort)?;
    for row in &bad {
        eprintln!("openclaim: {}, line {}, member `{}`: {}", file.display(), row.line, row.id, row.problem);
    }
    let faults = read_claims(arguments, &mut cohort)?;
    let models = models(arguments, catalog, year)?;
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let mut writer = report::Writer::new(&mut output, arguments.format);
    let mut errors = 0_u64;
    for id in cohort.ids() {
        if arguments.table == Table::Diagnoses {
            writer.diagnoses(id, cohort.diagnoses(id))?;
            continue;
        }
        let scores: Result<Vec<_>, _> =
            models.iter().map(|(key, _)| cohort.score(id, key, arguments.explain)).collect();
        match scores {
            Ok(scores) if arguments.table == Table::Factors => writer.factors(id, year, &scores)?,
            Ok(scores) => {
                let percents: Vec<u8> = models.iter().map(|(_, percent)| *percent).collect();
                writer.scores(id, year, cohort.member_months(id), &scores, &percents)?;
            }
            Err(error) => {
                errors += 1;
                writer.error(id, &error)?;
            }
        }
    }
    writer.finish()?;
    output.flush().context("cannot write")?;
    let strangers = cohort.strangers().len();
    if strangers > 0 {
        eprintln!(
            "openclaim: {strangers} people of the claims are not in {}; their claims were left out",
            file.display()
        );
    }
    if faults > 0 {
        eprintln!("openclaim: {faults} faults in the claim files; `openclaim check` shows them");
    }
    Ok(if errors > 0 || !bad.is_empty() || faults > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// The model that was asked for, or those that the year blends, with their weights in percent.
fn models(arguments: &ScoreArguments, catalog: &Catalog, year: i16) -> Result<Vec<(ModelKey, u8)>> {
    if !arguments.model.trim().eq_ignore_ascii_case("CMS-HCC") {
        let key = ModelKey::new(arguments.model.trim(), year).calibration(&arguments.calibration);
        // An unknown model is one error, not one for each member.
        catalog.get(&key)?;
        return Ok(vec![(key, 100)]);
    }
    let parts = payment::blend(catalog.library(), year)?;
    if parts.is_empty() {
        anyhow::bail!("the blend of payment year {year} is not at hand; name a model with its version");
    }
    parts
        .into_iter()
        .map(|part| {
            let key = ModelKey::new(&part.model, year);
            catalog.get(&key)?;
            Ok((key, part.percent))
        })
        .collect()
}

/// Adds every claim of the files; how many faults the readers met.
fn read_claims(arguments: &ScoreArguments, cohort: &mut Cohort<'_>) -> Result<u64> {
    let mut faults = 0;
    for input in &inputs(&arguments.files, Lines::NotShown)? {
        let (file, size) = input.open()?;
        let bar = progress::for_file(&input.name, size);
        match Claims::open(Box::new(bar.wrap_read(file)), input.id)? {
            Claims::X12(reader) => {
                for event in *reader {
                    match &event {
                        Event::Claim(record) => {
                            faults += record.faults.len() as u64;
                            cohort.add(&record.claim);
                        }
                        Event::Fault(_) => faults += 1,
                    }
                }
            }
            Claims::Records(reader) => {
                for event in reader {
                    match &event {
                        openclaim_fhir::Event::Claim(record) => cohort.add(&record.claim),
                        openclaim_fhir::Event::Fault(_) => faults += 1,
                    }
                }
            }
        }
        bar.finish_and_clear();
    }
    Ok(faults)
}
