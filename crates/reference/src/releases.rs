//! The releases of a data folder, and which of them answers for a day.

use jiff::civil::Date;
use openclaim_tables::pairs::PairTable;
use openclaim_tables::relation::Relation;
use openclaim_tables::release::{Release, ReleaseMeta, Table, TableRows};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A release of the data folder.
#[derive(Debug)]
pub struct LoadedRelease {
    path: PathBuf,
    release: Release,
    /// In the order of the description's tables; opened when first asked for.
    tables: Vec<OnceLock<Result<Table, String>>>,
}

impl LoadedRelease {
    pub(crate) fn new(path: PathBuf, release: Release) -> Self {
        let tables = release.meta().tables.iter().map(|_| OnceLock::new()).collect();
        Self { path, release, tables }
    }

    /// What the release says about itself.
    #[must_use]
    pub fn meta(&self) -> &ReleaseMeta {
        self.release.meta()
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// The name of its file, by which people and evidence refer to it.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// The release itself.
    #[must_use]
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// Its tables.
    #[must_use]
    pub fn tables(&self) -> &[TableRows] {
        &self.meta().tables
    }

    /// A table, opened at first use.
    ///
    /// # Errors
    /// A sentence when the release has no such table, or a damaged one.
    pub fn table(&self, table: &str) -> Result<&Table, String> {
        let at = self.tables().iter().position(|rows| rows.table == table);
        let Some(cell) = at.and_then(|at| self.tables.get(at)) else {
            return Err(format!("{} has no table `{table}`", self.file_name()));
        };
        let open = || self.release.table(table).map_err(|error| format!("{}: {error}", self.file_name()));
        cell.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    /// Later knowledge first; among equals the higher version, then the file name, so that the order is total.
    fn precedence(&self, other: &Self) -> Ordering {
        let (one, two) = (self.meta(), other.meta());
        let published = two.known_from().cmp(&one.known_from());
        let version = || natural_order(&two.version, &one.version);
        published.then_with(version).then_with(|| other.file_name().cmp(self.file_name()))
    }
}

/// The answer to the question which table speaks for a day.
#[derive(Debug)]
pub enum Lookup<'a, T> {
    /// The table of the release that speaks for the day.
    Found {
        /// The table.
        table: &'a T,
        /// Its release, for evidence.
        release: &'a LoadedRelease,
    },
    /// No release holds the table.
    NoRelease,
    /// Releases hold the table, and none of them speaks for the day.
    OutsideCoverage {
        /// First and last day of each, earliest first; `None` is an open end.
        periods: Vec<(Date, Option<Date>)>,
    },
    /// A release speaks for the day, and was published after the day of knowledge.
    NotYetPublished {
        /// When the earliest of them was published.
        published: Date,
    },
    /// The release that speaks for the day cannot be read.
    Damaged {
        /// The file and what is wrong with it.
        problem: String,
    },
}

impl<'a, T> Lookup<'a, T> {
    /// The table and its release, where found.
    #[must_use]
    pub fn found(self) -> Option<(&'a T, &'a LoadedRelease)> {
        match self {
            Self::Found { table, release } => Some((table, release)),
            _ => None,
        }
    }

    fn then<U>(self, view: impl FnOnce(&'a T) -> Option<&'a U>) -> Lookup<'a, U> {
        match self {
            Self::Found { table, release } => match view(table) {
                Some(table) => Lookup::Found { table, release },
                None => {
                    let problem = format!("{}: the table has another shape than expected", release.file_name());
                    Lookup::Damaged { problem }
                }
            },
            Self::NoRelease => Lookup::NoRelease,
            Self::OutsideCoverage { periods } => Lookup::OutsideCoverage { periods },
            Self::NotYetPublished { published } => Lookup::NotYetPublished { published },
            Self::Damaged { problem } => Lookup::Damaged { problem },
        }
    }
}

/// All releases of a data folder.
#[derive(Debug, Default)]
pub(crate) struct Releases {
    /// In order of precedence.
    all: Vec<LoadedRelease>,
    /// Of every table the releases that hold it, in order of precedence.
    by_table: BTreeMap<String, Vec<usize>>,
}

impl Releases {
    pub(crate) fn new(mut all: Vec<LoadedRelease>) -> Self {
        all.sort_by(LoadedRelease::precedence);
        let mut by_table: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, release) in all.iter().enumerate() {
            for rows in release.tables() {
                by_table.entry(rows.table.clone()).or_default().push(at);
            }
        }
        Self { all, by_table }
    }

    pub(crate) fn all(&self) -> &[LoadedRelease] {
        &self.all
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        self.by_table.keys().map(String::as_str)
    }

    pub(crate) fn holding(&self, table: &str) -> impl Iterator<Item = &LoadedRelease> {
        self.by_table.get(table).into_iter().flatten().filter_map(|&at| self.all.get(at))
    }

    pub(crate) fn table(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, Table> {
        let mut unpublished: Option<Date> = None;
        for release in self.holding(table).filter(|release| release.meta().covers(date)) {
            let known_from = release.meta().known_from();
            if known_at.is_none_or(|known_at| known_from <= known_at) {
                return match release.table(table) {
                    Ok(table) => Lookup::Found { table, release },
                    Err(problem) => Lookup::Damaged { problem },
                };
            }
            unpublished = Some(unpublished.map_or(known_from, |first| first.min(known_from)));
        }
        if let Some(published) = unpublished {
            return Lookup::NotYetPublished { published };
        }
        let mut periods: Vec<_> = self.holding(table).map(|it| (it.meta().from, it.meta().to)).collect();
        if periods.is_empty() {
            return Lookup::NoRelease;
        }
        periods.sort_unstable();
        periods.dedup();
        Lookup::OutsideCoverage { periods }
    }

    pub(crate) fn relation(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, Relation> {
        self.table(table, date, known_at).then(|table| match table {
            Table::Relation(relation) => Some(relation),
            Table::Pairs(_) => None,
        })
    }

    pub(crate) fn pairs(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, PairTable> {
        self.table(table, date, known_at).then(|table| match table {
            Table::Pairs(pairs) => Some(pairs),
            Table::Relation(_) => None,
        })
    }
}

/// Compares as people do: runs of digits by their value, `v30.10` after `v30.2`.
fn natural_order(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one.as_bytes(), two.as_bytes());
    loop {
        match (one.first(), two.first()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let ((a, rest_one), (b, rest_two)) = (digits(one), digits(two));
                let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
                if order.is_ne() {
                    return order;
                }
                (one, two) = (rest_one, rest_two);
            }
            (Some(a), Some(b)) if a != b => return a.cmp(b),
            _ => (one, two) = (&one[1..], &two[1..]),
        }
    }
}

/// The leading digits without their zeros, and the rest.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().position(|&byte| byte != b'0').unwrap_or(end);
    (&text[zeros..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_people_do() {
        let order = ["RVU24D", "RVU25A", "RVU25D", "RVU25D-2", "v30.2", "v30.10", "v30.10a"];
        assert!(order.is_sorted_by(|a, b| natural_order(a, b).is_lt()));
        assert_eq!(natural_order("v030", "v30"), Ordering::Equal);
    }
}
