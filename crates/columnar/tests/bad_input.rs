//! Inputs that are not what they seem: each lands in quarantine under its name and costs no other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use openclaim_columnar::batch::{BatchOptions, ColumnMap, Layout, Manifest};
use parquet::arrow::ArrowWriter;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{batch, batches, claims, digests, files, options, texts};

/// Claims as nested rows.
fn nested(folder: &Path, count: u64) -> RecordBatch {
    let file = folder.join("source.837");
    claims(&file, count, 3);
    let results = folder.join("source");
    batch(&[file], &results, &BatchOptions { layout: Layout::Nested, ..options(10_000) }).unwrap();
    batches(&results, "nested_claim").remove(0)
}

fn write(path: &Path, rows: &RecordBatch) {
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), rows.schema(), None).unwrap();
    writer.write(rows).unwrap();
    writer.close().unwrap();
}

/// The rows without a column, or with another in its place.
fn changed(rows: &RecordBatch, name: &str, column: Option<ArrayRef>) -> RecordBatch {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (field, array) in rows.schema().fields().iter().zip(rows.columns()) {
        if field.name() != name {
            fields.push(field.as_ref().clone());
            columns.push(Arc::clone(array));
        } else if let Some(column) = &column {
            fields.push(Field::new(name, column.data_type().clone(), true));
            columns.push(Arc::clone(column));
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// Claims decided, and kind, position-free reason and sentence of what was refused.
fn run(inputs: &[PathBuf], results: &Path) -> (Manifest, Vec<(String, String, String)>) {
    let manifest = batch(inputs, results, &options(10_000)).unwrap();
    let [kinds, codes, problems] = ["kind", "code", "problem"].map(|column| texts(results, "quarantine", column));
    let refused = kinds.into_iter().zip(codes).zip(problems).map(|((kind, code), problem)| (kind, code, problem));
    (manifest, refused.collect())
}

#[test]
fn nested_parquet_that_is_not_what_it_should_be() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let rows = nested(folder, 20);
    let good = folder.join("z-good.parquet");
    write(&good, &rows);
    let none: ArrayRef = Arc::new(Int32Array::from(vec![7; 20]));
    let ids = rows.column_by_name("claim_id").unwrap();
    let mut names: Vec<Option<String>> =
        ids.as_any().downcast_ref::<StringArray>().unwrap().iter().map(|id| id.map(str::to_owned)).collect();
    names[5] = None;
    let one_null: ArrayRef = Arc::new(StringArray::from(names));
    for (name, bad, claims, kind, code, says) in [
        ("no-id", changed(&rows, "claim_id", None), 20, "file", "missing_column", "`claim_id`"),
        ("no-type", changed(&rows, "claim_type", None), 20, "file", "missing_column", "`claim_type`"),
        ("lines", changed(&rows, "lines", Some(Arc::clone(&none))), 20, "file", "wrong_type", "`lines`"),
        ("null-id", changed(&rows, "claim_id", Some(one_null)), 39, "row", "invalid_row", "claim_id"),
    ] {
        let path = folder.join(format!("{name}.parquet"));
        write(&path, &bad);
        let results = folder.join(name);
        let (manifest, refused) = run(&[path, good.clone()], &results);
        assert_eq!((manifest.claims, refused.len()), (claims, 1), "{name}: {refused:?}");
        assert_eq!((refused[0].0.as_str(), refused[0].1.as_str()), (kind, code), "{name}");
        assert!(refused[0].2.contains(says), "{name}: {}", refused[0].2);
    }
}

#[test]
fn parquet_that_is_damaged_within() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let good = folder.join("good.parquet");
    write(&good, &nested(folder, 400));
    let whole = fs::read(&good).unwrap();
    // The footer is as it should be; what it points at is not.
    let mut holed = whole.clone();
    holed[4..600].fill(0xA5);
    for (name, bytes) in [("cut", &whole[..whole.len() - 9]), ("headless", &whole[..64]), ("holed", &holed)] {
        let path = folder.join(format!("{name}.parquet"));
        fs::write(&path, bytes).unwrap();
        let results = folder.join(name);
        let (manifest, refused) = run(&[path, good.clone()], &results);
        assert_eq!(manifest.claims, 400, "{name}: {refused:?}");
        assert!(
            refused.iter().all(|(kind, code, _)| kind == "file" && code == "damaged_parquet"),
            "{name}: {refused:?}"
        );
        assert_eq!(refused.len(), 1, "{name}");
    }
}

/// Bytes that cannot be what they were, here and there in the file: the reader of the format panics on some of it.
#[test]
fn parquet_that_is_damaged_anywhere() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let rows = nested(folder, 30);
    let (good, damaged) = (folder.join("good.parquet"), folder.join("damaged.parquet"));
    write(&good, &rows);
    let bytes = fs::read(&good).unwrap();
    let mut refused = 0;
    for (number, at) in (4..bytes.len()).step_by(bytes.len() / 60).enumerate() {
        for byte in [0x00, 0xFF] {
            let mut bytes = bytes.clone();
            let end = (at + 24).min(bytes.len());
            bytes[at..end].fill(byte);
            fs::write(&damaged, bytes).unwrap();
            let results = folder.join(format!("results-{number}-{byte}"));
            let manifest = batch(std::slice::from_ref(&damaged), &results, &options(1000)).unwrap();
            assert!(manifest.claims <= 30, "{at}");
            refused += u32::from(manifest.refused > 0);
        }
    }
    assert!(refused > 60, "{refused} of some 120 files were refused");
}

