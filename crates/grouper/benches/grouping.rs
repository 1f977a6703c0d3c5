//! Grouping, initial and final, on claims made from the tables: the shape of inpatient claims, no file needed.
//!
//! The budget is 200,000 claims a second on one core.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion writes undocumented functions"
)]

mod stays;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use openclaim_grouper::{Grouper, GrouperVersion, Scratch};
use openclaim_reference::Library;
use std::hint::black_box;

fn grouping(criterion: &mut Criterion) {
    let library = Library::embedded().unwrap();
    let tables = library.ms_drg();
    let version = GrouperVersion::newest(tables).unwrap();
    let grouper = Grouper::for_version(tables, version).unwrap();
    let claims = stays::claims(tables, version, 20_000);
    let mut scratch = Scratch::default();
    let mut group = criterion.benchmark_group("ms-drg");
    group.throughput(Throughput::Elements(claims.len() as u64));
    group.bench_function("initial and final", |bench| {
        bench.iter(|| {
            for claim in &claims {
                black_box(grouper.group(black_box(claim), &mut scratch));
            }
        });
    });
    group.finish();
    criterion.bench_function("open a version", |bench| {
        bench.iter_batched(
            || tables.clone(),
            |tables| Grouper::for_version(black_box(&tables), version).unwrap(),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, grouping);
criterion_main!(benches);
