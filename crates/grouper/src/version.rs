//! Grouper versions and the discharges they are for.

use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::msdrg::{MsDrgTables, VersionRow};
use serde::{Serialize, Serializer};
use std::fmt;

/// A version of the MS-DRG grouper that the tables hold, as CMS numbers it: 431 is 43.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrouperVersion(u16);

/// No version can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The version asked for is not among the tables.
    #[error("there is no MS-DRG grouper version {asked}; the tables hold {present}")]
    Unknown {
        /// The version as asked for.
        asked: String,
        /// The versions present.
        present: String,
    },
    /// No version is for the discharge date.
    #[error("no MS-DRG grouper version is for a discharge on {date}; the tables cover {from} to {to}")]
    OutsidePeriod {
        /// The discharge date.
        date: Date,
        /// First discharge date covered.
        from: Day,
        /// Last discharge date covered.
        to: Day,
    },
}

impl GrouperVersion {
    /// The version of a number such as `"431"` or `"43.1"`.
    ///
    /// # Errors
    /// [`VersionError::Unknown`] when the tables do not hold it.
    pub fn parse(tables: &MsDrgTables, text: &str) -> Result<Self, VersionError> {
        let digits: String = text.chars().filter(|&c| c != '.').collect();
        let number = digits.parse::<u32>().ok().filter(|_| digits.len() == 3);
        let known = |number| tables.versions().iter().find(|row| row.version == number);
        number.and_then(known).map(Self::of).ok_or_else(|| VersionError::Unknown {
            asked: text.chars().take(20).collect(),
            present: tables.versions().iter().map(|row| row.version.to_string()).collect::<Vec<_>>().join(", "),
        })
    }

    /// The version for patients discharged on a date.
    ///
    /// # Errors
    /// [`VersionError::OutsidePeriod`]; a neighbouring version is never guessed.
    pub fn for_discharge(tables: &MsDrgTables, date: Date) -> Result<Self, VersionError> {
        let (day, rows) = (Day::from(date), tables.versions());
        rows.iter().find(|row| row.from <= day && day <= row.to).map(Self::of).ok_or_else(|| {
            VersionError::OutsidePeriod {
                date,
                from: rows.first().map_or_else(Day::default, |row| row.from),
                to: rows.last().map_or_else(Day::default, |row| row.to),
            }
        })
    }

    /// The newest version present.
    #[must_use]
    pub fn newest(tables: &MsDrgTables) -> Option<Self> {
        tables.versions().last().map(Self::of)
    }

    fn of(row: &VersionRow) -> Self {
        Self(row.version as u16)
    }

    /// The number: 431 is 43.1.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// As the Definitions Manual prints it, `43.1`.
impl fmt::Display for GrouperVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// As a string of its number, `"431"`.
impl Serialize for GrouperVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
