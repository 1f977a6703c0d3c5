//! The tables of this family.

use super::panels::Panels;
use super::policy::Policy;
use super::scope::{self, Row, Scope};
use crate::service::{Context, Report, Services};
use jiff::civil::Date;
use openclaim_reference::pairs::PairTable;
use openclaim_reference::relation::{Relation, Row as TableRow};
use openclaim_reference::release::Table;
use openclaim_reference::{ByCode, Dated, Day, Library, Source};

/// Tables of procedure pairs, and what brings each.
pub(super) const PAIRS: [(&str, &str); 5] = [
    ("ncci/ptp-practitioner", "openclaim data pull --only ncci-ptp-practitioner"),
    ("ncci/ptp-outpatient", "openclaim data pull --only ncci-ptp-outpatient"),
    ("ncci/ptp-medicaid-practitioner", "openclaim data pull --only ncci-ptp-medicaid-practitioner"),
    ("ncci/ptp-medicaid-dme", "openclaim data pull --only ncci-ptp-medicaid-dme"),
    ("ncci/ptp-medicaid-outpatient", MEDICAID_IMPORT),
];

/// Tables of unlikely units, and what brings each.
pub(super) const UNITS: [(&str, &str); 6] = [
    ("ncci/mue-practitioner", "openclaim data pull --only ncci-mue-practitioner"),
    ("ncci/mue-outpatient", "openclaim data pull --only ncci-mue-outpatient"),
    ("ncci/mue-dme", "openclaim data pull --only ncci-mue-dme"),
    ("ncci/mue-medicaid-practitioner", MEDICAID_IMPORT),
    ("ncci/mue-medicaid-outpatient", MEDICAID_IMPORT),
    ("ncci/mue-medicaid-dme", MEDICAID_IMPORT),
];

/// Medicaid's other files have no address of a settled form.
const MEDICAID_IMPORT: &str =
    "fetch the file from CMS's page \"Medicaid NCCI Edit Files\", then openclaim data import FILE";
const ADD_ONS: &str = "openclaim data pull --only ncci-aoc";

/// A table with the command that brings it.
#[derive(Debug)]
pub(super) struct Brought<V> {
    pub(super) dated: Dated<V>,
    remedy: &'static str,
}

impl<V> Brought<V> {
    /// The table that speaks for the day, or `None` and a note that the edit cannot tell.
    pub(super) fn on(&self, date: Date, known_at: Option<Date>, report: &mut Report) -> Option<Source<'_, V>> {
        report.table(&self.dated, date, known_at, self.remedy)
    }

    /// Says for which services of the claim the table does not speak, and which state no day to ask it for.
    pub(super) fn on_days(&self, context: &Context<'_>, report: &mut Report) {
        // Most claims are of one day.
        if let Some(date) = context.services.one_day {
            self.on(date, context.switches.known_at, report);
            return;
        }
        let mut asked = None;
        for service in &context.services.list {
            match service.from {
                Some(_) if service.from == asked => {}
                Some(date) => {
                    asked = service.from;
                    self.on(date, context.switches.known_at, report);
                }
                None => report.lacks(format!("line {} states no date of service", service.line.number)),
            }
        }
    }
}

/// Unlikely units: how many of a code, and how they are counted.
#[derive(Debug)]
pub(super) struct Units {
    limits: ByCode<Option<Limit>>,
    units: usize,
    indicator: usize,
    rationale: usize,
}

/// What the table of unlikely units says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// Units of service.
    pub(super) units: i64,
    /// MUE adjudication indicator, `1` to `3`.
    pub(super) indicator: u8,
}

impl Units {
    fn prepare(table: &Table) -> Result<Self, String> {
        let relation = relation(table)?;
        Ok(Self {
            units: column(relation, "units")?,
            indicator: column(relation, "adjudication_indicator")?,
            rationale: column(relation, "rationale")?,
            limits: ByCode::new(relation.clone()),
        })
    }

    /// The limit of a code; `None` when none is published.
    #[inline]
    pub(super) fn of(&self, key: u64) -> Option<Limit> {
        self.limits.of(key, |mut rows| {
            let row = rows.next()?;
            Some(Limit { units: row.int(self.units)?, indicator: row.flag(self.indicator)? })
        })?
    }

    /// Why a code has its limit, as published; may be empty.
    pub(super) fn rationale(&self, key: u64) -> &str {
        let row = self.limits.rows().rows_of_key(key).next();
        row.and_then(|row| row.text(self.rationale)).unwrap_or_default()
    }
}

/// Add-on codes and their primary codes.
#[derive(Debug)]
pub(super) struct AddOns {
    relation: Relation,
    primary: usize,
    edit_type: usize,
    add_on_deleted: usize,
    primary_deleted: usize,
}

