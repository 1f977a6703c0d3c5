//! Members scored by the claims of a run: as a cohort in memory scores them, whatever the parts, threads and sittings.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, UInt32Type};
use arrow_array::{Array, RecordBatch};
use openclaim_claim::{Claim, FileId};
use openclaim_columnar::batch::{BatchOptions, Layout, PartitionBy, Scoring};
use openclaim_columnar::risk::members;
use openclaim_reference::Library;
use openclaim_risk::cms::{Blend, Catalog, Cohort};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{batch, batches, bytes_of, options, texts};

const YEAR: i16 = 2025;

/// Made-up claims with their services in the year before the payment year.
fn dated_claims(path: &Path, count: u64, seed: u64) -> Vec<Claim> {
    support::claims(path, count, seed);
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, text.replace("D8*2026", "D8*2024").replace("-2026", "-2024")).unwrap();
    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let events = openclaim_x12::Reader::new(file, FileId(0));
    let claims = events.filter_map(|event| match event {
        openclaim_x12::Event::Claim(record) => Some(record.claim.clone()),
        openclaim_x12::Event::Fault(_) => None,
    });
    claims.collect()
}

/// Most of the people of the claims, some in two rows, some born after their services, and one whose row is none.
fn members_of(claims: &[Claim], path: &Path) {
    let mut ids: Vec<&str> = claims.iter().map(|claim| claim.subscriber.member_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = String::from(
        "member_id,gender,birth_date,enrollment_start_date,enrollment_end_date,original_reason_entitlement_code,\
         dual_status_code\n",
    );
    for (at, id) in ids.iter().enumerate() {
        let sex = if at % 2 == 0 { "female" } else { "male" };
        match at % 10 {
            0 => {}
            1 => writeln!(rows, "{id},{sex},2024-12-31,2020-01-01,,1,00").unwrap(),
            2 => {
                writeln!(rows, "{id},{sex},1950-03-05,2024-06-01,,0,02").unwrap();
                writeln!(rows, "{id},{sex},1950-03-05,2023-01-01,2023-12-31,0,00").unwrap();
            }
            _ => writeln!(rows, "{id},{sex},{}-03-05,2020-01-01,,{},0{}", 1930 + at % 40, at % 2, at % 4).unwrap(),
        }
    }
    rows.push_str("NOBODY,female,yesterday,,,,\n");
    fs::write(path, rows).unwrap();
}

fn scoring(file: &Path) -> Option<Arc<Scoring>> {
    let scoring = Scoring::new(&Library::embedded().unwrap(), file, YEAR, "CMS-HCC", "").unwrap();
    Some(Arc::new(scoring))
}

struct Ground {
    folder: tempfile::TempDir,
    claims: Vec<Claim>,
    inputs: [PathBuf; 2],
    members: PathBuf,
}

fn ground() -> Ground {
    let folder = tempfile::tempdir().unwrap();
    let inputs = ["a.837", "b.837"].map(|name| folder.path().join(name));
    let mut claims = dated_claims(&inputs[0], 900, 21);
    claims.extend(dated_claims(&inputs[1], 700, 22));
    let members = folder.path().join("members.csv");
    members_of(&claims, &members);
    Ground { folder, claims, inputs, members }
}

/// A score as a number of thousandths.
fn thousandths(rows: &RecordBatch, column: &str, row: usize) -> Option<i64> {
    let array = rows.column_by_name(column).unwrap().as_primitive::<Decimal128Type>();
    array.is_valid(row).then(|| i64::try_from(array.value(row)).unwrap())
}

fn text(rows: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let array = rows.column_by_name(column).unwrap().as_string::<i32>();
    array.is_valid(row).then(|| array.value(row).to_owned())
}

/// A factor: its name, its coefficient in thousandths, the diagnoses behind it.
type Factor = (String, i64, Vec<String>);

#[test]
fn scores_are_those_of_a_cohort_in_memory() {
    let ground = ground();
    let results = ground.folder.path().join("results");
    let options = BatchOptions { scoring: scoring(&ground.members), ..options(512) };
    let manifest = batch(&ground.inputs, &results, &options).unwrap();
    let result = manifest.scoring.unwrap().result.unwrap();
    assert_eq!((manifest.claims, manifest.refused, result.refused), (1600, 1, 1), "the row that is no member");
    assert_eq!(texts(&results, "quarantine", "kind"), ["member"]);

    let catalog = Catalog::new(Library::embedded().unwrap());
    let mut cohort = Cohort::new(&catalog, YEAR).unwrap();
    members::read(&ground.members).unwrap().people.into_iter().for_each(|person| cohort.enroll(person));
    ground.claims.iter().for_each(|claim| cohort.add(claim));
    let blend = Blend::of(&catalog, "CMS-HCC", YEAR, "").unwrap();
    assert_eq!(blend.parts().len(), 2, "the year blends two models");

    let rows = batches(&results, "patient_risk_scores");
    let rows: Vec<(&RecordBatch, usize)> =
        rows.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row))).collect();
    let mut factors: BTreeMap<(String, String), Vec<Factor>> = BTreeMap::new();
    for batch in batches(&results, "patient_risk_factors") {
        let lists = batch.column_by_name("x_openclaim_diagnosis_codes").unwrap().as_list::<i32>();
        for row in 0..batch.num_rows() {
            let key = (text(&batch, "person_id", row).unwrap(), text(&batch, "model_version", row).unwrap());
            let codes = lists.value(row);
            let codes = codes.as_string::<i32>().iter().flatten().map(str::to_owned).collect();
            let factor =
                (text(&batch, "risk_factor", row).unwrap(), thousandths(&batch, "coefficient", row).unwrap(), codes);
            factors.entry(key).or_default().push(factor);
        }
    }
    let (mut errors, mut diseases) = (0, 0);
    assert_eq!(rows.len(), cohort.ids().count());
    for (id, (batch, row)) in cohort.ids().zip(rows) {
        assert_eq!(text(batch, "person_id", row).as_deref(), Some(id.as_str()));
        let months = batch.column_by_name("member_months").unwrap().as_primitive::<UInt32Type>();
        assert_eq!(months.is_valid(row).then(|| months.value(row)), cohort.member_months(id).map(u32::from));
        let scores: Result<Vec<_>, _> = blend.parts().iter().map(|(key, _)| cohort.score(id, key, true)).collect();
        match scores {
            Err(error) => {
                errors += 1;
                assert_eq!(text(batch, "error_code", row).as_deref(), Some(error.code.as_str()));
                assert_eq!(text(batch, "error_message", row), Some(error.message));
                assert_eq!(thousandths(batch, "blended_risk_score", row), None);
            }
            Ok(scores) => {
                let blended = blend.weigh(&scores).unwrap();
                let of = |column| thousandths(batch, column, row);
                assert_eq!(of("blended_risk_score"), Some(blended.blended_risk_score.thousandths()), "{id}");
                assert_eq!(of("v24_risk_score"), blended.v24_risk_score.map(|score| score.thousandths()));
                assert_eq!(of("v28_risk_score"), blended.v28_risk_score.map(|score| score.thousandths()));
                assert_eq!(of("payment_risk_score"), blended.payment_risk_score.map(|score| score.thousandths()));
                assert_eq!(text(batch, "population", row), Some(blended.population));
                let open = batch.column_by_name("x_openclaim_not_evaluated").unwrap().as_list::<i32>();
                let expected: usize = scores.iter().map(|score| score.not_evaluated.len()).sum();
                assert_eq!(open.value(row).len(), expected);
                for score in &scores {
                    let found = factors.remove(&(id.to_string(), score.model.clone())).unwrap_or_default();
                    let expected = score.factors.iter().map(|factor| {
                        let codes: Vec<String> = factor.diagnoses.iter().map(ToString::to_string).collect();
                        (factor.variable.clone(), factor.coefficient.thousandths(), codes)
                    });
                    let expected: Vec<_> = expected.collect();
                    assert_eq!(found, expected, "{id}");
                    for factor in score.factors.iter().filter(|factor| factor.factor_type == "disease") {
                        diseases += 1;
                        assert!(!factor.diagnoses.is_empty(), "{id}: nothing supports {}", factor.variable);
                    }
                }
            }
        }
    }
    assert!(factors.is_empty(), "factors of nobody");
    assert!(errors > 10 && diseases > 50, "{errors} errors, {diseases} diseases");
    assert_eq!(u64::try_from(errors).unwrap(), result.errors);
}

