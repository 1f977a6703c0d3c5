//! Runs the cases under `tests/cases/x12/` and `tests/cases/code/`; the README there tells what stands in them.
//!
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test x12_cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{FileId, Finding, HcpcsCode, NotEvaluated};
use openclaim_edits::code::Codes;
use openclaim_edits::intake::{Companion, Intake, Rulebook};
use openclaim_edits::registry::Family;
use openclaim_edits::x12;
use openclaim_reference::Library;
use openclaim_x12::{Event, Limits, Reader};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file to be read, and how.
struct Case {
    bytes: Vec<u8>,
    limits: Limits,
    /// Where the operating system fails, if it does.
    fails_at: Option<usize>,
    companion: Option<Companion>,
    procedure_codes: Option<HashSet<HcpcsCode>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
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

fn plain(bytes: Vec<u8>) -> Case {
    Case { bytes, limits: Limits::default(), fails_at: None, companion: None, procedure_codes: None }
}

fn read_case(block: &str) -> Case {
    let mut case = plain(base("base").into_bytes());
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let texts = quoted(line);
        if matches!(line, "professional" | "outpatient") {
            case.bytes = base(&format!("base {line}")).into_bytes();
        } else if line.starts_with("companion ") {
            case.companion = Some(toml::from_str(&String::from_utf8_lossy(&texts[0])).unwrap());
        } else if line.starts_with("procedure codes ") {
            let list = String::from_utf8_lossy(&texts[0]).into_owned();
            case.procedure_codes = Some(list.split(' ').map(|code| HcpcsCode::parse(code).unwrap()).collect());
        } else if line.starts_with("replace ") {
            let at = find(&case.bytes, &texts[0]);
            case.bytes.splice(at..at + texts[0].len(), texts[1].iter().copied());
        } else if line.starts_with("cut behind ") {
            case.bytes.truncate(find(&case.bytes, &texts[0]) + texts[0].len());
        } else if line.starts_with("stop reading behind ") {
            case.fails_at = Some(find(&case.bytes, &texts[0]) + texts[0].len());
        } else if line.starts_with("only ") {
            case.bytes.clone_from(&texts[0]);
        } else if let Some((name, limit)) = line.strip_prefix("limit ").and_then(|rest| rest.split_once(" to ")) {
            let limit: usize = limit.trim().parse().unwrap();
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
    let mut text = String::new();
    let (found, not_evaluated) = findings(case);
    for finding in found.iter().filter(|finding| finding.edit == edit) {
        let span = finding.span.unwrap();
        let start = usize::try_from(span.start).unwrap().min(case.bytes.len());
        let end = usize::try_from(span.end()).unwrap().min(case.bytes.len());
        let pointed: String = String::from_utf8_lossy(&case.bytes[start..end]).chars().take(60).collect();
        let pointed = pointed.replace('\n', "\\n").replace(|c: char| c.is_control(), "\u{fffd}");
        writeln!(text, "{} at `{pointed}`: {}", finding.disposition, finding.message).unwrap();
    }
    for cannot in not_evaluated.iter().filter(|cannot| cannot.rule == edit) {
        writeln!(text, "cannot tell ({:?}): {}", cannot.reason, cannot.detail).unwrap();
    }
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

/// The file with every answer as it is now, and the answers.
fn run(edit: &str, markdown: &str) -> (String, Vec<String>) {
    let (mut anew, mut answers, mut rest) = (String::new(), Vec::new(), markdown);
    while let Some(changes) = block(rest, "```file\n") {
        let now = answer(edit, &read_case(changes));
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
    let bless = std::env::var_os("OPENCLAIM_BLESS").is_some();
    let mut problems = Vec::new();
    for edit in Family::X12.edits().iter().chain(Family::Code.edits().iter().filter(|edit| edit.snip.is_some())) {
        let path = folder().join(format!("{}.md", edit.id));
        let Ok(markdown) = std::fs::read_to_string(&path) else {
            problems.push(format!("{} has no case file {}", edit.id, path.display()));
            continue;
        };
        let (anew, answers) = run(edit.id, &markdown);
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
