//! Equality with two independent programs on the members on which they agree: raw score and list of categories.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use flate2::read::GzDecoder;
use openclaim_reference::Library;
use openclaim_risk::cms::{Model, ModelKey, Orec, Person, Sheet};
use openclaim_risk::{DiagnosisCode, Score, Sex};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};

#[derive(Deserialize)]
struct Case {
    population: String,
    age: u16,
    sex: Sex,
    orec: Orec,
    dx: Vec<DiagnosisCode>,
    ram_raw: f64,
    hccinfhir_raw: f64,
    hccinfhir_hccs: Vec<String>,
    agree: bool,
}

fn compare(test: &str, file: &str, model: &str, year: i16, at_least: usize) {
    let Some(path) = openclaim_testkit::shared(test, &format!("oracle/hcc/{file}")) else { return };
    let library = Library::embedded().unwrap();
    let model = Model::compile(&library, &ModelKey::new(model, year)).unwrap();
    let mut sheet = Sheet::default();
    let (mut compared, mut differing) = (0, Vec::new());
    for line in BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines() {
        let line = line.unwrap();
        let case: Case = serde_json::from_str(&line).unwrap();
        if !case.agree {
            continue;
        }
        let segment = model.segment(&case.population).unwrap();
        let person = segment.implied(Person::new(case.age, case.sex, case.orec));
        model.score(&person, segment, &case.dx, &mut sheet).unwrap();
        let mut ours: Vec<String> = model.categories_of(&sheet).map(|number| number.to_string()).collect();
        ours.sort_unstable();
        let expected: Score = format!("{:.3}", case.ram_raw).parse().unwrap();
        let other: Score = format!("{:.3}", case.hccinfhir_raw).parse().unwrap();
        assert_eq!(expected, other, "a case that is said to agree does not: {line}");
        compared += 1;
        if sheet.raw() != expected || ours != case.hccinfhir_hccs {
            differing.push(format!("{} {ours:?} instead of {line}", sheet.raw()));
        }
    }
    assert!(compared >= at_least, "only {compared} members were compared");
    assert!(differing.is_empty(), "{} of {compared} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn v24_of_2025() {
    compare("v24_of_2025", "cms-hcc-v24-2025.jsonl.gz", "CMS-HCC V24", 2025, 772);
}

#[test]
fn v28_of_2026() {
    compare("v28_of_2026", "cms-hcc-v28-2026.jsonl.gz", "CMS-HCC V28", 2026, 792);
}

/// Every model compiles for the years of its tables, and says what it lacks for others.
#[test]
fn models_and_years() {
    let library = Library::embedded().unwrap();
    let compile = |model: &str, year, calibration| {
        Model::compile(&library, &ModelKey::new(model, year).calibration(calibration))
            .map(|model| model.segments().len())
            .map_err(|error| error.code.as_str())
    };
    for year in [2025, 2026] {
        for (model, segments) in
            [("CMS-HCC V22", 9), ("CMS-HCC V24", 9), ("cms-hcc v28", 9), ("ESRD V21", 8), ("ESRD V24", 11)]
        {
            assert_eq!(compile(model, year, ""), Ok(segments), "{model} {year}");
        }
        assert_eq!(compile("RxHCC V08", year, "1"), Ok(8));
        assert_eq!(compile("RxHCC V08", year, "2"), Ok(8));
        assert_eq!(compile("RxHCC V08", year, ""), Err("ambiguous_model"));
    }
    assert_eq!(compile("CMS-HCC V28", 2027, ""), Err("unknown_year"), "only proposed coefficients are at hand");
    assert_eq!(compile("RxHCC V05", 2026, ""), Err("unknown_year"), "no mapping is at hand");
    assert_eq!(compile("CMS-HCC V28", 1999, ""), Err("unknown_year"));
    assert_eq!(compile("CMS-HCC V99", 2026, ""), Err("unknown_model"));
}
