//! Claims from bytes and files.

use crate::error::failure;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use openclaim_claim::{Claim, FileId};
use openclaim_columnar::nested::{self, NestedWriter};
use openclaim_engine::{Adjudication, Engine, Run};
use pyo3::PyResult;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// First bytes that are looked at.
const HEAD: u64 = 16 << 10;

/// What a file holds, in its order.
enum Event {
    X12(Box<openclaim_x12::ClaimRecord>),
    Record(Box<openclaim_fhir::Record>),
    X12Fault(openclaim_x12::Fault),
    RecordFault(openclaim_fhir::Fault),
}

fn each<'r>(reader: impl BufRead + Send + 'r, mut see: impl FnMut(Event) -> PyResult<()>) -> PyResult<()> {
    let failed = |error: std::io::Error| failure("read_failed", error.to_string());
    let mut bytes = openclaim_fhir::unpacked(reader).map_err(failed)?;
    let mut head = Vec::new();
    (&mut bytes).take(HEAD).read_to_end(&mut head).map_err(failed)?;
    let is_record = openclaim_fhir::sniff(&head).is_some();
    let whole = Cursor::new(head).chain(bytes);
    if is_record {
        let whole: Box<dyn BufRead + Send + 'r> = Box::new(whole);
        for event in openclaim_fhir::Reader::new(whole, FileId(0)) {
            see(match event {
                openclaim_fhir::Event::Claim(record) => Event::Record(record),
                openclaim_fhir::Event::Fault(fault) => Event::RecordFault(fault),
            })?;
        }
    } else {
        for event in openclaim_x12::Reader::new(whole, FileId(0)).validating() {
            see(match event {
                openclaim_x12::Event::Claim(record) => Event::X12(record),
                openclaim_x12::Event::Fault(fault) => Event::X12Fault(fault),
            })?;
        }
    }
    Ok(())
}

fn json(answer: &Adjudication) -> PyResult<String> {
    serde_json::to_string(answer).map_err(|error| failure("not_json", error.to_string()))
}

fn check<'r>(engine: &Engine, reader: impl BufRead + Send + 'r) -> PyResult<Vec<String>> {
    let (mut answers, mut run) = (Vec::new(), Run::default());
    each(reader, |event| {
        let answer = match event {
            Event::X12(record) => engine.adjudicate_record_in(&record, &mut run),
            Event::Record(record) => engine.adjudicate_fhir_record_in(&record, &mut run),
            Event::X12Fault(fault) => engine.adjudicate_fault(&fault),
            Event::RecordFault(fault) => engine.adjudicate_fhir_fault(&fault),
        };
        answers.push(json(&answer)?);
        Ok(())
    })?;
    Ok(answers)
}

/// Decides about the claims of a file's bytes, as one run.
pub(crate) fn check_bytes(engine: &Engine, bytes: &[u8]) -> PyResult<Vec<String>> {
    check(engine, bytes)
}

/// Decides about the claims of a file, as one run.
pub(crate) fn check_path(engine: &Engine, path: &Path) -> PyResult<Vec<String>> {
    let file = File::open(path).map_err(|error| failure("read_failed", format!("{}: {error}", path.display())))?;
    check(engine, BufReader::new(file))
}

/// Decides about one claim given as JSON.
pub(crate) fn check_claim(engine: &Engine, claim: &str) -> PyResult<String> {
    let claim: Claim = serde_json::from_str(claim)
        .map_err(|error| failure("invalid_claim", format!("the claim cannot be read: {error}")))?;
    json(&engine.adjudicate(&claim))
}

/// The claims of a file's bytes as batches, and how many pieces of it gave none.
pub(crate) fn nested(bytes: &[u8], batch_size: usize) -> PyResult<(Box<dyn RecordBatchReader + Send>, u64)> {
    let failed = |error: openclaim_columnar::ColumnarError| failure(error.code(), error.to_string());
    let (mut batches, mut refused): (Vec<RecordBatch>, u64) = (Vec::new(), 0);
    let mut writer = NestedWriter::default();
    each(bytes, |event| {
        match event {
            Event::X12(record) => writer.push(&record.claim).map_err(failed)?,
            Event::Record(record) => writer.push(&record.claim).map_err(failed)?,
            Event::X12Fault(_) | Event::RecordFault(_) => refused += 1,
        }
        if writer.len() >= batch_size {
            batches.push(writer.finish().map_err(failed)?);
        }
        Ok(())
    })?;
    if !writer.is_empty() {
        batches.push(writer.finish().map_err(failed)?);
    }
    Ok((Box::new(RecordBatchIterator::new(batches.into_iter().map(Ok), nested::schema())), refused))
}
