//! National Correct Coding Initiative (CMS): procedure-to-procedure edits, medically unlikely edits, add-on code edits.
//!
//! The files say little about themselves: seldom the service they are for, and never the quarter. What the titles and
//! headers lack is taken from the names of the file and its archive, with a warning.

pub(super) mod aoc;
pub(super) mod mue;
pub(super) mod ptp;

use crate::error::{ImportError, Place};
use crate::release::{Identity, ReleaseDraft};
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;

/// Which claims a table of edits is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Practitioner,
    Outpatient,
    Dme,
}

impl Service {
    /// The service that a title, a header cell or a file name speaks of.
    fn of(text: &str) -> Option<Self> {
        let text = crate::text::normalise(text);
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["practitioner", "ccipra", "mue prac"]) {
            Some(Self::Practitioner)
        } else if has(&["outpatient", "ccioph", "hospital ptp", "mue out"]) {
            Some(Self::Outpatient)
        } else if has(&["dme ", "mue dme", "durable medical"]) {
            Some(Self::Dme)
        } else {
            None
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Outpatient => "outpatient",
            Self::Dme => "dme",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner services",
            Self::Outpatient => "outpatient hospital services",
            Self::Dme => "DME supplier services",
        }
    }
}

/// What is known of an edit file beside its rows.
#[derive(Debug)]
struct Origin {
    /// `practitioner`, `medicaid-dme`; empty for edits that are for all services.
    program: String,
    title: String,
    quarter: Option<Quarter>,
    /// What had to be taken from names.
    from_name: Vec<String>,
}

impl Origin {
    /// Reads titles (the cells before and in the header), then names.
    fn of(file: &SourceFile, titles: &[String], by_service: bool) -> Result<Self, ImportError> {
        let mut from_name = Vec::new();
        let mut program = String::new();
        let mut title = String::new();
        if by_service {
            let service = titles.iter().find_map(|title| Service::of(title)).or_else(|| {
                let named = Service::of(&file.path().replace(['/', '.'], " "))?;
                from_name.push(format!("that it is for {}", named.title()));
                Some(named)
            });
            let service = service.ok_or_else(|| {
                let problem = "neither its titles nor its name say whether the edits are for practitioner, outpatient \
                               hospital or DME services";
                ImportError::content(Place::file(file.path()), problem)
            })?;
            let medicaid = |text: &str| text.to_ascii_lowercase().contains("medicaid");
            let by_name = medicaid(file.path()) || file.name().to_ascii_uppercase().starts_with("MCD_");
            let by_title = titles.iter().any(|title| medicaid(title));
            if by_name && !by_title {
                from_name.push("that it is for Medicaid".to_owned());
            }
            let prefix = if by_name || by_title { "medicaid-" } else { "" };
            program = format!("{prefix}{}", service.name());
            title = format!(", {}{}", if prefix.is_empty() { "" } else { "Medicaid " }, service.title());
        }
        let quarter = titles.iter().find_map(|title| Quarter::of(title)).or_else(|| {
            let named = Quarter::of(file.name()).or_else(|| Quarter::of(file.path()))?;
            from_name.push(format!("that it is of {}", named.name()));
            Some(named)
        });
        Ok(Self { program, title, quarter, from_name })
    }

    /// The release: of the quarter, or of everything since `since` up to its end when rows carry their own periods.
    fn identity(&self, family: &str, publication: &str, since: Option<Day>) -> Identity {
        let family = if self.program.is_empty() { family.to_owned() } else { format!("{family}-{}", self.program) };
        let version = self.quarter.map_or_else(|| "undated".to_owned(), Quarter::name);
        let identity = Identity::new(&family, "CMS", &format!("{publication}{}", self.title), &version);
        match self.quarter {
            Some(quarter) => identity.period(since.unwrap_or(quarter.first()), Some(quarter.last())),
            None => identity,
        }
    }

    fn warn(&self, file: &SourceFile, release: &mut ReleaseDraft) {
        if !self.from_name.is_empty() {
            let message = format!("the content does not say {}; taken from the name", self.from_name.join(" nor "));
            release.warn(Place::file(file.path()), message);
        }
    }
}

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quarter {
    year: i16,
    /// 1 to 4.
    number: i8,
}

