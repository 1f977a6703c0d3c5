//! What must hold for every claim.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{grouper, library, v431};
use openclaim_claim::{DiagnosisCode, Poa, ProcedureCode, Sex};
use openclaim_grouper::{CodedDiagnosis, GroupInput, Grouper, Grouping, HospitalStatus, Scratch};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::sync::OnceLock;

fn text(key: u64) -> String {
    key.to_be_bytes().iter().take_while(|&&b| b != 0).map(|&b| char::from(b)).collect()
}

fn diagnosis() -> impl Strategy<Value = CodedDiagnosis> {
    let keys = library().ms_drg().diagnosis_keys();
    let poa = prop::sample::select(vec![
        Some(Poa::Yes),
        Some(Poa::Yes),
        Some(Poa::No),
        Some(Poa::Unknown),
        Some(Poa::ClinicallyUndetermined),
        Some(Poa::Exempt),
        None,
    ]);
    (0..keys.len(), poa)
        .prop_map(move |(at, poa)| CodedDiagnosis { code: text(keys[at]).parse::<DiagnosisCode>().unwrap(), poa })
}

/// Procedures, every third from a cluster so that some clusters are complete.
fn procedures() -> impl Strategy<Value = Vec<ProcedureCode>> {
    let tables = library().ms_drg();
    let keys = tables.procedure_keys();
    let code = move |id: usize| text(keys[id]).parse::<ProcedureCode>().unwrap();
    let any = prop::collection::vec((0..keys.len()).prop_map(code), 0..4);
    let cluster = prop::option::of((0..tables.cluster_rows().len()).prop_map(move |at| {
        let choices = tables.cluster(at as u32).unwrap().choices();
        choices.map(|choice| code(choice[0] as usize)).collect::<Vec<_>>()
    }));
    (any, cluster).prop_map(|(any, cluster)| any.into_iter().chain(cluster.into_iter().flatten()).collect())
}

prop_compose! {
    fn claim()(
        principal in prop::option::weighted(0.98, diagnosis()),
        secondary in prop::collection::vec(diagnosis(), 0..20),
        procedures in procedures(),
        age in -1..126,
        sex in prop::sample::select(vec![Sex::Male, Sex::Female, Sex::Unknown]),
        discharge_status in prop::sample::select(vec![Some(1), Some(2), Some(7), Some(20), Some(99), None]),
        hospital_status in prop::sample::select(
            vec![HospitalStatus::NotExempt, HospitalStatus::Exempt, HospitalStatus::Unknown]),
    ) -> GroupInput {
        GroupInput { age, sex, discharge_status, hospital_status, principal, secondary, procedures }
    }
}

fn v440() -> &'static Grouper {
    static GROUPER: OnceLock<Grouper> = OnceLock::new();
    GROUPER.get_or_init(|| grouper("440"))
}

fn both(claim: &GroupInput) -> [Grouping; 2] {
    let mut scratch = Scratch::default();
    [v431().group(claim, &mut scratch), v440().group(claim, &mut scratch)]
}

proptest! {
    #[test]
    fn the_order_of_codes_does_not_matter(claim in claim(), seed in any::<u64>()) {
        let mut shuffled = claim.clone();
        // A permutation from the seed, by sorting on a mixed position.
        let mix = |at: usize| (at as u64 + 1).wrapping_mul(seed | 1).rotate_left(29);
        let mut order: Vec<usize> = (0..claim.secondary.len()).collect();
        order.sort_by_key(|&at| mix(at));
        shuffled.secondary = order.iter().map(|&at| claim.secondary[at]).collect();
        let mut order: Vec<usize> = (0..claim.procedures.len()).collect();
        order.sort_by_key(|&at| mix(at));
        shuffled.procedures = order.iter().map(|&at| claim.procedures[at]).collect();
        prop_assert_eq!(both(&claim), both(&shuffled));
    }

    #[test]
    fn a_secondary_diagnosis_given_twice_counts_once(claim in claim()) {
        // A hospital of unknown status counts the diagnoses reported, so it is left out.
        prop_assume!(claim.hospital_status != HospitalStatus::Unknown);
        let mut doubled = claim.clone();
        doubled.secondary.extend(claim.secondary.iter());
        prop_assert_eq!(both(&claim), both(&doubled));
    }

    #[test]
    fn an_explanation_explains_the_result(claim in claim()) {
        for grouper in [v431(), v440()] {
            let explanation = grouper.explain(&claim);
            let grouping = grouper.group(&claim, &mut Scratch::default());
            prop_assert_eq!(explanation.grouping, grouping);
            prop_assert_eq!(explanation.initial.assignment, grouping.initial);
            let outcome = explanation.outcome.as_ref().unwrap_or(&explanation.initial);
            prop_assert_eq!(outcome.assignment, grouping.outcome);
            for lacking in explanation.initial.lacking {
                prop_assert!(!lacking.lacks.is_empty(), "{} did not hold", lacking.formula);
            }
        }
    }

    #[test]
    fn scratch_keeps_nothing_from_claim_to_claim(first in claim(), second in claim()) {
        let mut scratch = Scratch::default();
        let _ = v431().group(&first, &mut scratch);
        prop_assert_eq!(v431().group(&second, &mut scratch), v431().group(&second, &mut Scratch::default()));
    }
}

#[test]
fn no_diagnoses_and_two_hundred() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut claim = claim().new_tree(&mut runner).unwrap().current();
    claim.secondary.clear();
    claim.procedures.clear();
    let _ = both(&claim);
    let many = prop::collection::vec(diagnosis(), 200).new_tree(&mut runner).unwrap().current();
    claim.secondary = many;
    claim.procedures = (0..100).flat_map(|_| procedures().new_tree(&mut runner).unwrap().current()).collect();
    let _ = both(&claim);
    let _ = v440().explain(&claim);
}
