//! How fast claims are read: from bytes in memory and from a stream, one core, unvalidated, claims dropped as they come.
//!
//! The files are made by repeating the subscribers of the examples, with claim identifiers of their own, in one
//! transaction, as clearinghouses batch them.

#![allow(clippy::unwrap_used, missing_docs, reason = "a failed assumption ends the benchmark")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::FileId;
use openclaim_x12::{Event, Reader};
use std::fmt::Write;
use std::hint::black_box;

/// The allocator that the binary uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of each file.
const SIZE: usize = 16 << 20;

/// A batch of about `SIZE` bytes in which every subscriber of an example comes again and again.
fn batch(example: &str) -> String {
    let path = format!("{}/../../examples/{example}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let first = text.find("HL*2*").unwrap();
    let (header, rest) = text.split_at(first);
    let body = &rest[..rest.find("SE*").unwrap()];
    let mut batch = header.to_owned();
    let mut levels = 1_u32;
    while batch.len() < SIZE {
        let before = levels;
        for segment in body.split_inclusive("~\n") {
            match segment.split_once('*') {
                Some(("HL", level)) => {
                    levels += 1;
                    let mut parts = level.splitn(3, '*');
                    let (number, parent, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
                    // Levels are numbered through; a parent other than the billing provider moves along.
                    let parent: u32 = parent.parse().unwrap();
                    let parent = if parent == 1 { 1 } else { parent - 1 + before };
                    debug_assert!(number.parse::<u32>().is_ok());
                    write!(batch, "HL*{levels}*{parent}*{rest}").unwrap();
                }
                Some(("CLM", rest)) => write!(batch, "CLM*{before}-{rest}").unwrap(),
                _ => batch.push_str(segment),
            }
        }
    }
    let segments = batch.matches('~').count() - 2 + 1;
    write!(batch, "SE*{segments}*0001~\nGE*1*1~\nIEA*1*000000001~\n").unwrap();
    batch
}

/// Reads everything and counts claims, so that nothing is optimised away.
fn count(reader: Reader<'_>) -> usize {
    reader.filter(|event| matches!(black_box(event), Event::Claim(_))).count()
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("837 to claims");
    for example in ["837i-inpatient-clean", "837p-office-visit-dependent", "837p-several-claims"] {
        let text = batch(&format!("{example}.837"));
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
        group.bench_function(format!("{example}, memory"), |bencher| {
            bencher.iter(|| count(Reader::from_slice(text.as_bytes(), FileId(0))));
        });
        group.bench_function(format!("{example}, stream"), |bencher| {
            bencher.iter(|| count(Reader::new(text.as_bytes(), FileId(0))));
        });
    }
    group.finish();
}

criterion_group!(read, benches);
criterion_main!(read);
