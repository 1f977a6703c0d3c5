//! The shared tables of procedure-to-procedure edits, millions of pairs: counted, measured, and compared pair by pair
//! with a plain reading of the csv.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_import::{ImportOptions, prepare};
use openclaim_tables::release::Release;
use openclaim_tables::{Day, text_key};
use openclaim_testkit::shared;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// The csv in a zip of one member.
fn csv_of(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn check(test: &str, service: &str, pairs: u64) {
    let Some(path) = shared(test, &format!("cms/ncci/ptp-{service}-2024q3-tidy.zip")) else { return };
    let begun = Instant::now();
    let prepared = prepare(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    let release = &prepared.releases[0];
    eprintln!("{test}: imported in {:?}, {} bytes", begun.elapsed(), release.bytes.len());
    assert!(release.bytes.len() <= 40 << 20);
    let table = format!("ncci/ptp-{service}");
    assert_eq!((release.meta.tables[0].table.as_str(), release.meta.tables[0].rows), (table.as_str(), pairs));
    assert!(release.meta.warnings.iter().any(|warning| warning.message.contains("no effective dates")));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(release.file_name());
    std::fs::write(&file, &release.bytes).unwrap();
    let table = Release::open(&file).unwrap().pairs(&table).unwrap();
    // The csv, sorted as the table is: by the codes, then by the last day, of which none is the first.
    let csv = csv_of(&path);
    let mut lines: Vec<[&str; 5]> = csv
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.splitn(5, ',');
            std::array::from_fn(|_| cells.next().unwrap().trim_matches('"'))
        })
        .collect();
    lines.sort_unstable();
    assert_eq!((lines.len() as u64, table.rows().count() as u64), (pairs, pairs));
    for (line, pair) in lines.into_iter().zip(table.rows()) {
        let [one, two, deletion, modifier, rationale] = line;
        let terms = pair.terms();
        assert_eq!((pair.column1().unwrap().as_str(), pair.column2().unwrap().as_str()), (one, two));
        assert_eq!(terms.to, if deletion.is_empty() { None } else { Day::parse_iso(deletion) }, "{line:?}");
        assert_eq!((terms.modifier_indicator, terms.rationale), (modifier.as_bytes()[0], rationale), "{line:?}");
        let day = terms.to.unwrap_or(Day(20_240_930));
        let found = table.at(text_key(one.as_bytes()), text_key(two.as_bytes()), day);
        assert!(found.is_some_and(|found| found.terms().modifier_indicator == modifier.as_bytes()[0]), "{line:?}");
    }
}

#[test]
fn practitioner_pairs() {
    check("practitioner_pairs", "practitioner", 2_546_017);
}

#[test]
fn outpatient_pairs() {
    check("outpatient_pairs", "outpatient", 1_775_818);
}
