//! `openclaim ack`.

use crate::{AckArguments, Acknowledgment, Outcome, data_folder};
use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use openclaim_claim::FileId;
use openclaim_engine::{Adjudication, Engine, Policy, Run, Selection, acknowledge};
use openclaim_x12::write::LineBreak;
use openclaim_x12::write::acknowledgment::{
    Answer, ClaimAnswers, ReceivedGroup, Remark, Stamp, receive_from, transaction_starts,
};
use openclaim_x12::{ClaimRecord, Event, Reader};
use std::fs::File;
use std::io::{BufWriter, Write, stdin, stdout};
use std::path::{Path, PathBuf};

/// Faults of one transaction that are told; one that has more is rejected by those.
const TOLD: u16 = 1000;
/// Claims that one transaction of a 277CA answers; further ones of the same 837 transaction are answered by the next. The
/// guides of the 837 hold a transaction to 5,000 claims.
const ANSWERED: usize = 5000;

/// What is acknowledged. It is read several times, so that nothing but faults need be held: standard input is copied to a
/// temporary file.
struct Received {
    path: PathBuf,
    /// Removed with it.
    _copy: Option<tempfile::NamedTempFile>,
}

impl Received {
    fn new(path: &Path) -> Result<Self> {
        if path.as_os_str() != "-" {
            return Ok(Self { path: path.to_owned(), _copy: None });
        }
        let mut copy = tempfile::NamedTempFile::new().context("cannot keep standard input in a temporary file")?;
        std::io::copy(&mut stdin().lock(), &mut copy).context("cannot copy standard input")?;
        Ok(Self { path: copy.path().to_owned(), _copy: Some(copy) })
    }

    fn open(&self) -> Result<File> {
        File::open(&self.path).with_context(|| format!("cannot open {}", self.path.display()))
    }
}

/// Faults as they are to be told, no more of a transaction than can be of use.
struct Remarks {
    /// Where transactions begin.
    starts: Vec<u64>,
    /// How many faults of each are kept: those that reject, and others.
    kept: Vec<[u16; 2]>,
    remarks: Vec<Remark>,
}

impl Remarks {
    fn new(starts: Vec<u64>) -> Self {
        let kept = vec![[0; 2]; starts.len() + 1];
        Self { starts, kept, remarks: Vec::new() }
    }

    fn push(&mut self, remark: Remark) {
        let transaction = self.starts.partition_point(|start| *start <= remark.fault.span.start);
        let Some(count) = self.kept.get_mut(transaction).map(|kept| &mut kept[usize::from(remark.rejects)]) else {
            return;
        };
        if *count < TOLD {
            *count += 1;
            self.remarks.push(remark);
        }
    }
}

/// Reads a file of claims and writes the acknowledgment that its sender is due. Memory does not grow with the file, but
/// with its faults and the number of its transactions.
pub(crate) fn run(arguments: &AckArguments, data: Option<&Path>) -> Result<Outcome> {
    let received = Received::new(&arguments.file)?;
    let now = jiff::Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let stamp = Stamp {
        date: arguments.date.unwrap_or_else(|| now.date()),
        time: arguments.time.clone().unwrap_or_else(|| format!("{:02}{:02}", now.hour(), now.minute())).into(),
        control_number: arguments.control_number,
    };
    let answer = Answer::new(stamp, LineBreak::Lf);
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let (written, rejected) = match arguments.kind {
        Acknowledgment::Claims => claims(&received, &answer, data, &mut output)?,
        kind => transactions(&received, &answer, kind, data, &mut output)?,
    };
    output.flush().context("cannot write")?;
    if !written {
        anyhow::bail!("{}: the file holds nothing to acknowledge", arguments.file.display());
    }
    Ok(if rejected { Outcome::Findings } else { Outcome::Clean })
}

/// An engine that takes claims in: what decides about payment is no reason to reject one.
fn intake(data: Option<&Path>) -> Result<Engine> {
    let mut policy = Policy::default();
    policy.switches.selection = Selection::intake();
    Ok(Engine::new(data_folder::library(data)?, policy)?)
}

/// TA1 and 999, interchange by interchange; whether anything was written, and rejected.
fn transactions(
    received: &Received,
    answer: &Answer,
    kind: Acknowledgment,
    data: Option<&Path>,
    output: &mut impl Write,
) -> Result<(bool, bool)> {
    let unreadable = || format!("cannot read {}", received.path.display());
    let mut remarks = Remarks::new(transaction_starts(received.open()?).with_context(unreadable)?);
    // A TA1 speaks of the envelope alone, for which no claim is judged.
    let engine = if kind == Acknowledgment::Ta1 { None } else { Some(intake(data)?) };
    let mut run = Run::default();
    for event in Reader::new(received.open()?, FileId(0)).validating() {
        match event {
            Event::Claim(record) => {
                record.faults.iter().for_each(|fault| remarks.push(acknowledge::remark(fault)));
                if let Some(engine) = &engine {
                    let judged = engine.adjudicate_record_in(&record, &mut run);
                    acknowledge::code_remarks(&judged).for_each(|remark| remarks.push(remark));
                }
            }
            Event::Fault(fault) => remarks.push(acknowledge::remark(&fault)),
        }
    }
    let (mut at, mut written, mut rejected) = (0, false, false);
    let each = |interchange: openclaim_x12::write::acknowledgment::ReceivedInterchange| {
        let text = if kind == Acknowledgment::Ta1 {
            rejected |= interchange.is_rejected();
            answer.interchange(at, &interchange)
        } else {
            rejected |= interchange.groups.iter().any(ReceivedGroup::has_rejections);
            answer.transactions_of(at, &interchange)
        };
        at += 1;
        let text = text.map_err(std::io::Error::other)?;
        written |= !text.is_empty();
        output.write_all(&text)
    };
    receive_from(received.open()?, FileId(0), &remarks.remarks, each).context("cannot write the acknowledgment")?;
    Ok((written, rejected))
}

/// 277CA, transaction by transaction; whether anything was written, and rejected.
fn claims(received: &Received, answer: &Answer, data: Option<&Path>, output: &mut impl Write) -> Result<(bool, bool)> {
    let engine = intake(data)?;
    let mut run = Run::default();
    let mut writer = ClaimAnswers::new(answer);
    let mut waiting: Vec<(Box<ClaimRecord>, Adjudication)> = Vec::new();
    let (mut written, mut rejected) = (false, false);
    let mut write = |waiting: &mut Vec<(Box<ClaimRecord>, Adjudication)>, output: &mut dyn Write| -> Result<()> {
        let answers: Vec<_> =
            waiting.iter().map(|(record, judged)| acknowledge::claim_answer(record, judged)).collect();
        rejected |= answers.iter().any(|answer| !answer.is_accepted());
        let text = writer.transaction(&answers)?;
        written |= !text.is_empty();
        output.write_all(&text).context("cannot write")?;
        waiting.clear();
        Ok(())
    };
    for event in Reader::new(received.open()?, FileId(0)).validating() {
        let Event::Claim(record) = event else { continue };
        // A claim outside of any interchange has nobody to be answered to.
        if record.envelope.interchange.is_none() {
            continue;
        }
        let ends = waiting.last().is_some_and(|(last, _)| *last.envelope != *record.envelope);
        if ends || waiting.len() >= ANSWERED {
            write(&mut waiting, output)?;
        }
        let judged = engine.adjudicate_record_in(&record, &mut run);
        waiting.push((record, judged));
    }
    write(&mut waiting, output)?;
    output.write_all(&writer.finish()?).context("cannot write")?;
    Ok((written, rejected))
}
