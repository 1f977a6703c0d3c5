//! One small claim per rule, version 43.1 unless said otherwise. The expected MS-DRGs are read from the Definitions Manual.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{drg, group, grouper, library, stay};
use jiff::civil::date;
use openclaim_claim::Sex;
use openclaim_grouper::{
    GroupInput, GrouperVersion, HacStatus, HospitalStatus, MedicalSurgical, ReturnCode, Scratch, Severity,
};

#[test]
fn secondary_diagnoses_split_a_family_by_their_level() {
    // Heart failure: 291 with MCC, 292 with CC, 293 without.
    assert_eq!(drg("I5020", &["J9601"], &[]), 291);
    assert_eq!(drg("I5020", &["N179"], &[]), 292);
    assert_eq!(drg("I5020", &["I10"], &[]), 293);
    let grouping = group(&stay("I5020", &["N179"], &[])).outcome;
    assert_eq!((grouping.mdc, grouping.base_drg), (5, 291));
    assert_eq!((grouping.severity, grouping.med_surg), (Severity::Cc, MedicalSurgical::Medical));
}

#[test]
fn the_principal_diagnosis_excludes_levels() {
    // E16.1 excludes R40.2120 from being an MCC; I50.20 does not.
    assert_eq!(drg("E161", &["R402120"], &[]), 645);
    assert_eq!(drg("I5020", &["R402120"], &[]), 291);
    // A secondary diagnosis that repeats the principal counts for nothing.
    assert_eq!(drg("J9601", &["J9601"], &[]), drg("J9601", &[], &[]));
}

#[test]
fn cardiac_arrest_is_an_mcc_of_survivors_only() {
    let mut claim = stay("I5020", &["I469"], &[]);
    assert_eq!(group(&claim).outcome.drg, 291);
    claim.discharge_status = Some(20);
    assert_eq!(group(&claim).outcome.drg, 293);
    claim.discharge_status = Some(99);
    assert_eq!(group(&claim).outcome.return_code, ReturnCode::InvalidDischargeStatus);
}

#[test]
fn a_formula_does_not_count_a_diagnosis_twice() {
    // I21.01 makes the case an acute myocardial infarction; there it does not count as MCC.
    assert_eq!(drg("I5020", &["I2101"], &[]), 282);
    assert_eq!(drg("I5020", &["I2101", "J9601"], &[]), 280);
}

#[test]
fn discharge_status_decides_where_a_family_asks_for_it() {
    let with_status = |principal: &str, status| {
        let mut claim = stay(principal, &[], &[]);
        claim.discharge_status = status;
        group(&claim).outcome
    };
    assert_eq!(with_status("I214", Some(1)).drg, 282, "alive");
    assert_eq!(with_status("I214", Some(20)).drg, 285, "expired");
    assert_eq!(with_status("Z3800", Some(1)).drg, 795, "normal newborn");
    assert_eq!(with_status("Z3800", Some(2)).drg, 789, "transferred to a short term hospital");
    assert_eq!(with_status("F1020", Some(7)).drg, 894, "left against medical advice");
    for principal in ["I214", "Z3800", "F1020"] {
        assert_eq!(with_status(principal, Some(99)).return_code, ReturnCode::InvalidDischargeStatus, "{principal}");
        assert_eq!(with_status(principal, None).return_code, ReturnCode::InvalidDischargeStatus, "{principal}");
    }
    assert_eq!(with_status("I5020", Some(99)).drg, 293, "heart failure does not ask");
}

#[test]
fn sex_decides_the_mdc_of_some_diagnoses() {
    let with_sex = |sex| {
        let mut claim = stay("A568", &[], &[]);
        claim.sex = sex;
        group(&claim).outcome
    };
    assert_eq!((with_sex(Sex::Male).mdc, with_sex(Sex::Male).drg), (12, 728));
    assert_eq!((with_sex(Sex::Female).mdc, with_sex(Sex::Female).drg), (13, 759));
    assert_eq!(with_sex(Sex::Unknown).return_code, ReturnCode::InvalidSex);
    let mut transplant = stay("A568", &[], &["0TY00Z0"]);
    transplant.sex = Sex::Unknown;
    assert_eq!(group(&transplant).outcome.drg, 652, "Pre-MDC needs no sex");
}

#[test]
fn pre_mdc_comes_first_and_hands_on() {
    let tracheostomy = group(&stay("J9600", &[], &["0B110F4", "5A1955Z"])).outcome;
    assert_eq!((tracheostomy.mdc, tracheostomy.drg), (4, 4), "keeps the MDC of the principal diagnosis");
    let kidney = group(&stay("I5020", &[], &["0TY00Z0"])).outcome;
    assert_eq!((kidney.mdc, kidney.drg), (11, 652), "kidney transplants go to MDC 11");
    let hiv = group(&stay("B20", &["B59"], &[])).outcome;
    assert_eq!((hiv.mdc, hiv.drg), (25, 976));
}

