//! What file names say about versions: the last resort, when the content is silent.

use crate::source::SourceFile;
use openclaim_tables::Day;

/// Parts of a period that a file's name, or else the names of the archives it lies in, give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedPeriod {
    /// The year; a fiscal year when written `FY26`, else as the publisher means it.
    pub year: i16,
    /// The month, when named: `October`, `oct`, `2025-10`, `2024q3` (its first month), `20251001`.
    pub month: Option<i8>,
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

/// Looks at the file's own name first, then at its folders and archives from the inside outwards.
#[must_use]
pub fn period(file: &SourceFile) -> Option<NamedPeriod> {
    file.path().rsplit('/').find_map(period_in)
}

/// Reads one name.
#[must_use]
pub fn period_in(name: &str) -> Option<NamedPeriod> {
    let lower = name.to_ascii_lowercase();
    let tokens = tokens(&lower);
    for (at, token) in tokens.iter().enumerate() {
        let Some((year, rest)) = year_of(token, at.checked_sub(1).and_then(|before| tokens.get(before)).copied())
        else {
            continue;
        };
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        let after = tokens.get(at + 2).copied().unwrap_or_default();
        let numeric = |text: &str| text.parse::<i8>().ok().filter(|month| (1..=12).contains(month) && text.len() == 2);
        let quarter =
            (next == "q").then(|| after.parse::<i8>().ok()).flatten().filter(|quarter| (1..=4).contains(quarter));
        let month = rest
            .get(..2)
            .and_then(numeric)
            .or(quarter.map(|quarter| quarter * 3 - 2))
            .or_else(|| tokens.iter().find_map(|token| month_of(token)))
            .or_else(|| numeric(next));
        return Some(NamedPeriod { year, month });
    }
    None
}

/// Runs of letters and runs of digits.
fn tokens(name: &str) -> Vec<&str> {
    let class = |byte: u8| {
        if byte.is_ascii_digit() {
            1
        } else if byte.is_ascii_alphabetic() {
            2
        } else {
            0
        }
    };
    let bytes = name.as_bytes();
    let mut tokens = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        if at == bytes.len() || class(bytes[at]) != class(bytes[start]) {
            if class(bytes[start]) > 0 {
                tokens.extend(name.get(start..at));
            }
            start = at;
        }
    }
    tokens
}

/// The year of a run of digits, and the digits after it.
fn year_of<'a>(token: &'a str, before: Option<&str>) -> Option<(i16, &'a str)> {
    let plausible = |year: &i16| (1990..2100).contains(year);
    if matches!(token.len(), 4 | 6 | 8) {
        let year = token[..4].parse().ok().filter(plausible)?;
        return Some((year, &token[4..]));
    }
    let fiscal = before.is_some_and(|before| before.ends_with("fy") || before.ends_with("rvu"));
    if token.len() == 2 && fiscal {
        return token.parse::<i16>().ok().map(|year| (2000 + year, ""));
    }
    None
}

fn month_of(token: &str) -> Option<i8> {
    let named = |month: &str| token == month || token == &month[..3];
    MONTHS.iter().position(|month| named(month)).and_then(|at| i8::try_from(at + 1).ok())
}

/// The last day of the quarter that a day lies in.
#[must_use]
pub fn quarter_end(day: Day) -> Option<Day> {
    let date = day.to_date()?;
    let last_month = (date.month() - 1) / 3 * 3 + 3;
    Some(Day::from(jiff::civil::Date::new(date.year(), last_month, 1).ok()?.last_of_month()))
}

/// A day from its parts.
#[must_use]
pub fn day(year: i16, month: i8, day: i8) -> Option<Day> {
    jiff::civil::Date::new(year, month, day).ok().map(Day::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for (name, year, month) in [
            ("icd10cm_order_2026.txt", 2026, None),
            ("icd10cm-order-April-2025.txt", 2025, Some(4)),
            ("POAexemptCodesFY26.txt", 2026, None),
            ("HCPC2026_OCT_ANWEB.csv", 2026, Some(10)),
            ("northstar_hcpcs_lvl2_2024jul.csv", 2024, Some(7)),
            ("ptp_practitioner_2024q3_flat.csv", 2024, Some(7)),
            ("addendum_b_2026-04.csv", 2026, Some(4)),
            ("a_20251001.csv", 2025, Some(10)),
        ] {
            assert_eq!(period_in(name), Some(NamedPeriod { year, month }), "{name}");
        }
        assert_eq!(period_in("icd10pcs-titles.csv"), None);
    }

    #[test]
    fn quarters_end() {
        assert_eq!(quarter_end(Day(20_251_001)), Some(Day(20_251_231)));
        assert_eq!(quarter_end(Day(20_260_401)), Some(Day(20_260_630)));
    }
}