#[test]
fn threads_parts_sittings_and_answers_change_no_score() {
    let ground = ground();
    let results = |name: &str| ground.folder.path().join(name);
    let options =
        |threads, part_claims| BatchOptions { threads, scoring: scoring(&ground.members), ..options(part_claims) };
    let whole = results("whole");
    batch(&ground.inputs, &whole, &options(1, 512)).unwrap();

    // As if the run had been killed while it put the scores into place: the mark of the last part is not there.
    let stopped = results("stopped");
    let manifest = batch(&ground.inputs, &stopped, &options(2, 512)).unwrap();
    let mut text: serde_json::Value = serde_json::from_slice(&fs::read(stopped.join("run.json")).unwrap()).unwrap();
    text["finished"] = false.into();
    fs::write(stopped.join("run.json"), text.to_string()).unwrap();
    let last = format!("{:06}", manifest.parts);
    fs::remove_file(stopped.join(format!("_parts/{last}.json"))).unwrap();
    fs::remove_file(stopped.join(format!("patient_risk_factors/part-{last}.parquet"))).unwrap();
    let again = batch(&ground.inputs, &stopped, &options(2, 512)).unwrap();
    assert_eq!(again.scoring, manifest.scoring);
    assert!(bytes_of(&whole) == bytes_of(&stopped), "resumed");

    // As if it had been killed between the mark of the last part and the manifest.
    fs::write(stopped.join("run.json"), text.to_string()).unwrap();
    let again = batch(&ground.inputs, &stopped, &options(2, 512)).unwrap();
    assert_eq!((again.scoring, again.parts), (manifest.scoring, manifest.parts));
    assert!(bytes_of(&whole) == bytes_of(&stopped), "resumed behind the last part");

    let rows = |folder: &Path| {
        ["patient_risk_diagnoses", "patient_risk_factors", "patient_risk_scores"]
            .map(|table| batches(folder, table).iter().map(RecordBatch::num_rows).sum::<usize>())
    };
    let alone = results("alone");
    let layout = BatchOptions { layout: Layout::Scores, ..options(2, 100_000) };
    let manifest = batch(&ground.inputs, &alone, &layout).unwrap();
    assert_eq!((manifest.claims, manifest.rows.get("claim")), (1600, None));
    let scores = |folder: &Path| {
        bytes_of(folder).into_iter().find(|(path, _)| path.starts_with("patient_risk_scores")).unwrap().1
    };
    assert!(scores(&whole) == scores(&alone), "scores without answers");
    assert_eq!(rows(&whole), rows(&alone));

    let apart = results("apart");
    let by_month = BatchOptions { partition_by: Some(PartitionBy::ServiceMonth), ..options(2, 512) };
    batch(&ground.inputs, &apart, &by_month).unwrap();
    assert!(scores(&whole) == scores(&apart), "scores beside partitions");
}

