//! Inpatient prices as users meet them: `price ipps` on imported releases, and `check` on the embedded one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use flate2::read::GzDecoder;
use openclaim_testkit::{shared, workspace_root};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

fn openclaim(arguments: &[&str], stdin: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_openclaim"))
        .args(arguments)
        .current_dir(workspace_root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = stdin.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that stops reading early closes the pipe; that is its right.
        let _ = input.write_all(text.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// Every field of every reference case, through import and door.
#[test]
fn every_field_of_the_reference_cases_comes_out_of_the_door() {
    let test = "every_field_of_the_reference_cases_comes_out_of_the_door";
    let Some(cases) = shared(test, "oracle/ipps-fy2021/cases.jsonl.gz") else { return };
    let Some(published) = shared(test, "cms/ipps") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert_eq!(openclaim(&["data", "import", published.to_str().unwrap(), "--data", data], "").0, 0);

    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(cases).unwrap()).read_to_string(&mut text).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let asked =
        |case: &Value| json!({"id": case["id"], "bill": case["bill"], "provider": case["provider"]}).to_string();
    let requests: Vec<String> = cases.iter().map(asked).collect();
    let (code, answers) = openclaim(&["price", "ipps", "--data", data], &requests.join("\n"));
    assert_eq!(code, 0);
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), cases.len());
    let same = |a: &Value, b: &Value| if a.is_number() { a.as_f64() == b.as_f64() } else { a == b };
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(case["id"], answer["id"]);
        let code: u64 = answer["return_code"].as_str().unwrap().parse().unwrap();
        assert_eq!(Some(code), case["expected"]["rtc"].as_u64(), "case {}", case["id"]);
        for (name, expected) in case["expected"].as_object().unwrap() {
            assert!(
                same(&answer[name], expected),
                "case {}, {name}: {}, expected {expected}",
                case["id"],
                answer[name]
            );
        }
        let steps = answer["steps"].as_array().unwrap();
        let last = steps.last().map_or(0.0, |step| step["subtotal"].as_str().unwrap().parse::<f64>().unwrap());
        assert_eq!(answer["total"].as_f64(), Some(last), "case {}: the last subtotal is the total", case["id"]);
    }
}

#[test]
fn an_inpatient_claim_is_priced_end_to_end() {
    let claim = "examples/837i-inpatient-priced.837";
    let (code, text) = openclaim(&["check", claim, "--format", "jsonl", "--provider", "examples/providers.jsonl"], "");
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&text).unwrap();
    // Without the list of exempt codes nobody can tell whether Z79.4 needed an indicator; everything else is told.
    let rules: Vec<&str> =
        answer["not_evaluated"].as_array().unwrap().iter().filter_map(|it| it["rule"].as_str()).collect();
    assert_eq!(rules, ["x12/missing-present-on-admission"]);
    let pricing = &answer["pricing"];
    assert_eq!((&pricing["system"], &pricing["return_code"]), (&json!("IPPS FY 2026"), &json!("16")));
    assert_eq!(pricing["total"], "30297.44");
    let sources: Vec<&str> = pricing["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| step["source"].as_array().into_iter().flatten())
        .filter_map(|row| row["table"].as_str())
        .collect();
    for table in ["ipps/table-5", "ipps/wage-index", "ipps/standardized-amounts", "ipps/rates"] {
        assert!(sources.contains(&table), "{table} is cited: {sources:?}");
    }

    let (_, text) = openclaim(&["check", claim, "--provider", "examples/providers.jsonl"], "");
    for part in ["IPPS FY 2026  $30297.44", "operating outlier", "90 FR 36536", "value-based purchasing"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

/// The same hospital from an imported provider-specific file, by its NPI: the row in effect on the day.
#[test]
fn a_hospital_is_found_in_the_imported_provider_specific_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("psf.csv");
    let columns = "providerCcn,effectiveDate,fiscalYearBeginDate,terminationDate,waiverIndicator,intermediaryNumber,providerType,\
                   censusDivision,internsToBedsRatio,bedSize,operatingCostToChargeRatio,supplementalSecurityIncomeRatio,\
                   medicaidRatio,hospitalQualityIndicator,cbsaActualGeographicLocation,cbsaWageIndexLocation,\
                   capitalPpsPaymentCode,capitalCostToChargeRatio,newHospital,capitalIndirectMedicalEducationRatio,\
                   vbpParticipantIndicator,vbpAdjustment,hrrParticipantIndicator,hrrAdjustment,\
                   hacReductionParticipantIndicator,uncompensatedCareAmount,supplementalWageIndex,\
                   supplementalWageIndexIndicator,nationalProviderIdentifier\n";
    let row = |effective: &str, ratio: &str| {
        format!(
            "160999,{effective},{effective},,N,05001,00,4,0.1512,310,{ratio},0.0612,0.2431,1,19780,,C,0.021,,0.1204,Y,\
             1.00312457811,1,0.9941,N,412.87,0.9127,1,1900555016\n"
        )
    };
    let text = columns.to_owned() + &row("20241001", "0.5") + &row("20251001", "0.287") + &row("20260601", "0.9");
    std::fs::write(&file, text).unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = data.to_str().unwrap();
    assert_eq!(openclaim(&["data", "import", file.to_str().unwrap(), "--data", data], "").0, 0);
    let claim = "examples/837i-inpatient-priced.837";
    let (_, text) = openclaim(&["check", claim, "--format", "jsonl", "--data", data], "");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["pricing"]["total"], "30297.44", "{text}");
}

#[test]
fn what_a_price_lacks_is_named_with_what_brings_it() {
    let (_, text) = openclaim(&["check", "examples/837i-inpatient-priced.837"], "");
    assert!(text.contains("no provider data for the hospital with NPI 1900555016"), "{text}");
    assert!(text.contains("openclaim data pull --only psf-inpatient, or check --provider FILE"), "{text}");

    let next = "examples/837i-inpatient-fy2027.837";
    let (_, text) = openclaim(&["check", next, "--provider", "examples/providers.jsonl"], "");
    for table in ["ipps/years", "ipps/standardized-amounts", "ipps/wage-index", "ipps/drg-weights"] {
        assert!(text.contains(&format!("for a discharge on 2026-10-08 ({table})")), "no {table} in\n{text}");
    }
}

#[test]
fn a_stopped_claim_is_not_priced_and_a_faulty_provider_file_is_refused() {
    let faulty = "examples/837i-inpatient-faults.837";
    let (_, text) = openclaim(&["check", faulty, "--format", "jsonl", "--provider", "examples/providers.jsonl"], "");
    for line in text.lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        let said = answer["not_evaluated"].as_array().unwrap().iter().any(|missing| missing["rule"] == "ipps");
        assert!(answer["pricing"].is_null() && said, "{line}");
    }
    assert_eq!(openclaim(&["check", faulty, "--provider", "examples/README.md"], "").0, 2);
}

#[test]
fn a_price_reads_as_a_table() {
    let provider: Value =
        serde_json::from_str(&std::fs::read_to_string(workspace_root().join("examples/providers.jsonl")).unwrap())
            .unwrap();
    let bill = json!({"review": "03", "drg": "291", "los": 1, "cov": 1, "date": "2026-05-08", "charges": 9000});
    let request = json!({"id": 1, "bill": bill, "provider": provider}).to_string();
    let (code, text) = openclaim(&["price", "ipps", "--format", "text"], &request);
    assert_eq!(code, 0);
    for part in ["return code 03: transfer, paid per diem", "discharge fraction", "0.5263"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}
