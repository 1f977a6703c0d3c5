//! Every claim of the oracle gets from the Medicare Code Editor's edits what CMS's own editor said.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use flate2::read::GzDecoder;
use openclaim_claim::{Date, DiagnosisCode, ProcedureCode, Sex, Spanned};
use openclaim_edits::mce::{self, MceInput, Tables};
use openclaim_reference::Library;
use std::fs::File;
use std::io::Read;
use std::path::Path;

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A claim of `claims-*.tsv`; its columns are told in the shared folder's README.
fn stay(row: &[String]) -> MceInput {
    let diagnosis = |text: &str| DiagnosisCode::parse(text.split(':').next().unwrap()).unwrap();
    let listed = |text: &str| text.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let date = row.get(9).map_or("20260501", String::as_str);
    let input = MceInput {
        age: Some(row[2].parse().unwrap()),
        sex: Some(Spanned::bare(match row[3].as_str() {
            "0" => Sex::Male,
            "1" => Sex::Female,
            _ => Sex::Unknown,
        })),
        discharge_status: Some(Spanned::bare(row[4].parse().unwrap())),
        discharge_date: Some(Date::strptime("%Y%m%d", if date.is_empty() { "20260501" } else { date }).unwrap()),
        length_of_stay: Some(7),
        ..MceInput::default()
    };
    input.with_codes(
        Some(diagnosis(&row[6])),
        listed(&row[7]).iter().map(|text| diagnosis(text)),
        listed(&row[8]).iter().map(|text| ProcedureCode::parse(text).unwrap()),
    )
}

fn agree(test: &str, claims: &str, expected: &str) {
    let claims = openclaim_testkit::shared(test, &format!("oracle/ms-drg/{claims}.tsv.gz"));
    let expected = openclaim_testkit::shared(test, &format!("oracle/mce/{expected}.tsv.gz"));
    let (Some(claims), Some(expected)) = (claims, expected) else { return };
    let library = Library::embedded().unwrap();
    let tables = Tables::of(&library);
    let (claims, expected) = (rows(&claims), rows(&expected));
    assert_eq!(claims.len(), expected.len());
    let mut differing = Vec::new();
    for (claim, expected) in claims.iter().zip(&expected) {
        assert_eq!(claim[0], expected[0]);
        let input = stay(claim);
        let result = mce::count(&input, &tables);
        assert_eq!(result.not_evaluated, [], "claim {}", claim[0]);
        let counts: Vec<String> = result.counts.iter().map(|(name, count)| format!("{name}={count}")).collect();
        let ours = format!("{} {{{}}}", result.edit_type.as_str(), counts.join(", "));
        let theirs = format!("{} {}", expected[1], expected[2]);
        if ours != theirs {
            differing.push(format!("claim {}: {ours}, CMS {theirs}", claim[0]));
        }
        let (findings, not_evaluated) = mce::check_input(&input, &tables);
        assert_eq!(findings.len() as u32, result.counts.values().sum::<u32>(), "claim {}", claim[0]);
        assert_eq!(not_evaluated, []);
    }
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), claims.len(), differing.join("\n"));
}

#[test]
fn v431_equals_cms() {
    agree("v431_equals_cms", "claims-v431", "expected-v431");
}

#[test]
fn mixed_dates_equal_cms() {
    agree("mixed_dates_equal_cms", "claims-mixed", "expected-mixed");
}
