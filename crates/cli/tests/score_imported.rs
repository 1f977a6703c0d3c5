//! `openclaim score` with what a user imported: a benefit year of HHS-HCC, and the codes exempt from POA reporting.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn openclaim(arguments: &[&str], data: &Path, stdin: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_openclaim"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn score(data: &Path, line: &Value) -> Value {
    serde_json::from_str(&openclaim(&["score"], data, &line.to_string())).unwrap()
}

fn enrollee(year: i16) -> Value {
    json!({"id": 1, "model": "HHS-HCC", "benefit_year": year, "age": 44, "sex": "F", "metal": "gold",
        "diagnoses": ["E1021", "A419", "C7951", "B182", "J4550"], "hcpcs": ["J1815"], "enrollment_months": 5})
}

/// The software of 2022 under the names of 2021: what differs from year to year is the files alone.
#[test]
fn a_benefit_year_can_be_imported() {
    let Some(sas) = openclaim_testkit::shared("a_benefit_year_can_be_imported", "reference/hcc/sas") else { return };
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let copy = |from: &str, to: &str| {
        let target = scratch.path().join(to);
        std::fs::copy(sas.join(from), &target).unwrap();
        target.to_string_lossy().into_owned()
    };
    let before = score(&data, &enrollee(2021));
    assert!(before.get("raw").is_none(), "{before}");
    let rules = |answer: &Value| -> Vec<String> {
        let gaps = answer["not_evaluated"].as_array().cloned().unwrap_or_default();
        gaps.iter().map(|gap| gap["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&before), ["hhs-hcc/crosswalk", "hhs-hcc/drugs", "hhs-hcc/coefficients"]);

    let crosswalk = copy("CY22F07A_FY 2022 ICD10.TXT", "CY21F07A_FY 2021 ICD10.TXT");
    openclaim(&["data", "import", &crosswalk], &data, "");
    let partly = score(&data, &enrollee(2021));
    assert_eq!(rules(&partly), ["hhs-hcc/drugs", "hhs-hcc/coefficients"]);
    assert!(partly["hccs"].as_array().unwrap().iter().any(|category| category == "HHS_HCC008"), "{partly}");

    let others = [
        copy("CY22F07A_NDC8_1_22_04.TXT", "CY21F07A_NDC.TXT"),
        copy("CY22F07A_HCPCS8_1_22_04.TXT", "CY21F07A_HCPCS.TXT"),
        copy("HHS22hcccoefn.csv", "HHS21hcccoefn.csv"),
    ];
    for file in &others {
        openclaim(&["data", "import", file], &data, "");
    }
    let (imported, embedded) = (score(&data, &enrollee(2021)), score(&data, &enrollee(2022)));
    assert!(imported["raw"].is_number(), "{imported}");
    for field in ["raw", "hccs", "interactions", "factors"] {
        assert_eq!(imported[field], embedded[field], "{field}");
    }
    // The files of 2021 do not speak for 2020.
    assert!(score(&data, &enrollee(2020)).get("raw").is_none());
}

#[test]
fn factors_of_other_rules_are_not_summed() {
    let Some(sas) = openclaim_testkit::shared("factors_of_other_rules_are_not_summed", "reference/hcc/sas") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let mut table = std::fs::read_to_string(sas.join("HHS22hcccoefn.csv")).unwrap();
    table.push_str("\nAdult,SEVERE_HCC_COUNT1,Yes,1,1,1,1,1\n");
    let file = scratch.path().join("HHS21hcccoefn.csv");
    std::fs::write(&file, table).unwrap();
    openclaim(&["data", "import", &file.to_string_lossy()], &data, "");
    let answer = score(&data, &enrollee(2021));
    assert!(answer.get("raw").is_none());
    assert!(answer["not_evaluated"].to_string().contains("SEVERE_HCC_COUNT1"), "{answer}");
}

#[test]
fn exempt_codes_settle_elixhauser() {
    let name = "exempt_codes_settle_elixhauser";
    let Some(list) = openclaim_testkit::shared(name, "cms/icd10/POAexemptCodesFY26.zip") else { return };
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let stay = json!({"id": 1, "model": "Elixhauser 2026.1", "discharge_date": "2026-01-15",
        "diagnoses": ["I6930", "I5030", {"code": "N186", "poa": "Y"}]});
    let before = score(&data, &stay);
    assert_eq!(before["measures"], json!(["RENLFL_SEV"]));
    assert!(before["not_evaluated"].to_string().contains("elixhauser/CBVD"));
    openclaim(&["data", "import", &list.to_string_lossy()], &data, "");
    // Sequelae are exempt and count; heart failure had to be reported, and was not.
    let after = score(&data, &stay);
    assert_eq!(after["measures"], json!(["CBVD", "RENLFL_SEV"]));
    assert!(!after["not_evaluated"].to_string().contains("elixhauser/HF"), "{after}");
}
