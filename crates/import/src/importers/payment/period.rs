//! The days that a table speaks for, and its version, as titles and headers state them.

use super::layout::{Coverage, month, month_starting};
use crate::text::normalise;
use jiff::civil::Date;
use openclaim_tables::Day;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    /// `2025-10`, `2025`.
    pub(super) version: String,
    pub(super) from: Day,
    pub(super) to: Day,
    /// The day of publication, when it is stated.
    pub(super) published: Option<Day>,
    /// Whether only the file's name says so.
    pub(super) by_name: bool,
}

/// Longest title line that is looked at; longer ones are notes that mention other years.
const TITLE_LINE: usize = 260;

/// Looks in what stands above the rows, then in the path of the file.
pub(super) fn find(title: &str, path: &str, coverage: Coverage) -> Option<Period> {
    let published = title.lines().find_map(published_in).or_else(|| published_in_path(path));
    if let Some((from, to)) = title.lines().find_map(stated) {
        let version = version(from, Some(from.month()));
        return Some(Period { version, from: from.into(), to: to.into(), published, by_name: false });
    }
    let note = |line: &&str| line.len() > TITLE_LINE || line.starts_with('*') || line.starts_with("NOTE");
    let lines: Vec<String> = title.lines().filter(|line| !note(line)).map(normalise).collect();
    // A title that names the year alone leaves the quarter to the name.
    let in_name = dated_path(path);
    let (year, month, by_name) = match (dated(&lines, coverage), in_name) {
        (Some((year, None)), Some((same, Some(month)))) if coverage == Coverage::Quarter && year == same => {
            (year, Some(month), true)
        }
        (Some((year, month)), _) => (year, month, false),
        (None, named) => named.map(|(year, month)| (year, month, true))?,
    };
    let month = month.filter(|_| coverage == Coverage::Quarter);
    let (from, to) = match coverage {
        Coverage::FiscalYear => (Date::new(year - 1, 10, 1).ok()?, Date::new(year, 9, 30).ok()?),
        _ => match month {
            Some(month) => {
                let from = Date::new(year, month, 1).ok()?;
                let last_month = (month - 1) / 3 * 3 + 3;
                (from, Date::new(year, last_month, 1).ok()?.last_of_month())
            }
            None => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
        },
    };
    let version = month.map_or_else(|| year.to_string(), |month| format!("{year}-{month:02}"));
    Some(Period { version, from: from.into(), to: to.into(), published, by_name })
}

fn version(date: Date, month: Option<i8>) -> String {
    month.map_or_else(|| date.year().to_string(), |month| format!("{}-{month:02}", date.year()))
}

/// The version of a release that begins on a day: `2024-04`, or `2024-03-09` within a quarter.
pub(super) fn version_of(from: Day) -> String {
    let text = from.to_string();
    let (month, day) = text.split_at(text.len().min(7));
    if day == "-01" { month.to_owned() } else { text }
}

/// The period of rows that carry dates: whole calendar or federal fiscal years.
pub(super) fn of_rows(first: Day, last: Day, fiscal: bool, path: &str) -> Option<Period> {
    let year = |date: Date| date.year() + i16::from(fiscal && date.month() >= 10);
    let (from_year, until_year) = (year(first.to_date()?), year(last.to_date()?));
    let to = if fiscal { Date::new(until_year, 9, 30).ok()? } else { Date::new(until_year, 12, 31).ok()? };
    let version = if from_year == until_year { from_year.to_string() } else { format!("{from_year}-{until_year}") };
    Some(Period { version, from: first, to: to.into(), published: published_in_path(path), by_name: false })
}

/// "Effective July 1, 2026 through September 30, 2026".
fn stated(line: &str) -> Option<(Date, Date)> {
    let normal = normalise(line);
    let words: Vec<&str> = normal.split(' ').collect();
    let date = |words: &[&str]| match *words {
        [name, day, year] => Date::new(year.parse().ok()?, month(name)?, day.parse().ok()?).ok(),
        _ => None,
    };
    let through = words.iter().position(|&word| word == "through")?;
    let (from, to) = (words.get(through.checked_sub(3)?..through)?, words.get(through + 1..through + 4)?);
    Some((date(from)?, date(to)?))
}

