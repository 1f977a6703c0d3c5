//! The tables of this family.

use super::plain::Plain;
use openclaim_claim::Modifier;
use openclaim_reference::relation::Relation;
use openclaim_reference::release::Table;
use openclaim_reference::{Dated, Day, Library, text_key};

/// The tables of this family, in all their releases.
#[derive(Debug)]
pub struct Tables {
    /// The project's own plain tables.
    pub(super) plain: Plain,
    /// HCPCS level II modifiers and the days on which they may be used.
    pub(super) level2: Dated<Level2>,
    /// HCPCS level II codes with their titles.
    pub(super) titles: Dated<Titles>,
    /// Codes of the physician fee schedule with their short titles.
    pub(super) short_titles: Dated<Titles>,
    /// Codes of the clinical laboratory fee schedule.
    pub(super) laboratory: Dated<Listed>,
    /// Codes of Part B drugs that are paid separately.
    pub(super) drugs: Dated<Listed>,
}

/// The commands that bring the tables.
pub(super) mod remedy {
    pub(in crate::modifier) const HCPCS: &str = "openclaim data pull --only hcpcs";
    pub(in crate::modifier) const LABORATORY: &str = "openclaim data pull --only clfs";
    pub(in crate::modifier) const DRUGS: &str = "openclaim data pull --only asp";
}

/// One release of the level II modifiers.
#[derive(Debug)]
pub(super) struct Level2 {
    rows: Relation,
    added: usize,
    terminated: usize,
}

/// First and last day of a modifier, as published.
pub(super) type Life = (Option<Day>, Option<Day>);

impl Level2 {
    /// First and last day of a modifier, `None` when the release does not list it.
    pub(super) fn life(&self, modifier: Modifier) -> Option<Life> {
        let row = self.rows.rows_of_key(text_key(modifier.as_str().as_bytes())).next()?;
        Some((row.day(self.added), row.day(self.terminated)))
    }
}

/// One release of codes with titles.
#[derive(Debug)]
pub(super) struct Titles {
    rows: Relation,
    title: usize,
}

impl Titles {
    /// The title of a code.
    pub(super) fn of(&self, key: u64) -> Option<&str> {
        self.rows.rows_of_key(key).next()?.text(self.title)
    }
}

/// One release of a table of which only the codes matter.
#[derive(Debug)]
pub(super) struct Listed(Relation);

impl Listed {
    pub(super) fn holds(&self, key: u64) -> bool {
        self.0.rows_of_key(key).next().is_some()
    }
}

fn relation(table: &Table) -> Result<&Relation, String> {
    match table {
        Table::Relation(relation) => Ok(relation),
        Table::Pairs(_) => Err("it is a table of pairs".to_owned()),
    }
}

fn column(rows: &Relation, name: &str) -> Result<usize, String> {
    rows.column(name).ok_or_else(|| format!("`{}` lacks the column `{name}`", rows.schema().table))
}

impl Tables {
    /// The tables of a library.
    #[must_use]
    pub fn new(library: &Library) -> Self {
        let listed = |table: &Table| relation(table).map(|rows| Listed(rows.clone()));
        let titles = |name: &'static str| {
            move |table: &Table| {
                let rows = relation(table)?.clone();
                Ok(Titles { title: column(&rows, name)?, rows })
            }
        };
        Self {
            plain: Plain::read(),
            level2: library.dated("hcpcs/modifiers", |table| {
                let rows = relation(table)?.clone();
                Ok(Level2 { added: column(&rows, "added")?, terminated: column(&rows, "terminated")?, rows })
            }),
            titles: library.dated("hcpcs/codes", titles("long_description")),
            short_titles: library.dated("mpfs/pprrvu", titles("description")),
            laboratory: library.dated("clfs/fees", listed),
            drugs: library.dated("asp/payment-limits", listed),
        }
    }
}
