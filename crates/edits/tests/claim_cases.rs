//! Runs the cases of the claim edits under `tests/cases/`; `tests/cases/README.md` tells what stands in them.
//!
//! `OPENCLAIM_BLESS=1 cargo test -p openclaim-edits --test claim_cases` writes the answers anew, for review as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/claim_block.rs"]
mod claim_block;
#[path = "support/files.rs"]
mod files;
#[path = "support/pages.rs"]
mod pages;

use claim_block::Case;
use files::Libraries;
use openclaim_claim::{Claim, Evidence, Finding, NotEvaluated, Subject};
use openclaim_edits::registry::{Edit, Family, all};
use openclaim_edits::service::{self, History, Sentences, Switches};
use pages::{folder, judged};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a case file says when its edit reads nothing that could be missing.
const ALWAYS_TELLS: &str = "This edit can always tell.";

/// Whether the edit is one of the claim edits; the others have runners of their own.
fn is_claim_edit(edit: &Edit) -> bool {
    match edit.family {
        Family::X12 | Family::Record | Family::Mce => false,
        // Edits of intake carry a SNIP level.
        Family::Code => edit.snip.is_none(),
        Family::Modifier | Family::Ncci | Family::Coverage | Family::Quality => true,
    }
}

fn answer(edit: &Edit, case: &Case, libraries: &mut Libraries) -> String {
    let (library, tables) = libraries.without(&case.without);
    let switches = Switches { known_at: case.known_at, mac: case.mac.clone(), ..Switches::default() };
    let mut history = History::default();
    let (judged, earlier) = case.claims.split_last().expect("a case has a claim");
    for claim in earlier {
        let _ = service::check(claim, tables, library, &switches, &mut history, &mut Sentences::default());
    }
    let (findings, not_evaluated) =
        service::check(judged, tables, library, &switches, &mut history, &mut Sentences::default());
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.edit == edit.id) {
        render(finding, judged, &mut text);
    }
    let of_edit = |cannot: &&NotEvaluated| {
        cannot.rule == edit.id || (cannot.rule == edit.family.name() && cannot.detail.contains(edit.name()))
    };
    for cannot in not_evaluated.iter().filter(of_edit) {
        // A note that edits share lists all of them; the list is not this edit's business.
        let detail = match cannot.rule.contains('/') {
            true => cannot.detail.as_str(),
            false => cannot.detail.rsplit_once(": ").map_or(cannot.detail.as_str(), |(detail, _)| detail),
        };
        writeln!(text, "cannot tell ({:?}): {detail}", cannot.reason).unwrap();
        if let Some(remedy) = &cannot.remedy {
            writeln!(text, "  remedy: {remedy}").unwrap();
        }
    }
    if text.is_empty() { "passes\n".to_owned() } else { text }
}

fn render(finding: &Finding, claim: &Claim, text: &mut String) {
    let line = |index: u32| claim.lines.get(index as usize).map_or(0, |line| line.number);
    let at = match finding.subject {
        Subject::Diagnosis(position) => format!("diagnosis {}", position + 1),
        Subject::Procedure(position) => format!("procedure {}", position + 1),
        Subject::Line(index) => format!("line {}", line(index)),
        Subject::LinePair(one, two) => format!("line {} (with line {})", line(one), line(two)),
        ref other => format!("the {}", format!("{other:?}").to_lowercase()),
    };
    write!(text, "{} at {at}: {}", finding.disposition, finding.message).unwrap();
    match (finding.carc, finding.rarc) {
        (Some(carc), Some(rarc)) => writeln!(text, " [CARC {carc}, RARC {rarc}]"),
        (Some(carc), None) => writeln!(text, " [CARC {carc}]"),
        _ => writeln!(text),
    }
    .unwrap();
    for evidence in &finding.evidence {
        match evidence {
            Evidence::Element { name, value, .. } => writeln!(text, "  read {name} = {value}"),
            Evidence::Row { table, key, value, .. } => writeln!(text, "  row {table} {key} = {value}"),
        }
        .unwrap();
    }
    for clearance in &finding.clears {
        let change = clearance.change.as_ref().map(|change| format!(" ({})", serde_json::to_string(change).unwrap()));
        writeln!(text, "  {:?}: {}{}", clearance.kind, clearance.action, change.unwrap_or_default()).unwrap();
    }
}

#[test]
fn every_claim_edit_answers_as_its_cases_say() {
    let mut libraries = Libraries::new(&folder().join("files"));
    let mut problems = Vec::new();
    for edit in all().filter(|edit| is_claim_edit(edit)) {
        let judge = |block: &str| {
            let case = Case::read(block).unwrap_or_else(|problem| panic!("{}: {problem}", edit.id));
            let now = answer(edit, &case, &mut libraries);
            (case, now)
        };
        let Some((markdown, cases)) = judged(edit.id, "claim", &mut problems, judge) else { continue };
        let answers = |word: &str| cases.iter().any(|(_, answer)| answer.starts_with(word));
        let fires = cases.iter().any(|(_, answer)| !answer.starts_with("passes") && !answer.starts_with("cannot tell"));
        if !(fires && answers("passes")) {
            problems.push(format!("{} lacks a case that fires or one that passes", edit.id));
        }
        if !answers("cannot tell") && !markdown.contains(ALWAYS_TELLS) {
            problems.push(format!("{} lacks a case that cannot tell, or the words `{ALWAYS_TELLS}`", edit.id));
        }
        let days: BTreeSet<_> = cases.iter().filter_map(|(case, _)| case.claims.last()?.service_from()).collect();
        if days.len() < 2 {
            problems.push(format!("{} lacks a case on another day", edit.id));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
