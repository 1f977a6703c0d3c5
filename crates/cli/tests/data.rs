//! `openclaim data` and `openclaim code` on a data folder, as users meet them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A file to import.
    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_openclaim"))
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn good(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    }

    fn releases(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.data().join("releases"));
        let mut files: Vec<PathBuf> =
            entries.map(|entries| entries.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
        files.sort();
        files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Add-on edits are the smallest layout there is: primary, add-on, type.
fn add_on(rows: &str) -> String {
    format!("primary_code,add_on_code,aoc_edit_type\n{rows}")
}

fn import(folder: &Folder, name: &str, rows: &str, version: &str, published: &str) -> String {
    let file = folder.file(name, &add_on(rows));
    folder.good(&[
        "data",
        "import",
        &file,
        "--version",
        version,
        "--published",
        published,
        "--from",
        "2025-01-01",
        "--to",
        "2025-12-31",
    ])
}

#[test]
fn import_list_compare_export_and_verify() {
    let folder = Folder::new();
    import(&folder, "one.csv", "X0001,X0002,1\nX0001,X0003,1\n", "2025A", "2024-12-01");
    let before = folder.releases();
    assert_eq!(before.len(), 1);
    let again = import(&folder, "one.csv", "X0001,X0002,1\nX0001,X0003,1\n", "2025A", "2024-12-01");
    assert!(again.contains("was there already"), "{again}");
    assert_eq!(folder.releases(), before, "the same file gives the same bytes");

    // The corrected file: one row less, one changed, one more.
    let corrected = import(&folder, "two.csv", "X0001,X0002,2\nX0004,X0003,1\n", "2025A", "2025-02-01");
    assert!(corrected.contains("supersedes"), "{corrected}");
    let listed = json(&folder.good(&["data", "ls", "--format", "json"]));
    let lines: Vec<&Value> = listed.as_array().unwrap().iter().filter(|line| line["table"] == "ncci/aoc").collect();
    assert_eq!(lines.len(), 2);
    for key in ["release", "table", "version", "from", "to", "rows"] {
        assert!(lines[0].get(key).is_some(), "{key}");
    }
    assert_eq!((&lines[0]["rows"], &lines[0]["from"]), (&Value::from(2), &Value::from("2025-01-01")));
    let rules = json(&folder.good(&["data", "ls", "--rules", "--format", "json"]));
    let family = |name: &str| rules.as_array().unwrap().iter().find(|family| family["family"] == name).unwrap().clone();
    assert_eq!(family("NCCI add-on codes")["missing"], Value::Array(Vec::new()));
    assert_eq!(family("Drug payment limits")["missing"][0]["command"], Value::from("openclaim data pull --only asp"));

    let names: Vec<&str> = lines.iter().map(|line| line["release"].as_str().unwrap()).collect();
    let diff = json(&folder.good(&["data", "diff", names[0], names[1], "--format", "json"]));
    let changes: Vec<&str> = diff.as_array().unwrap().iter().map(|row| row["change"].as_str().unwrap()).collect();
    assert!(changes.contains(&"added") && changes.contains(&"removed"), "{diff}");
    let summary = folder.good(&["data", "diff", names[0], names[0], "--summary"]);
    assert!(summary.contains("0 added, 0 removed, 0 changed, 2 the same"), "{summary}");
    let csv = folder.good(&["data", "diff", names[0], names[1], "--format", "csv", "--table", "ncci/aoc"]);
    assert!(csv.starts_with("change,"), "{csv}");

    let export = |more: &[&str]| folder.good(&[&["data", "export", "ncci/aoc"], more].concat());
    assert_eq!(export(&["--at", "2025-01-15"]).lines().count(), 3);
    assert!(export(&["--at", "2025-01-15"]).contains("X0004"));
    assert!(!export(&["--at", "2025-01-15", "--known-at", "2025-01-31"]).contains("X0004"));
    assert_eq!(folder.run(&["data", "export", "ncci/aoc", "--at", "2030-01-01"]).code, 2);
    let written = tempfile::NamedTempFile::new().unwrap();
    let path = written.path().to_str().unwrap();
    folder.good(&["data", "export", "ncci/aoc", "--at", "2025-01-15", "--format", "parquet", "--output", path]);
    let bytes = std::fs::read(path).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{} bytes", bytes.len());

    assert!(folder.good(&["data", "verify"]).contains("2 releases"));
    let (path, bytes) = folder.releases().remove(0);
    std::fs::write(&path, &bytes[..bytes.len() - 8]).unwrap();
    let damaged = folder.run(&["data", "verify"]);
    assert!(damaged.code == 1 && damaged.stdout.contains("DAMAGED"), "{}", damaged.stdout);
    let listed = folder.run(&["data", "ls"]);
    assert!(listed.code == 0 && listed.stderr.contains("is left out"), "{}", listed.stderr);
}

#[test]
fn a_code_is_answered_by_what_was_known() {
    let folder = Folder::new();
    import(&folder, "one.csv", "X0001,X0002,1\n", "2025A", "2024-12-01");
    import(&folder, "two.csv", "X0001,X0003,1\nX0001,X0002,1\n", "2025A", "2025-02-01");
    let mentions = |more: &[&str]| {
        let run = folder.run(&[&["code", "X0003", "--format", "json"], more].concat());
        let answer = json(&run.stdout);
        (run.code, answer["mentions"].as_array().unwrap().len())
    };
    assert_eq!(mentions(&["--at", "2025-03-01"]), (0, 1));
    assert_eq!(mentions(&["--at", "2025-03-01", "--known-at", "2025-01-01"]), (1, 0));
    let history = folder.good(&["code", "X0002", "--history"]);
    assert_eq!(history.matches("ncci/aoc").count(), 2, "{history}");
}

#[test]
fn what_is_refused_leaves_the_folder_as_it_was() {
    let folder = Folder::new();
    import(&folder, "one.csv", "X0001,X0002,1\n", "2025A", "2024-12-01");
    let before = folder.releases();
    let unknown = folder.file("notes.csv", "subject,remark\n1,none\n");
    let run = folder.run(&["data", "import", &unknown]);
    assert!(run.code == 2 && run.stderr.contains("notes.csv"), "{}", run.stderr);
    let faulty = folder.file("bad.csv", &add_on("X0001,TOO-LONG-A-CODE,1\n"));
    let run = folder.run(&["data", "import", &faulty, "--version", "2025B", "--from", "2025-01-01"]);
    assert!(run.code == 2 && run.stderr.contains("bad.csv") && run.stderr.contains("row 2"), "{}", run.stderr);
    assert_eq!(folder.releases(), before);
    assert_eq!(folder.run(&["data", "import", "absent.zip"]).code, 2);
}

#[test]
fn an_explicit_folder_must_exist_to_be_read() {
    let folder = Folder::new();
    let run = folder.run(&["data", "ls"]);
    assert!(run.code == 2 && run.stderr.contains("no such data folder"), "{}", run.stderr);
    assert!(!Path::new(&folder.data()).exists());
}

#[test]
fn an_import_that_is_killed_leaves_whole_releases_only() {
    let folder = Folder::new();
    import(&folder, "one.csv", "X0001,X0002,1\n", "2025A", "2024-12-01");
    let rows: String = (0..20_000).map(|at| format!("X{at:04},Y{at:04},1\n")).collect();
    let large = folder.file("large.csv", &add_on(&rows));
    for wait in [0, 5, 20, 60, 150] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_openclaim"))
            .args(["data", "import", &large, "--version", &format!("v{wait}"), "--from", "2026-01-01", "--data"])
            .arg(folder.data())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let verified = folder.good(&["data", "verify"]);
        assert!(verified.contains("ncci-aoc-2025A-") && verified.contains(" 0 damaged"), "{verified}");
    }
    // The lock died with its holder, and what it left is swept.
    import(&folder, "one.csv", "X0001,X0002,1\n", "2025A", "2024-12-01");
    assert!(folder.releases().iter().all(|(path, _)| path.extension().is_some_and(|extension| extension == "flat")));
}