/// A row of the add-on code edits.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddOnRow {
    /// The primary code; the text `CCCCC` where the contractor decides.
    pub(super) primary: u64,
    /// `1` to `3`.
    pub(super) edit_type: u8,
}

impl AddOns {
    fn prepare(table: &Table) -> Result<Self, String> {
        let relation = relation(table)?;
        Ok(Self {
            primary: column(relation, "primary")?,
            edit_type: column(relation, "edit_type")?,
            add_on_deleted: column(relation, "add_on_deleted")?,
            primary_deleted: column(relation, "primary_deleted")?,
            relation: relation.clone(),
        })
    }

    /// The rows of an add-on code that hold on the day.
    #[inline]
    pub(super) fn of(&self, key: u64, day: Day) -> impl Iterator<Item = AddOnRow> {
        let alive = move |row: &TableRow<'_>, column: usize| row.day(column).is_none_or(|last| day <= last);
        let rows = self.relation.rows_of_key(key);
        let rows = rows
            .filter(move |row| row.holds(day) && alive(row, self.add_on_deleted) && alive(row, self.primary_deleted));
        rows.filter_map(|row| {
            Some(AddOnRow { primary: row.code(self.primary)?.key(), edit_type: row.flag(self.edit_type)? })
        })
    }

    /// Whether the table has the code, on whatever day.
    #[inline]
    pub(super) fn knows(&self, key: u64) -> bool {
        self.relation.rows_of_key(key).next().is_some()
    }
}

fn relation(table: &Table) -> Result<&Relation, String> {
    match table {
        Table::Relation(relation) => Ok(relation),
        Table::Pairs(_) => Err(format!("`{}` is a table of pairs", table.schema().table)),
    }
}

fn column(relation: &Relation, name: &str) -> Result<usize, String> {
    relation.column(name).ok_or_else(|| format!("`{}` has no column `{name}`", relation.schema().table))
}

fn pairs(table: &Table) -> Result<PairTable, String> {
    match table {
        Table::Pairs(pairs) => Ok(pairs.clone()),
        Table::Relation(_) => Err(format!("`{}` is no table of pairs", table.schema().table)),
    }
}

/// The tables of this family, in all their releases.
#[derive(Debug)]
pub struct Tables {
    scope: Vec<Row>,
    /// By row of `scope`, its positions among `pairs` and `units`.
    places: Vec<(Option<usize>, Option<usize>)>,
    pub(super) policy: Policy,
    pairs: Vec<Brought<PairTable>>,
    panels: Vec<Brought<Panels>>,
    units: Vec<Brought<Units>>,
    pub(super) add_ons: Brought<AddOns>,
}

impl Tables {
    /// The tables of a library.
    #[must_use]
    pub fn new(library: &Library) -> Self {
        let pair_table = |(table, remedy)| Brought { dated: library.dated(table, pairs), remedy };
        let panel_table = |(table, remedy)| Brought {
            dated: library.dated(table, |it| pairs(it).map(|pairs| Panels::new(table, pairs))),
            remedy,
        };
        let unit_table = |(table, remedy)| Brought { dated: library.dated(table, Units::prepare), remedy };
        let scope = scope::read();
        let place = |row: &Row| {
            let pairs = PAIRS.iter().position(|(table, _)| *table == row.pairs);
            (pairs, UNITS.iter().position(|(table, _)| *table == row.units))
        };
        Self {
            places: scope.iter().map(place).collect(),
            scope,
            policy: Policy::read(),
            pairs: PAIRS.into_iter().map(pair_table).collect(),
            panels: PAIRS.into_iter().map(panel_table).collect(),
            units: UNITS.into_iter().map(unit_table).collect(),
            add_ons: Brought { dated: library.dated("ncci/aoc", AddOns::prepare), remedy: ADD_ONS },
        }
    }

    pub(super) fn scope(&self, services: &Services<'_>) -> Scope {
        Scope::of(services, &self.scope)
    }

    /// The pair table for such bills; `None` when there is none.
    pub(super) fn pairs(&self, scope: Scope) -> Option<&Brought<PairTable>> {
        let Scope::By(row) = scope else { return None };
        self.pairs.get(self.places.get(row)?.0?)
    }

    /// The laboratory panels that the pair table for such bills tells of.
    pub(super) fn panels(&self, scope: Scope) -> Option<&Brought<Panels>> {
        let Scope::By(row) = scope else { return None };
        self.panels.get(self.places.get(row)?.0?)
    }

    /// The table of unlikely units for such bills; `None` when there is none.
    pub(super) fn units(&self, scope: Scope) -> Option<&Brought<Units>> {
        let Scope::By(row) = scope else { return None };
        self.units.get(self.places.get(row)?.1?)
    }

    /// Whether add-on code edits are for such bills.
    pub(super) fn edits_add_ons(&self, scope: Scope) -> bool {
        matches!(scope, Scope::By(row) if self.scope.get(row).is_some_and(|row| row.add_on))
    }
}
