//! From nested Parquet to claims: unpacking the rows and building each claim of them.
//!
//! The claims are made up, professional and institutional, and written by a batch as it writes them always.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench documents itself above and fails by panicking")]

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_columnar::batch::{BatchOptions, Input, Layout, Progress, run};
use openclaim_columnar::nested::{NestedReader, rows};
use openclaim_engine::{Engine, Policy};
use openclaim_reference::Library;
use openclaim_synth::{Batch, Kind};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use std::fs::{self, File};
use std::hint::black_box;

/// The allocator that the binary uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLAIMS: usize = 20_000;
/// Rows that a batch unpacks together.
const ROWS: usize = 512;

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: u64, _: u64) {}
    fn read(&self, _: u64) {}
    fn decided(&self, _: u64) {}
    fn milliseconds(&self) -> u64 {
        0
    }
}

/// The claims as a batch with `--layout nested` writes them.
fn written() -> Bytes {
    let folder = tempfile::tempdir().unwrap();
    let (input, results) = (folder.path().join("claims.837"), folder.path().join("results"));
    let batch = Batch { kind: Kind::Mixed, count: CLAIMS as u64, seed: 7, fault: None };
    batch.write(&Library::embedded().unwrap(), File::create(&input).unwrap()).unwrap();
    let options =
        BatchOptions { threads: 1, part_claims: CLAIMS as u64, layout: Layout::Nested, ..BatchOptions::default() };
    let engine = Engine::embedded(Policy::default()).unwrap();
    run(&engine, &Input::find(&[input]).unwrap(), &results, &options, &Quiet).unwrap();
    fs::read(results.join("nested_claim/part-000001.parquet")).unwrap().into()
}

fn read(criterion: &mut Criterion) {
    let bytes = written();
    let batches = || {
        let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::default()).unwrap();
        rows(bytes.clone(), &metadata, 0, ROWS).unwrap().map(Result::unwrap)
    };
    let mut group = criterion.benchmark_group("nested Parquet");
    group.throughput(Throughput::Elements(CLAIMS as u64)).sample_size(30);
    group.bench_function("bytes to rows", |bench| {
        bench.iter(|| assert_eq!(batches().map(|batch| black_box(batch).num_rows()).sum::<usize>(), CLAIMS));
    });
    let unpacked: Vec<_> = batches().collect();
    group.bench_function("rows to claims", |bench| {
        bench.iter(|| {
            for batch in &unpacked {
                NestedReader::new(batch).unwrap().claims().for_each(|claim| drop(black_box(claim.unwrap())));
            }
        });
    });
    group.bench_function("bytes to claims", |bench| {
        bench.iter(|| {
            for batch in batches() {
                NestedReader::new(&batch).unwrap().claims().for_each(|claim| drop(black_box(claim.unwrap())));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