/// What `data diff` says of two adjacent ICD-10-CM releases is what the official addenda say, code for code.
#[test]
fn adjacent_releases_differ_by_the_official_addenda() {
    let Some(icd) = openclaim_testkit::shared("adjacent_releases_differ_by_the_official_addenda", "cms/icd10") else {
        return;
    };
    let folder = Folder::new();
    for year in [2025, 2026] {
        folder.good(&["data", "import", &icd.join(format!("cms_{year}_dx.zip")).to_string_lossy()]);
    }
    for (table, addenda) in [("icd10cm/titles", "icd10cm/titles-addenda"), ("icd10cm/order", "icd10cm/order-addenda")] {
        let between = ["data", "diff", "icd-10-cm-FY2025", "icd-10-cm-FY2026", "--format", "csv", "--table", table];
        let found = as_addenda(&folder.good(&between));
        let export = ["data", "export", addenda, "--release", "icd-10-cm-FY2026"];
        let mut official = Vec::new();
        for row in records(&folder.good(&export)) {
            official.push((row["code"].clone(), row["action"].clone()));
        }
        official.sort();
        assert!(official.len() > 500, "{table}");
        let only = |one: &[(String, String)], other: &[(String, String)]| {
            one.iter().filter(|change| !other.contains(change)).cloned().collect::<Vec<_>>()
        };
        assert_eq!((only(&found, &official), only(&official, &found)), (Vec::new(), Vec::new()), "{table}");
        assert_eq!(found.len(), official.len(), "{table}");
    }
}

fn records(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).into_deserialize().map(|row| row.unwrap()).collect()
}

/// The changes in the words of the addenda, which delete and add a code that is divided further.
fn as_addenda(csv: &str) -> Vec<(String, String)> {
    let rows = records(csv);
    let mut changes = Vec::new();
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        let code = || row["code"].clone();
        match row["change"].as_str() {
            "added" => changes.push((code(), "Add".to_owned())),
            "removed" => changes.push((code(), "Delete".to_owned())),
            _ => {
                at += 1;
                let divided = row.get("billable") != rows[at].get("billable");
                let words = if divided { ["Delete", "Add"] } else { ["Revise from", "Revise to"] };
                changes.extend(words.map(|word| (code(), word.to_owned())));
            }
        }
        at += 1;
    }
    changes.sort();
    changes
}
