//! The program as its users meet it: arguments in, text and exit code out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use support::{Run, json_lines, openclaim};

fn stay(changes: &str) -> Vec<u8> {
    let mut stay: Value = serde_json::from_str(
        r#"{"id":1,"version":"431","age":65,"sex":"M","discharge_status":"01",
            "principal":{"code":"I5020","poa":"Y"},"secondary":[{"code":"J9601","poa":"Y"}],"procedures":[]}"#,
    )
    .unwrap();
    let changes: Value = serde_json::from_str(changes).unwrap();
    for (key, value) in changes.as_object().unwrap() {
        stay[key] = value.clone();
    }
    (stay.to_string() + "\n").into_bytes()
}

fn temporary(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn check(path: &Path) -> Run {
    openclaim(&["check", path.to_str().unwrap()], b"")
}

#[test]
fn a_clean_claim_is_grouped_and_leaves_exit_code_0() {
    let run = openclaim(&["check", "examples/837i-inpatient-clean.837"], b"");
    assert_eq!(run.code, 0, "{}", run.stdout);
    for part in ["claim IP-0001-CLEAN", "MS-DRG 291", "relative weight 1.2838", "0 errors"] {
        assert!(run.stdout.contains(part), "no `{part}` in\n{}", run.stdout);
    }
}

#[test]
fn faults_are_shown_where_they_stand() {
    let run = openclaim(&["check", "examples/837i-inpatient-faults.837"], b"");
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn what_was_claimed_before_is_shown_in_the_file_it_stands_in() {
    let claims =
        std::fs::read(openclaim_testkit::workspace_root().join("examples/837p-office-visit-dependent.837")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let paths = ["monday.837", "tuesday.837"].map(|name| folder.path().join(name));
    for path in &paths {
        std::fs::write(path, &claims).unwrap();
    }
    let [first, second] = paths.each_ref().map(|path| path.to_str().unwrap());
    let run = openclaim(&["check", first, second], b"");
    assert_eq!(run.code, 1, "{}", run.stdout);
    for said in ["claim identifier `PR-0001-DEPENDENT` was used before in this run", "in another file of this run"] {
        let finding = run.stdout.split("\n\n").find(|finding| finding.contains(said)).unwrap();
        assert!(finding.contains(first) && finding.contains(second) && finding.contains("used before"), "{finding}");
    }
}

#[test]
fn a_code_that_no_list_has_is_told_by_the_publication() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let list = "crates/edits/tests/cases/files/HCPC2026_APR_ANWEB.csv";
    assert_eq!(openclaim(&["data", "--data", data, "import", list], b"").code, 0);
    let claims = openclaim_testkit::workspace_root().join("examples/837p-office-visit-dependent.837");
    let claims = std::fs::read_to_string(claims).unwrap().replace("HC:87880:QW", "HC:X9999");
    let run = openclaim(&["check", "--data", data, "--format", "jsonl", "-"], claims.as_bytes());
    let said = "`X9999` is not in force by Alpha-Numeric HCPCS File 2026-04";
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

#[test]
fn every_claim_gives_one_json_line() {
    let run = openclaim(&["check", "--format", "jsonl", "examples"], b"");
    let lines = json_lines(&run.stdout);
    let ids: Vec<&str> = lines.iter().filter_map(|line| line["claim_id"].as_str()).collect();
    assert!(ids.contains(&"IP-0001-CLEAN") && ids.contains(&"DN-0001") && ids.contains(&"MX-0004"), "{ids:?}");
    let without_claim = lines.iter().filter(|line| line["claim_id"].is_null());
    let only_there = without_claim.clone().all(|line| line["file"].as_str().unwrap().ends_with("eob-faults.ndjson"));
    assert!(only_there && without_claim.count() == 2, "the other examples have no faults outside of claims");
    let clean = lines.iter().find(|line| line["claim_id"] == "IP-0001-CLEAN").unwrap();
    assert_eq!((&clean["grouping"]["final_drg"], &clean["grouping"]["version"]), (&291.into(), &"431".into()));
    assert_eq!(clean["grouping"]["weight"]["relative_weight"], "1.2838");
}

#[test]
fn standard_input_is_a_file_too() {
    let bytes = std::fs::read(openclaim_testkit::workspace_root().join("examples/837i-inpatient-faults.837")).unwrap();
    let run = openclaim(&["check", "-"], &bytes);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("--> <stdin>:"), "{}", run.stdout);
}

#[test]
fn what_is_no_837_is_a_finding() {
    for (name, content) in [
        ("empty.837", &b""[..]),
        ("binary.837", &[0_u8, 159, 146, 150, 255, 0, 1, 2, 3, 254][..]),
        ("prose.837", b"Dear Sir or Madam, please find our claims enclosed."),
        ("utf16.837", b"\xff\xfeI\0S\0A\0*\0"),
    ] {
        let (_folder, path) = temporary(name, content);
        let run = check(&path);
        assert_eq!(run.code, 1, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("error[x12/"), "{name}: {}", run.stdout);
    }
}

#[test]
fn a_truncated_interchange_keeps_what_was_read() {
    let whole = std::fs::read(openclaim_testkit::workspace_root().join("examples/837i-inpatient-clean.837")).unwrap();
    let (_folder, path) = temporary("cut.837", &whole[..whole.len() * 2 / 3]);
    let run = check(&path);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("claim IP-0001-CLEAN") && run.stdout.contains("error[x12/"), "{}", run.stdout);
}

#[test]
fn files_that_cannot_be_read_and_wrong_usage_leave_exit_code_2() {
    for arguments in [
        &["check", "no/such/file.837"][..],
        &["check"],
        &["check", "--format", "xml", "examples"],
        &["group", "no/such/file.jsonl"],
        &["explain", "mce/no-such-edit"],
        &["frobnicate"],
    ] {
        let run = openclaim(arguments, b"");
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stdout);
        assert!(!run.stderr.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn stays_are_grouped_in_order() {
    let input = [stay(r#"{"id":"a"}"#), b"\n".to_vec(), stay(r#"{"id":"b","version":"400"}"#)].concat();
    let run = openclaim(&["group"], &input);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout.lines().next().unwrap(),
        r#"{"id":"a","version":"431","initial_mdc":5,"initial_drg":291,"final_mdc":5,"final_drg":291,"return_code":"OK","severity":"MCC","med_surg":"MEDICAL","hac_status":"NOT_APPLICABLE","hac_count":0}"#
    );
    assert_eq!(json_lines(&run.stdout)[1]["version"], "400");
}

#[test]
fn a_bad_line_costs_no_other() {
    let input = [
        b"not json\n".to_vec(),
        stay(r#"{"id":2,"version":"999"}"#),
        stay(r#"{"id":3,"age":null}"#),
        stay(r#"{"id":4,"sex":"X"}"#),
        stay(r#"{"id":5,"principal":{"code":"I50.2#","poa":"Y"}}"#),
        stay(r#"{"id":6,"version":null}"#),
        stay(r#"{"id":7,"version":null,"discharge_date":"1999-01-01"}"#),
        stay(r#"{"id":8,"secondary":"J9601"}"#),
        stay(r#"{"id":9}"#),
    ]
    .concat();
    let run = openclaim(&["group"], &input);
    assert_eq!(run.code, 1);
    let answers = json_lines(&run.stdout);
    let codes: Vec<_> = answers.iter().map(|answer| (answer["id"].clone(), answer["error"]["code"].as_str())).collect();
    let expected = [
        (Value::Null, Some("invalid_json")),
        (2.into(), Some("unknown_version")),
        (3.into(), Some("missing_field")),
        (4.into(), Some("invalid_field")),
        (5.into(), Some("invalid_field")),
        (6.into(), Some("missing_field")),
        (7.into(), Some("date_outside_tables")),
        (8.into(), Some("invalid_field")),
        (9.into(), None),
    ];
    assert_eq!(codes, expected);
    assert!(answers.iter().take(8).all(|answer| !answer["error"]["message"].as_str().unwrap().is_empty()));
}

#[test]
fn impossible_values_get_the_groupers_own_answer() {
    let many: Vec<Value> = (0..200).map(|_| serde_json::json!({"code": "J9601", "poa": "Y"})).collect();
    let many = serde_json::json!({"id": 3, "secondary": many}).to_string();
    let input = [stay(r#"{"id":1,"age":-1}"#), stay(r#"{"id":2,"age":99999999999}"#), stay(&many)].concat();
    let answers = json_lines(&openclaim(&["group"], &input).stdout);
    assert_eq!(
        (&answers[0]["return_code"], &answers[1]["return_code"]),
        (&"INVALID_AGE".into(), &"INVALID_AGE".into())
    );
    assert_eq!((&answers[2]["return_code"], &answers[2]["final_drg"]), (&"OK".into(), &291.into()));
}

#[test]
fn the_code_editor_counts() {
    let input =
        stay(r#"{"id":1,"discharge_date":"2026-05-01","length_of_stay":7,"age":-1,"principal":{"code":"F0280"}}"#);
    let run = openclaim(&["group", "--mce"], &input);
    assert_eq!(
        run.stdout.trim(),
        r#"{"id":1,"edit_type":"PREPAYMENT","edits":{"INVALID_AGE":1,"MANIFESTATION_AS_PDX":1}}"#
    );
}

#[test]
fn edits_are_listed_and_explained() {
    let list: Value = serde_json::from_str(&openclaim(&["explain", "--list", "--format", "json"], b"").stdout).unwrap();
    let edit = list.as_array().unwrap().iter().find(|edit| edit["id"] == "mce/age-conflict").unwrap();
    for key in ["id", "title", "family", "disposition", "carc", "rarc"] {
        assert!(edit.get(key).is_some(), "{key}");
    }
    let run = openclaim(&["explain", "mce/age-conflict"], b"");
    assert!(run.code == 0 && run.stdout.contains("What it checks") && run.stdout.contains("Source"), "{}", run.stdout);
    assert!(openclaim(&["explain", "DRG 291"], b"").stdout.contains("Heart Failure"));
    assert!(openclaim(&["explain", "I50.20"], b"").stdout.contains("Excludes1"));
}

#[test]
fn codes_are_found_by_code_prefix_and_words() {
    let found = |arguments: &[&str]| openclaim(arguments, b"").stdout;
    assert!(found(&["code", "i5020"]).contains("I50.20  Unspecified systolic (congestive) heart failure"));
    assert!(found(&["code", "I50.2", "--limit", "50"]).contains("I50.21"));
    assert!(found(&["code", "heart", "attack"]).contains("I21.9"));
    let nothing = openclaim(&["code", "qqqqzzzz"], b"");
    assert_eq!((nothing.code, nothing.stdout.as_str()), (1, ""));
}

#[test]
fn made_up_claims_are_clean_and_acknowledged() {
    let made = openclaim(&["synth", "--count", "12", "--seed", "9"], b"");
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let checked = openclaim(&["check", "-"], made.stdout.as_bytes());
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    for kind in ["ta1", "999", "277ca"] {
        let day = ["ack", "-", "--type", kind, "--date", "2026-07-02", "--time", "0800"];
        let answer = openclaim(&day, made.stdout.as_bytes());
        assert_eq!(answer.code, 0, "{kind}: {}", answer.stdout);
        assert!(answer.stdout.starts_with("ISA*00*"), "{}", answer.stdout);
    }
}

#[test]
fn a_named_fault_is_found_and_rejected() {
    let made = openclaim(&["synth", "--count", "3", "--type", "professional", "--fault", "invalid-date"], b"");
    assert_eq!(openclaim(&["check", "-"], made.stdout.as_bytes()).code, 1);
    let answer = openclaim(&["ack", "-", "--type", "999"], made.stdout.as_bytes());
    assert!(answer.code == 1 && answer.stdout.contains("*8*20260231~"), "{}", answer.stdout);
    let unknown = openclaim(&["synth", "--fault", "no-such-fault"], b"");
    assert!(unknown.code == 2 && unknown.stderr.contains("segment-count"), "{}", unknown.stderr);
}

#[test]
fn a_fhir_claim_is_grouped_as_an_837_is() {
    let run = openclaim(&["check", "examples/fhir-claim-inpatient.json"], b"");
    assert_eq!(run.code, 0, "{}", run.stdout);
    for part in ["claim FHIR-IP-0001", "MS-DRG 291", "0 errors"] {
        assert!(run.stdout.contains(part), "no `{part}` in\n{}", run.stdout);
    }
}

#[test]
fn faults_of_resources_are_shown_where_they_stand() {
    let run = openclaim(&["check", "examples/eob-faults.ndjson"], b"");
    assert_eq!(run.code, 1);
    let parts = [
        "error[record/malformed-json]",
        "examples/eob-faults.ndjson:3:",
        "error[record/not-a-date]: `2026-02-31`",
        "ExplanationOfBenefit.billablePeriod.start",
        "error[record/dangling-reference]",
        "error[record/not-a-code]: `G043`",
        "warning[record/unsupported-claim-type]",
        "3 claims",
    ];
    for part in parts {
        assert!(run.stdout.contains(part), "no `{part}` in\n{}", run.stdout);
    }
}

#[test]
fn compressed_files_and_standard_input_are_read_alike() {
    use flate2::{Compression, write::GzEncoder};
    let path = openclaim_testkit::workspace_root().join("examples/eob-faults.ndjson");
    let content = std::fs::read(path).unwrap();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&content).unwrap();
    let packed = encoder.finish().unwrap();
    let (_folder, path) = temporary("eob.ndjson.gz", &packed);
    let findings =
        |run: &Run| -> Vec<Value> { json_lines(&run.stdout).iter().map(|line| line["findings"].clone()).collect() };
    let plain = findings(&openclaim(&["check", "--format", "jsonl", "-"], &content));
    assert_eq!(findings(&openclaim(&["check", "--format", "jsonl", "-"], &packed)), plain);
    assert_eq!(findings(&openclaim(&["check", "--format", "jsonl", path.to_str().unwrap()], b"")), plain);
    assert!(check(&path).stdout.contains("eob.ndjson.gz:4:"));
}

#[test]
fn a_cms_claim_file_is_told_by_its_columns() {
    let records =
        b"BENE_ID|CLM_ID|NCH_CLM_TYPE_CD|CLM_FROM_DT|CLM_THRU_DT|CLM_LINE_NUM|REV_CNTR|REV_CNTR_TOT_CHRG_AMT\n\
        7|C3|40|04-MAY-2026|04-MAY-2026|1|0450|900.001\n";
    let (_folder, path) = temporary("outpatient.csv", records);
    let run = check(&path);
    assert!(run.stdout.contains("claim C3 (institutional"), "{}", run.stdout);
    assert!(run.stdout.contains("error[record/not-an-amount]"), "{}", run.stdout);
}
