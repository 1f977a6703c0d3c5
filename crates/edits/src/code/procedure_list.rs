//! Which procedure codes exist on a day, by the lists that are loaded.

use super::Codes;
use openclaim_claim::{Date, HcpcsCode};
use openclaim_reference::relation::Relation;
use openclaim_reference::{Day, Library, LoadedRelease, Lookup};
use std::borrow::Cow;

/// HCPCS level II.
const LEVEL_TWO: &[&str] = &["hcpcs/codes"];
/// The physician fee schedule lists every CPT number, also those that it does not pay for.
const CPT: &[&str] = &["mpfs/pprrvu", "mpfs/pprrvu-qpp"];

/// What the lists say of a code.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Existence<'l> {
    Exists,
    /// Which list lacks it, or when it was in force.
    Unknown(String),
    /// No list speaks for the day: which one would.
    NoList {
        table: &'static str,
        detail: Cow<'l, str>,
    },
}

/// The lists that speak for the days of one claim.
pub(super) struct ProcedureLists<'a> {
    codes: &'a Codes<'a>,
    /// The list last asked, by kind of code: most lines of a claim are of one day.
    last: [Option<(Date, List<'a>)>; 2],
}

/// A list that speaks for a day, or why there is none.
#[derive(Debug, Clone)]
enum List<'a> {
    Loaded(&'a Relation, &'a LoadedRelease),
    None(String),
}

impl<'a> ProcedureLists<'a> {
    pub(super) const fn new(codes: &'a Codes<'a>) -> Self {
        Self { codes, last: [None, None] }
    }

    /// Whether a code exists on a day. The user's own list, where there is one, is asked alone.
    pub(super) fn look_up(&mut self, code: HcpcsCode, date: Option<Date>) -> Existence<'_> {
        if let Some(list) = self.codes.hcpcs {
            let known = list.contains(&code);
            return if known { Existence::Exists } else { Existence::Unknown("the list that is loaded".to_owned()) };
        }
        let level_two = code.as_str().starts_with(|c: char| c.is_ascii_uppercase());
        let tables = if level_two { LEVEL_TWO } else { CPT };
        let table = tables[0];
        let Some(date) = date else {
            return Existence::NoList { table, detail: Cow::Borrowed("the line has no date of service") };
        };
        let kept = &mut self.last[usize::from(level_two)];
        if kept.as_ref().is_none_or(|(day, _)| *day != date) {
            *kept = Some((date, list(self.codes.library, tables, date)));
        }
        match kept {
            Some((_, List::Loaded(relation, release))) => exists(relation, release, code.as_str(), date),
            Some((_, List::None(detail))) => Existence::NoList { table, detail: Cow::Borrowed(detail) },
            None => Existence::NoList { table, detail: Cow::Borrowed("") },
        }
    }
}

fn list<'a>(library: &'a Library, tables: &[&'static str], date: Date) -> List<'a> {
    let mut reason = format!("no release with `{}` is loaded", tables.first().copied().unwrap_or_default());
    for table in tables {
        match library.relation(table, date, None) {
            Lookup::Found { table, release } => return List::Loaded(table, release),
            Lookup::NoRelease => {}
            Lookup::OutsideCoverage { periods } => {
                let known: Vec<String> = periods
                    .iter()
                    .map(|(from, to)| format!("{from} to {}", to.map_or_else(|| "…".to_owned(), |to| to.to_string())))
                    .collect();
                reason =
                    format!("no release with `{table}` speaks for {date}; those loaded are for {}", known.join(", "));
            }
            Lookup::NotYetPublished { published } => {
                reason = format!("the release with `{table}` for {date} was published on {published}");
            }
            Lookup::Damaged { problem } => reason = problem,
        }
    }
    List::None(reason)
}

/// A code of a list, in force on the day where the list says from when and to when.
fn exists<'l>(relation: &Relation, release: &LoadedRelease, code: &str, date: Date) -> Existence<'l> {
    let day = Day::from(date);
    let (added, terminated) = (relation.column("added"), relation.column("terminated"));
    let mut periods = Vec::new();
    for row in relation.rows_of(code) {
        let from = added.and_then(|column| row.day(column));
        let to = terminated.and_then(|column| row.day(column));
        if from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to) {
            return Existence::Exists;
        }
        let said = |day: Option<Day>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        periods.push(format!("{} to {}", said(from), said(to)));
    }
    let called = release.meta().label();
    if periods.is_empty() {
        Existence::Unknown(called)
    } else {
        Existence::Unknown(format!("{called}, which has it from {}", periods.join(", ")))
    }
}
