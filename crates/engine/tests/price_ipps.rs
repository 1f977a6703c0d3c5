//! The door to inpatient prices: answers, return codes and errors, line by line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_engine::door::{Arithmetic, IppsDoor, serve};
use openclaim_engine::{Engine, Policy};
use serde_json::{Value, json};

fn provider() -> Value {
    json!({
        "prov": "160999", "type": "00", "cbsa": "19780", "state": "16", "bed": 310, "intern": 0.1512, "ccr": 0.287,
        "capccr": 0.021, "ssi": 0.0612, "mcaid": 0.2431, "cpd": 0, "cola": 1.0, "vbp": true, "vbpadj": 1.00312457811,
        "hrr": true, "hrradj": 0.9941, "hac": "N", "ehr": " ", "unc": 412.87, "lv": 0, "temprel": " ", "qual": "1",
        "capime": 0.1204, "suppwi": 0.9127
    })
}

fn bill() -> Value {
    json!({
        "prov": "160999", "review": "00", "drg": "291", "los": 7, "cov": 7, "ltr": 0, "date": "20260508",
        "charges": 238450.75, "odx1": "", "opx1": ""
    })
}

/// What the door says to lines, and whether any was an error.
fn answers(lines: &[String], arithmetic: Option<Arithmetic>) -> (Vec<Value>, bool) {
    let engine = Engine::embedded(Policy::default()).unwrap();
    let mut output = Vec::new();
    let errors = serve(&mut IppsDoor::new(&engine, arithmetic), lines.join("\n").as_bytes(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), errors)
}

fn answer(bill: Value, provider: Value) -> Value {
    let (mut answers, _) = answers(&[json!({"id": "a", "bill": bill, "provider": provider}).to_string()], None);
    answers.remove(0)
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

#[test]
fn a_stay_of_2026_is_priced_on_the_embedded_release() {
    let priced = answer(bill(), provider());
    assert_eq!(
        (&priced["id"], &priced["return_code"], &priced["total"]),
        (&json!("a"), &json!("16"), &json!(30297.44))
    );
    for (name, amount) in [("fsp", 8179.9), ("ime", 648.03), ("dsh", 292.84), ("outl", 18706.29), ("capfsp", 630.37)] {
        assert_eq!(priced[name], json!(amount), "{name}");
    }
    assert_eq!(priced["arithmetic"], "regulation");
    let steps = priced["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["subtotal"], "30297.44");
    // Every rate that is read names its row.
    for name in ["relative weight", "wage index", "adjusted standardized amount", "capital rate of the area"] {
        let step = steps.iter().find(|step| step["name"] == name).unwrap();
        assert!(step["source"][0]["release"].as_str().is_some_and(|release| !release.is_empty()), "{step}");
    }
}

#[test]
fn bad_input_has_its_return_code() {
    let code = |answer: Value| answer["return_code"].as_str().unwrap_or("none").to_owned();
    for (key, value, expected) in [
        ("drg", json!("999"), "54"),
        ("drg", json!(null), "54"),
        ("los", json!(-1), "56"),
        ("los", json!("four"), "56"),
        ("review", json!("01"), "57"),
        ("charges", json!(-0.01), "58"),
        ("charges", json!("many"), "58"),
        ("charges", json!(null), "58"),
        ("ltr", json!(61), "61"),
        ("cov", json!(0), "62"),
        ("cov", json!(6), "67"),
    ] {
        let answer = answer(with(bill(), key, value), provider());
        assert_eq!((code(answer.clone()).as_str(), &answer["total"]), (expected, &json!(0)), "{key}");
    }
    for (key, value, expected) in [
        ("cbsa", json!("11111"), "52"),
        ("type", json!("66"), "52"),
        ("waiver", json!("Y"), "53"),
        ("effective", json!("2026-05-09"), "55"),
        ("ehr", json!("X"), "65"),
        ("hrradj", json!(0.5), "65"),
        ("vbpadj", json!(2.5), "68"),
        ("qual", json!(" "), "68"),
    ] {
        assert_eq!(code(answer(bill(), with(provider(), key, value))), expected, "{key}");
    }
    assert_eq!(code(answer(bill(), Value::Null)), "51");
    // No cost-to-charge ratio, no costs, no outlier; a stay of 0 days is one for the per diem.
    let free = answer(bill(), with(with(provider(), "ccr", json!(0)), "capccr", json!(0)));
    assert_eq!((&free["return_code"], &free["outl"], &free["billcosts"]), (&json!("14"), &json!(0), &json!(0)));
    let short = answer(with(with(with(bill(), "los", json!(0)), "cov", json!(0)), "review", json!("06")), provider());
    assert_eq!((&short["return_code"], &short["dschgfr"]), (&json!("06"), &json!(0.5263)));
}

#[test]
fn a_date_without_rates_is_not_evaluated() {
    let next = answer(with(bill(), "date", json!("2026-10-01")), provider());
    assert!(next["total"].is_null() && next["return_code"].is_null());
    let lacking: Vec<&str> =
        next["not_evaluated"].as_array().unwrap().iter().filter_map(|missing| missing["rule"].as_str()).collect();
    assert_eq!(lacking, ["ipps/years", "ipps/standardized-amounts", "ipps/wage-index", "ipps/drg-weights"]);
    // Part of a price is not passed off as the price.
    let sole = answer(bill(), with(with(provider(), "type", json!("16")), "cpd", json!(9_000)));
    assert!(sole["total"].is_null() && sole["fsp"] == json!(8179.9), "{sole}");
    assert_eq!(sole["not_evaluated"][0]["rule"], "ipps/hospital-specific-rate");
}

#[test]
fn a_faulty_line_costs_no_other() {
    let good = json!({"id": 3, "bill": bill(), "provider": provider()}).to_string();
    let lines = [
        "{\"id\": 1, \"bill\": ".to_owned(),
        json!({"id": 2, "provider": provider()}).to_string(),
        json!({"id": 4, "bill": with(bill(), "date", json!("20261399")), "provider": provider()}).to_string(),
        json!({"id": 5, "bill": bill(), "provider": with(provider(), "ccr", json!("x"))}).to_string(),
        json!({"id": 6, "bill": bill(), "provider": with(provider(), "ccr", json!(12))}).to_string(),
        json!({"id": 7, "bill": bill(), "provider": {"type": "00"}}).to_string(),
        good,
    ];
    let (answers, errors) = answers(&lines, None);
    assert!(errors);
    let codes: Vec<&str> = answers.iter().filter_map(|answer| answer["error"]["code"].as_str()).collect();
    assert_eq!(
        codes,
        ["invalid_json", "missing_field", "invalid_field", "invalid_field", "invalid_field", "missing_field"]
    );
    assert_eq!((&answers[4]["id"], &answers[6]["total"]), (&json!(6), &json!(30297.44)));
}

#[test]
fn the_arithmetic_of_a_reference_run_is_named_and_cautioned() {
    let line = json!({"id": 1, "bill": bill(), "provider": provider()}).to_string();
    let (answers, _) = answers(&[line], Some(Arithmetic::ReferenceRun));
    assert_eq!((&answers[0]["arithmetic"], &answers[0]["costoutl"]), (&json!("reference-run"), &json!(0)));
    assert!(answers[0]["caution"].as_str().is_some_and(|caution| caution.contains("--arithmetic regulation")));
}
