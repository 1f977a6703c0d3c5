//! `openclaim score` as its users meet it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::path::Path;
use support::{json_lines, openclaim};

const CLAIMS: &str = "crates/cli/tests/score";

fn member(id: usize, code: &str) -> String {
    format!(
        "{{\"id\":{id},\"model\":\"CMS-HCC V28\",\"payment_year\":2026,\"age\":70,\"sex\":\"M\",\"orec\":\"0\",\
         \"population\":\"CNA\",\"diagnoses\":[\"{code}\"]}}\n"
    )
}

#[test]
fn lines_keep_their_order_on_every_number_of_threads() {
    let codes = ["E1122", "I5022", "C3490", "not a code", "Z0000"];
    let input: String = (0..3000).map(|id| member(id, codes[id % codes.len()])).collect();
    let one = openclaim(&["score", "--threads", "1"], input.as_bytes());
    let four = openclaim(&["score", "--threads", "4", "-"], input.as_bytes());
    assert_eq!(one.code, 1, "one member in five has no valid diagnosis");
    assert!(one.stdout == four.stdout, "the answers depend on the number of threads");
    let answers = json_lines(&one.stdout);
    assert_eq!(answers.len(), 3000);
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], id);
        assert_eq!(answer.get("error").is_some(), id % codes.len() == 3, "{answer}");
    }
}

#[test]
fn claims_and_members_give_scores_factors_and_diagnoses() {
    let members = format!("{CLAIMS}/members.csv");
    let claims = format!("{CLAIMS}/claims.837");
    let run = |more: &[&str]| {
        let mut arguments = vec!["score", &claims, "--members", &members, "--payment-year", "2026"];
        arguments.extend(more);
        openclaim(&arguments, b"")
    };
    assert!(Path::new(&openclaim_testkit::workspace_root()).join(&claims).is_file());
    let output = run(&["--explain"]);
    let scores = json_lines(&output.stdout);
    assert_eq!(scores.len(), 3, "{}", output.stderr);
    let first = &scores[0];
    assert_eq!((&first["person_id"], &first["population"]), (&Value::from("M1"), &Value::from("CNA")));
    let model = &first["models"][0];
    assert_eq!(model["hccs"], serde_json::json!([37]));
    let support = &model["explanation"]["hccs"][0]["diagnoses"][0]["support"][0];
    assert_eq!(
        (&support["claim_id"], &support["line"], &support["date"]),
        (&"RISK-1".into(), &1.into(), &"2025-03-04".into())
    );
    assert_eq!(scores[1]["population"], "NE", "enrolled since July of the year of service");
    assert_eq!(scores[2]["error"]["code"], "born_after_service");

    let factors = json_lines(&run(&["--table", "factors"]).stdout);
    let disease = factors.iter().find(|row| row["person_id"] == "M1" && row["factor_type"] == "disease").unwrap();
    assert_eq!((&disease["risk_factor"], &disease["coefficient"]), (&"HCC37".into(), &0.166.into()));

    let diagnoses = json_lines(&run(&["--table", "diagnoses"]).stdout);
    let filtered = |claim: &str| diagnoses.iter().find(|row| row["claim_id"] == claim).unwrap()["filtered"].clone();
    assert_eq!((filtered("RISK-1"), filtered("RISK-2")), (Value::Null, "no_eligible_procedure".into()));

    let csv = run(&["--format", "csv"]).stdout;
    assert!(csv.starts_with("person_id,payment_year,model_version,population,v24_risk_score,v28_risk_score"), "{csv}");
}

#[test]
fn a_model_that_is_not_there_is_one_error() {
    let members = format!("{CLAIMS}/members.csv");
    let claims = format!("{CLAIMS}/claims.837");
    let output =
        openclaim(&["score", &claims, "--members", &members, "--payment-year", "2026", "--model", "CMS-HCC V99"], b"");
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("there is no model `CMS-HCC V99`"));
}

/// A later year's model needs its mapping and coefficients, and nothing else: the tables of a year that nobody knows yet,
/// made of this year's with one diagnosis and one factor changed.
#[test]
fn an_imported_year_is_scored_by_the_same_code() {
    let folder = tempfile::tempdir().unwrap();
    let root = openclaim_testkit::workspace_root();
    let mut mapping = String::from("diagnosis_code,cc,model_name\n");
    mapping.push_str("X9990,37,CMS-HCC Model V28\nX9991,226,CMS-HCC Model V28\n");
    let mut coefficients = String::from("coefficient,value,model_domain,model_version\n");
    let known = std::fs::read_to_string(root.join("data/risk/cms/coefficients.csv")).unwrap();
    for line in known.lines().filter(|line| line.starts_with("CMS-HCC V28,")) {
        let cells: Vec<&str> = line.split(',').collect();
        let value = if cells[1] == "CNA_HCC37" { "1.500" } else { cells[5] };
        coefficients.push_str(&format!("{},{value},CMS-HCC,C28\n", cells[1]));
    }
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (mapping, coefficients) =
        (write("ra_dx_to_cc_2031.csv", &mapping), write("ra_coefficients_2031.csv", &coefficients));
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    let line = member(1, "X9990").replace("2026", "2031");
    let before = json_lines(&openclaim(&["score", "--data", data], line.as_bytes()).stdout);
    assert_eq!(before[0]["error"]["code"], "unknown_year");
    let import = openclaim(&["data", "import", "--data", data, &mapping, &coefficients], b"");
    assert!(import.code == 0, "{}", import.stderr);
    let answer = &json_lines(&openclaim(&["score", "--data", data], line.as_bytes()).stdout)[0];
    // M70_74 of CNA and the changed factor.
    assert_eq!(
        (&answer["hccs"], &answer["factors"][1]["value"]),
        (&serde_json::json!(["37"]), &1.5.into()),
        "{answer}"
    );
    assert_eq!(answer["not_evaluated"][0]["reason"], "missing_table", "the year has no payment constants");
}
