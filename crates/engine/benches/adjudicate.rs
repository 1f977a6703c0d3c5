//! From the bytes of an 837 to adjudications: reading with spans, the code editor, grouping.
//!
//! The budget is 50,000 claims a second on one core. The claims are the clean inpatient example, repeated.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench documents itself above and fails by panicking")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::FileId;
use openclaim_engine::{Engine, Policy};
use openclaim_x12::{Event, Reader};
use std::hint::black_box;

/// The allocator that the binary uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLAIMS: usize = 2_000;

/// The example with its claim repeated; trailers are left as they are, for the counts do not matter here.
fn transaction() -> Vec<u8> {
    let text = include_str!("../../../examples/837i-inpatient-clean.837");
    let (claim, trailer) = (text.find("CLM*").unwrap_or(0), text.find("SE*").unwrap_or(text.len()));
    let (header, claim, trailer) = (&text[..claim], &text[claim..trailer], &text[trailer..]);
    [header, &claim.repeat(CLAIMS), trailer].concat().into_bytes()
}

fn adjudicate(criterion: &mut Criterion) {
    let bytes = transaction();
    let mut group = criterion.benchmark_group("adjudication");
    group.throughput(Throughput::Elements(CLAIMS as u64)).sample_size(30);
    for (name, explain) in [("837 to adjudication", false), ("837 to adjudication, with explanation", true)] {
        let engine = Engine::embedded(Policy { explain, ..Policy::default() }).unwrap();
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut claims = 0;
                for event in Reader::from_slice(&bytes, FileId(0)) {
                    if let Event::Claim(record) = event {
                        claims += 1;
                        black_box(engine.adjudicate_record(&record));
                    }
                }
                assert_eq!(claims, CLAIMS);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, adjudicate);
criterion_main!(benches);
