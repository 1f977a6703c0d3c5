//! What an answer of HHS-HCC says of itself, and what always holds.

use crate::common::{Dice, diagnosis, member, models, naives};
use jiff::civil::{Date, date};
use openclaim_claim::{CodeSet, HcpcsCode, Sex};
use openclaim_reference::Library;
use openclaim_risk::hhs::{DroppedBy, FilterReason, HhsScore, Member, Metal, Model, Warning};
use openclaim_risk::{Diagnosis, ErrorCode, Provenance, Score};

fn dated(code: &str, claim: &str, day: Date) -> Diagnosis {
    let support = vec![Provenance { claim_id: claim.into(), line: Some(1), date: Some(day), encounter: None }];
    Diagnosis { support, ..diagnosis(code) }
}

fn with(age: u16, sex: Sex, codes: &[&str]) -> Member {
    let mut member = Member::new(age, sex, Metal::Silver);
    member.diagnoses = codes.iter().map(|code| diagnosis(code)).collect();
    member
}

fn filtered(answer: &HhsScore) -> Vec<(&str, FilterReason)> {
    answer.filtered.iter().map(|one| (one.code.as_str(), one.reason)).collect()
}

#[test]
fn categories_name_their_support_and_what_dropped_them() {
    let [_, v07] = models();
    let mut patient = with(50, Sex::Male, &["E119"]);
    patient.birth_date = Some(date(1972, 3, 1));
    patient.diagnoses = vec![
        dated("E1121", "A", date(2022, 4, 1)),
        dated("E119", "B", date(2022, 5, 1)),
        dated("C7951", "C", date(2022, 6, 1)),
        dated("C61", "C", date(2022, 6, 1)),
    ];
    patient.hcpcs = vec![HcpcsCode::parse_bytes(b"J1815").unwrap()];
    let answer = v07.score(&patient, None).unwrap();
    let category = |name: &str| answer.categories.iter().find(|one| one.category == name).unwrap();
    let milder = category("HHS_HCC021");
    let dropped = milder.dropped.as_ref().unwrap();
    assert_eq!((dropped.by, dropped.name.as_str()), (DroppedBy::Hierarchy, "HHS_HCC020"));
    assert_eq!(milder.support[0].claim_id.as_deref(), Some("B"));
    assert_eq!(milder.marginal_value, Some(Score::ZERO));
    let grouped = category("HHS_HCC020");
    assert_eq!(grouped.dropped.as_ref().map(|one| (one.by, one.name.as_str())), Some((DroppedBy::Group, "G01")));
    let prostate = category("HHS_HCC012").dropped.as_ref().unwrap();
    assert_eq!(prostate.name, "HHS_HCC008");
    let insulin = category("RXC_06");
    assert_eq!(insulin.support[0].system, "hcpcs");
    // Without insulin both its factor and the interaction go: 1.238 + 0.371.
    assert_eq!(insulin.marginal_value.unwrap().to_string(), "1.609");
    assert_eq!(answer.factors.iter().map(|factor| factor.value).sum::<Score>(), answer.raw.unwrap());
    assert!(answer.interactions.iter().any(|name| name == "RXC_06_X_HCC018_019_020_021"));
}

#[test]
fn dates_ages_and_sexes_filter() {
    let [v05, _] = models();
    let mut patient = with(30, Sex::Male, &["O80", "Z0000", "P0701"]);
    patient.birth_date = Some(date(1989, 1, 1));
    patient.diagnoses.push(dated("B20", "old", date(2018, 12, 31)));
    let answer = v05.score(&patient, None).unwrap();
    assert_eq!(
        filtered(&answer),
        [
            ("O80", FilterReason::SexEdit),
            ("Z0000", FilterReason::NotInCrosswalk),
            ("P0701", FilterReason::AgeSexSplit),
            ("B20", FilterReason::OutsideBenefitYear),
        ]
    );
    assert!(answer.hccs.is_empty());
    // The same day counts when the year is right, and the age at diagnosis must fit the age on the last day.
    patient.diagnoses = vec![dated("B20", "new", date(2019, 2, 1))];
    assert_eq!(v05.score(&patient, None).unwrap().hccs, ["HHS_HCC001"]);
    patient.birth_date = Some(date(1980, 1, 1));
    assert_eq!(filtered(&v05.score(&patient, None).unwrap()), [("B20", FilterReason::AgeAtDiagnosis)]);
    patient.birth_date = Some(date(2019, 2, 2));
    assert_eq!(v05.score(&patient, None).unwrap_err().code, ErrorCode::BornAfterService);
}