/// Year, and month where one is named with it, in normalised title lines.
fn dated(lines: &[String], coverage: Coverage) -> Option<(i16, Option<i8>)> {
    let usable = |line: &&String| {
        !["copyright", " as of ", "updated", "released", "effective for services"]
            .iter()
            .any(|word| line.contains(word))
    };
    let lines = || lines.iter().filter(usable).map(|line| line.split(' ').collect::<Vec<_>>());
    let fiscal = coverage == Coverage::FiscalYear;
    let marked = |words: &[&str]| {
        let mark = if fiscal { "fy" } else { "cy" };
        words
            .windows(2)
            .find_map(|pair| if pair[0] == mark { year(pair[1]) } else { glued(pair[1], mark) })
            .or_else(|| words.first().and_then(|word| glued(word, mark)))
    };
    let any = |words: &[&str]| words.iter().find_map(|word| year(word));
    let month_of = |words: &[&str]| words.iter().find_map(|word| month(word));
    // A line with both a month and a year says most; then one with the mark of its kind of year; then any year.
    lines()
        .find_map(|words| Some((any(&words)?, Some(month_of(&words)?))).filter(|_| !fiscal))
        .or_else(|| lines().find_map(|words| marked(&words).map(|year| (year, None))))
        .or_else(|| lines().find_map(|words| any(&words).map(|year| (year, None))))
}

fn year(word: &str) -> Option<i16> {
    let plausible = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    plausible.then(|| word.parse().ok()).flatten()
}

fn glued(word: &str, mark: &str) -> Option<i16> {
    year(word.strip_prefix(mark)?)
}

/// "RELEASED 09/11/2025", "Updated 12/23/2024".
fn published_in(line: &str) -> Option<Day> {
    let normal = normalise(line);
    let words: Vec<&str> = normal.split(' ').collect();
    let at = words.iter().position(|word| matches!(*word, "released" | "updated"))?;
    match *words.get(at + 1..at + 4)? {
        [month, day, year] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Day::from),
        _ => None,
    }
}

/// Runs of digits and of letters of a path, lower case.
fn runs(path: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut kind = None;
    for character in path.chars() {
        let now = (character.is_ascii_digit(), character.is_alphabetic());
        if kind == Some(now)
            && let Some(run) = runs.last_mut()
        {
            run.extend(character.to_lowercase());
        } else {
            runs.push(character.to_lowercase().collect());
        }
        kind = Some(now);
    }
    runs
}

/// Year and month that a path names: `20250701`, `RVU25D`, `2022_October`, `fy2026`, `25LOCCO`. The innermost name wins.
fn dated_path(path: &str) -> Option<(i16, Option<i8>)> {
    path.rsplit('/').filter_map(dated_name).reduce(|inner, outer| match (inner, outer) {
        ((year, None), (same, Some(month))) if year == same => (year, Some(month)),
        (inner, _) => inner,
    })
}

fn dated_name(name: &str) -> Option<(i16, Option<i8>)> {
    let runs = runs(name);
    let named_month = runs.iter().find_map(|run| {
        let short = run.len() == 3 || month(run).is_some();
        short.then(|| month_starting(run)).flatten()
    });
    for (at, run) in runs.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| runs.get(at)).map(String::as_str);
        let after = runs.get(at + 1).map(String::as_str);
        if let (8, Some(year)) = (run.len(), run.get(..4).and_then(year)) {
            return Some((
                year,
                run.get(4..6).and_then(|month| month.parse().ok()).filter(|month| (1..=12).contains(month)),
            ));
        }
        if let Some(year) = year(run) {
            // `2026-04`.
            let number = runs.get(at + 2).filter(|run| run.len() == 2).and_then(|run| run.parse().ok());
            return Some((year, named_month.or(number.filter(|month| (1..=12).contains(month)))));
        }
        // `RVU25D`: two digits of the year, and a letter for the quarter.
        let series = matches!(before, Some("rvu" | "pfrev" | "pfall" | "pf"));
        if run.len() == 2 && (series || matches!(after, Some("locco"))) {
            // The letter stands alone: `PF25PD` is a document.
            let quarter = after.filter(|_| series).and_then(|letter| match letter.as_bytes() {
                [letter @ b'a'..=b'd'] => i8::try_from((letter - b'a') * 3 + 1).ok(),
                _ => None,
            });
            return Some((2000 + run.parse::<i16>().ok()?, quarter.or(named_month)));
        }
    }
    None
}

