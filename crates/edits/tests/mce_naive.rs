//! The Medicare Code Editor told a second time, slowly and straight from the plain tables, and both compared on stays that
//! crowd every flag and every change of dates together.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_claim::{Date, DiagnosisCode, ProcedureCode, Sex, Spanned};
use openclaim_edits::mce::{self, MceInput, Tables};
use openclaim_reference::Library;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// `code → (first day, last day, flags)`, days as ISO text, which sorts as days do.
type Plain = BTreeMap<String, Vec<(String, String, String)>>;

fn plain(file: &str) -> Plain {
    let text = std::fs::read_to_string(openclaim_testkit::workspace_root().join("data").join(file)).unwrap();
    let mut table = Plain::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let flags = fields.get(3).copied().unwrap_or_default();
        table.entry(fields[0].into()).or_default().push((fields[1].into(), fields[2].into(), flags.into()));
    }
    table
}

struct PlainTables {
    diagnosis_flags: Plain,
    procedure_flags: Plain,
    diagnoses: Plain,
    procedures: Plain,
    statuses: Plain,
    /// Days on which some flag begins or ends.
    days: Vec<Date>,
}

static PLAIN: LazyLock<PlainTables> = LazyLock::new(|| {
    let (diagnosis_flags, procedure_flags) = (plain("mce/diagnosis_flags.csv"), plain("mce/procedure_flags.csv"));
    let rows = diagnosis_flags.values().chain(procedure_flags.values()).flatten();
    let days: BTreeSet<&String> = rows.flat_map(|(from, to, _)| [from, to]).collect();
    let days = days.into_iter().map(|day| day.parse().unwrap()).collect();
    PlainTables {
        diagnoses: plain("icd-10-cm/periods.csv"),
        procedures: plain("icd-10-pcs/periods.csv"),
        statuses: plain("mce/discharge_statuses.csv"),
        diagnosis_flags,
        procedure_flags,
        days,
    }
});

fn row<'t>(table: &'t Plain, code: &str, day: &str) -> Option<&'t str> {
    let rows = table.get(code)?;
    rows.iter().find(|(from, to, _)| from.as_str() <= day && day <= to.as_str()).map(|(.., flags)| flags.as_str())
}

/// What the editor counts, by its own names.
fn naive(input: &MceInput) -> BTreeMap<&'static str, u32> {
    let plain = &*PLAIN;
    let day = input.discharge_date.unwrap().to_string();
    let age = input.age.unwrap();
    let sex = input.sex.unwrap().value;
    let codes: Vec<&str> = input.principal.iter().chain(&input.secondary).map(|coded| coded.code.as_str()).collect();
    let operations: Vec<&str> = input.procedures.iter().map(|coded| coded.code.as_str()).collect();
    let flags_of = |table, code: &str| -> Vec<String> {
        row(table, code, &day).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    let dx: Vec<Vec<String>> = codes.iter().map(|code| flags_of(&plain.diagnosis_flags, code)).collect();
    let px: Vec<Vec<String>> = operations.iter().map(|code| flags_of(&plain.procedure_flags, code)).collect();
    let has = |flags: &[String], flag: &str| flags.iter().any(|known| known == flag);
    let any = |all: &[Vec<String>], flag: &str| all.iter().any(|flags| has(flags, flag));

    let mut counts = BTreeMap::new();
    let mut add = |name, times: usize| {
        if times > 0 {
            counts.insert(name, times as u32);
        }
    };
    let no_code = |table, codes: &[&str]| codes.iter().filter(|code| row(table, code, &day).is_none()).count();
    add("INVALID_CODE", no_code(&plain.diagnoses, &codes) + no_code(&plain.procedures, &operations));
    add("DUPLICATE_OF_PDX", codes[1..].iter().filter(|code| **code == codes[0]).count());
    let maternity = if day.as_str() < "2019-10-01" { 12..=55 } else { 9..=64 };
    let ages = [("newborn", 0..=0), ("pediatric", 0..=17), ("maternity", maternity), ("adult", 15..=124)];
    add(
        "AGE_CONFLICT",
        dx.iter().filter(|flags| ages.iter().any(|(group, ages)| has(flags, group) && !ages.contains(&age))).count(),
    );
    let other_sex =
        |flags: &&Vec<String>| has(flags, "male") && sex != Sex::Male || has(flags, "female") && sex != Sex::Female;
    add("SEX_CONFLICT", dx.iter().chain(&px).filter(other_sex).count());
    add("E_CODE_AS_PDX", usize::from(has(&dx[0], "ecodepdx")));
    add("MANIFESTATION_AS_PDX", usize::from(has(&dx[0], "manifestation")));
    add("QUESTIONABLE_ADMISSION", usize::from(has(&dx[0], "qadm")));
    let wants_company = has(&dx[0], "reqsdx");
    add("REQUIRES_SDX", usize::from(wants_company && codes.len() == 1));
    add("UNACCEPTABLE_PDX", usize::from(has(&dx[0], "unacceptable") && !wants_company));
    add("WRONG_PROCEDURE_PERFORMED", dx.iter().filter(|flags| has(flags, "wrngproc")).count());
    add("UNSPECIFIED", dx.iter().filter(|flags| has(flags, "unspecified")).count());
    add("INVALID_AGE", usize::from(!(0..=124).contains(&age)));
    add("INVALID_SEX", usize::from(sex == Sex::Unknown));
    let status = input.discharge_status.unwrap().as_str().to_owned();
    add("INVALID_DISCHARGE_STATUS", usize::from(row(&plain.statuses, &status, &day).is_none()));
    let deliveries = px.iter().filter(|flags| has(flags, "vagdel") || has(flags, "csect")).count();
    add("QUESTIONABLE_OBSTETRIC_ADMISSION", if any(&dx[1..], "delout") { 0 } else { deliveries });
    let long = px.iter().filter(|flags| has(flags, "los")).count();
    add("INCONSISTENT_WITH_LENGTH_OF_STAY", if input.length_of_stay.unwrap() > 4 { 0 } else { long });

    let pancreas_allowed = any(&px, "kidneyxp") || any(&dx, "diabtypeI");
    let whole_heart = any(&px, "lcov_artheartxpa") && any(&px, "lcov_artheartxpb");
    let heart = |flags: &[String]| has(flags, "lcov_artheartxpa") || has(flags, "lcov_artheartxpb");
    let not_covered = |flags: &&Vec<String>| {
        has(flags, "noncovered")
            || ["ncov_z302", "ncov6", "ncov7"].iter().any(|flag| has(flags, flag) && any(&dx, flag))
            || has(flags, "ncov12agele60") && !(0..=60).contains(&age)
            || has(flags, "ncov45") && !pancreas_allowed
            || heart(flags) && whole_heart && !any(&dx, "clintrial")
    };
    let limited = |flags: &&Vec<String>| {
        !not_covered(flags) && (has(flags, "lcov") || heart(flags) && whole_heart && any(&dx, "clintrial"))
    };
    add("NON_COVERED", px.iter().filter(not_covered).count());
    add("LIMITED_COVERAGE", px.iter().filter(limited).count());
    counts
}