#[test]
fn the_editor_goes_by_the_age_at_diagnosis_and_splits_by_the_last_day() {
    let [v05, _] = models();
    // Delivery is admitted from 12 to 55: at 55 in May, 56 on the last day.
    let mut patient = with(56, Sex::Female, &[]);
    patient.birth_date = Some(date(1963, 6, 1));
    patient.diagnoses = vec![dated("O80", "A", date(2019, 5, 1))];
    assert_eq!(v05.score(&patient, None).unwrap().hccs, ["HHS_HCC209"]);
    patient.diagnoses = vec![dated("O80", "A", date(2019, 7, 1))];
    assert_eq!(filtered(&v05.score(&patient, None).unwrap()), [("O80", FilterReason::AgeEdit)]);
    // Breast cancer turns from HCC 11 to HCC 12 with the age on the last day.
    let mut patient = with(50, Sex::Female, &[]);
    patient.birth_date = Some(date(1969, 6, 1));
    patient.diagnoses = vec![dated("C50911", "A", date(2019, 5, 1))];
    assert_eq!(v05.score(&patient, None).unwrap().hccs, ["HHS_HCC012"]);
    patient.age_last = 49;
    let answer = v05.score(&patient, None).unwrap();
    assert_eq!(answer.hccs, ["HHS_HCC011"]);
    assert_eq!(answer.categories[0].support[0].edit.as_deref(), Some("I0V05ED2"));
}

#[test]
fn mothers_and_infants_billed_together_are_warned_of() {
    let [v05, v07] = models();
    let warned = |model: &Model, member: &Member| model.score(member, None).unwrap().warnings;
    let mother = with(30, Sex::Female, &["O80", "P0701"]);
    assert!(
        matches!(warned(&v05, &mother)[..], [Warning::BundledMother { diagnosis }] if diagnosis.as_str() == "P0701")
    );
    let infant = with(0, Sex::Female, &["Z3800", "O80"]);
    assert!(matches!(warned(&v05, &infant)[..], [Warning::BundledInfant { .. }]));
    assert!(warned(&v05, &with(30, Sex::Female, &["O80"])).is_empty());
    // Without a list for the year the check is not silent.
    let answer = v07.score(&mother, None).unwrap();
    assert!(answer.not_evaluated.iter().any(|gap| gap.rule == "hhs-hcc/bundled-claims"));
}

#[test]
fn infants_say_severity_and_maturity() {
    let [_, v07] = models();
    let answer = v07.score(&with(0, Sex::Male, &["P0714", "J9600", "B20"]), None).unwrap();
    let infant = answer.infant.unwrap();
    assert_eq!((infant.severity.as_str(), infant.maturity.as_str()), ("SEVERITY4", "IMMATURE"));
    assert_eq!(infant.severity_categories, ["HHS_HCC127"]);
    assert_eq!(infant.maturity_categories, ["HHS_HCC245"]);
    assert_eq!(answer.interactions, ["IMMATURE_X_SEVERITY4"]);
}

#[test]
fn years_without_tables_say_what_is_missing() {
    let library = Library::embedded().unwrap();
    let patient = with(50, Sex::Male, &["B20"]);
    for (year, gaps) in [(2018, 2), (2020, 3), (2021, 3), (2023, 4), (2025, 4), (2026, 4)] {
        let model = Model::for_year(&library, year).unwrap();
        let answer = model.score(&patient, None).unwrap();
        assert_eq!((answer.raw, answer.csr_adjusted), (None, None), "{year}");
        assert!(answer.not_evaluated.len() >= gaps, "{year}: {:?}", answer.not_evaluated);
        assert!(answer.factors.is_empty());
    }
    // 2018 has its crosswalk: categories, but no score.
    let answer = Model::for_year(&library, 2018).unwrap().score(&patient, None).unwrap();
    assert_eq!(answer.hccs, ["HHS_HCC001"]);
    for year in [1999, 2017, 2040] {
        assert_eq!(Model::for_year(&library, year).unwrap_err().code, ErrorCode::UnknownYear);
    }
}

