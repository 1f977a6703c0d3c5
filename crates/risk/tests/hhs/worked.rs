//! HHS-HCC against a second, naive implementation that reads HHS's own files, and against sums done by hand.

use crate::common::{Dice, diagnosis, member, models, naives};
use crate::naive::{Naive, Person};
use openclaim_claim::{CodeSet, HcpcsCode, Sex};
use openclaim_risk::hhs::{Member, Metal, Model};
use openclaim_risk::{ErrorCode, Score};
use std::collections::BTreeSet;

fn compare(model: &Model, naive: &Naive, person: &Person) -> BTreeSet<String> {
    let answer = model.score(&member(person), None).unwrap();
    let (expected, expected_names) = naive.score(person);
    let mut names: Vec<String> = answer.factors.iter().map(|factor| factor.variable.to_string()).collect();
    names.sort();
    assert_eq!(names, expected_names, "{} {person:?}", model.version());
    assert_eq!(answer.raw, Some(Score::from_thousandths(expected)), "{} {person:?}", model.version());
    assert_eq!(model.raw(&member(person)).unwrap(), answer.raw);
    names.into_iter().collect()
}

fn person(age: i64, sex: char, metal: usize, months: i64, diagnoses: &str, drugs: &str) -> Person {
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    Person { age, sex, metal, months, diagnoses: list(diagnoses), drugs: list(drugs) }
}

