//! Writes made-up inpatient stays as JSON Lines for `openclaim group`: `random_stays COUNT`.
#![allow(clippy::unwrap_used, reason = "a developers' tool fails by panicking")]

#[path = "../benches/stays/mod.rs"]
mod stays;

use openclaim_grouper::{CodedDiagnosis, GrouperVersion};
use openclaim_reference::Library;
use std::io::{BufWriter, Write};

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let library = Library::embedded().unwrap();
    let version = GrouperVersion::newest(library.ms_drg()).unwrap();
    let mut output = BufWriter::new(std::io::stdout().lock());
    let diagnosis = |coded: &CodedDiagnosis| serde_json::json!({ "code": coded.code, "poa": coded.poa });
    for (id, stay) in stays::claims(library.ms_drg(), version, count).iter().enumerate() {
        let line = serde_json::json!({
            "id": id,
            "version": version,
            "age": stay.age,
            "sex": stay.sex,
            "discharge_status": format!("{:02}", stay.discharge_status.unwrap_or(1)),
            "hospital_status": stay.hospital_status,
            "principal": stay.principal.as_ref().map(diagnosis),
            "secondary": stay.secondary.iter().map(diagnosis).collect::<Vec<_>>(),
            "procedures": stay.procedures,
        });
        writeln!(output, "{line}").unwrap();
    }
}
