//! Publication cycles: which release of a publication is in force on a day, and the words its address is made of.

use jiff::civil::Date;

/// How often a publication appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cycle {
    /// Every calendar quarter.
    Quarter,
    /// Every calendar year.
    Year,
    /// Every federal fiscal year, from 1 October of the year before.
    FiscalYear,
    /// The update of 1 April within a fiscal year; none is in force from October to March.
    AprilUpdate,
    /// One address whose content is replaced as it changes.
    Rolling,
}

/// One release of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// `2026Q4`, `2026`, `FY2027`, `2026-04` or `current`.
    pub(crate) name: String,
    /// Its first day.
    pub(crate) first: Date,
}

impl Cycle {
    /// The release in force on a day.
    pub(crate) fn release(self, day: Date) -> Option<Release> {
        let (year, month) = (day.year(), day.month());
        let fiscal = if month >= 10 { year + 1 } else { year };
        let first = |year, month| Date::new(year, month, 1).ok();
        let (name, first) = match self {
            Self::Quarter => {
                let quarter = (month - 1) / 3;
                (format!("{year}Q{}", quarter + 1), first(year, quarter * 3 + 1)?)
            }
            Self::Year => (year.to_string(), first(year, 1)?),
            Self::FiscalYear => (format!("FY{fiscal}"), first(fiscal - 1, 10)?),
            Self::AprilUpdate if (4..10).contains(&month) => (format!("{year}-04"), first(year, 4)?),
            Self::AprilUpdate => return None,
            Self::Rolling => ("current".to_owned(), day),
        };
        Some(Release { name, first })
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Release {
    /// An address pattern with its placeholders filled, or the placeholder that is not known.
    pub(crate) fn fill(&self, pattern: &str, part: u8) -> Result<String, String> {
        let mut filled = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}').ok_or_else(|| pattern.to_owned())?;
            filled.push_str(before);
            filled.push_str(&self.word(word, part).ok_or_else(|| word.to_owned())?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn word(&self, word: &str, part: u8) -> Option<String> {
        let (year, month) = (self.first.year(), self.first.month());
        let quarter = (month - 1) / 3;
        let fiscal = if month >= 10 { year + 1 } else { year };
        Some(match word {
            "year" => year.to_string(),
            "yy" => format!("{:02}", year.rem_euclid(100)),
            "fy" => fiscal.to_string(),
            "quarter" => (quarter + 1).to_string(),
            "letter" => char::from(b'a' + quarter.unsigned_abs()).to_string(),
            "month" => (*MONTHS.get(usize::from(month.unsigned_abs()) - 1)?).to_owned(),
            "mmddyyyy" => format!("{month:02}{:02}{year}", self.first.day()),
            // NCCI numbers its versions by the year since 1994 and, after the point, the quarter from nought.
            "ncci" => format!("{}{quarter}", year - 1994),
            "part" => part.to_string(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_lies_in_one_release() {
        let name = |cycle: Cycle, day| cycle.release(day).map(|release| release.name);
        assert_eq!(name(Cycle::Quarter, date(2026, 9, 30)).as_deref(), Some("2026Q3"));
        assert_eq!(name(Cycle::Quarter, date(2026, 10, 1)).as_deref(), Some("2026Q4"));
        assert_eq!(name(Cycle::FiscalYear, date(2026, 9, 30)).as_deref(), Some("FY2026"));
        assert_eq!(name(Cycle::FiscalYear, date(2026, 10, 1)).as_deref(), Some("FY2027"));
        assert_eq!(name(Cycle::AprilUpdate, date(2026, 4, 1)).as_deref(), Some("2026-04"));
        assert_eq!(name(Cycle::AprilUpdate, date(2026, 10, 1)), None);
        assert_eq!(name(Cycle::Rolling, date(2026, 10, 1)).as_deref(), Some("current"));
    }

    #[test]
    fn addresses_are_filled_in() {
        let release = Cycle::Quarter.release(date(2026, 11, 21)).unwrap();
        assert_eq!(release.fill("{year}q{quarter}-v{ncci}r0-f{part}", 2).unwrap(), "2026q4-v323r0-f2");
        assert_eq!(release.fill("rvu{yy}{letter} {month} {mmddyyyy}", 1).unwrap(), "rvu26d october 10012026");
        let fiscal = Cycle::FiscalYear.release(date(2026, 11, 21)).unwrap();
        assert_eq!(fiscal.fill("{fy}-codes", 1).unwrap(), "2027-codes");
        assert_eq!(release.fill("{week}", 1).unwrap_err(), "week");
    }
}
