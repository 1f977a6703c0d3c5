//! Batches: the same answers whatever the input's form, the number of threads, and the sittings a run takes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use openclaim_columnar::batch::{BatchOptions, Layout, PartitionBy};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use support::{batch, bytes_of, claims, digests, files, options, texts};

#[test]
fn the_form_of_the_input_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 600, 3);
    let nested = folder.path().join("nested");
    let first = batch(&[file], &nested, &BatchOptions { layout: Layout::Nested, ..options(250) }).unwrap();
    // Parts end with a chunk of 512 claims.
    assert_eq!((first.claims, first.refused, first.parts), (600, 0, 2));
    let again = folder.path().join("again");
    batch(&[nested.join("nested_claim")], &again, &options(1000)).unwrap();
    let (one, two) = (digests(&nested), digests(&again));
    assert_eq!(one.len(), 600);
    assert_eq!(one, two);
}

#[test]
fn groupings_are_written_as_codes_with_leading_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 200, 3);
    let results = folder.path().join("results");
    batch(&[file], &results, &options(1000)).unwrap();
    let wide = |column: &str, places: usize| {
        let texts = texts(&results, "grouping", column);
        assert!(!texts.is_empty());
        for text in texts {
            assert!(text.len() == places && text.bytes().all(|it| it.is_ascii_digit()), "{column}: `{text}`");
        }
    };
    for (column, places) in [("mdc_code", 2), ("initial_mdc_code", 2), ("ms_drg_code", 3), ("initial_ms_drg_code", 3)] {
        wide(column, places);
    }
    wide("grouper_version", 3);
    assert!(texts(&results, "grouping", "return_code").contains(&"OK".to_owned()));
    assert!(texts(&results, "grouping", "medical_surgical").contains(&"MEDICAL".to_owned()));
}

#[test]
fn threads_and_sittings_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let files = [folder.path().join("a.837"), folder.path().join("b.837")];
    claims(&files[0], 1300, 1);
    claims(&files[1], 900, 2);
    let whole = folder.path().join("whole");
    batch(&files, &whole, &BatchOptions { threads: 1, ..options(512) }).unwrap();
    let stopped = folder.path().join("stopped");
    batch(&files, &stopped, &options(512)).unwrap();
    assert_eq!(bytes_of(&whole), bytes_of(&stopped), "two threads");
    // As if the run had been killed while it put its third part into place.
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(stopped.join("run.json")).unwrap()).unwrap();
    manifest["finished"] = false.into();
    fs::write(stopped.join("run.json"), manifest.to_string()).unwrap();
    for part in ["000003", "000004", "000005"] {
        let _ = fs::remove_file(stopped.join(format!("_parts/{part}.json")));
    }
    fs::remove_file(stopped.join("claim/part-000003.parquet")).unwrap();
    fs::create_dir_all(stopped.join("_parts/000004")).unwrap();
    let manifest = batch(&files, &stopped, &options(512)).unwrap();
    assert_eq!(manifest.claims, 2200);
    assert_eq!(bytes_of(&whole), bytes_of(&stopped), "resumed");
}

#[test]
fn what_cannot_be_read_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 600, 3);
    let nested = folder.path().join("nested");
    batch(&[file], &nested, &BatchOptions { layout: Layout::Nested, ..options(1000) }).unwrap();
    let mut bytes = fs::read(&files(&nested, "nested_claim")[0]).unwrap();
    let (first, last) = (bytes.len() / 4, bytes.len() / 4 * 3);
    bytes[first..last].fill(0xFF);
    let damaged = folder.path().join("damaged.parquet");
    fs::write(&damaged, bytes).unwrap();
    let results = folder.path().join("results");
    let manifest = batch(std::slice::from_ref(&damaged), &results, &options(1000)).unwrap();
    assert_eq!((manifest.claims, manifest.refused), (0, 1));
    // As if the run had been killed behind its last part.
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(results.join("run.json")).unwrap()).unwrap();
    manifest["finished"] = false.into();
    fs::write(results.join("run.json"), manifest.to_string()).unwrap();
    let manifest = batch(&[damaged], &results, &options(1000)).unwrap();
    assert_eq!((manifest.claims, manifest.refused), (0, 1));
    assert_eq!(texts(&results, "quarantine", "code"), ["damaged_parquet"]);
}