#[test]
fn other_members_are_another_run_and_bad_files_are_named() {
    let ground = ground();
    let results = ground.folder.path().join("results");
    batch(&ground.inputs, &results, &BatchOptions { scoring: scoring(&ground.members), ..options(512) }).unwrap();
    let fewer = fs::read_to_string(&ground.members).unwrap();
    fs::write(&ground.members, &fewer[..=fewer.trim_end().rfind('\n').unwrap()]).unwrap();
    let options = BatchOptions { scoring: scoring(&ground.members), ..options(512) };
    let error = batch(&ground.inputs, &results, &options).unwrap_err();
    assert!(error.to_string().contains("its members and models differ"), "{error}");

    let library = Library::embedded().unwrap();
    let code = |file: &Path, year, model| Scoring::new(&library, file, year, model, "").unwrap_err().code();
    assert_eq!(code(Path::new("nowhere.csv"), 2025, "CMS-HCC"), "read_failed");
    assert_eq!(code(&ground.members, 2025, "CMS-HCC V99"), "unknown_model");
    assert_eq!(code(&ground.members, 1999, "CMS-HCC"), "unknown_year");
    let file = ground.folder.path().join("other.csv");
    fs::write(&file, "member_id,gender\nM1,female\n").unwrap();
    assert_eq!(code(&file, 2025, "CMS-HCC"), "missing_column");
}