#[test]
fn two_body_sites_of_trauma_are_multiple_significant_trauma() {
    let two = group(&stay("S061X0A", &["S270XXA"], &[])).outcome;
    assert_eq!((two.mdc, two.drg), (24, 965));
    assert_eq!(group(&stay("S061X0A", &["S062X0A"], &[])).outcome.mdc, 1, "one site only");
}

#[test]
fn unrelated_operating_room_procedures_keep_the_mdc() {
    let knee = group(&stay("I5020", &["N179"], &["0SRD0J9"])).outcome;
    assert_eq!((knee.mdc, knee.drg, knee.med_surg), (5, 982, MedicalSurgical::Surgical));
}

#[test]
fn a_complete_cluster_counts_as_one_procedure() {
    assert_eq!(drg("I5020", &[], &["02HK0KZ", "0JH609Z"]), 277, "lead and generator are a defibrillator implant");
    assert_eq!(drg("I5020", &[], &["02HK0KZ"]), 265, "the lead alone");
    assert_eq!(drg("I5020", &[], &["0JH609Z"]), 245, "the generator alone");
}

#[test]
fn joints_stents_and_fusions_are_counted() {
    assert_eq!(drg("M1711", &[], &["0SRC0J9"]), 470);
    assert_eq!(drg("M170", &[], &["0SRC0J9", "0SRD0J9"]), 462, "two joints");
    assert_eq!(drg("M170", &[], &["0SRC0J9", "0SRC0J9"]), 470, "the same joint twice");
    assert_eq!(drg("I2510", &[], &["02703DZ"]), 322);
    assert_eq!(drg("I2510", &[], &["02733DZ"]), 321, "four arteries");
    assert_eq!(drg("M5116", &[], &["0RG6070", "0RG6071"]), 402, "one anterior, one posterior");
    assert_eq!(drg("M5116", &[], &["0RG6070", "0RG6071", "0SG30J1"]), 428, "and a third");
    assert_eq!(drg("M5116", &[], &["0RG6070", "0SG0070"]), 448, "two anterior");
}

#[test]
fn newborns_with_nothing_but_what_is_normal() {
    assert_eq!(drg("Z3800", &["Z23"], &[]), 795);
    assert_eq!(drg("Z3800", &["P0739"], &[]), 792, "preterm");
    assert_eq!(drg("Z3800", &["Q999"], &[]), 794);
}

#[test]
fn deliveries_need_their_outcome() {
    let mut claim = stay("O80", &["Z370"], &["10E0XZZ"]);
    claim.sex = Sex::Female;
    assert_eq!(group(&claim).outcome.drg, 807);
    let invalid = group(&stay("O80", &["N179"], &[])).outcome;
    let expected = (998, ReturnCode::Ok, Severity::None, MedicalSurgical::None);
    assert_eq!((invalid.drg, invalid.return_code, invalid.severity, invalid.med_surg), expected);
}

#[test]
fn codes_that_cannot_be_the_principal_diagnosis() {
    let code = |claim: &GroupInput| {
        let outcome = group(claim).outcome;
        (outcome.mdc, outcome.drg, outcome.return_code)
    };
    assert_eq!(code(&stay("V0001XA", &[], &[])), (0, 999, ReturnCode::DxCannotBePdx));
    assert_eq!(code(&stay("Z9ZZZ", &[], &[])), (0, 999, ReturnCode::InvalidPdx));
    assert_eq!(code(&GroupInput { principal: None, ..stay("I5020", &[], &[]) }), (0, 999, ReturnCode::InvalidPdx));
    for age in [-1, 125] {
        assert_eq!(code(&GroupInput { age, ..stay("I5020", &[], &[]) }), (0, 999, ReturnCode::InvalidAge));
    }
    assert_eq!(drg("I5020", &["Z9ZZZ"], &["0ZZZZZZ"]), 293, "other codes the version does not know are passed over");
}

/// Final MS-DRG, return code, HAC status and count.
fn hac(
    hospital: HospitalStatus,
    principal: &str,
    secondary: &[&str],
    procedures: &[&str],
) -> (u16, ReturnCode, HacStatus, u8) {
    let mut claim = stay(principal, secondary, procedures);
    claim.hospital_status = hospital;
    let grouping = group(&claim);
    (grouping.outcome.drg, grouping.outcome.return_code, grouping.hac_status, grouping.hac_count)
}

#[test]
fn hospital_acquired_conditions_do_not_raise_the_level() {
    use HospitalStatus::{Exempt, NotExempt};
    // T31.40, burns of 40-49 % of the body surface, is on the list of falls and trauma.
    let not_applicable = |drg| (drg, ReturnCode::Ok, HacStatus::NotApplicable, 0);
    assert_eq!(hac(NotExempt, "I5020", &["T3140:Y"], &[]), not_applicable(292));
    assert_eq!(hac(NotExempt, "I5020", &["T3140:W"], &[]), not_applicable(292));
    for poa in ["T3140:N", "T3140:U"] {
        assert_eq!(hac(NotExempt, "I5020", &[poa], &[]), (293, ReturnCode::Ok, HacStatus::FinalDrgChanges, 1));
    }
    let unchanged = (292, ReturnCode::Ok, HacStatus::FinalDrgNoChange, 1);
    assert_eq!(hac(NotExempt, "I5020", &["T3140:N", "N179"], &[]), unchanged);
    assert_eq!(hac(Exempt, "I5020", &["T3140:N"], &[]), not_applicable(292));
    // The principal diagnosis excludes S92.312B: it is no CC, so there is nothing to take.
    assert_eq!(hac(NotExempt, "S92902A", &["S92312B:N"], &[]), not_applicable(563));
}

