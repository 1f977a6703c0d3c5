//! Validity of ICD-10 codes by date, as the Medicare Code Editor's code tables have it.

use crate::{Day, FlatError, FlatFile, FlatWriter, Section, plain::PlainTables};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Period {
    /// Whether the day lies in the span.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.from, self.to)
    }
}

/// Whether a code could be billed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity<'t> {
    /// It could.
    Valid,
    /// It could not, though it could in these periods.
    NotValid {
        /// The periods, in order.
        periods: &'t [Period],
    },
    /// It never was a code one could bill; a category that is divided further is none either.
    Unknown,
    /// The day lies before or after everything the tables speak of: nothing can be said.
    OutsideTables {
        /// What the tables speak of.
        coverage: Period,
    },
}

impl Validity<'_> {
    /// Whether the code is known to be valid.
    #[must_use]
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid)
    }
}

/// Where the periods of one code stand. Codes with the same periods share them: there are few different ones, so that they
/// stay near while codes are looked up all over the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct PeriodSpan {
    pub(crate) start: u16,
    pub(crate) count: u16,
}

/// The periods of all codes of a code system: `<name>.periods` and `<name>.coverage`.
#[derive(Debug, Clone)]
pub(crate) struct CodePeriods {
    periods: Section<Period>,
    coverage: Period,
}

impl CodePeriods {
    pub(crate) fn open(file: &FlatFile, name: &str) -> Result<Self, FlatError> {
        let coverage = file.section::<Period>(&format!("{name}.coverage"))?;
        let coverage = *coverage
            .first()
            .ok_or_else(|| FlatError::Damaged(format!("`{name}` does not say what span of time it covers")))?;
        Ok(Self { periods: file.section(&format!("{name}.periods"))?, coverage })
    }

    pub(crate) fn coverage(&self) -> Period {
        self.coverage
    }

    pub(crate) fn of(&self, span: PeriodSpan) -> &[Period] {
        let start = usize::from(span.start);
        self.periods.get(start..start + usize::from(span.count)).unwrap_or_default()
    }

    /// `span` is that of the code, `None` when the tables do not know the code.
    pub(crate) fn validity(&self, span: Option<PeriodSpan>, on: Date) -> Validity<'_> {
        let day = Day::from(on);
        if !self.coverage.contains(day) {
            return Validity::OutsideTables { coverage: self.coverage };
        }
        match span.map(|span| self.of(span)).unwrap_or_default() {
            [] => Validity::Unknown,
            periods if periods.iter().any(|period| period.contains(day)) => Validity::Valid,
            periods => Validity::NotValid { periods },
        }
    }
}

/// Reads a `periods.csv`: per code its periods in order.
pub(crate) fn read_periods(data: &PlainTables, file: &str) -> Result<BTreeMap<String, Vec<Period>>, FlatError> {
    let mut periods: BTreeMap<String, Vec<Period>> = BTreeMap::new();
    data.rows(file, ["code", "from", "to"], |[code, from, to]| {
        let period = Period { from: crate::plain::day(from)?, to: crate::plain::day(to)? };
        if period.from > period.to {
            return Err(format!("{} is after {}", period.from, period.to));
        }
        let known = periods.entry(code.to_owned()).or_default();
        if known.last().is_some_and(|last| last.to >= period.from) {
            return Err(format!("the periods of {code} overlap or are out of order"));
        }
        known.push(period);
        Ok(())
    })?;
    Ok(periods)
}

/// Collects periods while rows are compiled, each distinct list once.
#[derive(Debug, Default)]
pub(crate) struct PeriodWriter {
    periods: Vec<Period>,
    known: HashMap<Vec<Period>, PeriodSpan>,
}

impl PeriodWriter {
    pub(crate) fn add(&mut self, periods: &[Period]) -> PeriodSpan {
        if let Some(known) = self.known.get(periods) {
            return *known;
        }
        // More than fit are refused when they are written.
        let span = PeriodSpan { start: self.periods.len() as u16, count: periods.len() as u16 };
        self.periods.extend_from_slice(periods);
        self.known.insert(periods.to_vec(), span);
        span
    }

    pub(crate) fn write(self, writer: &mut FlatWriter, name: &str) -> Result<(), FlatError> {
        let from = self.periods.iter().map(|period| period.from).min();
        let to = self.periods.iter().map(|period| period.to).max();
        let (Some(from), Some(to)) = (from, to) else {
            return Err(FlatError::Damaged(format!("`{name}` has no periods")));
        };
        if self.periods.len() > usize::from(u16::MAX) {
            return Err(FlatError::Damaged(format!("`{name}` has more different periods than its rows can refer to")));
        }
        writer.put(&format!("{name}.coverage"), &[Period { from, to }])?;
        writer.put(&format!("{name}.periods"), &self.periods)
    }
}