/// Age, sex, months, diagnoses, drugs; each is scored in both years and under every metal level.
const CASES: &[(i64, char, i64, &str, &str)] = &[
    // Demographics and months of enrolment.
    (21, 'M', 12, "", ""),
    (24, 'F', 1, "", ""),
    (25, 'F', 2, "Z0000", ""),
    (34, 'M', 3, "", ""),
    (39, 'F', 4, "", ""),
    (44, 'M', 5, "", ""),
    (45, 'F', 6, "", ""),
    (54, 'M', 7, "", ""),
    (55, 'F', 8, "", ""),
    (60, 'M', 9, "", ""),
    (64, 'F', 10, "", ""),
    (90, 'M', 11, "", ""),
    (2, 'M', 12, "", ""),
    (5, 'F', 6, "", ""),
    (14, 'M', 12, "", ""),
    (20, 'F', 12, "", ""),
    // Hierarchies.
    (50, 'M', 12, "C7951 C3490 C50919 C73", ""),
    (50, 'F', 12, "Z9483 E1010 E1121 E119", ""),
    (50, 'M', 12, "Z944 K7210 K7290 K7460 B182 K732", ""),
    (40, 'F', 12, "G8254 G8220 G8190 S14101A", ""),
    (40, 'F', 12, "O80 O0387 O209", ""),
    (40, 'M', 12, "Z9911 R092 J9600", ""),
    // Groups.
    (50, 'M', 12, "E1010", ""),
    (50, 'M', 12, "E119", ""),
    (30, 'F', 12, "E7601 E7521", ""),
    (30, 'F', 12, "D4622 D619 D591", ""),
    (30, 'F', 12, "D5700 D561", ""),
    (30, 'M', 12, "F1020 F1120", ""),
    (30, 'M', 12, "F10131 F10130", ""),
    (12, 'M', 12, "F10130", ""),
    (30, 'F', 12, "O1002", ""),
    (16, 'F', 12, "O1002", ""),
    (16, 'F', 12, "O1410", ""),
    (30, 'M', 12, "J4550 J449 J45909", ""),
    (30, 'M', 12, "N185 N184", ""),
    (12, 'F', 12, "M726 M8608", ""),
    (12, 'F', 12, "I213 I200", ""),
    (12, 'F', 12, "E7601 E7029", ""),
    (12, 'F', 12, "S48011A Z89201", ""),
    (17, 'F', 12, "O99810 O09891", ""),
    (40, 'M', 12, "Q773 D810 G8220 G7100 Z95811 S24111A Q204", ""),
    (40, 'M', 12, "S14111A E7500", ""),
    (9, 'M', 12, "Q773 D810 G8220 G7100 Z95811 S24111A Q204", ""),
    (9, 'M', 12, "S14111A E7500 D619 D5700 F1120 F1020 J9600 N185", ""),
    (15, 'F', 12, "O0387", ""),
    (15, 'F', 12, "O80 O99810", ""),
    (15, 'F', 12, "E119 E8411 E7521 J449", ""),
    // Severe illness.
    (50, 'M', 12, "A419 C7951", ""),
    (50, 'M', 12, "A419 I70261", ""),
    (50, 'M', 12, "A419 C7951 I70261", ""),
    (50, 'M', 12, "J9600 M726", ""),
    (50, 'M', 12, "J9600 D619", ""),
    (50, 'M', 12, "J9600 D810", ""),
    (50, 'M', 12, "C7951 I70261", ""),
    (50, 'F', 12, "R570 G7000 I330", ""),
    // Drug classes and their interactions.
    (40, 'M', 12, "", "J0741 J1324"),
    (40, 'M', 12, "B20", "J1324"),
    (40, 'M', 12, "B182", "61958180101"),
    (40, 'M', 12, "I4891", "J1742"),
    (40, 'M', 12, "N186", "J0887"),
    (40, 'M', 12, "K5090", "00013010501"),
    (40, 'M', 12, "E119", "J1815"),
    (40, 'M', 12, "E119", "00002143301"),
    (40, 'M', 12, "E119", "J1815 00002143301"),
    (40, 'F', 12, "G35", "J2350"),
    (40, 'F', 12, "M069", "J0135"),
    (40, 'F', 12, "M329", "J0135"),
    (40, 'F', 12, "K5090", "J0135"),
    (40, 'F', 12, "M069 K5090", "J0135"),
    (40, 'F', 12, "E840", "J7639"),
    (12, 'F', 12, "E840", "J7639"),
    // Edits by age and sex.
    (17, 'M', 12, "C9100 J410", ""),
    (18, 'M', 12, "C9100 J410", ""),
    (49, 'F', 12, "C50911", ""),
    (50, 'F', 12, "C50911", ""),
    (30, 'F', 12, "D66", ""),
    (30, 'M', 12, "D66", ""),
    (5, 'F', 12, "F3481", ""),
    (6, 'F', 12, "F3481", ""),
    (30, 'M', 12, "O80", ""),
    (60, 'F', 12, "O80", ""),
    (30, 'M', 12, "P0701 Q790 K551", ""),
    // Infants: maturity by severity, the default levels, boys and girls.
    (0, 'M', 12, "", ""),
    (0, 'F', 12, "", ""),
    (1, 'M', 12, "", ""),
    (1, 'F', 12, "P0701 Z3800", ""),
    (0, 'F', 12, "Z3800", ""),
    (0, 'M', 12, "Z3800 Q210", ""),
    (0, 'F', 12, "P0701 Q234", ""),
    (0, 'M', 12, "P0702 J9600", ""),
    (0, 'F', 12, "P0714 Q351", ""),
    (0, 'F', 12, "P0716 E840", ""),
    (0, 'M', 12, "P0718 G40909", ""),
    (0, 'F', 12, "P0739 Q909", ""),
    (0, 'M', 12, "Z3800 Z941", ""),
    (0, 'F', 12, "Z3831 P0501", ""),
    (1, 'M', 12, "C9500", ""),
    (1, 'F', 12, "A419", ""),
    (1, 'F', 12, "Z941", ""),
    (1, 'M', 12, "B20", ""),
    (1, 'F', 12, "Q909", ""),
    (0, 'F', 12, "P0718 Z941", ""),
    (0, 'F', 12, "P0714 Z941 A419", ""),
    (0, 'F', 12, "P0714 B20", ""),
    (0, 'F', 12, "P0701 B20", ""),
    (0, 'F', 12, "P0701 Q909", ""),
    (0, 'F', 12, "P0714 J9600", ""),
    (0, 'F', 12, "P0718 J9600", ""),
    (0, 'F', 12, "P0718 B20", ""),
    (0, 'F', 12, "Z3800 B20", ""),
    (0, 'F', 12, "Z3800 Q909", ""),
    (0, 'F', 12, "P0714", ""),
    (0, 'F', 12, "P0714 Q909", ""),
    (0, 'F', 12, "P0701", ""),
    (0, 'F', 12, "P0718", ""),
    (0, 'F', 12, "Z3800 J9600", ""),
];

