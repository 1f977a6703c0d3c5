//! Runs the cases under `tests/cases/record/`; the README there tells what stands in them.
//!
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test record_cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/file_case.rs"]
mod file_case;
#[path = "support/pages.rs"]
mod pages;

use file_case::{Failing, change, lacking, limit, shown};
use openclaim_claim::{FileId, Finding};
use openclaim_edits::record;
use openclaim_edits::registry::Family;
use openclaim_fhir::{Event, Limits, Reader};
use pages::{block, folder, judged};
use std::io::BufReader;

/// A file to be read, and how.
struct Case {
    bytes: Vec<u8>,
    limits: Limits,
    /// Where the operating system fails, if it does.
    fails_at: Option<usize>,
}

fn read_case(bases: &[String; 2], block: &str) -> Case {
    let mut case = Case { bytes: bases[0].clone().into_bytes(), limits: Limits::default(), fails_at: None };
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        if line == "records" {
            case.bytes = bases[1].clone().into_bytes();
        } else if change(line, &mut case.bytes, &mut case.fails_at) {
        } else if let Some((name, limit)) = limit(line) {
            match name {
                "text_bytes" => case.limits.text_bytes = limit,
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

fn findings(case: &Case) -> Vec<Finding> {
    let events: Vec<Event> = match case.fails_at {
        Some(at) => Reader::with_limits(BufReader::new(Failing(&case.bytes[..at])), FileId(0), case.limits).collect(),
        None => Reader::with_limits(case.bytes.as_slice(), FileId(0), case.limits).collect(),
    };
    let all = events.iter().flat_map(|event| match event {
        Event::Claim(record) => record.faults.iter().map(record::finding).collect::<Vec<_>>(),
        Event::Fault(fault) => vec![record::file_finding(fault)],
    });
    all.collect()
}

fn answer(edit: &str, case: &Case) -> String {
    let text = shown(edit, &findings(case), &case.bytes);
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

fn bases() -> [String; 2] {
    let readme = std::fs::read_to_string(folder().join("record/README.md")).unwrap();
    ["```resources\n", "```records\n"].map(|fence| block(&readme, fence).unwrap().to_owned())
}

#[test]
fn the_unchanged_files_have_no_fault() {
    for base in bases() {
        let case = Case { bytes: base.into_bytes(), limits: Limits::default(), fails_at: None };
        assert_eq!(findings(&case), []);
    }
}

#[test]
fn every_fault_answers_as_its_cases_say() {
    let bases = bases();
    let mut problems = Vec::new();
    for edit in Family::Record.edits() {
        let judge = |changes: &str| ((), answer(edit.id, &read_case(&bases, changes)));
        if let Some((_, answers)) = judged(edit.id, "file", &mut problems, judge) {
            problems.extend(lacking(edit.id, &answers));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
