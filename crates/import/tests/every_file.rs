//! Every publication of `../shared` together: each is read by exactly one importer, or refused for a reason that is right.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_import::{FileOutcome, ImportOptions, prepare};
use std::path::PathBuf;

/// Sub-folders; the procedure pairs, which take their time, have tests of their own.
const FOLDERS: [&str; 20] = [
    "cms/asc",
    "cms/geo",
    "cms/hcpcs",
    "cms/icd10",
    "cms/ipps",
    "cms/layouts",
    "cms/mcd",
    "cms/mpfs",
    "cms/ncci/mue-aoc-2024q3-tidy.zip",
    "cms/opps",
    "cms/x12",
    "reference/comorbidity",
    "reference/hcc",
    "reference/icd-10-cm",
    "reference/icd-10-pcs",
    "reference/ipps",
    "reference/mpfs",
    "reference/ms-drg",
    "reference/ms-drg-definitions",
    "reference/opps",
];

#[test]
fn no_file_is_known_to_two_importers_and_none_is_faulty() {
    let name = "no_file_is_known_to_two_importers_and_none_is_faulty";
    let paths: Option<Vec<PathBuf>> = FOLDERS.iter().map(|path| openclaim_testkit::shared(name, path)).collect();
    let Some(paths) = paths else { return };
    let mut faults = Vec::new();
    // Folder by folder, as a user would; the releases of all would need more memory than the test is worth.
    for path in paths {
        match prepare(std::slice::from_ref(&path), &ImportOptions::default()) {
            Err(error) => faults.push(error.to_string()),
            Ok(prepared) => {
                for report in &prepared.files {
                    let reason = match &report.outcome {
                        FileOutcome::Read { .. } => continue,
                        FileOutcome::PassedOver { reason } => format!("{}: {reason}", report.file),
                        FileOutcome::Refused { error } => error.to_string(),
                    };
                    println!("{reason}");
                    if reason.contains("equally well") || reason.contains("resembles several") {
                        faults.push(reason);
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
