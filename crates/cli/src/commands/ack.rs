//! `openclaim ack`.

use crate::{AckArguments, Acknowledgment, Outcome};
use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use openclaim_claim::FileId;
use openclaim_engine::{Engine, Policy, Run, Selection, acknowledge};
use openclaim_x12::write::LineBreak;
use openclaim_x12::write::acknowledgment::{Answer, ReceivedGroup, ReceivedInterchange, Stamp, receive};
use openclaim_x12::{Event, Reader};
use std::io::{Read, Write, stdin, stdout};

/// Reads a file of claims and writes the acknowledgment that its sender is due.
pub(crate) fn run(arguments: &AckArguments) -> Result<Outcome> {
    let bytes = if arguments.file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        bytes
    } else {
        std::fs::read(&arguments.file).with_context(|| format!("cannot read {}", arguments.file.display()))?
    };
    let now = jiff::Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let stamp = Stamp {
        date: arguments.date.unwrap_or_else(|| now.date()),
        time: arguments.time.clone().unwrap_or_else(|| format!("{:02}{:02}", now.hour(), now.minute())).into(),
        control_number: arguments.control_number,
    };
    let answer = Answer::new(stamp, LineBreak::Lf);
    let file = FileId(0);
    let (mut remarks, mut records) = (Vec::new(), Vec::new());
    for event in Reader::from_slice(&bytes, file).validating() {
        match event {
            Event::Claim(record) => {
                remarks.extend(record.faults.iter().map(acknowledge::remark));
                records.push(record);
            }
            Event::Fault(fault) => remarks.push(acknowledge::remark(&fault)),
        }
    }
    let received = receive(&bytes, file, &remarks);
    let (text, rejected) = match arguments.kind {
        Acknowledgment::Ta1 => (answer.interchanges(&received)?, received.iter().any(ReceivedInterchange::is_rejected)),
        Acknowledgment::Transactions => {
            let mut groups = received.iter().flat_map(|interchange| &interchange.groups);
            (answer.transactions(&received)?, groups.any(ReceivedGroup::has_rejections))
        }
        Acknowledgment::Claims => {
            let mut policy = Policy::default();
            // What decides about payment is no reason not to take a claim in.
            policy.switches.selection = Selection::intake();
            let engine = Engine::embedded(policy)?;
            let mut run = Run::default();
            let answers: Vec<_> = records
                .iter()
                .filter(|record| record.envelope.interchange.is_some())
                .map(|record| acknowledge::claim_answer(record, &engine.adjudicate_record_in(record, &mut run)))
                .collect();
            (answer.claims(&answers)?, answers.iter().any(|answer| !answer.is_accepted()))
        }
    };
    if text.is_empty() {
        anyhow::bail!("{}: the file holds nothing to acknowledge", arguments.file.display());
    }
    stdout().lock().write_all(&text).context("cannot write")?;
    Ok(if rejected { Outcome::Findings } else { Outcome::Clean })
}
