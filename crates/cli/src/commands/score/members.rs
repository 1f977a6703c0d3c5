//! The membership file: csv with the columns of Tuva's `eligibility`.

use anyhow::{Context, Result, bail};
use csv::StringRecord;
use openclaim_claim::{Date, Sex, Text};
use openclaim_risk::cms::{Cohort, Dual, Enrollee, Orec};
use std::collections::HashMap;
use std::path::Path;

/// A row that was not taken, and why.
#[derive(Debug)]
pub(super) struct BadRow {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) problem: String,
}

/// Columns of the file by name.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn get<'r>(&self, row: &'r StringRecord, name: &str) -> Option<&'r str> {
        self.0.get(name).and_then(|&at| row.get(at)).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// Reads a file into a cohort. A row that cannot be read costs no other.
pub(super) fn read(path: &Path, cohort: &mut Cohort<'_>) -> Result<Vec<BadRow>> {
    let unreadable = || format!("cannot read {}", path.display());
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).with_context(unreadable)?;
    let header = reader.headers().with_context(unreadable)?;
    let names = header.iter().enumerate().map(|(at, name)| (name.trim().to_ascii_lowercase(), at));
    let columns = Columns(names.collect());
    for (required, other) in [("member_id", "person_id"), ("birth_date", "birth_date"), ("gender", "sex")] {
        if !columns.0.contains_key(required) && !columns.0.contains_key(other) {
            bail!("{} has no column `{required}`", path.display());
        }
    }
    let mut bad = Vec::new();
    for record in reader.records() {
        let record = record.with_context(unreadable)?;
        match enrollee(&columns, &record) {
            Ok(enrollee) => cohort.enroll(enrollee),
            Err(problem) => bad.push(BadRow {
                line: record.position().map_or(0, csv::Position::line),
                id: id(&columns, &record).unwrap_or_default().to_owned(),
                problem,
            }),
        }
    }
    Ok(bad)
}

/// Claims name the plan's member identifier; a file that has none goes by the person's.
fn id<'r>(columns: &Columns, row: &'r StringRecord) -> Option<&'r str> {
    columns.get(row, "member_id").or_else(|| columns.get(row, "person_id"))
}

fn enrollee(columns: &Columns, row: &StringRecord) -> Result<Enrollee, String> {
    let get = |name: &str| columns.get(row, name);
    let flag = |name: &str| get(name).map(|text| boolean(name, text)).transpose();
    let birth = get("birth_date").ok_or("birth_date is missing")?;
    let sex = get("gender").or_else(|| get("sex")).ok_or("gender is missing")?;
    let parsed = |name: &str, text: Option<&str>| text.map(|text| day(name, text)).transpose();
    let from = parsed("enrollment_start_date", get("enrollment_start_date"))?;
    let to = parsed("enrollment_end_date", get("enrollment_end_date"))?;
    let orec = get("original_reason_entitlement_code");
    let dual = get("dual_status_code");
    let new_enrollee = match get("enrollment_status").map(str::to_ascii_lowercase).as_deref() {
        None => None,
        Some("new") => Some(true),
        Some("continuing") => Some(false),
        Some(other) => return Err(format!("enrollment_status `{other}` is neither new nor continuing")),
    };
    let institutional = match get("institutional_status").map(str::to_ascii_lowercase).as_deref() {
        Some("yes" | "institutional") => Some(true),
        Some("no" | "community") => Some(false),
        Some(other) => Some(boolean("institutional_status", other)?),
        None => None,
    };
    Ok(Enrollee {
        id: Text::from(id(columns, row).ok_or("member_id is missing")?),
        birth_date: day("birth_date", birth)?,
        sex: match sex.to_ascii_lowercase().as_str() {
            "m" | "male" | "1" => Sex::Male,
            "f" | "female" | "2" => Sex::Female,
            "u" | "unknown" | "0" => Sex::Unknown,
            other => return Err(format!("gender `{other}` is not male or female")),
        },
        orec: orec
            .map(|code| {
                Orec::parse(code).ok_or_else(|| format!("original_reason_entitlement_code `{code}` is not 0 to 3"))
            })
            .transpose()?,
        dual: dual
            .map(|code| Dual::of_status_code(code).ok_or_else(|| format!("dual_status_code `{code}` is not known")))
            .transpose()?,
        institutional,
        new_enrollee,
        chronic_special_needs: flag("chronic_special_needs_plan")?.unwrap_or_default(),
        low_income: flag("low_income_subsidy")?.unwrap_or_default(),
        esrd: flag("esrd_status")?,
        graft_months: get("graft_months")
            .map(|text| text.parse().map_err(|_| format!("graft_months `{text}` is not a number")))
            .transpose()?,
        spans: from.map(|from| (from, to)).into_iter().collect(),
    })
}

fn boolean(name: &str, text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "y" | "yes" | "true" | "t" => Ok(true),
        "0" | "n" | "no" | "false" | "f" => Ok(false),
        _ => Err(format!("{name} `{text}` is not yes or no")),
    }
}

fn day(name: &str, text: &str) -> Result<Date, String> {
    // Exports often write a date with a time of day.
    let date = text.split(['T', ' ']).next().unwrap_or(text);
    date.parse().map_err(|_| format!("{name} `{text}` is not a date like 1950-10-01"))
}
