//! Tests of the scoring door.

use super::*;
use openclaim_claim::Decimal;
use openclaim_reference::Library;
use serde_json::{Value, json};

fn ask(line: &Value, explain: bool) -> Value {
    let catalog = Catalog::new(Library::embedded().unwrap());
    let mut out = Vec::new();
    ScoreDoor::new(&catalog, explain).answer(line.to_string().as_bytes(), &mut out);
    serde_json::from_slice(&out).unwrap()
}

fn decimal(number: &Value) -> Decimal {
    number.to_string().parse().unwrap()
}

fn member(model: &str, year: i16, more: &Value) -> Value {
    let mut line = json!({"id": "m1", "model": model, "payment_year": year, "age": 76, "sex": "F", "orec": "0",
        "population": "CNA", "diagnoses": ["E11.22", "I50.22", "N18.32"]});
    for (key, value) in more.as_object().unwrap() {
        line[key] = value.clone();
    }
    line
}

/// V28 of 2026, CNA, by hand from the rate announcement's table: F75_79 0.465, HCC37 0.166, HCC226 0.360, HCC328 0.127,
/// diabetes with heart failure 0.112, heart failure with kidney disease 0.176, three payment categories 0: 1.406.
#[test]
fn a_member_is_scored() {
    let answer = ask(&member("CMS-HCC V28", 2026, &json!({})), false);
    assert_eq!(answer["id"], "m1");
    assert_eq!(answer["hccs"], json!(["37", "226", "328"]));
    assert_eq!(answer["interactions"], json!(["DIABETES_HF_V28", "HF_KIDNEY_V28"]));
    assert_eq!(answer["raw"], json!(1.406));
    // 1.406 / 1.067 = 1.31771, times 0.941 = 1.240238
    assert_eq!((&answer["normalized"], &answer["payment"]), (&json!(1.318), &json!(1.24)));
    let sum: Decimal = answer["factors"].as_array().unwrap().iter().map(|factor| decimal(&factor["value"])).sum();
    assert_eq!(sum.to_string(), "1.406");
    assert!(answer.get("explanation").is_none());
}

#[test]
fn errors_are_named_and_carry_the_id() {
    let code = |model: &str, year, more: Value| ask(&member(model, year, &more), false)["error"]["code"].clone();
    for (expected, model, year, more) in [
        ("unknown_model", "CMS-HCC V99", 2026, json!({})),
        ("unknown_year", "CMS-HCC V28", 2027, json!({})),
        ("ambiguous_model", "RxHCC V08", 2025, json!({"population": "Rx_CE_NoLowAged"})),
        ("unknown_population", "CMS-HCC V28", 2026, json!({"population": "XYZ"})),
        ("age_population_conflict", "CMS-HCC V28", 2026, json!({"age": 50})),
        ("age_population_conflict", "CMS-HCC V28", 2026, json!({"population": "CND"})),
        ("population_conflict", "CMS-HCC V28", 2026, json!({"dual_status": "02"})),
        ("invalid_demographics", "CMS-HCC V28", 2026, json!({"age": 400})),
        ("invalid_demographics", "CMS-HCC V28", 2026, json!({"sex": "U"})),
        ("invalid_field", "CMS-HCC V28", 2026, json!({"sex": "X"})),
        ("invalid_field", "CMS-HCC V28", 2026, json!({"orec": "7"})),
        ("invalid_field", "CMS-HCC V28", 2026, json!({"diagnoses": 3})),
        ("invalid_diagnosis", "CMS-HCC V28", 2026, json!({"diagnoses": ["E11 22"]})),
        ("missing_field", "CMS-HCC V28", 2026, json!({"orec": null})),
        (
            "born_after_service",
            "CMS-HCC V28",
            2026,
            json!({"birth_date": "2025-06-01", "diagnoses": [{"code": "E1122", "date": "2025-05-31"}]}),
        ),
    ] {
        assert_eq!(code(model, year, more.clone()), expected, "{model} {year} {more}");
    }
    assert_eq!(ask(&member("X", 2026, &json!({})), false)["id"], "m1");
    let catalog = Catalog::new(Library::embedded().unwrap());
    let mut out = Vec::new();
    assert!(!ScoreDoor::new(&catalog, false).answer(b"{\"id\":", &mut out));
    assert!(String::from_utf8(out).unwrap().contains("\"invalid_json\""));
}

