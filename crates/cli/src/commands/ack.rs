//! `openclaim ack`.

use crate::data_folder;
use crate::{AckArguments, Acknowledgment, Outcome};
use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use openclaim_claim::FileId;
use openclaim_engine::{Engine, Intake, Policy, acknowledge};
use openclaim_x12::write::LineBreak;
use openclaim_x12::write::acknowledgment::{Answer, ReceivedGroup, ReceivedInterchange, Stamp, receive};
use openclaim_x12::{Event, Reader};
use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;

/// Largest file that is acknowledged, in bytes. An acknowledgment counts the segments of what it answers, so that file,
/// faults and claims are held until it is written: about four times the file. Trading partners allow far less.
const MOST: u64 = 256 << 20;

/// The file, or standard input, as far as it may be held.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        stdin().lock().take(MOST + 1).read_to_end(&mut bytes).context("cannot read standard input")?
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        file.take(MOST + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?
    };
    if read as u64 > MOST {
        anyhow::bail!(
            "{} is longer than {} MiB, the most that is acknowledged at once; split it between interchanges",
            path.display(),
            MOST >> 20
        );
    }
    Ok(bytes)
}

/// Reads a file of claims and writes the acknowledgment that its sender is due.
pub(crate) fn run(arguments: &AckArguments, data: Option<&Path>) -> Result<Outcome> {
    let bytes = read(&arguments.file)?;
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
    let judged: Vec<_> = if arguments.kind == Acknowledgment::Ta1 {
        Vec::new()
    } else {
        let engine = Engine::new(data_folder::library(data)?, Policy::default())?;
        let mut intake = Intake::default();
        records.iter().map(|record| engine.adjudicate_record_in(record, &mut intake)).collect()
    };
    remarks.extend(judged.iter().flat_map(acknowledge::code_remarks));
    let received = receive(&bytes, file, &remarks);
    let (text, rejected) = match arguments.kind {
        Acknowledgment::Ta1 => (answer.interchanges(&received)?, received.iter().any(ReceivedInterchange::is_rejected)),
        Acknowledgment::Transactions => {
            let mut groups = received.iter().flat_map(|interchange| &interchange.groups);
            (answer.transactions(&received)?, groups.any(ReceivedGroup::has_rejections))
        }
        Acknowledgment::Claims => {
            let answers: Vec<_> = records
                .iter()
                .zip(&judged)
                .filter(|(record, _)| record.envelope.interchange.is_some())
                .map(|(record, judged)| acknowledge::claim_answer(record, judged))
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
