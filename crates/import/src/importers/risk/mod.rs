//! Risk adjustment: CMS-HCC, RxHCC and HHS-HCC models (CMS), Elixhauser comorbidities (AHRQ).
//!
//! CMS ships the models as SAS text: lists from diagnosis to condition category, macros with hierarchies, labels and
//! age and sex edits, and coefficients in one row. The lists do not say which model they belong to; CMS's file names do
//! (`F2422P1M` is version 24, of 2022), and the release warns that they were relied upon.

pub(super) mod coefficients;
pub(super) mod comorbidity;
pub(super) mod lists;
pub(super) mod macros;
mod statements;
pub(super) mod tables;

use crate::error::{ImportError, Place};
use crate::release::{Identity, ReleaseDraft};
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;

/// The day from which claims carry ICD-10 codes: files that name no period are taken to hold from then on.
const SINCE: Day = Day(20_151_001);

/// A model and what a file says of its own edition.
#[derive(Debug, PartialEq, Eq)]
struct Model {
    /// `cms-hcc-v24`, `esrd-hcc-v21`, `hhs-hcc-v05`.
    family: String,
    title: String,
    /// First part of the names of its tables: `hcc-v24`.
    tables: String,
    year: Option<i16>,
}

impl Model {
    fn new(kind: &str, version: u32, year: Option<i16>) -> Self {
        let (family, title, tables) = match kind {
            "hhs" => ("hhs-hcc", "HHS-HCC", "hhs"),
            "esrd" => ("esrd-hcc", "CMS-HCC ESRD", "esrd"),
            _ => ("cms-hcc", "CMS-HCC", "hcc"),
        };
        Self {
            family: format!("{family}-v{version:02}"),
            title: format!("{title} V{version:02} model"),
            tables: format!("{tables}-v{version:02}"),
            year,
        }
    }

    /// The model that CMS's names of lists and coefficients stand for: `F2422P1M`, `F24_AllYearsCombined`, `H0519F3…`,
    /// `CY22F07A…`, `V24hcccoefn`, `HHS22hcccoefn`, `ESRDhcccoefn`.
    fn of_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let number = |at: usize| upper.get(at..at + 2).filter(|two| two.bytes().all(|b| b.is_ascii_digit()));
        let version = |at: usize| number(at)?.parse::<u32>().ok();
        let year = |at: usize| number(at)?.parse::<i16>().ok().map(|year| 2000 + year);
        if upper.starts_with("CY") && upper.get(4..5) == Some("F") {
            Some(Self::new("hhs", version(5)?, Some(year(2)?)))
        } else if upper.starts_with("ESRD") {
            Some(Self::new("esrd", 21, None))
        } else if upper.starts_with("HHS") {
            // The years in which the coefficients were in force used these versions of the categories.
            let year = year(3)?;
            Some(Self::new("hhs", if year < 2021 { 5 } else { 7 }, Some(year)))
        } else if upper.starts_with('H') {
            Some(Self::new("hhs", version(1)?, Some(year(3)?)))
        } else if upper.starts_with('V') && upper.get(3..6) == Some("HCC") {
            Some(Self::of_version(version(1)?, None))
        } else if upper.starts_with('F') {
            Some(Self::of_version(version(1)?, year(3)))
        } else {
            None
        }
    }

    /// Version 21 is the ESRD model's, 5 and 7 are those of HHS.
    fn of_version(version: u32, year: Option<i16>) -> Self {
        let kind = match version {
            20 | 21 => "esrd",
            0..=9 => "hhs",
            _ => "cms",
        };
        Self::new(kind, version, year)
    }

    fn of_file(file: &SourceFile) -> Result<Self, ImportError> {
        Self::of_name(file.name()).ok_or_else(|| {
            let problem = "neither its content nor its name says which model it belongs to; CMS's own names do, as \
                           F2422P1M.TXT or V24hcccoefn.csv";
            ImportError::content(Place::file(file.path()), problem)
        })
    }

    /// A release of one file of the model.
    fn identity(&self, what: &str, version: &str) -> Identity {
        let identity = Identity::new(&self.family, "CMS", &format!("{}, {what}", self.title), version);
        let from = self.year.and_then(|year| Date::new(year, 1, 1).ok()).map_or(SINCE, Day::from);
        identity.period(from, None)
    }

    fn warn(&self, file: &SourceFile, release: &mut ReleaseDraft) {
        let since = match self.year {
            Some(year) => format!("{year} as its first year"),
            None => format!("{SINCE}, the day of ICD-10, as its first day"),
        };
        let message = format!(
            "the content names neither model nor period; its name gives the {}, and {since} is taken",
            self.title
        );
        release.warn(Place::file(file.path()), message);
    }
}

/// The file's name without its ending, as a version: `F2422P1M`.
fn stem(file: &SourceFile) -> String {
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// The last year that a name speaks of: `ra_dx_to_cc_2026.csv`.
fn year_of(name: &str) -> Option<i16> {
    let bytes = name.as_bytes();
    (0..bytes.len().saturating_sub(3)).rev().find_map(|at| {
        let year = std::str::from_utf8(&bytes[at..at + 4]).ok()?;
        let alone =
            bytes.get(at + 4).is_none_or(|byte| !byte.is_ascii_digit()) && (at == 0 || !bytes[at - 1].is_ascii_digit());
        let all = year.bytes().all(|byte| byte.is_ascii_digit());
        if alone && all { year.parse().ok().filter(|year| (2000..2100).contains(year)) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_known_by_their_names() {
        for (name, family, year) in [
            ("F2422P1M.TXT", "cms-hcc-v24", Some(2022)),
            ("F22_AllYearsCombined.TXT", "cms-hcc-v22", None),
            ("F2118H1R.txt", "esrd-hcc-v21", Some(2018)),
            ("F2823T2N_FY22FY23.TXT", "cms-hcc-v28", Some(2023)),
            ("H0519F3.FY 2018 ICD10.TXT", "hhs-hcc-v05", Some(2019)),
            ("CY22F07A_NDC8_1_22_04.TXT", "hhs-hcc-v07", Some(2022)),
            ("V28hcccoefn.csv", "cms-hcc-v28", None),
            ("HHS22hcccoefn.csv", "hhs-hcc-v07", Some(2022)),
            ("ESRDhcccoefn.csv", "esrd-hcc-v21", None),
        ] {
            let model = Model::of_name(name).unwrap();
            assert_eq!((model.family.as_str(), model.year), (family, year), "{name}");
        }
        assert_eq!(Model::of_name("codes.txt"), None);
        assert_eq!((year_of("ra_dx_to_cc_2026.csv"), year_of("x.csv"), year_of("12026.csv")), (Some(2026), None, None));
    }
}
