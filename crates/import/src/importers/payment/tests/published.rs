//! Every payment file beside the project is imported, or refused with a reason that is right.

use crate::run::{FileOutcome, ImportOptions, Prepared, prepare};
use openclaim_testkit::shared;

fn import(test: &str, path: &str) -> Option<Prepared> {
    let path = shared(test, path)?;
    Some(prepare(&[path], &ImportOptions { keep_going: true, ..ImportOptions::default() }).unwrap())
}

#[test]
fn survey() {
    for path in ["cms/mpfs", "cms/opps", "cms/asc", "cms/ipps", "cms/layouts", "reference/ipps", "reference/opps", "reference/mpfs"] {
        let Some(prepared) = import("payment survey", path) else { return };
        println!("#### {path}");
        for report in &prepared.files {
            match &report.outcome {
                FileOutcome::Read { importer } => println!("read   {} [{importer}]", report.file),
                FileOutcome::PassedOver { reason } => println!("passed {} {reason}", report.file),
                FileOutcome::Refused { error } => println!("REFUSED {} {error}", report.file),
            }
        }
        for release in &prepared.releases {
            println!("== {} {} from {} to {:?} published {:?}", release.meta.family, release.meta.version, release.meta.from, release.meta.to, release.meta.published);
            for table in &release.meta.tables { println!("   {} {} rep {}", table.table, table.rows, table.repeated); }
            for warning in &release.meta.warnings { println!("   ! {warning:?}"); }
        }
    }
}