#[test]
fn worked_examples_of_every_model_metal_and_interaction() {
    let Some(naives) = naives("worked_examples_of_every_model_metal_and_interaction") else { return };
    let mut seen: [BTreeSet<String>; 2] = Default::default();
    let mut scored = 0;
    for ((model, naive), seen) in models().iter().zip(&naives).zip(&mut seen) {
        for &(age, sex, months, diagnoses, drugs) in CASES {
            for metal in 0..5 {
                seen.extend(compare(model, naive, &person(age, sex, metal, months, diagnoses, drugs)));
                scored += 1;
            }
        }
    }
    assert!(scored >= 60, "{scored}");
    // Every kind of variable came up: cells, months, groups, interactions, levels of infants.
    for (seen, version) in seen.iter().zip(["V05", "V07"]) {
        let missing =
            |names: &[String]| -> Vec<String> { names.iter().filter(|name| !seen.contains(*name)).cloned().collect() };
        let months: Vec<String> = (1..12).map(|month| format!("ED_{month}")).collect();
        assert_eq!(missing(&months), Vec::<String>::new(), "{version}");
        let mut levels = vec!["AGE0_MALE".to_owned(), "AGE1_MALE".to_owned(), "INT_GROUP_H".to_owned()];
        for maturity in ["EXTREMELY_IMMATURE", "IMMATURE", "PREMATURE_MULTIPLES", "TERM", "AGE1"] {
            levels.extend((1..6).map(|severity| format!("{maturity}_X_SEVERITY{severity}")));
        }
        assert_eq!(missing(&levels), Vec::<String>::new(), "{version}");
        let crossed = seen.iter().filter(|name| name.starts_with("RXC_") && name.contains("_X_")).count();
        assert_eq!(crossed, 13, "{version}: {seen:?}");
    }
    for ((seen, naive), version) in seen.iter().zip(&naives).zip(["V05", "V07"]) {
        let groups: Vec<String> = naive.groups().into_iter().filter(|group| !seen.contains(group)).collect();
        assert_eq!(groups, Vec::<String>::new(), "{version}");
    }
    assert!(seen[0].contains("INT_GROUP_M") && !seen[1].contains("INT_GROUP_M"));
}

#[test]
fn random_members_agree_with_the_naive_program() {
    let Some(naives) = naives("random_members_agree_with_the_naive_program") else { return };
    for (model, naive) in models().iter().zip(&naives) {
        let (diagnoses, drugs) = (naive.diagnoses(), naive.drug_codes());
        let mut dice = Dice(20_190_617);
        for _ in 0..10_000 {
            let age = [0, 1, 2 + dice.roll(19), 21 + dice.roll(60)][dice.roll(4)] as i64;
            let mut someone = Person {
                age,
                sex: ['M', 'F'][dice.roll(2)],
                metal: dice.roll(5),
                months: 1 + dice.roll(12) as i64,
                diagnoses: (0..dice.roll(9)).map(|_| dice.pick(&diagnoses).clone()).collect(),
                drugs: (0..dice.roll(4)).map(|_| dice.pick(&drugs).clone()).collect(),
            };
            if dice.roll(4) == 0 {
                someone.diagnoses.push("Z0000".to_owned());
            }
            compare(model, naive, &someone);
        }
    }
}

fn score_of(model: &Model, member: &Member) -> String {
    model.score(member, None).unwrap().raw.unwrap().to_string()
}