/// A code of a random flag, so that rare flags come up as often as common ones; now and then any code at all.
fn codes(flags: &'static Plain, all: &'static Plain) -> impl Strategy<Value = String> {
    let mut by_flag: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (code, rows) in flags {
        for flag in rows.iter().flat_map(|(.., flags)| flags.split_whitespace()) {
            by_flag.entry(flag).or_default().push(code);
        }
    }
    let flagged: Vec<Vec<&str>> = by_flag.into_values().collect();
    let all: Vec<&str> = all.keys().map(String::as_str).collect();
    prop_oneof![
        8 => (select(flagged), any::<Index>()).prop_map(|(codes, index)| (*index.get(&codes)).to_owned()),
        2 => select(all).prop_map(str::to_owned),
        1 => Just("QQQ".to_owned()),
    ]
}

fn stays() -> impl Strategy<Value = MceInput> {
    let diagnosis =
        || codes(&PLAIN.diagnosis_flags, &PLAIN.diagnoses).prop_map(|code| DiagnosisCode::parse(&code).unwrap());
    let procedure =
        codes(&PLAIN.procedure_flags, &PLAIN.procedures).prop_map(|code| ProcedureCode::parse(&code).unwrap());
    let repeat = any::<bool>();
    (
        (
            -1..130_i32,
            select(vec![Sex::Male, Sex::Female, Sex::Unknown]),
            0..100_u8,
            select(PLAIN.days.clone()),
            0..8_u32,
        ),
        (diagnosis(), prop::collection::vec(diagnosis(), 0..14), repeat, prop::collection::vec(procedure, 0..10)),
    )
        .prop_map(|((age, sex, status, date, days), (principal, mut secondary, repeat, procedures))| {
            if repeat {
                secondary.push(principal);
            }
            MceInput {
                age: Some(age),
                sex: Some(Spanned::bare(sex)),
                discharge_status: Some(Spanned::bare(format!("{status:02}").parse().unwrap())),
                discharge_date: Some(date),
                length_of_stay: Some(days),
                ..MceInput::default()
            }
            .with_codes(Some(principal), secondary, procedures)
        })
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::embedded().unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn both_tellings_agree(input in stays()) {
        prop_assert_eq!(mce::count(&input, &Tables::of(&LIBRARY)).counts, naive(&input));
    }

    #[test]
    fn the_order_of_secondary_diagnoses_and_procedures_does_not_matter(
        (input, mut secondary, mut procedures) in stays().prop_flat_map(|input| {
            let (secondary, procedures) = (input.secondary.clone(), input.procedures.clone());
            (Just(input), Just(secondary).prop_shuffle(), Just(procedures).prop_shuffle())
        })
    ) {
        let tables = Tables::of(&LIBRARY);
        let before = mce::count(&input, &tables);
        let mut shuffled = input.clone();
        std::mem::swap(&mut shuffled.secondary, &mut secondary);
        std::mem::swap(&mut shuffled.procedures, &mut procedures);
        prop_assert_eq!(mce::count(&shuffled, &tables), before);
    }

    #[test]
    fn every_finding_is_counted_and_cites(input in stays()) {
        let tables = Tables::of(&LIBRARY);
        let (findings, _) = mce::check_input(&input, &tables);
        prop_assert_eq!(findings.len() as u32, mce::count(&input, &tables).counts.values().sum::<u32>());
        for finding in &findings {
            prop_assert!(!finding.evidence.is_empty() && !finding.clears.is_empty(), "{}", finding.edit);
            prop_assert!(!finding.message.to_string().contains("  "));
        }
    }
}
