//! Runs the cases under `tests/cases/record/`; the README there tells what stands in them.
//!
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test record_cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{FileId, Finding};
use openclaim_edits::record;
use openclaim_edits::registry::Family;
use openclaim_fhir::{Event, Limits, Reader};
use std::fmt::Write as _;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// A file to be read, and how.
struct Case {
    bytes: Vec<u8>,
    limits: Limits,
    /// Where the operating system fails, if it does.
    fails_at: Option<usize>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/record")
}

/// The content of the block behind a fence.
fn block<'t>(markdown: &'t str, fence: &str) -> Option<&'t str> {
    let start = markdown.find(fence)? + fence.len();
    Some(&markdown[start..start + markdown[start..].find("```")?])
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let at = bytes.windows(wanted.len()).position(|window| window == wanted);
    at.unwrap_or_else(|| panic!("`{}` does not stand in the file", String::from_utf8_lossy(wanted)))
}

/// Text between backticks, with `\xHH` and `\n` made bytes.
fn quoted(line: &str) -> Vec<Vec<u8>> {
    let unescape = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('\\') {
            bytes.extend_from_slice(before.as_bytes());
            let (byte, len) = match behind.as_bytes() {
                [b'n', ..] => (b'\n', 1),
                _ => (u8::from_str_radix(&behind[1..3], 16).unwrap(), 3),
            };
            bytes.push(byte);
            rest = &behind[len..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    };
    line.split('`').skip(1).step_by(2).map(unescape).collect()
}

fn read_case(bases: &[String; 2], block: &str) -> Case {
    let mut case = Case { bytes: bases[0].clone().into_bytes(), limits: Limits::default(), fails_at: None };
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let texts = quoted(line);
        if line == "records" {
            case.bytes = bases[1].clone().into_bytes();
        } else if line.starts_with("replace ") {
            let at = find(&case.bytes, &texts[0]);
            case.bytes.splice(at..at + texts[0].len(), texts[1].iter().copied());
        } else if line.starts_with("stop reading behind ") {
            case.fails_at = Some(find(&case.bytes, &texts[0]) + texts[0].len());
        } else if line.starts_with("only ") {
            case.bytes.clone_from(&texts[0]);
        } else if let Some((name, limit)) = line.strip_prefix("limit ").and_then(|rest| rest.split_once(" to ")) {
            let limit: usize = limit.trim().parse().unwrap();
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

/// A stream that fails behind its last byte.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("the drive went away"));
        }
        self.0.read(buffer)
    }
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
    let mut text = String::new();
    for finding in findings(case).iter().filter(|finding| finding.edit == edit) {
        let span = finding.span.unwrap();
        let start = usize::try_from(span.start).unwrap().min(case.bytes.len());
        let end = usize::try_from(span.end()).unwrap().min(case.bytes.len());
        let pointed: String = String::from_utf8_lossy(&case.bytes[start..end]).chars().take(60).collect();
        let pointed = pointed.replace('\n', "\\n").replace(|c: char| c.is_control(), "\u{fffd}");
        writeln!(text, "{} at `{pointed}`: {}", finding.disposition, finding.message).unwrap();
    }
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

/// The file with every answer as it is now, and the answers.
fn run(edit: &str, markdown: &str, bases: &[String; 2]) -> (String, Vec<String>) {
    let (mut anew, mut answers, mut rest) = (String::new(), Vec::new(), markdown);
    while let Some(changes) = block(rest, "```file\n") {
        let now = answer(edit, &read_case(bases, changes));
        let fence = "```answer\n";
        let start = rest.find(fence).expect("a file block without its answer") + fence.len();
        let end = start + rest[start..].find("```").expect("an answer without its end");
        write!(anew, "{}{now}", &rest[..start]).unwrap();
        // What follows begins with the fence that ends the answer.
        let (closing, behind) = rest[end..].split_at(3);
        anew.push_str(closing);
        rest = behind;
        answers.push(now);
    }
    anew.push_str(rest);
    (anew, answers)
}

fn bases() -> [String; 2] {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
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
    let bless = std::env::var_os("OPENCLAIM_BLESS").is_some();
    let mut problems = Vec::new();
    for edit in Family::Record.edits() {
        let path = folder().join(format!("{}.md", edit.name()));
        let Ok(markdown) = std::fs::read_to_string(&path) else {
            problems.push(format!("{} has no case file {}", edit.id, path.display()));
            continue;
        };
        let (anew, answers) = run(edit.id, &markdown, &bases);
        if anew != markdown {
            if bless {
                std::fs::write(&path, &anew).unwrap();
            } else {
                let line = anew.lines().zip(markdown.lines()).position(|(now, said)| now != said).unwrap_or(0);
                let now = anew.lines().nth(line).unwrap_or_default();
                problems.push(format!("{}, line {}: the answer is now `{now}`", path.display(), line + 1));
            }
        }
        if !answers.iter().any(|answer| answer != "passes\n") || !answers.iter().any(|answer| answer == "passes\n") {
            problems.push(format!("{} lacks a case that fires or one that passes", path.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
