//! Runs the cases under `tests/cases/x12/` and `tests/cases/code/`; the README there tells what stands in them.
//!
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test x12_cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/file_case.rs"]
mod file_case;
#[path = "support/pages.rs"]
mod pages;

use file_case::{Failing, change, lacking, limit, quoted, shown};
use openclaim_claim::{FileId, Finding, HcpcsCode, NotEvaluated};
use openclaim_edits::code::Codes;
use openclaim_edits::intake::{Companion, Intake, Rulebook};
use openclaim_edits::registry::Family;
use openclaim_edits::x12;
use openclaim_reference::Library;
use openclaim_x12::{Event, Limits, Reader};
use pages::{block, folder, judged};
use std::collections::HashSet;
use std::fmt::Write as _;

/// A file to be read, and how.
struct Case {
    bytes: Vec<u8>,
    limits: Limits,
    /// Where the operating system fails, if it does.
    fails_at: Option<usize>,
    companion: Option<Companion>,
    procedure_codes: Option<HashSet<HcpcsCode>>,
}

fn plain(bytes: Vec<u8>) -> Case {
    Case { bytes, limits: Limits::default(), fails_at: None, companion: None, procedure_codes: None }
}

fn read_case(block: &str) -> Case {
    let mut case = plain(base("base").into_bytes());
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        if matches!(line, "professional" | "outpatient") {
            case.bytes = base(&format!("base {line}")).into_bytes();
        } else if line.starts_with("companion ") {
            case.companion = Some(toml::from_str(&String::from_utf8_lossy(&quoted(line)[0])).unwrap());
        } else if line.starts_with("procedure codes ") {
            let list = String::from_utf8_lossy(&quoted(line)[0]).into_owned();
            case.procedure_codes = Some(list.split(' ').map(|code| HcpcsCode::parse(code).unwrap()).collect());
        } else if change(line, &mut case.bytes, &mut case.fails_at) {
        } else if let Some((name, limit)) = limit(line) {
            match name {
                "segment_bytes" => case.limits.segment_bytes = limit,
                "claim_bytes" => case.limits.claim_bytes = limit as u64,
                "lines_per_claim" => case.limits.lines_per_claim = limit,
                "faults_per_claim" => case.limits.faults_per_claim = limit,
                "faults_per_file" => case.limits.faults_per_file = limit,
                other => panic!("`{other}` is no limit of the reader"),
            }
        } else {
            panic!("`{line}` is no line of a file block");
        }
    }
    case
}

fn findings(case: &Case) -> (Vec<Finding>, Vec<NotEvaluated>) {
    let library = Library::embedded().unwrap();
    let rules = Rulebook {
        codes: Codes { library: &library, hcpcs: case.procedure_codes.as_ref() },
        poa_required: true,
        companion: case.companion.as_ref(),
    };
    let reader = match case.fails_at {
        Some(at) => Reader::with_limits(Failing(&case.bytes[..at]), FileId(0), case.limits),
        None => Reader::from_slice_with_limits(&case.bytes, FileId(0), case.limits),
    };
    let (mut found, mut not_evaluated, mut intake) = (Vec::new(), Vec::new(), Intake::default());
    for event in reader.validating() {
        match event {
            Event::Claim(record) => {
                found.extend(record.faults.iter().map(x12::finding));
                let (more, cannot) = intake.check(&record.claim, &record.faults, Some(&record.envelope), &rules);
                found.extend(more);
                not_evaluated.extend(cannot);
            }
            Event::Fault(fault) => found.push(x12::finding(&fault)),
        }
    }
    (found, not_evaluated)
}

fn answer(edit: &str, case: &Case) -> String {
    let (found, not_evaluated) = findings(case);
    let mut text = shown(edit, &found, &case.bytes);
    for cannot in not_evaluated.iter().filter(|cannot| cannot.rule == edit) {
        writeln!(text, "cannot tell ({:?}): {}", cannot.reason, cannot.detail).unwrap();
    }
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

fn base(name: &str) -> String {
    let readme = std::fs::read_to_string(folder().join("x12/README.md")).unwrap();
    block(&readme, &format!("```{name}\n")).unwrap().to_owned()
}

#[test]
fn the_unchanged_files_have_no_fault() {
    for name in ["base", "base professional", "base outpatient"] {
        let (found, _) = findings(&plain(base(name).into_bytes()));
        assert_eq!(found, [], "{name}");
    }
}

#[test]
fn every_fault_answers_as_its_cases_say() {
    let mut problems = Vec::new();
    for edit in Family::X12.edits().iter().chain(Family::Code.edits().iter().filter(|edit| edit.snip.is_some())) {
        let judge = |changes: &str| ((), answer(edit.id, &read_case(changes)));
        if let Some((_, answers)) = judged(edit.id, "file", &mut problems, judge) {
            problems.extend(lacking(edit.id, &answers));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