/// The day of publication that CMS writes into names: `Addendum A.11122024.txt`.
fn published_in_path(path: &str) -> Option<Day> {
    let name = path.rsplit('/').next()?;
    runs(name).iter().filter(|run| run.len() == 8 && run.get(..4).and_then(year).is_none()).find_map(|run| {
        let (month, day, year) = (run.get(..2)?, run.get(2..4)?, run.get(4..)?);
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Day::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(title: &str, path: &str, coverage: Coverage) -> String {
        find(title, path, coverage)
            .map_or_else(String::new, |p| format!("{} {} {} {}", p.version, p.from, p.to, p.by_name))
    }

    #[test]
    fn titles_come_first() {
        let title = "2025 National Physician Fee Schedule Relative Value File October Release\n\
                     CPT codes and descriptions only are copyright 2024 American Medical Association.\nRELEASED 09/11/2025";
        assert_eq!(found(title, "x/2019.csv", Coverage::Quarter), "2025-10 2025-10-01 2025-12-31 false");
        assert_eq!(find(title, "x", Coverage::Quarter).unwrap().published, Some(Day(20_250_911)));
        let title = "Addendum A.- OPPS APCs for CY 2025\nAPC Group Title";
        assert_eq!(found(title, "x", Coverage::Quarter), "2025 2025-01-01 2025-12-31 false");
        let title = "TABLE 5.\u{2014}LIST OF MEDICARE SEVERITY DIAGNOSIS-RELATED GROUPS \u{2014}FY 2026 Final Rule";
        assert_eq!(found(title, "x", Coverage::FiscalYear), "2026 2025-10-01 2026-09-30 false");
        let title = "CY2026 DMEPOS Fee Schedule\nJanuary 2026 release";
        assert_eq!(found(title, "x", Coverage::Quarter), "2026-01 2026-01-01 2026-03-31 false");
        let title = "Payment Allowance Limits\nEffective July 1, 2026 through September 30, 2026";
        assert_eq!(found(title, "x", Coverage::Quarter), "2026-07 2026-07-01 2026-09-30 false");
    }

    #[test]
    fn names_help_out() {
        assert_eq!(
            found("HCPCS", "RVU25D.zip/OPPSCAP_Oct.csv", Coverage::Quarter),
            "2025-10 2025-10-01 2025-12-31 true"
        );
        assert_eq!(
            found("HCPCS", "a.zip/2025/20250701/EE.csv", Coverage::Quarter),
            "2025-07 2025-07-01 2025-09-30 true"
        );
        let title = "Addendum EE -- Surgical Procedures to be Excluded for CY 2025";
        assert_eq!(found(title, "a.zip/2025/20250401/EE.csv", Coverage::Quarter), "2025-04 2025-04-01 2025-06-30 true");
        assert_eq!(
            found("", "PFREV25.zip/pfrev25c/PFREV25C.txt", Coverage::Quarter),
            "2025-07 2025-07-01 2025-09-30 true"
        );
        assert_eq!(
            found("", "PFREV25.zip/pfrev25d/PFREV4.txt", Coverage::Quarter),
            "2025-10 2025-10-01 2025-12-31 true"
        );
        assert_eq!(
            found("", "addendum-b-2026-04-tidy.zip/b.csv", Coverage::Quarter),
            "2026-04 2026-04-01 2026-06-30 true"
        );
        assert_eq!(found("", "fy2026-new-technology.csv", Coverage::FiscalYear), "2026 2025-10-01 2026-09-30 true");
        assert_eq!(found("nothing", "nothing.csv", Coverage::Quarter), "");
        let path = "a.zip/2025_nfrm/2025 NFRM Addendum A.11122024.txt";
        assert_eq!(find("CY 2025", path, Coverage::Quarter).unwrap().published, Some(Day(20_241_112)));
    }

    #[test]
    fn dated_rows_give_whole_years() {
        let period = of_rows(Day(20_041_001), Day(20_201_001), true, "x.csv").unwrap();
        assert_eq!((period.version.as_str(), period.to), ("2005-2021", Day(20_210_930)));
        let period = of_rows(Day(20_250_101), Day(20_251_001), false, "x.csv").unwrap();
        assert_eq!((period.version.as_str(), period.to), ("2025", Day(20_251_231)));
    }
}
