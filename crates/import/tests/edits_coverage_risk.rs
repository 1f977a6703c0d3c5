//! The shared publications of NCCI, the coverage database and risk adjustment: each imports with the rows it should
//! have, or is refused with the right reason.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_import::{FileOutcome, FileReport, ImportOptions, Prepared, prepare};
use openclaim_tables::release::{BuiltRelease, Release};
use openclaim_testkit::shared;
use std::path::{Path, PathBuf};

fn import(path: &Path) -> Prepared {
    prepare(&[path.to_owned()], &ImportOptions::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// Rows of a table, repetitions counted.
fn rows(prepared: &Prepared, table: &str) -> u64 {
    let tables = prepared.releases.iter().flat_map(|release| &release.meta.tables);
    tables.filter(|rows| rows.table == table).map(|rows| rows.rows + rows.repeated).sum()
}

fn open(release: &BuiltRelease) -> Release {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(release.file_name());
    std::fs::write(&path, &release.bytes).unwrap();
    // The mapping outlives the name on the systems that tests run on.
    Release::open(&path).unwrap()
}

fn lines(path: &Path) -> u64 {
    std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim().is_empty()).count() as u64
}

/// Files that were not read, with the reason.
fn unread(prepared: &Prepared) -> Vec<(String, String)> {
    let reason = |report: &FileReport| match &report.outcome {
        FileOutcome::Read { .. } => None,
        FileOutcome::PassedOver { reason } => Some((report.file.clone(), reason.clone())),
        FileOutcome::Refused { error } => Some((report.file.clone(), error.to_string())),
    };
    prepared.files.iter().filter_map(reason).collect()
}

#[test]
fn unlikely_units_and_add_on_codes() {
    let Some(path) = shared("unlikely_units_and_add_on_codes", "cms/ncci/mue-aoc-2024q3-tidy.zip") else { return };
    let prepared = import(&path);
    assert_eq!(unread(&prepared), []);
    let counts = ["ncci/mue-practitioner", "ncci/mue-outpatient", "ncci/mue-dme", "ncci/aoc"];
    assert_eq!(counts.map(|table| rows(&prepared, table)), [14_677, 14_628, 2_928, 7_465]);
    for release in &prepared.releases {
        let meta = &release.meta;
        assert_eq!(
            (meta.version.as_str(), meta.from.to_string().as_str()),
            ("2024Q3", "2024-07-01"),
            "{}",
            meta.family
        );
    }
}

#[test]
fn layouts_of_2026() {
    let Some(folder) = shared("layouts_of_2026", "cms/layouts") else { return };
    let pairs = import(&folder.join("ccipra-v322r0-f1.head.txt"));
    assert_eq!((rows(&pairs, "ncci/ptp-practitioner"), pairs.releases[0].meta.version.as_str()), (4, "2026Q3"));
    let units = import(&folder.join("MCR_MUE_PractitionerServices_Eff_07-01-2026.head.csv"));
    assert_eq!((rows(&units, "ncci/mue-practitioner"), units.releases[0].meta.version.as_str()), (3, "2026Q3"));
}

#[test]
fn coverage_exports() {
    let Some(folder) = shared("coverage_exports", "cms/mcd") else { return };
    let article = import(&folder.join("current_article-partial.zip"));
    assert_eq!((rows(&article, "article/revenue_code"), rows(&article, "article/icd10_covered_group")), (2_859, 2_474));
    let passed: Vec<String> = unread(&article).into_iter().map(|(file, _)| file).collect();
    assert_eq!(passed.len(), 2, "{passed:?}");
    assert!(passed.iter().all(|file| file.ends_with("dictionary.pdf") || file.ends_with("readme_first.txt")));
    let meta = &article.releases.iter().find(|release| release.meta.family == "mcd-article").unwrap().meta;
    let absent = meta.warnings.iter().find(|warning| warning.message.contains("lacks tables")).unwrap();
    let tables = "article/article, article/hcpc_code, article/icd10_covered, article/icd10_noncovered";
    assert!(absent.message.ends_with(tables), "{}", absent.message);
    assert_eq!(meta.published.unwrap().year(), 2026);
    let lcd = import(&folder.join("current_lcd-partial.zip"));
    assert_eq!((rows(&lcd, "lcd/hcpc_code"), rows(&lcd, "lcd/requestor_letters")), (2_162, 50));
    let documents = import(&folder.join("documents-latest-tidy.zip"));
    assert_eq!(unread(&documents), []);
    assert!(rows(&documents, "mcd/documents") > 1_000);
}

#[test]
fn risk_tables() {
    let Some(folder) = shared("risk_tables", "reference/hcc") else { return };
    for path in files(&folder) {
        let prepared = import(&path);
        assert_eq!(unread(&prepared), [], "{}", path.display());
        let meta = &prepared.releases[0].meta;
        assert_eq!(meta.tables[0].rows + meta.tables[0].repeated, lines(&path) - 1, "{}", path.display());
        assert_eq!(meta.family.ends_with("-proposed"), path.to_string_lossy().contains("proposed"));
    }
}

#[test]
fn risk_software() {
    let Some(folder) = shared("risk_software", "reference/hcc/sas") else { return };
    let mut refused = Vec::new();
    for path in files(&folder) {
        let prepared = import(&path);
        refused.extend(unread(&prepared));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("F2") || name.contains("NDC") || name.contains("BUNDLED") {
            let table = &prepared.releases[0].meta.tables[0];
            assert_eq!(table.rows + table.repeated, lines(&path), "{name}");
        }
    }
    let names: Vec<&str> = refused.iter().map(|(file, _)| file.split('.').next().unwrap()).collect();
    let programs = "AGESEXV2 AGESEXV6 E2118P1M V0518F3M V0518F3P V0519F3M V0519F3P V2218O1M V2218O1P V2318P1M V2318P1P \
                    V2419P1M V2419P1P V24_label_short V2823T2M";
    assert_eq!(names.join(" "), programs);
    for (file, reason) in &refused {
        assert!(reason.contains("program") || file.ends_with(".json"), "{file}: {reason}");
    }
    let hierarchies = open(&import(&folder.join("V24H86H1.TXT")).releases[0]);
    let table = hierarchies.table("hcc-v24/hierarchies").unwrap();
    let cells = (0..table.len()).map(|row| table.cells(row));
    let dropped = cells.filter(|cells| cells[0].to_string() == "70").map(|cells| cells[1].to_string());
    assert_eq!(dropped.collect::<Vec<_>>(), ["103", "104", "169", "71", "72"]);
    assert_eq!(rows(&import(&folder.join("V28115L3.TXT")), "hcc-v28/labels"), 230);
}

#[test]
fn comorbidities() {
    let Some(path) = shared("comorbidities", "reference/comorbidity/CMR-Reference-File-v2026-1.xlsx") else { return };
    let prepared = import(&path);
    assert_eq!(unread(&prepared), []);
    assert_eq!(prepared.releases[0].meta.version, "2026.1");
    assert_eq!(rows(&prepared, "comorbidity/measures"), 38);
    let release = open(&prepared.releases[0]);
    let table = release.table("comorbidity/diagnoses").unwrap();
    let mut diagnoses: Vec<String> = (0..table.len()).map(|row| table.cells(row)[0].to_string()).collect();
    diagnoses.dedup();
    assert_eq!(diagnoses.len(), 4_567);
}

#[test]
fn grouper_tables() {
    let Some(folder) = shared("grouper_tables", "reference/ms-drg") else { return };
    for path in files(&folder) {
        let prepared = import(&path);
        assert_eq!(unread(&prepared), [], "{}", path.display());
        let table = &prepared.releases[0].meta.tables[0];
        assert_eq!(table.rows + table.repeated, lines(&path) - 1, "{}", path.display());
        let stem = path.file_stem().unwrap().to_string_lossy().replace("_description", "").replace('_', "-");
        assert_eq!(table.table.split('/').nth(1), Some(stem.trim_start_matches("drg-").trim_start_matches("mce-")));
    }
}

#[test]
fn definitions_manual() {
    let Some(folder) = shared("definitions_manual", "reference/ms-drg-definitions") else { return };
    let prepared = import(&folder.join("definitions-manual-text-v43.1.zip"));
    assert_eq!(unread(&prepared), []);
    assert_eq!(prepared.releases.len(), 1);
    let meta = &prepared.releases[0].meta;
    assert_eq!((meta.version.as_str(), meta.from.to_string().as_str()), ("43.1", "2026-04-01"));
    // Counted in the files with line tools.
    for (table, count) in [
        ("manual/drg", 772),
        ("manual/dx-drg", 90_579),
        ("manual/cc", 18_432),
        ("manual/cc-exclusion", 180_403),
        ("manual/procedure-drg", 158_493),
        ("manual/cluster-member", 7_406),
        ("manual/cluster-drg", 6_658),
        ("manual/dx-mdc", 67_331),
        ("manual/severity", 18_432 + 8),
    ] {
        assert_eq!(rows(&prepared, table), count, "{table}");
    }
    for version in ["42.1", "43"] {
        let prepared = import(&folder.join(format!("definitions-manual-text-v{version}.zip")));
        assert_eq!((unread(&prepared), prepared.releases[0].meta.version.as_str()), (Vec::new(), version));
        assert_eq!(prepared.releases[0].meta.tables.len(), 16);
    }
}
