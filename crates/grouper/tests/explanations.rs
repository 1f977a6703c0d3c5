//! Explanations of small claims, version 43.1.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{stay, v431};
use openclaim_grouper::{Explanation, GroupInput, HacResult, RouteResult, SeverityLoss};

fn explain(stay: &GroupInput) -> Explanation {
    v431().explain(stay)
}

fn because(explanation: &Explanation) -> Vec<(&str, Vec<&str>)> {
    let attributes = &explanation.initial.winner.as_ref().unwrap().attributes;
    attributes.iter().map(|a| (a.attribute.as_str(), a.sources.iter().map(String::as_str).collect())).collect()
}

#[test]
fn the_winning_formula_and_its_codes() {
    let explanation = explain(&stay("I5020", &["N179", "I10"], &[]));
    let winner = explanation.initial.winner.as_ref().unwrap();
    assert_eq!((winner.list, winner.formula.as_str()), (5, "CC & PDX:dxc0505"));
    assert_eq!(because(&explanation), [("CC", vec!["N179"]), ("PDX:dxc0505", vec!["I5020"])]);
    assert_eq!(explanation.initial.drg_name.as_deref(), Some("Heart Failure and Shock with CC"));
    assert!(explanation.outcome.is_none(), "no condition is met, so the final grouping is the initial one");
}

#[test]
fn the_only_cc_is_named_and_only_when_it_is_the_only_one() {
    let sole = |secondary: &[&str]| explain(&stay("I5020", secondary, &[])).initial.sole.map(|source| source.code);
    assert_eq!(sole(&["N179", "I10"]).as_deref(), Some("N179"));
    assert_eq!(sole(&["N179", "J440"]), None);
    assert_eq!(sole(&["N179", "J9601"]).as_deref(), Some("J9601"), "the MCC is the only one at its level");
    assert_eq!(sole(&["I10"]), None);
}

#[test]
fn what_the_formulas_before_lacked() {
    let explanation = explain(&stay("I5020", &["N179"], &[]));
    let family: Vec<_> = explanation.initial.lacking.iter().filter(|lacking| lacking.same_base).collect();
    assert_eq!(family.len(), 1);
    assert_eq!((family[0].drg, family[0].lacks.as_slice()), (291, ["MCC".to_owned()].as_slice()));
    let valve = explanation.initial.lacking.iter().find(|lacking| lacking.drg == 220).unwrap();
    assert_eq!(valve.lacks, ["valve"]);
}

#[test]
fn levels_that_do_not_count_say_why() {
    let why = |claim: &GroupInput| {
        let explanation = explain(claim);
        explanation.initial.not_counting.into_iter().map(|lost| (lost.code, lost.why)).collect::<Vec<_>>()
    };
    let excluded = why(&stay("E161", &["R402120"], &[]));
    assert!(
        matches!(&excluded[..], [(code, SeverityLoss::PrincipalExcludes { principal, group })]
            if code == "R402120" && principal == "E161" && *group != 0),
        "{excluded:?}"
    );
    let mut died = stay("I5020", &["I469"], &[]);
    died.discharge_status = Some(20);
    assert_eq!(why(&died), [("I469".to_owned(), SeverityLoss::PatientDied)]);
    let used = why(&stay("I5020", &["I2101"], &[]));
    assert_eq!(used, [("I2101".to_owned(), SeverityLoss::UsedByFormula { attributes: vec!["ami".to_owned()] })]);
}

#[test]
fn hospital_acquired_conditions_are_followed() {
    let explanation = explain(&stay("I5020", &["T3140:N", "I82493:N"], &[]));
    let results: Vec<_> = explanation.hacs.iter().map(|finding| (finding.hac, &finding.result)).collect();
    let lacks = HacResult::CriteriaNotMet { lacks: vec!["hac10_proc".to_owned()] };
    assert_eq!(results, [(5, &HacResult::Met), (10, &lacks)]);
    let outcome = explanation.outcome.unwrap();
    assert_eq!(outcome.not_counting.len(), 1);
    assert_eq!(outcome.not_counting[0].why, SeverityLoss::HospitalAcquired { hacs: vec![5] });
    assert_eq!(outcome.sole.map(|source| source.code).as_deref(), Some("I82493"));
}

#[test]
fn the_route_through_the_lists() {
    let explanation = explain(&stay("I5020", &[], &["0SRD0J9"]));
    let route: Vec<_> = explanation.initial.route.iter().map(|step| (step.list, step.result)).collect();
    let expected = [(0, RouteResult::NothingHeld), (5, RouteResult::Rerouted(29)), (29, RouteResult::Assigned(983))];
    assert_eq!(route, expected);
    assert_eq!(because(&explanation), [("d468", vec!["0SRD0J9"])]);
}

#[test]
fn clusters_and_codes_nobody_knows_are_told() {
    let explanation = explain(&stay("I5020", &["Z9ZZZ"], &["02HK0KZ", "0JH609Z", "0ZZZZZZ"]));
    let cluster = explanation.clusters.iter().find(|cluster| cluster.name == "Z@0217").unwrap();
    assert_eq!(
        (cluster.procedures.as_slice(), cluster.suppressed_lists.as_slice()),
        (["02HK0KZ".to_owned(), "0JH609Z".to_owned()].as_slice(), [5, 29].as_slice())
    );
    assert!(because(&explanation).iter().any(|(_, sources)| sources == &["02HK0KZ + 0JH609Z"]));
    assert_eq!(
        (explanation.unknown_diagnoses, explanation.unknown_procedures),
        (vec!["Z9ZZZ".to_owned()], vec!["0ZZZZZZ".to_owned()])
    );
}

#[test]
fn an_explanation_serialises_in_order() {
    let json = serde_json::to_string(&explain(&stay("I5020", &["N179"], &[]))).unwrap();
    let again = serde_json::to_string(&explain(&stay("I5020", &["N179"], &[]))).unwrap();
    assert_eq!(json, again);
    assert!(
        json.starts_with(r#"{"version":"431","grouping":{"initial_mdc":5,"initial_drg":292,"final_mdc":5"#),
        "{json}"
    );
}
