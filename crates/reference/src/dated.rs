//! A table in all its releases, prepared once, so that a rule that runs a hundred thousand times a second looks up no
//! names.

use crate::library::Library;
use jiff::civil::Date;
use openclaim_tables::release::Table;

/// A table as one release holds it, in the form its rules read.
#[derive(Debug)]
pub struct Version<V> {
    /// The release in words, for evidence: `NCCI Add-on Code Edits 2026Q3`.
    pub label: String,
    /// First day it speaks for.
    pub from: Date,
    /// Last day it speaks for; `None` is an open end.
    pub to: Option<Date>,
    /// The day it was published, or its first day where that is not known.
    pub known_from: Date,
    /// The prepared table.
    pub view: V,
}

/// A table in all its releases, in order of precedence.
#[derive(Debug)]
pub struct Dated<V> {
    table: &'static str,
    versions: Vec<Version<Result<V, String>>>,
}

/// The answer to the question what a table says on a day.
#[derive(Debug)]
pub enum Spoken<'a, V> {
    /// The table of the release that speaks for the day.
    Found(Source<'a, V>),
    /// No release holds the table.
    NoRelease,
    /// Releases hold the table, and none of them speaks for the day. First and last day of each, earliest first.
    OutsideCoverage(Vec<(Date, Option<Date>)>),
    /// A release speaks for the day and was published after the day of knowledge.
    NotYetPublished(Date),
    /// The release that speaks for the day cannot be read.
    Damaged(&'a str),
}

/// A prepared table with its release.
#[derive(Debug)]
pub struct Source<'a, V> {
    /// The release in words, for evidence.
    pub label: &'a str,
    /// The prepared table.
    pub view: &'a V,
}

impl<V> Clone for Source<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Source<'_, V> {}

impl Library {
    /// Prepares a table in every release that holds it. `prepare` finds columns and says in a sentence what is missing.
    pub fn dated<V>(&self, table: &'static str, prepare: impl Fn(&Table) -> Result<V, String>) -> Dated<V> {
        let versions = self.releases_of(table).map(|release| {
            let meta = release.meta();
            let view = release.table(table).and_then(&prepare);
            let view = view.map_err(|problem| format!("{}: {problem}", release.file_name()));
            Version { label: meta.label(), from: meta.from, to: meta.to, known_from: meta.known_from(), view }
        });
        Dated { table, versions: versions.collect() }
    }
}

impl<V> Dated<V> {
    /// Name of the table.
    #[must_use]
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// Whether no release holds the table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The table that speaks for `date`, chosen as [`Library::relation`] does.
    #[must_use]
    #[inline]
    pub fn at(&self, date: Date, known_at: Option<Date>) -> Spoken<'_, V> {
        for version in &self.versions {
            let speaks = version.from <= date && version.to.is_none_or(|to| date <= to);
            if speaks && known_at.is_none_or(|known_at| version.known_from <= known_at) {
                return match &version.view {
                    Ok(view) => Spoken::Found(Source { label: &version.label, view }),
                    Err(problem) => Spoken::Damaged(problem),
                };
            }
        }
        self.silence(date)
    }

    #[cold]
    fn silence(&self, date: Date) -> Spoken<'_, V> {
        let covering = self.versions.iter().filter(|it| it.from <= date && it.to.is_none_or(|to| date <= to));
        if let Some(published) = covering.map(|version| version.known_from).min() {
            return Spoken::NotYetPublished(published);
        }
        let mut periods: Vec<_> = self.versions.iter().map(|version| (version.from, version.to)).collect();
        if periods.is_empty() {
            return Spoken::NoRelease;
        }
        periods.sort_unstable();
        periods.dedup();
        Spoken::OutsideCoverage(periods)
    }
}

impl<'a, V> Spoken<'a, V> {
    /// The table, where found.
    #[must_use]
    pub fn found(self) -> Option<Source<'a, V>> {
        match self {
            Self::Found(source) => Some(source),
            _ => None,
        }
    }
}
