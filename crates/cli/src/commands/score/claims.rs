//! Claims and a membership file.

use super::{ScoreArguments, Table, report};
use crate::Outcome;
use crate::claims::Claims;
use crate::input::{Lines, inputs};
use crate::render::progress;
use anyhow::{Context, Result};
use openclaim_columnar::risk::members;
use openclaim_risk::cms::{Blend, Catalog, Cohort};
use openclaim_x12::Event;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Reads members and claims, and reports every member.
pub(super) fn run(arguments: &ScoreArguments, file: &Path, catalog: &Catalog) -> Result<Outcome> {
    let year = arguments.payment_year.context("--payment-year is needed with --members")?;
    let mut cohort = Cohort::new(catalog, year)?;
    let members = members::read(file)?;
    members.people.into_iter().for_each(|enrollee| cohort.enroll(enrollee));
    for row in &members.bad {
        eprintln!("openclaim: {}, line {}, member `{}`: {}", file.display(), row.line, row.id, row.problem);
    }
    let faults = read_claims(arguments, &mut cohort)?;
    let blend = Blend::of(catalog, &arguments.model, year, &arguments.calibration)?;
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let mut writer = report::Writer::new(&mut output, arguments.format);
    let mut errors = 0_u64;
    for id in cohort.ids() {
        if arguments.table == Table::Diagnoses {
            writer.diagnoses(id, cohort.diagnoses(id))?;
            continue;
        }
        let scores: Result<Vec<_>, _> =
            blend.parts().iter().map(|(key, _)| cohort.score(id, key, arguments.explain)).collect();
        match scores {
            Ok(scores) if arguments.table == Table::Factors => writer.factors(id, year, &scores)?,
            Ok(scores) => writer.scores(id, year, cohort.member_months(id), &scores, blend.weigh(&scores)?)?,
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
    Ok(if errors > 0 || !members.bad.is_empty() || faults > 0 { Outcome::Findings } else { Outcome::Clean })
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