#[test]
fn sums_by_hand() {
    let [v05, v07] = models();
    let with = |age, sex, metal, codes: &[&str]| {
        let mut member = Member::new(age, sex, metal);
        member.diagnoses = codes.iter().map(|code| diagnosis(code)).collect();
        member
    };
    // A woman of 45 in silver: FAGE_LAST_45_49 0.352; three months of enrolment add ED_3 0.244.
    let mut woman = with(45, Sex::Female, Metal::Silver, &[]);
    assert_eq!(score_of(&v05, &woman), "0.352");
    woman.enrollment_months = 3;
    assert_eq!(score_of(&v05, &woman), "0.596");

    // A man of 50 in silver with diabetes on insulin: 0.289 + G01 0.462 + RXC_06 1.182 + RXC_06 × HCC 18-21 0.455.
    let mut man = with(50, Sex::Male, Metal::Silver, &["E11.9"]);
    assert_eq!(score_of(&v05, &man), "0.751");
    man.hcpcs = vec![HcpcsCode::parse_bytes(b"J1815").unwrap()];
    assert_eq!(score_of(&v05, &man), "2.388");

    // Sepsis with metastatic cancer: 0.289 + 7.680 + 21.018 + INT_GROUP_H 8.038; a gangrenous foot (8.906) adds no
    // INT_GROUP_M, which yields to H. Without the cancer INT_GROUP_M is 1.598.
    let ill = with(50, Sex::Male, Metal::Silver, &["A419", "C7951", "I70261"]);
    assert_eq!(score_of(&v05, &ill), "45.931");
    let ill = with(50, Sex::Male, Metal::Silver, &["A419", "I70261"]);
    assert_eq!(score_of(&v05, &ill), "18.473");

    // V07: HIV on antiretrovirals, man of 35 in gold: 0.129 + 1.379 + RXC_01 8.138 + 2.397.
    let mut treated = with(35, Sex::Male, Metal::Gold, &["B20"]);
    treated.hcpcs = vec![HcpcsCode::parse_bytes(b"J1324").unwrap()];
    assert_eq!(score_of(&v07, &treated), "12.043");

    // Rheumatoid arthritis and Crohn's disease on an immune suppressant, woman of 25 in bronze:
    // 0.053 + 1.076 + 0.249 + RXC_09 16.445 + 1.229 - 1.076 - 0.098.
    let mut immune = with(25, Sex::Female, Metal::Bronze, &["M069", "K5090"]);
    immune.hcpcs = vec![HcpcsCode::parse_bytes(b"J0135").unwrap()];
    assert_eq!(score_of(&v07, &immune), "17.878");

    // A girl of ten with severe asthma in silver: 0.092 + 0.473; milder asthma beside it is dropped.
    assert_eq!(score_of(&v07, &with(10, Sex::Female, Metal::Silver, &["J4550", "J45909"])), "0.565");

    // A boy born below 500 g: EXTREMELY_IMMATURE_X_SEVERITY1 30.495 + AGE0_MALE 0.529. Without a birth code he counts
    // as a boy of one year: 0.441 + 0.069.
    assert_eq!(score_of(&v07, &with(0, Sex::Male, Metal::Silver, &["P0701"])), "31.024");
    assert_eq!(score_of(&v07, &with(0, Sex::Male, Metal::Silver, &[])), "0.510");
}

#[test]
fn cost_sharing_multiplies_exactly() {
    let [v05, _] = models();
    let mut member = Member::new(45, Sex::Female, Metal::Silver);
    member.csr_indicator = 1;
    let answer = v05.score(&member, None).unwrap();
    // 0.352 × 1.12
    assert_eq!(answer.csr_adjusted.unwrap().to_string(), "0.39424");
    member.metal = Metal::Bronze;
    member.csr_indicator = 7;
    let answer = v05.score(&member, None).unwrap();
    assert_eq!(answer.cost_sharing.unwrap().factor.to_string(), "1.150");
    assert!(answer.warnings.is_empty());
    member.metal = Metal::Gold;
    assert_eq!(v05.score(&member, None).unwrap().warnings.len(), 1);
    member.csr_indicator = 12;
    let answer = v05.score(&member, None).unwrap();
    assert_eq!((answer.cost_sharing, answer.csr_adjusted), (None, None));
    assert!(answer.not_evaluated.iter().any(|gap| gap.rule == "hhs-hcc/cost-sharing"), "{:?}", answer.not_evaluated);
}

