//! MS-DRG (CMS): the grouper's and the code editor's tables as csv, and the Definitions Manual in its text edition.

pub(super) mod appendices;
mod lines;
pub(super) mod manual;
pub(super) mod tables;

use jiff::civil::Date;
use openclaim_tables::Day;

/// A version of the grouper: 43.1 is in force from 1 April 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: i16,
    minor: i16,
}

impl Version {
    /// `431` as the grouper's tables write it.
    fn of_number(number: i64) -> Option<Self> {
        let number = i16::try_from(number).ok().filter(|number| (300..1000).contains(number))?;
        Some(Self { major: number / 10, minor: number % 10 })
    }

    /// `Version 43.1`, `defmanual_v43.1`, `v43`.
    fn of_text(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let at = lower.rfind("version ").map(|at| at + 8).or_else(|| {
            let mut places = lower.match_indices('v').map(|(at, _)| at + 1);
            places.rfind(|&at| lower[at..].starts_with(|next: char| next.is_ascii_digit()))
        })?;
        let number: String = lower[at..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let (major, minor) =
            number.trim_end_matches('.').split_once('.').unwrap_or((number.trim_end_matches('.'), "0"));
        let version = Self { major: major.parse().ok()?, minor: minor.parse().ok()? };
        (30..100).contains(&version.major).then_some(version)
    }

    fn name(self) -> String {
        if self.minor == 0 { self.major.to_string() } else { format!("{}.{}", self.major, self.minor) }
    }

    /// Version 43 is of fiscal year 2026, and begins on 1 October 2025; its update on 1 April 2026.
    fn first(self) -> Day {
        let fiscal = 1983 + self.major;
        let first = if self.minor == 0 { Date::new(fiscal - 1, 10, 1) } else { Date::new(fiscal, 4, 1) };
        first.map_or(Day(0), Day::from)
    }

    fn last(self) -> Day {
        let fiscal = 1983 + self.major;
        let last = if self.minor == 0 { Date::new(fiscal, 3, 31) } else { Date::new(fiscal, 9, 30) };
        last.map_or(Day(0), Day::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_their_days() {
        let version = Version::of_number(431).unwrap();
        assert_eq!(
            (version.name(), version.first(), version.last()),
            ("43.1".into(), Day(20_260_401), Day(20_260_930))
        );
        let version = Version::of_text("Appendix A List of MS-DRGs Version 43.0").unwrap();
        assert_eq!((version.name(), version.first(), version.last()), ("43".into(), Day(20_251_001), Day(20_260_331)));
        assert_eq!(Version::of_text("manual-v42.1.zip/defmanual_v42.1").map(Version::name).as_deref(), Some("42.1"));
        assert_eq!(Version::of_text("overview"), None);
    }
}
