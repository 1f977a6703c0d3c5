//! Elixhauser and Charlson.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_claim::{DiagnosisCode, Poa};
use openclaim_reference::Library;
use openclaim_risk::Diagnosis;
use openclaim_risk::comorbidity::{Charlson, Elixhauser, ElixhauserMeasures, Stay, StayDiagnosis};
use proptest::prelude::*;
use std::sync::OnceLock;

fn elixhauser() -> &'static Elixhauser {
    static INDEX: OnceLock<Elixhauser> = OnceLock::new();
    INDEX.get_or_init(|| Elixhauser::new(&Library::embedded().unwrap()).unwrap())
}

fn charlson() -> &'static Charlson {
    static INDEX: OnceLock<Charlson> = OnceLock::new();
    INDEX.get_or_init(|| Charlson::new(&Library::embedded().unwrap()).unwrap())
}

/// `I5030:Y` with its POA indicator, or a bare code.
fn stay(secondary: &str) -> ElixhauserMeasures {
    let one = |text: &str| {
        let (code, poa) = text.split_once(':').unwrap_or((text, ""));
        StayDiagnosis { code: DiagnosisCode::parse(code).unwrap(), poa: Poa::from_bytes(poa.as_bytes()) }
    };
    let secondary = secondary.split_whitespace().map(one).collect();
    elixhauser().measure(&Stay {
        principal: Some(DiagnosisCode::parse("I10").unwrap()),
        secondary,
        discharge_date: None,
    })
}

fn names(measures: &ElixhauserMeasures) -> Vec<&str> {
    measures.measures.iter().map(|name| name.as_str()).collect()
}

fn unknown(measures: &ElixhauserMeasures) -> Vec<&str> {
    let gaps = measures.not_evaluated.iter().map(|gap| gap.rule.as_str());
    gaps.filter(|rule| !rule.ends_with("-index")).collect()
}

#[test]
fn the_principal_diagnosis_is_no_comorbidity() {
    assert!(names(&stay("")).is_empty());
    assert_eq!(names(&stay("I10")), ["HTN_UNCX"]);
}

#[test]
fn presence_on_admission_decides_where_it_must() {
    // Heart failure needs it, diabetes does not.
    for poa in ["Y", "W", "1"] {
        assert_eq!(names(&stay(&format!("I5030:{poa} E119:N"))), ["DIAB_UNCX", "HF"]);
    }
    for poa in ["N", "U"] {
        let measures = stay(&format!("I5030:{poa} E119:N"));
        assert_eq!(names(&measures), ["DIAB_UNCX"]);
        let failure = measures.details.iter().find(|one| one.measure == "HF").unwrap();
        assert_eq!((failure.present, failure.not_on_admission.len()), (Some(false), 1));
    }
    // Without an indicator it cannot be told, unless another diagnosis settles it.
    let measures = stay("I5030 E119");
    assert_eq!((names(&measures), unknown(&measures)), (vec!["DIAB_UNCX"], vec!["elixhauser/HF"]));
    let measures = stay("I5030 I5020:Y");
    assert_eq!((names(&measures), unknown(&measures)), (vec!["HF"], vec![]));
}

#[test]
fn a_severer_measure_drops_the_milder() {
    assert_eq!(names(&stay("E119 E1121")), ["DIAB_CX"]);
    assert_eq!(names(&stay("I10 I110:N")), ["HTN_CX"]);
    assert_eq!(names(&stay("C7951 C61 D090")), ["CANCER_METS"]);
    assert_eq!(names(&stay("C61 D090")), ["CANCER_SOLID"]);
    assert_eq!(names(&stay("K7460:Y K7290:Y")), ["LIVER_SEV"]);
    assert_eq!(names(&stay("K7460:Y K7290:N")), ["LIVER_MLD"]);
    assert_eq!(names(&stay("N186:Y N184:Y")), ["RENLFL_SEV"]);
    // A severe form that may have been there leaves the mild one open.
    let measures = stay("K7460:Y K7290");
    assert_eq!((names(&measures).len(), unknown(&measures).len()), (0, 2));
    let dropped = stay("E119 E1121");
    let milder = dropped.details.iter().find(|one| one.measure == "DIAB_UNCX").unwrap();
    assert_eq!(milder.dropped_by.as_deref(), Some("DIAB_CX"));
}

#[test]
fn cerebrovascular_disease_is_acute_on_admission_or_old() {
    assert_eq!(names(&stay("I639:Y")), ["CBVD"]);
    assert!(names(&stay("I639:N")).is_empty());
    assert_eq!(names(&stay("I6930:1")), ["CBVD"]);
    // Sequelae do not count beside a stroke that arose in hospital, but do beside one on admission.
    assert!(names(&stay("I6930:1 I639:N")).is_empty());
    assert_eq!(names(&stay("I6930:1 I639:N I609:Y")), ["CBVD"]);
    assert_eq!(unknown(&stay("I6930")), ["elixhauser/CBVD"]);
    assert_eq!(unknown(&stay("I6930:1 I639")), ["elixhauser/CBVD"]);
    // Hemiplegia after a stroke is both.
    assert_eq!(names(&stay("I69351:Y")), ["CBVD", "PARALYSIS"]);
}

