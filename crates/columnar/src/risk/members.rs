//! The membership file: csv with the columns of Tuva's `eligibility`.

use csv::StringRecord;
use openclaim_claim::{Date, Sex, Text};
use openclaim_risk::cms::{Dual, Enrollee, Orec};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadMember {
    /// Line of the file, from 1.
    pub line: u64,
    /// The member, as far as it can be told.
    pub id: String,
    /// What is wrong with the row.
    pub problem: String,
}

/// The people of a membership file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    /// Each person once, in the order of their identifiers.
    pub people: Vec<Enrollee>,
    /// Rows that were not taken.
    pub bad: Vec<BadMember>,
}

/// Why a membership file cannot be read.
#[derive(Debug, Error)]
pub enum MembersError {
    /// The file is not there, or not csv.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A column that must be there is not.
    #[error("{} has no column `{column}`", path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
}

impl MembersError {
    /// A stable name of the kind of error, the same in every face.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read_failed",
            Self::MissingColumn { .. } => "missing_column",
        }
    }
}

/// Columns of the file by name.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn get<'r>(&self, row: &'r StringRecord, name: &str) -> Option<&'r str> {
        self.0.get(name).and_then(|&at| row.get(at)).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// Reads a file. A row that cannot be read costs no other. Several rows of one person, one for each span of coverage, are
/// joined ([`Enrollee::join`]).
///
/// # Errors
/// [`MembersError`] when the file cannot be read as a table, or lacks `member_id` (or `person_id`), `birth_date` or
/// `gender` (or `sex`).
pub fn read(path: &Path) -> Result<Members, MembersError> {
    let unreadable = |source| MembersError::Read { path: path.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(unreadable)?;
    let header = reader.headers().map_err(unreadable)?;
    let names = header.iter().enumerate().map(|(at, name)| (name.trim().to_ascii_lowercase(), at));
    let columns = Columns(names.collect());
    for (column, other) in [("member_id", "person_id"), ("birth_date", "birth_date"), ("gender", "sex")] {
        if !columns.0.contains_key(column) && !columns.0.contains_key(other) {
            return Err(MembersError::MissingColumn { path: path.to_owned(), column });
        }
    }
    let mut members = Members::default();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        match enrollee(&columns, &record) {
            Ok(enrollee) => members.people.push(enrollee),
            Err(problem) => members.bad.push(BadMember {
                line: record.position().map_or(0, csv::Position::line),
                id: id(&columns, &record).unwrap_or_default().to_owned(),
                problem,
            }),
        }
    }
    // Rows of one person stay in the order of the file.
    members.people.sort_by(|one, other| one.id.cmp(&other.id));
    members.people.dedup_by(|next, kept| {
        let same = next.id == kept.id;
        if same {
            kept.join(next.clone());
        }
        same
    });
    Ok(members)
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
