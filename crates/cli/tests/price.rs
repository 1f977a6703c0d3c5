//! Prices of the physician fee schedule on CMS's release, as users meet them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

fn openclaim(arguments: &[&str], stdin: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_openclaim"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// From import to the lines of a claim: the door and `check` say the same.
#[test]
fn lines_of_a_claim_are_priced_from_an_imported_release() {
    let test = "lines_of_a_claim_are_priced_from_an_imported_release";
    let Some(values) = openclaim_testkit::shared(test, "cms/mpfs/RVU25D.zip") else { return };
    let Some(places) = openclaim_testkit::shared(test, "cms/geo") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let import = ["data", "import", values.to_str().unwrap(), places.to_str().unwrap(), "--data", data];
    assert_eq!(openclaim(&import, "").0, 0);

    // The example's visits, in a quarter that the release speaks for.
    let example = openclaim_testkit::workspace_root().join("examples/837p-several-claims.837");
    let claims = std::fs::read_to_string(example).unwrap().replace("202604", "202511");
    let (_, text) = openclaim(&["check", "-", "--format", "jsonl", "--data", data], &claims);
    let line = |claim: &Value, at: usize| claim["lines"]["lines"][at]["priced"].as_str().map(str::to_owned);
    let find = |id: &str| -> Value {
        let mut claims = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        claims.find(|claim| claim["claim_id"] == id).unwrap()
    };
    let ask = |code: &str, modifiers: &[&str], charge: &str| -> Option<String> {
        let request = json!({"id": 1, "hcpcs": code, "modifiers": modifiers, "zip": "43215", "date": "2025-11-22",
            "place_of_service": "11", "charge": charge});
        let (code, answer) = openclaim(&["price", "mpfs", "--data", data], &request.to_string());
        assert_eq!(code, 0, "{answer}");
        serde_json::from_str::<Value>(&answer).unwrap()["amount"].as_str().map(str::to_owned)
    };
    let visit_and_injection = find("PR-0002-C");
    assert_eq!(line(&visit_and_injection, 0), ask("99213", &["25"], "120"));
    assert_eq!(line(&visit_and_injection, 1), ask("20610", &["RT"], "210"));
    assert!(line(&visit_and_injection, 1).is_some());
    // A laboratory test is outside the schedule, and its own is not loaded.
    let with_test = find("PR-0002-A");
    assert_eq!(line(&with_test, 0), ask("99214", &[], "185"));
    assert_eq!(with_test["lines"]["lines"][1]["not_evaluated"]["rule"], "fee-schedules");
    assert_eq!(with_test["lines"]["allowed"], Value::Null);

    let (_, text) = openclaim(&["check", "-", "--data", data], &claims);
    for part in ["fee schedule amount", "conversion factor 32.3465", "taken for granted"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}
