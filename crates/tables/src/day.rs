//! Dates as they stand in table rows.

use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;

/// A date as the number `YYYYMMDD`, which sorts as the dates do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Day(pub u32);

impl Day {
    /// The date, or `None` when the number is no date.
    #[must_use]
    pub fn to_date(self) -> Option<Date> {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// Reads `2025-10-01`.
    #[must_use]
    pub fn parse_iso(text: &str) -> Option<Self> {
        text.parse::<Date>().ok().map(Self::from)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        // Dates before the common era do not occur in tables; they become day 0, before everything.
        let year = u32::try_from(date.year()).unwrap_or(0);
        Self(year * 10_000 + date.month().unsigned_abs() as u32 * 100 + date.day().unsigned_abs() as u32)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 > 99_999_999 {
            return write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        }
        // Days are written into many an answer; digit by digit costs a fraction of three formatted numbers.
        let mut text = *b"0000-00-00";
        let mut rest = self.0;
        for at in [9, 8, 6, 5, 3, 2, 1, 0] {
            text[at] += (rest % 10) as u8;
            rest /= 10;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_dates_are_the_same() {
        let day = Day::from(date(2025, 10, 1));
        assert_eq!(
            (day, day.to_date(), day.to_string().as_str()),
            (Day(20_251_001), Some(date(2025, 10, 1)), "2025-10-01")
        );
        assert_eq!(Day::parse_iso("2025-10-01"), Some(day));
        assert_eq!((Day(20_251_301).to_date(), Day::parse_iso("20251001x")), (None, None));
    }
}