#[test]
fn duplicates_count_once_and_are_said() {
    let once = ask(&member("CMS-HCC V28", 2026, &json!({"diagnoses": ["E1122"]})), false);
    let twice = ask(&member("CMS-HCC V28", 2026, &json!({"diagnoses": ["E1122", "E11.22"]})), false);
    assert_eq!(once["raw"], twice["raw"]);
    assert_eq!(twice["warnings"][0]["code"], "duplicate_diagnosis");
    let places = json!({"diagnoses": [{"code": "E1122", "claim_id": "A"}, {"code": "E1122", "claim_id": "B"}]});
    assert!(ask(&member("CMS-HCC V28", 2026, &places), false).get("warnings").is_none());
}

#[test]
fn an_answer_explains_itself() {
    let diagnoses = json!({"diagnoses": [
        {"code": "E1122", "claim_id": "A", "line": 1, "date": "2025-02-03", "encounter": "professional"},
        {"code": "E119", "claim_id": "B", "line": 2, "date": "2025-04-05", "encounter": "outpatient"},
        {"code": "I5022", "claim_id": "A", "line": 1, "date": "2025-02-03", "encounter": "professional"},
        {"code": "I5022", "claim_id": "C", "line": 3, "date": "2025-03-03", "encounter": "inpatient"},
        "Z0000", "P270"]});
    let answer = ask(&member("CMS-HCC V28", 2026, &diagnoses), true);
    let explanation = &answer["explanation"];
    let hccs = explanation["hccs"].as_array().unwrap();
    assert_eq!((&hccs[0]["hcc"], &hccs[1]["hcc"]), (&json!(37), &json!(226)));
    assert_eq!(hccs[0]["audit"], json!(["single_line", "single_encounter_type"]));
    assert!(hccs[1].get("audit").is_none());
    assert_eq!(hccs[1]["diagnoses"][0]["support"][1]["claim_id"], "C");
    // Without HCC 37, HCC 38 comes back at the same factor, so nothing is lost; the interaction stays.
    assert_eq!(hccs[0]["marginal"], json!(0.0));
    // Without heart failure its factor, 0.360, and the interaction, 0.112, are lost.
    assert_eq!(hccs[1]["marginal"], json!(0.472));
    assert_eq!(explanation["dropped"][0]["hcc"], 38);
    assert_eq!(explanation["dropped"][0]["dropped_by"], json!([37]));
    assert_eq!(explanation["edited"][0]["outcome"], "invalid");
    assert_eq!(explanation["unmapped"], json!(["Z0000"]));
}

/// 2025 blends V24 and V28; each model is scored, normalized and adjusted by itself.
#[test]
fn a_year_blends_its_models() {
    let answer = ask(&member("CMS-HCC", 2025, &json!({"frailty": 0.1})), false);
    let models = answer["models"].as_array().unwrap();
    let of = |name: &str| models.iter().find(|model| model["model"] == name).unwrap();
    let payment = |name: &str| decimal(&of(name)["payment"]);
    assert_eq!((of("CMS-HCC V24")["percent"].as_i64(), of("CMS-HCC V28")["percent"].as_i64()), (Some(33), Some(67)));
    let share = |percent: i64| Decimal::new(percent, 2);
    let expected = payment("CMS-HCC V24") * share(33) + payment("CMS-HCC V28") * share(67) + Decimal::new(1, 1);
    assert!((decimal(&answer["blended"]) - expected).abs() < Decimal::new(6, 4), "{answer}");
    assert_eq!(ask(&member("CMS-HCC", 2031, &json!({})), false)["error"]["code"], "unknown_year");
}

#[test]
fn a_constant_that_is_not_at_hand_is_not_evaluated() {
    let line = member("ESRD V24", 2025, &json!({"population": "DI", "orec": "2"}));
    let answer = ask(&line, false);
    assert_eq!(answer["not_evaluated"][0]["reason"], "missing_table");
    assert!(answer.get("payment").is_none() && answer["raw"].is_number());
}

#[test]
fn the_population_follows_from_the_person() {
    let population = |model: &str, more: Value| {
        let mut line = member(model, 2026, &more);
        line.as_object_mut().unwrap().remove("population");
        ask(&line, false)["population"].clone()
    };
    assert_eq!(population("CMS-HCC V28", json!({"dual_status": "02", "age": 40, "orec": "1"})), "CFD");
    assert_eq!(population("CMS-HCC V28", json!({"new_enrollee": true, "snp": true})), "SNPNE");
    assert_eq!(population("CMS-HCC V28", json!({"lti": true})), "INS");
    assert_eq!(population("ESRD V24", json!({"graft_months": 2})), "TRANSPLANT_KIDNEY_ONLY_2M");
    assert_eq!(population("ESRD V24", json!({"graft_months": 7, "dual_status": "full"})), "GFA");
    assert_eq!(population("RxHCC V08", json!({"calibration": 2, "low_income": true})), "Rx_CE_LowAged");
}