impl Quarter {
    /// The last quarter that a text speaks of: `2024q3`, `2026-Q3`, `Q3 2026`, `v322r0` (the third of 2026), or a date
    /// after `eff`.
    fn of(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let bytes = text.as_bytes();
        (0..bytes.len()).rev().find_map(|at| {
            let rest = &bytes[at..];
            Self::year_first(rest)
                .or_else(|| Self::quarter_first(rest))
                .or_else(|| Self::ncci_version(bytes, at))
                .or_else(|| if rest.starts_with(b"eff") { Self::after_effective(rest) } else { None })
        })
    }

    fn new(year: i64, number: i64) -> Option<Self> {
        let plausible = (1996..2100).contains(&year) && (1..=4).contains(&number);
        plausible.then_some(Self { year: i16::try_from(year).ok()?, number: i8::try_from(number).ok()? })
    }

    fn year_first(rest: &[u8]) -> Option<Self> {
        let year = digits(rest.get(..4)?)?;
        let after = skip_separator(&rest[4..]);
        match after {
            [b'q', number, ..] => Self::new(year, digits(&[*number])?),
            _ => None,
        }
    }

    fn quarter_first(rest: &[u8]) -> Option<Self> {
        match rest {
            [b'q', number, after @ ..] => Self::new(digits(skip_separator(after).get(..4)?)?, digits(&[*number])?),
            _ => None,
        }
    }

    /// NCCI's versions count years from 1994 and, in the last digit, quarters from nought.
    fn ncci_version(bytes: &[u8], at: usize) -> Option<Self> {
        let word = bytes.get(at..at + 5)?;
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if !begins || word[0] != b'v' || word[4] != b'r' {
            return None;
        }
        Self::new(1994 + digits(&word[1..3])?, 1 + digits(&word[3..4])?)
    }

    fn after_effective(rest: &[u8]) -> Option<Self> {
        let window = &rest[..rest.len().min(40)];
        let first = window.iter().position(u8::is_ascii_digit)?;
        let numbers: Vec<u8> = window[first..]
            .iter()
            .copied()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'_'))
            .filter(u8::is_ascii_digit)
            .collect();
        let (month, year) = (digits(numbers.get(..2)?)?, digits(numbers.get(4..8)?)?);
        if (1..=12).contains(&month) { Self::new(year, (month - 1) / 3 + 1) } else { None }
    }

    fn name(self) -> String {
        format!("{}Q{}", self.year, self.number)
    }

    fn first(self) -> Day {
        Date::new(self.year, self.number * 3 - 2, 1).map_or(Day(0), Day::from)
    }

    fn last(self) -> Day {
        Date::new(self.year, self.number * 3, 1).map_or(Day(0), |date| Day::from(date.last_of_month()))
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let all = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().fold(0, |number, byte| number * 10 + i64::from(byte - b'0')))
}

fn skip_separator(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'-' | b'_' | b' ', rest @ ..] => rest,
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_found_in_names_and_titles() {
        for (text, name) in [
            ("ptp-practitioner-2024q3-tidy.zip", "2024Q3"),
            ("medicare-ncci-2026-q4-hospital-ptp-edits", "2026Q4"),
            ("medicaid-ncci-q2-2026-ptp-edits", "2026Q2"),
            ("ccipra-v322r0-f1.TXT", "2026Q3"),
            ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "2026Q3"),
            ("Add-On Code Edits, effective 10/01/2025", "2025Q4"),
            ("add-code-edits-medicare-effective-01012027.zip", "2027Q1"),
        ] {
            assert_eq!(Quarter::of(text).map(Quarter::name).as_deref(), Some(name), "{text}");
        }
        assert_eq!(Quarter::of("copyright 2025 American Medical Association"), None);
        let quarter = Quarter { year: 2024, number: 3 };
        assert_eq!((quarter.first(), quarter.last()), (Day(20_240_701), Day(20_240_930)));
    }

    #[test]
    fn services_are_found_in_titles_and_names() {
        assert_eq!(Service::of("Practitioner Services MUE Values"), Some(Service::Practitioner));
        assert_eq!(Service::of("Outpatient Hospital Services MUE Values"), Some(Service::Outpatient));
        assert_eq!(Service::of("DME Supplier Services MUE Values"), Some(Service::Dme));
        assert_eq!(Service::of("ccioph-v322r0-f1.txt"), Some(Service::Outpatient));
        assert_eq!(Service::of("Column1/Column2 Edits"), None);
    }
}