#[test]
fn combined_codes_belong_to_each_of_their_measures() {
    assert_eq!(names(&stay("I132:Y")), ["HF", "HTN_CX", "RENLFL_SEV"]);
    assert_eq!(names(&stay("I132:N")), ["HTN_CX"]);
    let indices = stay("I132:N").not_evaluated;
    assert_eq!(indices.iter().filter(|gap| gap.rule.ends_with("-index")).count(), 2);
}

/// Every code of AHRQ's reference file, against the plain table.
#[test]
fn every_code_of_the_reference_file_is_there() {
    let path = openclaim_testkit::workspace_root().join("data/risk/elixhauser-codes.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut count = 0;
    for line in text.lines().skip(1) {
        let (code, measures) = line.split_once(',').unwrap();
        let found: Vec<&str> = elixhauser().measures_of(DiagnosisCode::parse(code).unwrap()).collect();
        assert_eq!(found, measures.split(' ').collect::<Vec<_>>());
        count += 1;
    }
    assert_eq!(count, 4567);
}

fn index(codes: &str) -> (i64, i64, Vec<String>) {
    let diagnoses: Vec<Diagnosis> =
        codes.split_whitespace().map(|code| DiagnosisCode::parse(code).unwrap().into()).collect();
    let score = charlson().score(&diagnoses);
    let counted = score.conditions.iter().filter(|one| one.dropped_by.is_none());
    (score.score_1987, score.score_2011, counted.map(|one| one.condition.to_string()).collect())
}

#[test]
fn charlson_by_hand() {
    assert_eq!(index(""), (0, 0, vec![]));
    // Old infarction 1/0, heart failure 1/2, COPD 1/1.
    assert_eq!(index("I25.2 I50.9 J44.9"), (3, 3, vec!["CHF".into(), "CPD".into(), "MI".into()]));
    // Diabetes with nephropathy 2/1 drops plain diabetes; dialysis 2/1.
    assert_eq!(index("E119 E1121 Z992"), (4, 2, vec!["DMCX".into(), "REND".into()]));
    // Bleeding varices 3/4 drop cirrhosis; metastasis 6/6 drops the primary.
    assert_eq!(index("K746 I8500 C780 C189"), (9, 10, vec!["METS".into(), "MSLD".into()]));
    assert_eq!(index("B20 F03 G35"), (7, 6, vec!["AIDS".into(), "DEM".into()]));
    // Skin cancer is left out; C43 is not C44.
    assert_eq!(index("C4491").0, 0);
    assert_eq!(index("C439"), (2, 2, vec!["CANC".into()]));
    // Every weight once, milder forms dropped: 1987: nine of 1 without DM and MLD, DMCX HP REND 2, MSLD 3, METS AIDS 6.
    let all = "I21 I50 I70 I60 F00 J40 M05 K25 B18 E100 E102 G81 N18 C00 I850 C77 B20";
    assert_eq!((index(all).0, index(all).1), (8 + 6 + 3 + 12, 2 + 2 + 1 + 1 + 1 + 2 + 1 + 4 + 6 + 4));
}

#[test]
fn charlson_keeps_to_the_listed_beginnings() {
    let condition = |code: &str| charlson().condition_of(DiagnosisCode::parse(code).unwrap());
    for (code, expected) in [
        ("I2109", Some("MI")),
        ("I252", Some("MI")),
        ("I2510", None),
        ("I420", Some("CHF")),
        ("I421", None),
        ("K551", Some("PVD")),
        ("K550", None),
        ("E10311", Some("DMCX")),
        ("E1165", Some("DM")),
        ("N183", Some("REND")),
        ("N031", None),
        ("C960", Some("CANC")),
        ("C86", None),
        ("Z944", Some("MLD")),
        ("B23", None),
    ] {
        assert_eq!(condition(code), expected, "{code}");
    }
}

proptest! {
    #[test]
    fn more_diagnoses_never_lower_charlson(
        codes in proptest::collection::vec("(I2[15]|I50|I7[01]|E1[01][0-9]|K7[0-7][0-9]|C[0-9][0-9]|B2[0-4])", 1..12),
    ) {
        let score = |codes: &[String]| index(&codes.join(" "));
        let (all, fewer) = (score(&codes), score(&codes[1..]));
        prop_assert!(all.0 >= fewer.0 && all.1 >= fewer.1, "{codes:?}");
    }
}
