//! A worker that dies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use openclaim_engine::Policy;
use openclaim_reference::Library;
use openclaim_synth::{Batch, Kind};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: u64, _: u64) {}
    fn read(&self, _: u64) {}
    fn decided(&self, _: u64) {}
    fn milliseconds(&self) -> u64 {
        0
    }
}

/// Dies in the middle of the run, as a fault of this program in one claim would have it.
fn dying(work: &mut Work<'_>, chunk: Chunk) -> Result<Decided, BatchError> {
    assert!(chunk.number != 3, "a fault in a claim of chunk 3");
    work.decide(chunk)
}

fn claim_tables(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let tables = ["claim", "claim_line", "finding", "not_evaluated", "grouping"];
    let files = tables.iter().flat_map(|table| fs::read_dir(folder.join(table)).into_iter().flatten());
    let paths = files.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

#[test]
fn a_worker_that_dies_leaves_whole_parts_and_a_named_error() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("claims.837");
    let batch = Batch { kind: Kind::Professional, count: 2800, seed: 4, fault: None };
    batch.write(&Library::embedded().unwrap(), File::create(&file).unwrap()).unwrap();
    let inputs = Input::find(&[file]).unwrap();
    let engine = Engine::embedded(Policy::default()).unwrap();
    for threads in [1, 2] {
        let options = BatchOptions { threads, part_claims: 512, ..BatchOptions::default() };
        let (whole, hurt) =
            (scratch.path().join(format!("whole{threads}")), scratch.path().join(format!("hurt{threads}")));
        run(&engine, &inputs, &whole, &options, &Quiet).unwrap();

        let error = run_with(&engine, &inputs, &hurt, &options, &Quiet, dying).unwrap_err();
        assert_eq!(error.code(), "worker_died");
        let (all, kept) = (claim_tables(&whole), claim_tables(&hurt));
        assert!(!kept.is_empty() || threads == 2, "one worker finishes the chunks before the fault");
        for (path, bytes) in &kept {
            assert!(all.get(path) == Some(bytes), "{} differs from that of a whole run", path.display());
        }
        assert!(!kept.contains_key(Path::new("claim/part-000004.parquet")));

        let manifest = run(&engine, &inputs, &hurt, &options, &Quiet).unwrap();
        assert_eq!(manifest.claims, 2800);
        assert!(claim_tables(&hurt) == all, "the run that went on differs from the whole one");
    }
}
