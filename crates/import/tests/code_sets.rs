//! The published code sets: ICD-10, HCPCS, ZIP codes, place of service, adjustment reasons. Reads `../shared`; without it
//! each test says that it is skipped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_import::{FileOutcome, ImportOptions, Prepared, prepare};
use openclaim_tables::relation::Cell;
use openclaim_tables::release::{BuiltRelease, Release, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn import(test: &str, paths: &[&str]) -> Option<Prepared> {
    let paths: Option<Vec<PathBuf>> = paths.iter().map(|path| openclaim_testkit::shared(test, path)).collect();
    Some(prepare(&paths?, &ImportOptions::default()).unwrap())
}

fn open(built: &BuiltRelease) -> Release {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(built.file_name());
    std::fs::write(&path, &built.bytes).unwrap();
    Release::open(&path).unwrap()
}

fn release<'a>(prepared: &'a Prepared, family: &str, version: &str) -> &'a BuiltRelease {
    let wanted = |built: &&BuiltRelease| built.meta.family == family && built.meta.version == version;
    prepared.releases.iter().find(wanted).unwrap_or_else(|| panic!("no release {family} {version}"))
}

/// Rows of each table of a release.
fn counts(built: &BuiltRelease) -> BTreeMap<&str, u64> {
    built.meta.tables.iter().map(|table| (table.table.as_str(), table.rows)).collect()
}

fn show(prepared: &Prepared) {
    for report in &prepared.files {
        match &report.outcome {
            FileOutcome::Read { importer } => println!("{}: {importer}", report.file),
            FileOutcome::PassedOver { reason } => println!("{}: passed over, {reason}", report.file),
            FileOutcome::Refused { error } => println!("refused: {error}"),
        }
    }
    for built in &prepared.releases {
        println!(
            "{} {} {:?}..{:?} published {:?}",
            built.meta.family, built.meta.version, built.meta.from, built.meta.to, built.meta.published
        );
        for table in &built.meta.tables {
            println!("    {} {} (+{})", table.table, table.rows, table.repeated);
        }
        for warning in &built.meta.warnings {
            println!("    ! {warning}");
        }
    }
}

#[test]
fn diagnosis_and_procedure_editions_have_the_published_counts() {
    let name = "diagnosis_and_procedure_editions_have_the_published_counts";
    let Some(prepared) = import(name, &["cms/icd10/cms_2026_dx.zip", "cms/icd10/cms_2026_pr.zip"]) else { return };
    show(&prepared);
    let diagnoses = release(&prepared, "icd-10-cm", "FY2026");
    let counted = counts(diagnoses);
    assert_eq!((counted["icd10cm/order"], counted["icd10cm/titles"]), (98_186, 74_719));
    let Table::Relation(order) = open(diagnoses).table("icd10cm/order").unwrap() else { panic!() };
    assert_eq!(order.rows().filter(|row| row.flag(1) == Some(b'1')).count(), 74_719, "billable");
    assert_eq!(
        (diagnoses.meta.from.to_string(), diagnoses.meta.to.unwrap().to_string()),
        ("2025-10-01".into(), "2026-09-30".into())
    );
    let procedures = release(&prepared, "icd-10-pcs", "FY2026");
    assert_eq!(counts(procedures)["icd10pcs/order"], 80_029);
}

type Titles = (u8, String, String);

/// Code to (billable, short, long) of an order table.
fn order(built: &BuiltRelease, table: &str) -> BTreeMap<String, Titles> {
    let Table::Relation(relation) = open(built).table(table).unwrap() else { panic!("{table}") };
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let entry = |row: openclaim_tables::relation::Row<'_>| {
        let titles = (row.flag(1).unwrap(), text(row.text(2)), text(row.text(3)));
        (row.code(0).unwrap().to_string(), titles)
    };
    relation.rows().map(entry).collect()
}

/// The addenda of an edition as (action, code, billable where given, short, long).
fn addenda(built: &BuiltRelease, table: &str) -> BTreeSet<(String, String, Option<u8>, String, String)> {
    let table = open(built).table(table).unwrap();
    let entry = |cells: Vec<Cell<'_>>| {
        let billable = if let Cell::Flag(flag) = cells[2] { Some(flag) } else { None };
        (cells[1].to_string(), cells[0].to_string(), billable, cells[3].to_string(), cells[4].to_string())
    };
    (0..table.len()).map(|row| entry(table.cells(row))).collect()
}

/// What the addenda should say, from two editions: a code whose billable flag changes is deleted and added.
fn expected(
    before: &BTreeMap<String, Titles>,
    after: &BTreeMap<String, Titles>,
    flagged: bool,
) -> BTreeSet<(String, String, Option<u8>, String, String)> {
    let line = |action: &str, code: &str, (billable, short, long): &Titles| {
        (action.to_owned(), code.to_owned(), flagged.then_some(*billable), short.clone(), long.clone())
    };
    let mut lines = BTreeSet::new();
    for (code, old) in before {
        match after.get(code) {
            None => drop(lines.insert(line("Delete", code, old))),
            Some(new) if new.0 != old.0 => {
                lines.insert(line("Delete", code, old));
                lines.insert(line("Add", code, new));
            }
            Some(new) if new != old => {
                lines.insert(line("Revise from", code, old));
                lines.insert(line("Revise to", code, new));
            }
            Some(_) => {}
        }
    }
    lines
        .extend(after.iter().filter(|(code, _)| !before.contains_key(*code)).map(|(code, new)| line("Add", code, new)));
    lines
}

