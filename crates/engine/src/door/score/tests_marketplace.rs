//! Tests of the scoring door: HHS-HCC and the comorbidity indices.

use super::*;
use openclaim_reference::Library;
use serde_json::{Value, json};

fn ask(line: &Value, explain: bool) -> Value {
    let catalog = Catalog::new(Library::embedded().unwrap());
    let mut out = Vec::new();
    ScoreDoor::new(&catalog, explain).answer(line.to_string().as_bytes(), &mut out);
    serde_json::from_slice(&out).unwrap()
}

fn enrollee(more: &Value) -> Value {
    let mut line = json!({"id": 7, "model": "HHS-HCC V05", "benefit_year": 2019, "age": 50, "sex": "M",
        "metal_level": "silver", "diagnoses": ["E11.9"], "hcpcs": ["J1815"]});
    for (key, value) in more.as_object().unwrap() {
        line[key] = value.clone();
    }
    line
}

/// MAGE_LAST_50_54 0.289, G01 0.462, RXC_06 1.182, insulin beside diabetes 0.455.
#[test]
fn an_enrollee_is_scored() {
    let answer = ask(&enrollee(&json!({})), false);
    assert_eq!((&answer["id"], &answer["model"], &answer["raw"]), (&json!(7), &json!("HHS-HCC V05"), &json!(2.388)));
    assert_eq!(answer["hccs"], json!(["HHS_HCC021", "RXC_06"]));
    assert_eq!(answer["interactions"], json!(["G01", "RXC_06_X_HCC018_019_020_021"]));
    assert!(answer.get("categories").is_none());
    // 2.388 × 1.12
    assert_eq!(ask(&enrollee(&json!({"csr": 1})), false)["csr_adjusted"], json!("2.67456"));
    let explained = ask(&enrollee(&json!({})), true);
    assert_eq!(explained["categories"][1]["support"][0]["code"], "J1815");
    assert_eq!(explained["categories"][1]["marginal_value"], json!(1.637));
}

#[test]
fn enrollees_that_cannot_be_are_refused_by_name() {
    for (expected, more) in [
        ("unknown_year", json!({"benefit_year": 2031})),
        ("unknown_model", json!({"model": "HHS-HCC V07"})),
        ("unknown_population", json!({"metal_level": "tin"})),
        ("missing_field", json!({"metal_level": null})),
        ("missing_field", json!({"benefit_year": null})),
        ("invalid_demographics", json!({"age": -1})),
        ("invalid_demographics", json!({"sex": "U"})),
        ("invalid_field", json!({"enrollment_months": 13})),
        ("invalid_field", json!({"csr": 99})),
        ("invalid_field", json!({"ndcs": ["123"]})),
        ("invalid_diagnosis", json!({"diagnoses": ["E11 9"]})),
        ("age_population_conflict", json!({"model": "HHS-HCC V05 Infant", "age": 2})),
        ("age_population_conflict", json!({"population": "infant", "age": 2})),
        (
            "born_after_service",
            json!({"birth_date": "2019-05-01", "age": 0, "diagnoses": [{"code": "B20", "date": "2019-04-30"}]}),
        ),
    ] {
        let answer = ask(&enrollee(&more), false);
        assert_eq!(answer["error"]["code"], expected, "{more} {answer}");
        assert_eq!(answer["id"], 7);
    }
}

#[test]
fn a_year_without_tables_says_so() {
    let answer = ask(&enrollee(&json!({"model": "HHS-HCC", "benefit_year": 2025})), false);
    assert!(answer.get("raw").is_none());
    assert_eq!(answer["model"], "HHS-HCC V08");
    assert!(answer["not_evaluated"].as_array().unwrap().len() >= 4, "{answer}");
}

#[test]
fn a_stay_is_measured() {
    let line = json!({"id": "s", "model": "Elixhauser 2026.1", "principal": "I214",
        "diagnoses": ["E11.9", {"code": "I50.30", "poa": "Y"}, {"code": "N18.6", "poa": "N"}]});
    let answer = ask(&line, false);
    assert_eq!(answer["measures"], json!(["DIAB_UNCX", "HF"]));
    assert!(answer.get("details").is_none());
    assert_eq!(ask(&line, true)["details"][2]["not_on_admission"][0]["code"], "N186");
    let error = |line: Value| ask(&line, false)["error"]["code"].clone();
    assert_eq!(error(json!({"id": 1, "model": "Elixhauser 2019.1", "diagnoses": []})), "unknown_model");
    let poa = json!({"id": 1, "model": "Elixhauser", "diagnoses": [{"code": "E119", "poa": "X"}]});
    assert_eq!(error(poa), "invalid_field");
    assert_eq!(error(json!({"id": 1, "model": "Elixhauser", "diagnoses": ["?"]})), "invalid_diagnosis");
}

#[test]
fn charlson_is_summed() {
    let line = json!({"id": "c", "model": "Charlson", "diagnoses": ["E119", "E1121", "I252"]});
    let answer = ask(&line, false);
    assert_eq!((&answer["score_1987"], &answer["score_2011"]), (&json!(3), &json!(1)));
    assert_eq!(answer["conditions"], json!(["DMCX", "MI"]));
    assert_eq!(ask(&line, true)["explanation"][0]["dropped_by"], "DMCX");
}