#[test]
fn impossible_members_are_refused_by_name() {
    let [v05, _] = models();
    let refused = |member: &Member| v05.score(member, None).unwrap_err().code;
    let sound = Member::new(30, Sex::Male, Metal::Silver);
    assert_eq!(refused(&Member { sex: Sex::Unknown, ..sound.clone() }), ErrorCode::InvalidDemographics);
    assert_eq!(refused(&Member { age_last: 1000, ..sound.clone() }), ErrorCode::InvalidDemographics);
    assert_eq!(refused(&Member { enrollment_months: 0, ..sound.clone() }), ErrorCode::InvalidField);
    assert_eq!(refused(&Member { csr_indicator: 14, ..sound.clone() }), ErrorCode::InvalidField);
    let two = Member { age_last: 2, population: Some(openclaim_risk::hhs::Population::Infant), ..sound };
    assert_eq!(refused(&two), ErrorCode::AgePopulationConflict);
    assert_eq!(Metal::parse("tin").unwrap_err().code, ErrorCode::UnknownPopulation);
}

/// HHS publishes no factor, or zero, for a category that a group stands in for or that a model leaves out, so the tables
/// that are entered by hand must name just those categories.
#[test]
fn groups_and_exclusions_are_what_the_factors_leave_out() {
    let rows = |table: &str| -> Vec<Vec<String>> {
        let path = openclaim_testkit::workspace_root().join(format!("data/risk/hhs-{table}.csv"));
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let (factors, groups, exclusions) = (rows("coefficients"), rows("groups"), rows("exclusions"));
    let hierarchies = rows("hierarchies");
    for (year, version) in [("2019", "V05"), ("2022", "V07")] {
        for model in ["adult", "child"] {
            let of_model = factors.iter().filter(|row| row[0] == year && row[1] == model);
            let (mut named, mut zero, mut factored_groups) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
            for row in of_model {
                let is_zero = row[3..8].iter().all(|factor| factor == "0");
                if row[2].starts_with("HHS_") {
                    named.insert(row[2].clone());
                    if is_zero {
                        zero.insert(row[2].clone());
                    }
                } else if row[2].starts_with('G') {
                    factored_groups.insert(row[2].clone());
                }
            }
            let ours = |row: &&Vec<String>| row[0] == version && row[1] == model;
            let members: BTreeSet<String> =
                groups.iter().filter(ours).flat_map(|row| row[3].split(' ').map(str::to_owned)).collect();
            let names: BTreeSet<String> = groups.iter().filter(ours).map(|row| row[2].clone()).collect();
            let excluded: BTreeSet<String> = exclusions.iter().filter(ours).map(|row| row[2].clone()).collect();
            assert_eq!(names, factored_groups, "{version} {model}");
            assert!(members.is_disjoint(&excluded), "{version} {model}");
            let left_out: BTreeSet<String> = members.union(&excluded).cloned().collect();
            assert!(zero.is_subset(&left_out), "{version} {model}: {:?}", zero.difference(&left_out));
            assert!(members.is_subset(&zero), "{version} {model}: {:?}", members.difference(&zero));
            assert!(excluded.iter().all(|one| !named.contains(one) || zero.contains(one)), "{version} {model}");
        }
    }
    // A category never drops itself, and none that drops it in turn.
    for row in hierarchies.iter().filter(|row| row[0] == "V05" || row[0] == "V07") {
        for child in row[3].split(' ') {
            assert_ne!(child, row[2]);
            let back = hierarchies.iter().any(|other| {
                other[0] == row[0] && other[2] == child && other[3].split(' ').any(|grandchild| grandchild == row[2])
            });
            assert!(!back, "{} {}", row[2], child);
        }
    }
}