#[test]
fn some_conditions_ask_for_more_than_the_diagnosis() {
    use HospitalStatus::NotExempt;
    assert_eq!(hac(NotExempt, "E66813", &["T8143XA:N"], &["0D160JL"]).3, 1, "infection after bariatric surgery");
    assert_eq!(hac(NotExempt, "I5020", &["T8143XA:N"], &["0D160JL"]).3, 0, "not for obesity");
    assert_eq!(hac(NotExempt, "I5020", &["N390:N"], &[]).3, 0, "urinary infection without a catheter");
    assert_eq!(hac(NotExempt, "I5020", &["N390:N", "T83511A:Y"], &[]).3, 1, "with one");
}

#[test]
fn an_indicator_that_is_missing_leaves_no_answer() {
    use HospitalStatus::{NotExempt, Unknown};
    let failed = |code, count| (999, code, HacStatus::FinalDrgUngroupable, count);
    assert_eq!(hac(NotExempt, "I5020", &["T3140:"], &[]), failed(ReturnCode::HacMissingOnePoa, 1));
    assert_eq!(hac(NotExempt, "I5020", &["T3140:1"], &[]), failed(ReturnCode::HacMissingOnePoa, 1));
    assert_eq!(hac(NotExempt, "I5020", &["T3140:N", "I82493:"], &[]), failed(ReturnCode::HacMissingOnePoa, 1));
    assert_eq!(hac(NotExempt, "I5020", &["I82493:"], &[]).0, 292, "no condition is met");
    assert_eq!(hac(Unknown, "I5020", &["T3140:N"], &[]), failed(ReturnCode::HacStatusInvalidPoaNOrU, 1));
    assert_eq!(hac(Unknown, "I5020", &["T3140:"], &[]), failed(ReturnCode::HacStatusInvalidPoaInvalidOr1, 1));
    let several = failed(ReturnCode::HacStatusInvalidMultHacsPoaNotYW, 2);
    assert_eq!(hac(Unknown, "I5020", &["T3140:N", "L89314:N"], &[]), several);
    assert_eq!(hac(Unknown, "I5020", &["T3140:Y"], &[]).0, 292);
}

#[test]
fn the_initial_grouping_stands_when_the_final_fails() {
    let grouping = group(&stay("I5020", &["T3140:"], &[]));
    assert_eq!((grouping.initial.drg, grouping.outcome.drg, grouping.outcome.mdc), (292, 999, 0));
}

#[test]
fn versions_follow_the_discharge_date() {
    let tables = library().ms_drg();
    let on = |y, m, d| GrouperVersion::for_discharge(tables, date(y, m, d)).map(GrouperVersion::number);
    assert_eq!(on(2022, 10, 1), Ok(400));
    assert_eq!((on(2025, 9, 30), on(2025, 10, 1)), (Ok(421), Ok(430)));
    assert_eq!((on(2026, 3, 31), on(2026, 4, 1)), (Ok(430), Ok(431)));
    assert_eq!((on(2026, 10, 1), on(2027, 3, 31)), (Ok(440), Ok(440)));
    let message =
        "no MS-DRG grouper version is for a discharge on 2027-04-01; the tables cover 2022-10-01 to 2027-03-31";
    assert_eq!(on(2027, 4, 1).unwrap_err().to_string(), message);
    assert!(on(2022, 9, 30).is_err());
    assert_eq!(GrouperVersion::parse(tables, "43.1").map(GrouperVersion::number), Ok(431));
    let message = "there is no MS-DRG grouper version 999; the tables hold 400, 401, 410, 411, 420, 421, 430, 431, 440";
    assert_eq!(GrouperVersion::parse(tables, "999").unwrap_err().to_string(), message);
    for nonsense in ["", "43", "4.31x", "-43", "431431431431431431"] {
        assert!(GrouperVersion::parse(tables, nonsense).is_err(), "{nonsense}");
    }
}

#[test]
fn every_version_compiles_and_knows_its_codes() {
    let mut scratch = Scratch::default();
    for version in ["400", "401", "410", "411", "420", "421", "430", "431", "440"] {
        let grouper = grouper(version);
        assert_eq!(grouper.group(&stay("I5020", &["N179"], &[]), &mut scratch).outcome.drg, 292, "{version}");
    }
    // Class 3 obesity has a code of its own since version 42.0; G20 was divided in version 41.0.
    let drg = |version, code| grouper(version).group(&stay(code, &[], &[]), &mut Scratch::default()).outcome.drg;
    assert_eq!((drg("411", "E66813"), drg("420", "E66813")), (999, 641));
    assert_eq!((drg("401", "G20"), drg("411", "G20")), (57, 999));
}
