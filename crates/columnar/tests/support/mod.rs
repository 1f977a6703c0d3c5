//! Made-up claims, batches over them, and what their tables hold.

#![allow(dead_code, clippy::unwrap_used, reason = "not every test uses everything, and a test fails by panicking")]

use arrow_array::Array;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use openclaim_columnar::batch::{BatchError, BatchOptions, Input, Manifest, Progress, run};
use openclaim_engine::{Engine, Policy};
use openclaim_reference::Library;
use openclaim_synth::{Batch, Kind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub(crate) struct Quiet(AtomicU64);

impl Progress for Quiet {
    fn begin(&self, _: u64, _: u64) {}
    fn read(&self, _: u64) {}
    fn decided(&self, claims: u64) {
        self.0.fetch_add(claims, Ordering::Relaxed);
    }
    fn milliseconds(&self) -> u64 {
        0
    }
}

pub(crate) fn engine() -> Engine {
    Engine::embedded(Policy::default()).unwrap()
}

pub(crate) fn claims(path: &Path, count: u64, seed: u64) {
    let batch = Batch { kind: Kind::Mixed, count, seed, fault: None };
    batch.write(&Library::embedded().unwrap(), File::create(path).unwrap()).unwrap();
}

pub(crate) fn batch(paths: &[PathBuf], folder: &Path, options: &BatchOptions) -> Result<Manifest, BatchError> {
    run(&engine(), &Input::find(paths)?, folder, options, &Quiet::default())
}

pub(crate) fn options(part_claims: u64) -> BatchOptions {
    BatchOptions { threads: 2, part_claims, ..BatchOptions::default() }
}

pub(crate) fn files(folder: &Path, table: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.join(table)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The texts of a column, in the order of the rows.
pub(crate) fn texts(folder: &Path, table: &str, column: &str) -> Vec<String> {
    let mut all = Vec::new();
    for batch in batches(folder, table) {
        let array = batch.column_by_name(column).unwrap().as_string::<i32>();
        all.extend(
            (0..array.len()).map(|row| if array.is_null(row) { String::new() } else { array.value(row).into() }),
        );
    }
    all
}

/// The rows of a table, in their order.
pub(crate) fn batches(folder: &Path, table: &str) -> Vec<RecordBatch> {
    let readers = files(folder, table)
        .into_iter()
        .map(|path| ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap());
    readers.flatten().map(Result::unwrap).collect()
}

pub(crate) fn digests(folder: &Path) -> BTreeMap<String, String> {
    texts(folder, "claim", "claim_id").into_iter().zip(texts(folder, "claim", "digest")).collect()
}

pub(crate) fn bytes_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let tables = [
        "claim",
        "claim_line",
        "finding",
        "not_evaluated",
        "grouping",
        "quarantine",
        "nested_claim",
        "patient_risk_diagnoses",
        "patient_risk_factors",
        "patient_risk_scores",
    ];
    let all = tables.iter().flat_map(|table| files(folder, table));
    all.map(|path| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}