#[test]
fn the_folder_of_another_run_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 20, 3);
    let results = folder.path().join("results");
    batch(std::slice::from_ref(&file), &results, &options(100)).unwrap();
    let error = batch(&[file], &results, &options(50)).unwrap_err();
    assert_eq!(error.code(), "another_run");
    assert!(error.to_string().contains("its claims per part differ"), "{error}");
}

#[test]
fn bad_files_land_in_quarantine_and_stop_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = folder.path().join("inputs");
    fs::create_dir(&inputs).unwrap();
    claims(&inputs.join("a.837"), 30, 3);
    fs::write(inputs.join("b.txt"), "nothing of the kind").unwrap();
    let nested = folder.path().join("nested");
    batch(&[inputs.join("a.837")], &nested, &BatchOptions { layout: Layout::Nested, ..options(100) }).unwrap();
    let whole = fs::read(&files(&nested, "nested_claim")[0]).unwrap();
    fs::write(inputs.join("c.parquet"), &whole[..whole.len() / 2]).unwrap();
    fs::write(
        inputs.join("d.csv"),
        "claim_id,claim_line_number,claim_type\nX1,1,professional\n,2,professional\nX3,1,other\n",
    )
    .unwrap();
    let results = folder.path().join("results");
    let manifest = batch(&[inputs], &results, &options(100)).unwrap();
    assert_eq!(manifest.claims, 31);
    let problems = texts(&results, "quarantine", "problem");
    let codes = texts(&results, "quarantine", "code");
    assert!(codes.contains(&"damaged_parquet".to_owned()), "{codes:?}");
    assert!(codes.iter().any(|code| code.starts_with("x12/")), "{codes:?}");
    assert!(problems.contains(&"the row has no `claim_id`".to_owned()), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.starts_with("`claim_type`: `other`")), "{problems:?}");
}

#[test]
fn partitions_are_folders() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 50, 3);
    let results = folder.path().join("results");
    batch(&[file], &results, &BatchOptions { partition_by: Some(PartitionBy::ClaimType), ..options(100) }).unwrap();
    assert!(results.join("claim/claim_type=professional/part-000001.parquet").is_file());
    assert!(results.join("claim/claim_type=institutional/part-000001.parquet").is_file());
}

#[test]
fn medical_claim_is_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.837");
    claims(&file, 40, 5);
    let results = folder.path().join("results");
    batch(&[file], &results, &BatchOptions { layout: Layout::Tuva, ..options(100) }).unwrap();
    let again = folder.path().join("again");
    let manifest = batch(&[results.join("medical_claim")], &again, &options(100)).unwrap();
    assert_eq!((manifest.claims, manifest.refused), (40, 0));
    assert_eq!(texts(&results, "claim_line", "hcpcs_code"), texts(&again, "claim_line", "hcpcs_code"));
}

#[test]
fn reference_tables_keep_their_types() {
    use arrow_schema::DataType;
    use openclaim_reference::Day;
    use openclaim_reference::relation::{Cell, ColumnSpec, RelationBuilder, Schema, ShortCode};
    use openclaim_reference::release::{Release, ReleaseMeta, ReleaseWriter, Table};
    let columns =
        [ColumnSpec::code("code"), ColumnSpec::day("from"), ColumnSpec::int("units"), ColumnSpec::decimal("rate", 3)];
    let mut rows = RelationBuilder::new(Schema::new("made/up", 1, columns)).unwrap();
    let code = |text| Cell::Code(ShortCode::new(text).unwrap());
    rows.push(1, &[code("X0001"), Cell::Day(Day(20_260_501)), Cell::Int(7), Cell::Blank]).unwrap();
    let meta = ReleaseMeta::new("made-up", "nobody", "Made up", "1", "2026-01-01".parse().unwrap());
    let mut release = ReleaseWriter::new(meta);
    release.relation(rows).unwrap();
    let built = release.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made-up.flat");
    fs::write(&path, &built.bytes).unwrap();
    let table: Table = Release::open(&path).unwrap().table("made/up").unwrap();
    let mut bytes = Vec::new();
    openclaim_columnar::reference::write_parquet(&table, &mut bytes).unwrap();
    fs::write(&path, &bytes).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let kinds: Vec<DataType> = reader.schema().fields().iter().map(|field| field.data_type().clone()).collect();
    assert_eq!(kinds, [DataType::Utf8, DataType::Date32, DataType::Int64, DataType::Decimal128(18, 3)]);
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    assert_eq!(
        (batch.num_rows(), batch.column(0).as_string::<i32>().value(0), batch.column(3).null_count()),
        (1, "X0001", 1)
    );
}