#[test]
fn differences_of_adjacent_editions_are_the_official_addenda() {
    let name = "differences_of_adjacent_editions_are_the_official_addenda";
    for (system, suffix, years) in [("cm", "dx", [2025, 2026].as_slice()), ("pcs", "pr", &[2025, 2026])] {
        for year in years {
            let paths =
                [format!("cms/icd10/cms_{}_{suffix}.zip", year - 1), format!("cms/icd10/cms_{year}_{suffix}.zip")];
            let Some(prepared) = import(name, &[&paths[0], &paths[1]]) else { return };
            let family = format!("icd-10-{system}");
            let before = release(&prepared, &family, &format!("FY{}", year - 1));
            let after = release(&prepared, &family, &format!("FY{year}"));
            let table = format!("icd10{system}/order");
            let expected = expected(&order(before, &table), &order(after, &table), system == "cm");
            let official = addenda(after, &format!("icd10{system}/order-addenda"));
            let unlisted: Vec<_> = expected.difference(&official).collect();
            let surplus: Vec<_> = official.difference(&expected).collect();
            assert!(surplus.is_empty(), "{family} FY{year}: not in the difference {surplus:?}");
            // The addenda of ICD-10-PCS FY2026 are against the April 2025 update, which is not here: they count 78,986 codes
            // and 910 headings before, and the file of FY2025 has 79,856 lines. Everything else must be listed.
            let count = |action: &str| unlisted.iter().filter(|line| line.0 == action).count();
            if family == "icd-10-pcs" && *year == 2026 {
                assert_eq!(count("Add") - count("Delete"), 78_986 + 910 - 79_856);
            } else {
                assert!(unlisted.is_empty(), "{family} FY{year}: {unlisted:?}");
            }
            println!("{family} FY{year}: {} addenda lines", official.len());
        }
    }
}

#[test]
fn every_icd10_file_is_read_or_passed_over() {
    let name = "every_icd10_file_is_read_or_passed_over";
    let Some(prepared) = import(name, &["cms/icd10", "reference/icd-10-cm", "reference/icd-10-pcs"]) else { return };
    show(&prepared);
    let refused: Vec<String> = prepared.refused().map(|(_, error)| error.to_string()).collect();
    assert_eq!(
        refused,
        [
            "icd10pcs-titles.csv: it is of ICD-10-PCS Code Tables but says nowhere of which year; give --version and --from"
        ]
    );
    for report in &prepared.files {
        if let FileOutcome::PassedOver { reason } = &report.outcome {
            // Explanations and schemas: nothing that holds codes.
            let known = [".pdf", ".xsd"].iter().any(|end| report.file.ends_with(end)) || report.file.contains("ReadMe");
            assert!(known, "{}: {reason}", report.file);
        }
    }
    let counted = counts(release(&prepared, "poa-exempt", "FY2026"));
    assert_eq!(
        [
            counted["poa/exempt"],
            counted["poa/exempt-added"],
            counted["poa/exempt-deleted"],
            counted["poa/exempt-revised"]
        ],
        [38_349, 209, 14, 50]
    );
    let counted = counts(release(&prepared, "icd-10-cm-tabular", "FY2026-04"));
    assert_eq!(counted["icd10cm/tabular"], 46_881 + 22 + 297);
    let counted = counts(release(&prepared, "icd-10-cm", "FY2026-04"));
    assert!(counted["icd10cm/nodes"] > 74_000);
}

#[test]
fn every_hcpcs_zip_and_code_file_is_read_or_passed_over() {
    let name = "every_hcpcs_zip_and_code_file_is_read_or_passed_over";
    let paths = ["cms/hcpcs", "cms/geo", "cms/x12", "cms/layouts/HCPC2026_OCT_ANWEB.head.csv"];
    let Some(prepared) = import(name, &paths) else { return };
    show(&prepared);
    let refused: Vec<String> = prepared.refused().map(|(_, error)| error.to_string()).collect();
    assert_eq!(
        refused,
        ["2019-HCPCS-Record-Layout.zip/HCPCS2019_recordlayout.txt: it explains a record layout and holds no table"]
    );
    let tidy = counts(release(&prepared, "hcpcs-tidy", "2024-07"));
    assert_eq!((tidy["hcpcs/attributes"], tidy["hcpcs/descriptions"]), (8_033, 16_066));
    assert_eq!(counts(release(&prepared, "rbcs", "2024-07"))["hcpcs/rbcs"], 17_033);
    assert_eq!(counts(release(&prepared, "zip-locality", "2025-10"))["geo/zip5"], 42_956);
    assert_eq!(counts(release(&prepared, "hcpcs", "2026-10"))["hcpcs/modifiers"], 4);
    assert_eq!(counts(release(&prepared, "place-of-service", "current"))["codes/place-of-service"], 99);
    let reasons = prepared.releases.iter().find(|built| built.meta.family == "adjustment-reasons").unwrap();
    assert_eq!(counts(reasons)["codes/adjustment-reasons"], 1_581);
}

#[test]
fn importing_again_gives_the_same_bytes() {
    let name = "importing_again_gives_the_same_bytes";
    let paths = ["cms/geo", "cms/hcpcs/2019-HCPCS-NOC-Codes.zip"];
    let (Some(once), Some(again)) = (import(name, &paths), import(name, &paths)) else { return };
    let bytes = |prepared: &Prepared| -> Vec<(String, Vec<u8>)> {
        prepared.releases.iter().map(|built| (built.file_name(), built.bytes.clone())).collect()
    };
    assert!(bytes(&once) == bytes(&again));
}
