//! The embedded tables against the order files of FY 2026 as CMS publishes them, read from `../shared`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::{Date, date};
use openclaim_reference::Library;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

/// Billable codes and their long titles of an order file; `None`, with a line saying so, when the file is not there.
fn order_file(test: &str, archive: &str, member: &str) -> Option<BTreeMap<String, String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cms/icd10").join(archive);
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {test}: ../shared not present");
        return None;
    };
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(member).unwrap().read_to_end(&mut bytes).unwrap();
    let text: String = bytes.iter().map(|&byte| byte as char).collect();
    // Columns 7-13 code, 15 whether billable, 78- long title.
    let rows = text.lines().filter(|line| line.get(14..15) == Some("1"));
    Some(rows.map(|line| (line[6..13].trim().to_owned(), line[77..].trim().to_owned())).collect())
}

fn diagnoses_on(library: &Library, on: Date) -> BTreeSet<String> {
    let valid = library.icd10cm().iter().filter(|entry| entry.valid_on(on).is_valid());
    valid.map(|entry| entry.code().as_str().to_owned()).collect()
}

fn procedures_on(library: &Library, on: Date) -> BTreeSet<String> {
    let valid = library.icd10pcs().iter().filter(|entry| entry.valid_on(on).is_valid());
    valid.map(|entry| entry.code().as_str().to_owned()).collect()
}

#[test]
fn diagnoses_of_fiscal_year_2026_are_valid_all_year_and_no_others() {
    let Some(order) = order_file("diagnoses of FY 2026", "cms_2026_dx.zip", "icd10cm_order_2026.txt") else { return };
    let library = Library::embedded().unwrap();
    let published: BTreeSet<String> = order.into_keys().collect();
    for on in [date(2025, 10, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30)] {
        assert_eq!(diagnoses_on(&library, on), published, "{on}");
    }
    assert_ne!(diagnoses_on(&library, date(2025, 9, 30)), published);
    assert_ne!(diagnoses_on(&library, date(2026, 10, 1)), published);
}

#[test]
fn diagnoses_of_fiscal_year_2025_are_valid_all_year_and_no_others() {
    let Some(order) = order_file("diagnoses of FY 2025", "cms_2025_dx.zip", "icd10cm_order_2025.txt") else { return };
    let library = Library::embedded().unwrap();
    let published: BTreeSet<String> = order.into_keys().collect();
    for on in [date(2024, 10, 1), date(2025, 9, 30)] {
        assert_eq!(diagnoses_on(&library, on), published, "{on}");
    }
}

#[test]
fn procedures_of_fiscal_year_2026_are_valid_until_the_april_update() {
    let Some(order) = order_file("procedures of FY 2026", "cms_2026_pr.zip", "icd10pcs_order_2026.txt") else { return };
    let library = Library::embedded().unwrap();
    let published: BTreeSet<String> = order.into_keys().collect();
    for on in [date(2025, 10, 1), date(2026, 3, 31)] {
        assert_eq!(procedures_on(&library, on), published, "{on}");
    }
    // The update of 2026-04-01 came after the order file: 80 codes new, two retired.
    let april = procedures_on(&library, date(2026, 4, 1));
    assert_eq!(april.difference(&published).count(), 80);
    let retired: Vec<&String> = published.difference(&april).collect();
    assert_eq!(retired, ["30233AZ", "30243AZ"]);
}

#[test]
fn titles_are_the_published_long_titles() {
    let Some(order) = order_file("titles of FY 2026", "cms_2026_dx.zip", "icd10cm_order_2026.txt") else { return };
    let Some(procedures) = order_file("titles of FY 2026", "cms_2026_pr.zip", "icd10pcs_order_2026.txt") else {
        return;
    };
    let library = Library::embedded().unwrap();
    let table = library.icd10cm();
    for (code, title) in &order {
        let entry = table.get(code.parse().unwrap()).unwrap();
        assert_eq!(entry.title(), Some(title.as_str()), "{code}");
    }
    let (mut other, mut untitled) = (Vec::new(), 0);
    for (code, title) in &procedures {
        match library.icd10pcs().get(code.parse().unwrap()).unwrap().title() {
            None => untitled += 1,
            Some(known) if known != title => other.push(code.as_str()),
            Some(_) => {}
        }
    }
    // Renamed in FY 2026; the list at hand is of FY 2025.
    assert_eq!(other, ["XW133G8", "XW143G8"]);
    // New in FY 2026 and outside the operating room, so that the MS-DRG Definitions Manual does not name them.
    assert!(untitled < 120, "{untitled}");
}