#[test]
fn flat_tables_that_lack_columns_or_have_others() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let text = |values: [&str; 2]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let table = |columns: &[(&str, [&str; 2])]| {
        let fields: Vec<Field> = columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.iter().map(|(_, it)| text(*it)).collect()).unwrap()
    };
    let rows = table(&[("claim_id", ["A", "B"]), ("claim_line_number", ["1", "1"])]);
    write(&folder.join("a.parquet"), &rows);
    fs::write(folder.join("b.csv"), "claim_id,claim_line_number\nA,1\nB,1\n").unwrap();
    fs::write(
        folder.join("c.csv"),
        b"claim_id,claim_line_number,claim_type\nA,1,professional\nB,1,\xff\xfe\nC,1,dental\n",
    )
    .unwrap();
    for (name, claims, kind, code, says) in [
        ("a.parquet", 0, "file", "missing_column", "`claim_type`"),
        ("b.csv", 0, "file", "missing_column", "`claim_type`"),
        ("c.csv", 2, "row", "invalid_row", "UTF-8"),
    ] {
        let (manifest, refused) = run(&[folder.join(name)], &folder.join(format!("{name}.results")));
        assert_eq!((manifest.claims, refused.len()), (claims, 1), "{name}: {refused:?}");
        assert_eq!((refused[0].0.as_str(), refused[0].1.as_str()), (kind, code), "{name}");
        assert!(refused[0].2.contains(says), "{name}: {}", refused[0].2);
    }
}

/// An archive with these members, as they are.
fn archive(path: &Path, members: &[(&str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn archives_with_a_bad_member_and_cut_archives() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let (one, two) = (folder.join("one.837"), folder.join("two.837"));
    claims(&one, 30, 3);
    claims(&two, 40, 4);
    let (one, two) = (fs::read(&one).unwrap(), fs::read(&two).unwrap());
    let whole = folder.join("whole.zip");
    archive(&whole, &[("a.837", &one), ("b.837", b"no claims at all"), ("c.837", &two)]);
    let (manifest, refused) = run(std::slice::from_ref(&whole), &folder.join("r1"));
    assert_eq!(manifest.claims, 70);
    assert!(!refused.is_empty() && refused.iter().all(|(_, code, _)| code.starts_with("x12/")), "{refused:?}");
    assert!(texts(&folder.join("r1"), "quarantine", "input").iter().all(|name| name.ends_with("whole.zip/b.837")));

    // The packed bytes of the second member are damaged: its checksum or its code says so; the others are whole.
    let damaged = folder.join("damaged.zip");
    archive(&damaged, &[("a.837", &one), ("b.837", &two), ("c.837", &two)]);
    let mut bytes = fs::read(&damaged).unwrap();
    let at = bytes.windows(9).position(|window| window == b"b.837ISA*" || &window[..5] == b"b.837").unwrap() + 600;
    bytes[at..at + 40].fill(0);
    fs::write(&damaged, &bytes).unwrap();
    let (manifest, refused) = run(&[damaged], &folder.join("r2"));
    assert!((70..110).contains(&manifest.claims), "{}", manifest.claims);
    let inputs = texts(&folder.join("r2"), "quarantine", "input");
    assert!(!refused.is_empty() && inputs.iter().all(|name| name.ends_with("damaged.zip/b.837")), "{inputs:?}");
    assert!(texts(&folder.join("r2"), "claim", "claim_id").len() as u64 == manifest.claims);

    // Without its directory an archive is none.
    let cut = folder.join("cut.zip");
    let bytes = fs::read(&whole).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let (manifest, refused) = run(&[cut], &folder.join("r3"));
    assert_eq!((manifest.claims, refused.len()), (0, 1), "{refused:?}");
    assert_eq!((refused[0].0.as_str(), refused[0].1.as_str()), ("file", "damaged_archive"), "{refused:?}");
}

#[test]
fn gzip_that_is_cut_short() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let file = folder.join("claims.837");
    claims(&file, 300, 3);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&fs::read(&file).unwrap()).unwrap();
    let packed = packed.finish().unwrap();
    let (whole, cut) = (folder.join("whole.gz"), folder.join("cut.gz"));
    fs::write(&whole, &packed).unwrap();
    fs::write(&cut, &packed[..packed.len() / 2]).unwrap();
    let (manifest, refused) = run(&[whole], &folder.join("r1"));
    assert_eq!((manifest.claims, refused.len()), (300, 0));
    let (manifest, refused) = run(&[cut], &folder.join("r2"));
    assert!(manifest.claims > 50 && manifest.claims < 300, "{}", manifest.claims);
    assert!(!refused.is_empty(), "nothing tells that the file was cut");
    assert!(refused.iter().any(|(.., problem)| problem.contains("end") || problem.contains("read")), "{refused:?}");
    // Claims before the cut are those of the whole file; the one that it hit may be there in part.
    let (all, some) = (digests(&folder.join("r1")), digests(&folder.join("r2")));
    let differing = some.iter().filter(|(id, digest)| all.get(*id) != Some(digest)).count();
    assert!(differing <= 1, "{differing} claims differ");
}