#[test]
fn diagnoses_newer_than_the_crosswalk_cannot_be_told() {
    let library = Library::embedded().unwrap();
    let [_, v07] = models();
    let mut patient = with(50, Sex::Male, &[]);
    // I25.112 came on 1 October 2022.
    patient.diagnoses = vec![dated("I25112", "A", date(2022, 11, 1))];
    let answer = v07.score(&patient, Some(library.icd10cm())).unwrap();
    assert!(answer.not_evaluated.iter().any(|gap| gap.detail.contains("I25112")), "{:?}", answer.not_evaluated);
    patient.diagnoses = vec![dated("Z0000", "A", date(2022, 11, 1))];
    assert!(v07.score(&patient, Some(library.icd10cm())).unwrap().not_evaluated.is_empty());
}

#[test]
fn hierarchies_leave_no_category_beside_one_that_drops_it() {
    let Some(naives) = naives("hierarchies_leave_no_category_beside_one_that_drops_it") else { return };
    for (model, naive) in models().iter().zip(&naives) {
        let codes = naive.diagnoses();
        let mut dice = Dice(7);
        for _ in 0..2_000 {
            let person = crate::naive::Person {
                age: dice.roll(70) as i64,
                sex: ['M', 'F'][dice.roll(2)],
                metal: dice.roll(5),
                months: 12,
                diagnoses: (0..6).map(|_| dice.pick(&codes).clone()).collect(),
                drugs: Vec::new(),
            };
            let answer = model.score(&member(&person), None).unwrap();
            for category in &answer.categories {
                let present = answer.hccs.contains(&category.category);
                let by_hierarchy = category.dropped.as_ref().is_some_and(|one| one.by == DroppedBy::Hierarchy);
                assert_eq!(present, !by_hierarchy, "{person:?}");
                if let Some(dropped) = category.dropped.as_ref().filter(|_| by_hierarchy) {
                    assert!(answer.categories.iter().any(|one| one.category == dropped.name), "{person:?}");
                }
            }
            // Repeating diagnoses, and their order, change nothing.
            let mut again = person.clone();
            again.diagnoses.extend(person.diagnoses.iter().rev().cloned());
            again.diagnoses.reverse();
            assert_eq!(model.raw(&member(&again)).unwrap(), answer.raw);
        }
    }
}

#[test]
fn richer_plans_and_infant_severity_never_lower_a_score() {
    // Platinum pays for more than gold, and so on down; the published factors of demographics say so cell by cell.
    let [v05, v07] = models();
    for model in [&v05, &v07] {
        for age in 0..70 {
            for sex in [Sex::Male, Sex::Female] {
                let scores = Metal::ALL.map(|metal| model.raw(&Member::new(age, sex, metal)).unwrap().unwrap());
                assert!(scores.is_sorted_by(|a, b| a >= b), "{age} {sex:?} {scores:?}");
            }
        }
        // A further diagnosis can only raise an infant's severity.
        let by_severity = ["", "Q909", "B20", "J9600", "Z941"].map(|code| {
            let codes: Vec<&str> = ["P0714", code].into_iter().filter(|code| !code.is_empty()).collect();
            model.raw(&with(0, Sex::Female, &codes)).unwrap().unwrap()
        });
        assert!(by_severity.is_sorted(), "{by_severity:?}");
        // Fewer months of enrolment never lower an adult's score.
        let by_months: Vec<Score> = (1..=12)
            .map(|months| {
                let mut member = Member::new(40, Sex::Female, Metal::Platinum);
                member.enrollment_months = months;
                model.raw(&member).unwrap().unwrap()
            })
            .collect();
        assert!(by_months.is_sorted_by(|a, b| a >= b), "{by_months:?}");
    }
}
