//! The pipeline on whole claims.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_claim::{Claim, ClaimType, DiagnosisRole, FileId, NotEvaluatedReason};
use openclaim_engine::{Adjudication, Engine, Policy};
use openclaim_grouper::HospitalStatus;
use openclaim_x12::{ClaimRecord, Event, Reader};
use proptest::prelude::*;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::embedded(Policy::default()).unwrap());

fn records(example: &str) -> Vec<ClaimRecord> {
    let bytes = std::fs::read(openclaim_testkit::workspace_root().join("examples").join(example)).unwrap();
    Reader::from_slice(&bytes, FileId(0))
        .filter_map(|event| match event {
            Event::Claim(record) => Some(*record),
            Event::Fault(_) => None,
        })
        .collect()
}

fn clean() -> Claim {
    records("837i-inpatient-clean.837").remove(0).claim
}

fn json(adjudication: &Adjudication) -> String {
    serde_json::to_string(adjudication).unwrap()
}

/// Edits that fired, sorted.
fn edits(adjudication: &Adjudication) -> Vec<&'static str> {
    let mut edits: Vec<_> = adjudication.findings.iter().map(|finding| finding.edit).collect();
    edits.sort_unstable();
    edits
}

#[test]
fn the_same_claim_gives_the_same_bytes() {
    let policy = Policy { explain: true, ..Policy::default() };
    let (one, other) = (Engine::embedded(policy.clone()).unwrap(), Engine::embedded(policy).unwrap());
    for example in ["837i-inpatient-clean.837", "837i-inpatient-faults.837", "837p-several-claims.837"] {
        for record in records(example) {
            assert_eq!(json(&one.adjudicate_record(&record)), json(&other.adjudicate_record(&record)));
        }
    }
}

#[test]
fn threads_agree() {
    let records = records("837i-inpatient-faults.837");
    let alone: Vec<String> = records.iter().map(|record| json(&ENGINE.adjudicate_record(record))).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| records.iter().map(|record| json(&ENGINE.adjudicate_record(record))).collect()))
            .collect();
        for thread in threads {
            let together: Vec<String> = thread.join().unwrap();
            assert_eq!(together, alone);
        }
    });
}

#[test]
fn intake_findings_come_first() {
    let text = String::from_utf8(
        std::fs::read(openclaim_testkit::workspace_root().join("examples/837i-inpatient-faults.837")).unwrap(),
    )
    .unwrap();
    // A birth date that is none: the reader says so, and what needs the age cannot tell.
    let broken = text.replace("DMG*D8*19520711*F", "DMG*D8*19521311*F");
    let event = Reader::from_slice(broken.as_bytes(), FileId(0)).find(|event| matches!(event, Event::Claim(_)));
    let Some(Event::Claim(record)) = event else { panic!("the claim is lost") };
    let adjudication = ENGINE.adjudicate_record(&record);
    assert_eq!(adjudication.findings[0].edit, "x12/not-a-date");
    assert!(adjudication.grouping.is_none());
    assert!(
        adjudication
            .not_evaluated
            .iter()
            .any(|missing| { missing.rule == "ms-drg" && missing.reason == NotEvaluatedReason::MissingElement })
    );
}

#[test]
fn a_claim_without_dates_says_what_it_lacks() {
    let mut claim = clean();
    claim.dates.statement_through = None;
    let adjudication = ENGINE.adjudicate(&claim);
    assert!(adjudication.grouping.is_none() && adjudication.findings.is_empty());
    assert!(adjudication.not_evaluated.iter().all(|missing| missing.reason == NotEvaluatedReason::MissingElement));
    assert!(adjudication.not_evaluated.iter().any(|missing| missing.rule == "mce/invalid-code"));
}

#[test]
fn a_discharge_after_the_tables_is_not_guessed() {
    let mut claim = clean();
    claim.dates.statement_through = Some(jiff::civil::date(2031, 1, 5).into());
    let adjudication = ENGINE.adjudicate(&claim);
    assert!(adjudication.grouping.is_none());
    let of_date = |missing: &&openclaim_claim::NotEvaluated| missing.rule != "x12/missing-present-on-admission";
    let mut reasons = adjudication.not_evaluated.iter().filter(of_date).map(|missing| missing.reason);
    assert!(reasons.all(|reason| reason == NotEvaluatedReason::DateOutsideTables));
}

#[test]
fn dental_claims_say_that_no_family_is_here_for_them() {
    let adjudication = ENGINE.adjudicate(&Claim::new(ClaimType::Dental));
    let of_edits = |missing: &&openclaim_claim::NotEvaluated| missing.rule == "claim-edits";
    let missing = adjudication.not_evaluated.iter().find(of_edits).unwrap();
    assert_eq!(missing.reason, NotEvaluatedReason::NotSupported);
}

#[test]
fn the_hospital_status_is_the_policys() {
    let mut claim = clean();
    let exempt = Engine::embedded(Policy { hospital_status: HospitalStatus::Exempt, ..Policy::default() }).unwrap();
    // A stage IV pressure ulcer that was not present on admission: a hospital-acquired condition.
    let mut ulcer = claim.diagnoses.iter().find(|diagnosis| diagnosis.role == DiagnosisRole::Other).unwrap().clone();
    ulcer.code = "L89154".parse::<openclaim_claim::DiagnosisCode>().unwrap().into();
    ulcer.poa = Some(openclaim_claim::Poa::No.into());
    claim.diagnoses.push(ulcer);
    let hacs = |engine: &Engine| engine.adjudicate(&claim).grouping.unwrap().grouping.hac_count;
    assert_eq!((hacs(&ENGINE), hacs(&exempt)), (1, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn order_of_secondary_diagnoses_does_not_matter(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        faulty in any::<bool>(),
    ) {
        let original = if faulty { records("837i-inpatient-faults.837").remove(0).claim } else { clean() };
        let secondary: Vec<_> = original.secondary_diagnoses().cloned().collect();
        let mut shuffled = original.clone();
        shuffled.diagnoses.retain(|diagnosis| {
            !matches!(diagnosis.role, DiagnosisRole::Other | DiagnosisRole::ExternalCause)
        });
        shuffled.diagnoses.extend(order.iter().filter_map(|&place| secondary.get(place)).cloned());
        let (before, after) = (ENGINE.adjudicate(&original), ENGINE.adjudicate(&shuffled));
        prop_assert_eq!(edits(&before), edits(&after));
        prop_assert_eq!(before.grouping.map(|report| report.grouping), after.grouping.map(|report| report.grouping));
    }
}