#[test]
fn a_csv_of_other_column_names_is_read_by_a_map() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let tuva = "claim_id,claim_line_number,claim_type,member_id,claim_start_date,claim_line_start_date,hcpcs_code,charge_amount,\
                diagnosis_code_1,place_of_service_code\n";
    let rows = "C1,1,professional,M1,2026-03-04,2026-03-04,99213,120.00,E1122,11\n\
                C1,2,professional,M1,2026-03-04,2026-03-04,36415,15.00,E1122,11\n\
                C2,1,professional,M2,20260305,20260305,99214,175.50,I5022,11\n";
    let own = "CLM_ID,LINE_NUM,KIND,BENE_ID,CLM_FROM_DT,LINE_DT,HCPCS_CD,CHRG,ICD_DGNS_CD1,POS\n";
    fs::write(folder.join("tuva.csv"), format!("{tuva}{rows}")).unwrap();
    fs::write(folder.join("own.csv"), format!("{own}{rows}")).unwrap();
    let map = "claim_id = \"CLM_ID\"\nclaim_line_number = \"LINE_NUM\"\nclaim_type = \"KIND\"\nmember_id = \"BENE_ID\"\n\
               claim_start_date = \"CLM_FROM_DT\"\nclaim_line_start_date = \"LINE_DT\"\nhcpcs_code = \"HCPCS_CD\"\n\
               charge_amount = \"CHRG\"\ndiagnosis_code_1 = \"ICD_DGNS_CD1\"\nplace_of_service_code = \"POS\"\n";
    let columns: ColumnMap = toml::from_str(map).unwrap();
    assert!(columns.unknown().is_empty());
    let (one, other) = (folder.join("one"), folder.join("other"));
    let first = batch(&[folder.join("tuva.csv")], &one, &options(100)).unwrap();
    let second = batch(&[folder.join("own.csv")], &other, &BatchOptions { columns, ..options(100) }).unwrap();
    assert_eq!((first.claims, second.claims, second.refused), (2, 2, 0));
    assert_eq!(digests(&one), digests(&other));
    assert_eq!(files(&other, "claim_line").len(), 1);
}

#[test]
fn every_partition_keeps_its_rows_apart() {
    use openclaim_columnar::batch::PartitionBy;
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let file = folder.join("claims.837");
    claims(&file, 300, 3);
    let together = folder.join("together");
    batch(std::slice::from_ref(&file), &together, &options(1000)).unwrap();
    for by in [PartitionBy::ClaimType, PartitionBy::ServiceYear, PartitionBy::ServiceMonth] {
        let results = folder.join(by.name());
        let manifest =
            batch(std::slice::from_ref(&file), &results, &BatchOptions { partition_by: Some(by), ..options(100) })
                .unwrap();
        assert_eq!((manifest.claims, digests(&results)), (300, digests(&together)));
        let mut names = Vec::new();
        for path in files(&results, "claim") {
            let partition = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            let value = partition.strip_prefix(&format!("{}=", by.name())).unwrap().to_owned();
            let reader =
                parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap());
            for rows in reader.unwrap().build().unwrap() {
                let rows = rows.unwrap();
                let text = |name: &str, row: usize| {
                    let column = arrow_cast::cast(rows.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
                    column.as_any().downcast_ref::<StringArray>().unwrap().value(row).to_owned()
                };
                for row in 0..rows.num_rows() {
                    let own = match by {
                        PartitionBy::ClaimType => text("claim_type", row),
                        PartitionBy::ServiceYear => text("claim_start_date", row)[..4].to_owned(),
                        PartitionBy::ServiceMonth => text("claim_start_date", row)[..7].to_owned(),
                    };
                    assert_eq!(own, value, "{}", path.display());
                }
            }
            names.push(value);
        }
        names.dedup();
        assert!(!names.is_empty());
        assert!(by == PartitionBy::ServiceYear || names.len() > 1, "{names:?}");
    }
}
