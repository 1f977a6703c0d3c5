//! Runs the cases under `tests/cases/`: Markdown that coders can read, and that fails when an edit changes its answer.
//!
//! A case is a block ` ```claim ` followed by a block ` ```answer `; `tests/cases/README.md` tells what stands in them.
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/pages.rs"]
mod pages;

use openclaim_claim::{DiagnosisCode, Evidence, Finding, ProcedureCode, Sex, Spanned, Subject};
use openclaim_edits::mce::{self, Coded, MceInput, Tables};
use openclaim_edits::registry::Family;
use openclaim_reference::Library;
use pages::{folder, judged};
use std::fmt::Write as _;

/// A claim block: the stay, and the tables that are taken away.
struct Case {
    input: MceInput,
    without: Vec<String>,
}

fn read_claim(block: &str) -> Result<Case, String> {
    let mut input = MceInput {
        age: Some(66),
        sex: Some(Spanned::bare(Sex::Female)),
        discharge_status: Some(Spanned::bare("01".parse().unwrap())),
        discharge_date: Some("2026-05-01".parse().unwrap()),
        length_of_stay: Some(5),
        ..MceInput::default()
    };
    let (mut principal, mut secondary, mut procedures) = (Some("I50.20".to_owned()), Vec::new(), Vec::new());
    let mut without = Vec::new();
    for line in block.lines().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is no `key: value`"))?;
        let value = value.trim();
        let stated = (value != "not stated").then_some(value);
        let listed = || value.split(',').map(|code| code.trim().to_owned()).collect::<Vec<_>>();
        match key.trim() {
            "age" => input.age = stated.map(|text| text.parse().unwrap()),
            "sex" => {
                input.sex = stated.map(|text| {
                    Spanned::bare(match text {
                        "M" => Sex::Male,
                        "F" => Sex::Female,
                        _ => Sex::Unknown,
                    })
                });
            }
            "discharge status" => input.discharge_status = stated.map(|text| Spanned::bare(text.parse().unwrap())),
            "discharged" => input.discharge_date = stated.map(|text| text.parse().unwrap()),
            "days" => input.length_of_stay = stated.map(|text| text.parse().unwrap()),
            "admitting" => {
                input.admitting =
                    stated.map(|text| Coded { code: DiagnosisCode::parse(text).unwrap(), position: 99, span: None });
            }
            "principal" => principal = stated.map(str::to_owned),
            "secondary" => secondary = listed(),
            "procedures" => procedures = listed(),
            "without tables" => without = listed(),
            other => return Err(format!("`{other}` is no key of a claim block")),
        }
    }
    let diagnosis = |text: &String| DiagnosisCode::parse(text).unwrap();
    let input = input.with_codes(
        principal.as_ref().map(diagnosis),
        secondary.iter().map(diagnosis),
        procedures.iter().map(|text| ProcedureCode::parse(text).unwrap()),
    );
    Ok(Case { input, without })
}

fn answer(edit: &str, case: &Case, library: &Library) -> String {
    let mut tables = Tables::of(library);
    for table in &case.without {
        match table.as_str() {
            "mce" => tables.mce = None,
            "icd-10-cm" => tables.icd10cm = None,
            "icd-10-pcs" => tables.icd10pcs = None,
            other => panic!("`{other}` is no table"),
        }
    }
    let (findings, not_evaluated) = mce::check_input(&case.input, &tables);
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.edit == edit) {
        render(finding, &case.input, &mut text);
    }
    for cannot in not_evaluated.iter().filter(|cannot| cannot.rule == edit) {
        writeln!(text, "cannot tell ({:?}): {}", cannot.reason, cannot.detail).unwrap();
    }
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

fn render(finding: &Finding, input: &MceInput, text: &mut String) {
    let at = match finding.subject {
        Subject::Diagnosis(0) => "the principal diagnosis".to_owned(),
        Subject::Diagnosis(99) => "the admitting diagnosis".to_owned(),
        Subject::Diagnosis(position) => format!("secondary diagnosis {position}"),
        Subject::Procedure(position) => {
            format!("procedure {} of {}", position + 1, input.procedures.len())
        }
        ref other => format!("{other:?}").to_lowercase(),
    };
    writeln!(text, "{} at {at}: {}", finding.disposition, finding.message).unwrap();
    for evidence in &finding.evidence {
        match evidence {
            Evidence::Element { name, value, .. } => writeln!(text, "  read {name} = {value}"),
            Evidence::Row { table, key, value, .. } => writeln!(text, "  row {table} {key} = {value}"),
        }
        .unwrap();
    }
    for clearance in &finding.clears {
        writeln!(text, "  {:?}: {}", clearance.kind, clearance.action).unwrap();
    }
}

#[test]
fn every_edit_answers_as_its_cases_say() {
    let library = Library::embedded().unwrap();
    let mut problems = Vec::new();
    for edit in Family::Mce.edits() {
        let judge = |block: &str| {
            let case = read_claim(block).unwrap_or_else(|problem| panic!("{}: {problem}", edit.id));
            let now = answer(edit.id, &case, &library);
            (case, now)
        };
        let Some((_, cases)) = judged(edit.id, "claim", &mut problems, judge) else { continue };
        let answers = |word: &str| cases.iter().any(|(_, answer)| answer.starts_with(word));
        let fires = cases.iter().any(|(_, answer)| !answer.starts_with("passes") && !answer.starts_with("cannot tell"));
        let days: std::collections::BTreeSet<_> =
            cases.iter().filter_map(|(case, _)| case.input.discharge_date).collect();
        if !(fires && answers("passes") && answers("cannot tell") && days.len() > 1) {
            problems.push(format!("{} lacks a case that fires, passes, cannot tell, or another date", edit.id));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_case_file_belongs_to_an_edit() {
    for family in std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("files"))
    {
        for file in std::fs::read_dir(&family).unwrap() {
            let file = file.unwrap().path();
            if file.file_name().is_some_and(|name| name == "README.md") {
                continue;
            }
            let id = format!("{}/{}", family.file_name().unwrap().display(), file.file_stem().unwrap().display());
            assert!(openclaim_edits::find(&id).is_some_and(|edit| edit.id == id), "{} is of no edit", file.display());
        }
    }
}
