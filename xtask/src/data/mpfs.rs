//! Physician fee schedule: geographic practice cost indices of 2026, and the tables of payment rules kept by hand.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Tables kept by hand, every row with its source: folder and file, and what its rows say.
const BY_HAND: [(&str, &str, &str); 10] = [
    ("mpfs", "bilateral", "share of the fee for both sides, by bilateral indicator"),
    (
        "mpfs",
        "components",
        "what is paid for hospital patients, and where the technical part stands, by PC/TC indicator",
    ),
    ("mpfs", "constants", "figures of formulas"),
    ("mpfs", "modifiers", "what a modifier does to the fee"),
    ("mpfs", "multiple_procedures", "share by rank, by multiple-procedure indicator"),
    ("mpfs", "places_of_service", "facility or non-facility rate, by place of service"),
    ("mpfs", "practitioners", "share of the fee, by kind of practitioner"),
    ("mpfs", "status_indicators", "how a status is paid"),
    ("mpfs", "surgery_roles", "assistants, second surgeons and teams, by indicator"),
    ("fees", "equipment_categories", "categories of equipment that are paid at once"),
];

/// Derives the indices and lists the sources of all.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let mut entries = Vec::new();
    for (folder, file, what) in BY_HAND {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(folder).join(format!("{file}.csv"));
        let lines = std::fs::read_to_string(&kept).with_context(|| kept.display().to_string())?.lines().count();
        entries.push(SourceEntry {
            table: format!("{folder}/{}", file.replace('_', "-")),
            publisher: "CMS".to_owned(),
            publication: "Medicare Claims Processing Manual and statutes".to_owned(),
            version: "CY 2013-2026".to_owned(),
            from: "2013-04-01".to_owned(),
            to: "2026-12-31".to_owned(),
            rows: lines.saturating_sub(1) as u64,
            source: format!("kept by hand: data/{folder}/{file}.csv, every row with its source"),
            sha256: sha256(&kept)?,
            note: format!("`{folder}/{file}.csv`: {what}."),
        });
    }
    entries.push(indices(shared, data)?);
    Ok(entries)
}

/// The geographic practice cost indices of 2026.
fn indices(shared: &Path, data: &Path) -> Result<SourceEntry> {
    let source = shared.join("reference/mpfs/GPCI2026.csv");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&source)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        let [contractor, state, locality, name, work, pe, mp] = cells.as_slice() else { continue };
        // Title and header lines have no contractor's number.
        if contractor.len() == 5 && contractor.bytes().all(|byte| byte.is_ascii_digit()) {
            // Asterisks lead to footnotes of the publication.
            let name = name.trim_end_matches('*');
            rows.push([contractor, locality, "2026-01-01", "2026-12-31", state, name, work, pe, mp].map(str::to_owned));
        }
    }
    if rows.len() != 109 {
        bail!("{}: {} localities where 109 belong", source.display(), rows.len());
    }
    rows.sort();
    let mut writer = csv_writer(&data.join("mpfs/gpci.csv"))?;
    writer.write_record([
        "contractor",
        "locality",
        "from",
        "to",
        "state",
        "locality_name",
        "work_gpci",
        "pe_gpci",
        "mp_gpci",
    ])?;
    for row in &rows {
        writer.write_record(row)?;
    }
    writer.flush()?;
    Ok(SourceEntry {
        table: "mpfs/gpci".to_owned(),
        publisher: "CMS".to_owned(),
        publication: "Geographic practice cost indices, Addendum E".to_owned(),
        version: "CY 2026".to_owned(),
        from: "2026-01-01".to_owned(),
        to: "2026-12-31".to_owned(),
        rows: rows.len() as u64,
        source: "CMS, GPCI2026.csv".to_owned(),
        sha256: sha256(&source)?,
        note:
            "`mpfs/gpci.csv`: work (with the floor of 1), practice expense and malpractice indices by contractor and \
               locality."
                .to_owned(),
    })
}
