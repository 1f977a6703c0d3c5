//! Every case of CMS's own grouper, all ten columns.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use flate2::read::GzDecoder;
use openclaim_claim::{Poa, Sex};
use openclaim_grouper::{CodedDiagnosis, GroupInput, Grouper, GrouperVersion, HospitalStatus, Scratch};
use openclaim_reference::Library;
use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

/// The folder of expected results, or a note that the test is skipped.
fn oracle(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/oracle/ms-drg"));
    if !folder.is_dir() {
        println!("skipped: {test}: ../shared not present");
        return None;
    }
    Some(folder)
}

fn lines(folder: &std::path::Path, file: &str) -> Vec<Vec<String>> {
    let mut text = String::new();
    let packed = std::fs::File::open(folder.join(file)).unwrap();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn diagnosis(text: &str) -> CodedDiagnosis {
    let (code, poa) = text.split_once(':').unwrap();
    CodedDiagnosis { code: code.parse().unwrap(), poa: Poa::from_bytes(poa.as_bytes()) }
}

fn list<T>(text: &str, each: impl Fn(&str) -> T) -> Vec<T> {
    text.split(',').filter(|item| !item.is_empty()).map(each).collect()
}

fn claim(fields: &[String]) -> GroupInput {
    GroupInput {
        age: fields[2].parse().unwrap(),
        sex: match fields[3].as_str() {
            "0" => Sex::Male,
            "1" => Sex::Female,
            _ => Sex::Unknown,
        },
        discharge_status: fields[4].parse().ok(),
        hospital_status: match fields[5].as_str() {
            "EXEMPT" => HospitalStatus::Exempt,
            "UNKNOWN" => HospitalStatus::Unknown,
            _ => HospitalStatus::NotExempt,
        },
        principal: Some(diagnosis(&fields[6])),
        secondary: list(&fields[7], diagnosis),
        procedures: list(&fields[8], |code| code.parse().unwrap()),
    }
}

fn matches_cms(name: &str) {
    let Some(folder) = oracle(&format!("oracle::{name}")) else { return };
    let library = Library::embedded().unwrap();
    let mut groupers = HashMap::new();
    let mut scratch = Scratch::default();
    let claims = lines(&folder, &format!("claims-{name}.tsv.gz"));
    let expected = lines(&folder, &format!("expected-{name}.tsv.gz"));
    assert_eq!((claims.len(), expected.len()), (4000, 4000));
    for (fields, expected) in claims.iter().zip(&expected) {
        let grouper = groupers.entry(fields[1].clone()).or_insert_with(|| {
            let version = GrouperVersion::parse(library.ms_drg(), &fields[1]).unwrap();
            Grouper::for_version(library.ms_drg(), version).unwrap()
        });
        let grouping = grouper.group(&claim(fields), &mut scratch);
        let columns = [
            "initial_mdc",
            "initial_drg",
            "final_mdc",
            "final_drg",
            "return_code",
            "severity",
            "med_surg",
            "hac_status",
            "hac_count",
        ];
        let json = serde_json::to_value(grouping).unwrap();
        let mut found = vec![fields[0].clone(), grouper.version().number().to_string()];
        found.extend(columns.map(|column| json[column].to_string().trim_matches('"').to_owned()));
        assert_eq!(&found, expected, "{fields:?}");
    }
}

#[test]
fn version_41_1_matches_cms() {
    matches_cms("v411");
}

#[test]
fn version_42_1_matches_cms() {
    matches_cms("v421");
}

#[test]
fn version_43_1_matches_cms() {
    matches_cms("v431");
}

#[test]
fn eight_versions_matches_cms() {
    matches_cms("mixed");
}
