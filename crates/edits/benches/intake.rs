//! How fast a file is read, held against its guide and checked claim by claim: one core, findings dropped as they come.

#![allow(clippy::unwrap_used, missing_docs, reason = "a failed assumption ends the benchmark")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::FileId;
use openclaim_edits::code::Codes;
use openclaim_edits::intake::{Intake, Rulebook};
use openclaim_reference::Library;
use openclaim_x12::{Event, Reader};
use std::fmt::Write;
use std::hint::black_box;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of each file.
const SIZE: usize = 16 << 20;

/// A batch of about `SIZE` bytes in which every subscriber of an example comes again and again, under another name and
/// with claims of other identifiers each time: a file without a fault.
fn batch(example: &str) -> String {
    let path = format!("{}/../../examples/{example}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (header, rest) = text.split_at(text.find("HL*2*").unwrap());
    let body = &rest[..rest.find("SE*").unwrap()];
    let trailers = &rest[rest.find("GE*").unwrap()..];
    let mut batch = header.to_owned();
    let mut levels = 1_u32;
    while batch.len() < SIZE {
        let before = levels;
        for segment in body.split_inclusive("~\n") {
            match segment.split_once('*') {
                Some(("HL", level)) => {
                    levels += 1;
                    let mut parts = level.splitn(3, '*');
                    let parent: u32 = parts.nth(1).unwrap().parse().unwrap();
                    let parent = if parent == 1 { 1 } else { parent - 1 + before };
                    write!(batch, "HL*{levels}*{parent}*{}", parts.next().unwrap()).unwrap();
                }
                Some(("CLM", rest)) => write!(batch, "CLM*{before}-{rest}").unwrap(),
                Some(("NM1", rest)) if rest.starts_with("IL*") || rest.starts_with("QC*") => {
                    batch.push_str(&segment.replacen("*1*", &format!("*1*N{before}"), 1));
                }
                _ => batch.push_str(segment),
            }
        }
    }
    let segments = batch.matches('~').count() - 2 + 1;
    write!(batch, "SE*{segments}*0001~\n{trailers}").unwrap();
    batch
}

/// Reads and checks everything; how many findings there were.
fn check(text: &str, library: &Library) -> usize {
    let rules = Rulebook { codes: Codes { library, hcpcs: None }, poa_required: true, companion: None };
    let mut run = Intake::default();
    let mut found = 0;
    for event in Reader::from_slice(text.as_bytes(), FileId(0)).validating() {
        match event {
            Event::Claim(record) => {
                let envelope = Some(&*record.envelope);
                let (findings, cannot) = run.check(&record.claim, &record.faults, envelope, &rules);
                found += black_box(findings).len() + record.faults.len();
                black_box(cannot);
            }
            Event::Fault(_) => found += 1,
        }
    }
    found
}

fn benches(criterion: &mut Criterion) {
    let library = Library::embedded().unwrap();
    let mut group = criterion.benchmark_group("837 fully validated");
    for example in ["837i-inpatient-clean", "837p-office-visit-dependent", "837p-several-claims"] {
        let text = batch(&format!("{example}.837"));
        // Findings would be measured along, and their number would say nothing of other files.
        assert_eq!(check(&text, &library), 0, "{example}");
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        group.bench_function(format!("{example}, guide alone"), |bencher| {
            bencher.iter(|| Reader::from_slice(text.as_bytes(), FileId(0)).validating().map(black_box).count());
        });
        group.bench_function(format!("{example}, unvalidated"), |bencher| {
            bencher.iter(|| Reader::from_slice(text.as_bytes(), FileId(0)).map(black_box).count());
        });
        group.bench_function(format!("{example}, guide and claim"), |bencher| {
            bencher.iter(|| check(&text, &library));
        });
    }
    group.finish();
}

criterion_group!(intake, benches);
criterion_main!(intake);
