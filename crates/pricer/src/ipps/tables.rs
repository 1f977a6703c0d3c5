//! Where rates and tables are found: in an imported release where one speaks for the day, else in the embedded one.

use openclaim_claim::{Date, Decimal, Evidence, NotEvaluated, NotEvaluatedReason, Text, Unanswered};
use openclaim_reference::drg_weights::WeightLookup;
use openclaim_reference::{FlatError, Library, Lookup};
use openclaim_tables::Day;
use openclaim_tables::relation::{Fixed, Relation, Row};

/// A relation that speaks for a day, and how evidence names its release.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) relation: Relation,
    pub(super) release: Text,
}

impl Source {
    /// The rows that hold the day.
    pub(super) fn rows_on(&self, day: Day) -> impl Iterator<Item = Row<'_>> {
        self.relation.rows().filter(move |row| row.holds(day))
    }

    /// A row as evidence.
    pub(super) fn cite(&self, table: &'static str, key: impl Into<Text>, value: impl Into<Text>) -> Evidence {
        Evidence::row(self.release.clone(), table, key, value)
    }

    pub(super) fn column(&self, name: &str) -> Column {
        Column(self.relation.column(name).unwrap_or(usize::MAX))
    }
}

/// Position of a column; absent columns read as blank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column(usize);

impl Column {
    pub(super) fn text<'a>(self, row: Row<'a>) -> &'a str {
        row.text(self.0).unwrap_or_default()
    }

    pub(super) fn code(self, row: Row<'_>) -> Text {
        row.code(self.0).map(|code| code.as_str().into()).unwrap_or_default()
    }

    pub(super) fn int(self, row: Row<'_>) -> i64 {
        row.int(self.0).unwrap_or_default()
    }

    pub(super) fn decimal(self, row: Row<'_>) -> Option<Decimal> {
        row.decimal(self.0).map(decimal)
    }

    /// A `Y` flag of a pricer's table, or `Yes` of a published one.
    pub(super) fn yes(self, row: Row<'_>) -> bool {
        row.flag(self.0) == Some(b'Y') || row.text(self.0).is_some_and(|text| text.eq_ignore_ascii_case("yes"))
    }
}

fn decimal(number: Fixed) -> Decimal {
    Decimal::new(number.unscaled, u32::from(number.scale)).normalize()
}

/// The tables of the inpatient system.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) library: Library,
    /// Embedded relations by name.
    embedded: Vec<(&'static str, Source)>,
}

const EMBEDDED: [&str; 9] = [
    "ipps/years",
    "ipps/rates",
    "ipps/rule-codes",
    "ipps/provider-types",
    "ipps/wage-index",
    "ipps/out-migration",
    "ipps/standardized-amounts",
    "ipps/new-technology",
    "ipps/new-technology-codes",
];

impl Tables {
    pub(super) fn open(library: Library) -> Result<Self, FlatError> {
        let infos = library.tables()?;
        let open = |name: &'static str| {
            let relation = library.embedded_relation(name)?;
            let label = infos.iter().find(|info| info.table == name).map(|info| info.label()).unwrap_or_default();
            Ok((name, Source { relation, release: label.into() }))
        };
        let embedded = EMBEDDED.into_iter().map(open).collect::<Result<_, FlatError>>()?;
        Ok(Self { embedded, library })
    }

    /// The table for a day: an imported release's, else the embedded one when a row of it holds the day.
    pub(super) fn at(&self, table: &'static str, date: Date) -> Result<Source, NotEvaluated> {
        match self.library.relation(table, date, None) {
            Lookup::Found { table, release } => {
                let label = format!("{} {}", release.meta().publication, release.meta().version);
                return Ok(Source { relation: table.clone(), release: label.into() });
            }
            Lookup::Damaged { problem } => return Err(missing(table, date, Some(problem))),
            Lookup::NoRelease | Lookup::OutsideCoverage { .. } | Lookup::NotYetPublished { .. } => {}
        }
        let embedded = self.embedded.iter().find(|(name, _)| *name == table).map(|(_, source)| source);
        let speaks = |source: &&Source| source.rows_on(Day::from(date)).next().is_some();
        embedded.filter(speaks).cloned().ok_or_else(|| missing(table, date, None))
    }

    /// The weights: embedded Table 5, the imported Table 5, or the pricer's own list.
    pub(super) fn weights(&self, date: Date) -> Result<Weights, NotEvaluated> {
        let mut weights = Weights { rows: vec![None; 1000], release: Text::default(), table: "ipps/table-5" };
        for table in ["ipps/table-5", "ipps/drg-weights"] {
            let Ok(source) = self.at(table, date) else { continue };
            let names = ["drg", "weight", "geometric_mean_los", "arithmetic_mean_los", "post_acute", "special_pay"];
            let [drg, weight, gmlos, amlos, post_acute, special] = names.map(|name| source.column(name));
            for row in source.rows_on(Day::from(date)) {
                let number = drg.code(row).parse::<usize>().ok();
                let Some(slot) = number.and_then(|number| weights.rows.get_mut(number)) else { continue };
                let days = |column: Column| column.decimal(row).unwrap_or_default();
                *slot = weight.decimal(row).map(|weight| DrgRow {
                    weight,
                    gmlos: days(gmlos),
                    amlos: days(amlos),
                    post_acute: post_acute.yes(row),
                    special_pay: special.yes(row),
                });
            }
            weights.release = source.release.clone();
            weights.table = table;
            return Ok(weights);
        }
        let embedded = self.library.drg_weights();
        for (number, slot) in (0_u16..).zip(&mut weights.rows) {
            match embedded.at(number, date) {
                WeightLookup::Found(row) => {
                    let tenths = |days: Option<u32>| Decimal::new(i64::from(days.unwrap_or(0)), 1);
                    *slot = row.weight_e4.map(|weight| DrgRow {
                        weight: Decimal::new(i64::from(weight), 4),
                        gmlos: tenths(row.gmlos_e1),
                        amlos: tenths(row.amlos_e1),
                        post_acute: row.post_acute_transfer,
                        special_pay: row.special_pay,
                    });
                }
                WeightLookup::NoSuchDrg => {}
                WeightLookup::OutsideTables { .. } => return Err(missing("ipps/drg-weights", date, None)),
            }
        }
        weights.release = "IPPS final rule, Table 5 FY 2026".into();
        let label = self
            .library
            .tables()
            .ok()
            .and_then(|infos| infos.iter().find(|info| info.table == "ipps/drg_weights").map(|info| info.label()));
        if let Some(label) = label {
            weights.release = label.into();
        }
        Ok(weights)
    }
}

/// Relative weights and lengths of stay, by MS-DRG number.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) rows: Vec<Option<DrgRow>>,
    pub(super) release: Text,
    pub(super) table: &'static str,
}

/// A row of Table 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DrgRow {
    pub(super) weight: Decimal,
    pub(super) gmlos: Decimal,
    pub(super) amlos: Decimal,
    pub(super) post_acute: bool,
    pub(super) special_pay: bool,
}

/// What is said of a table that does not speak for a day.
pub(super) fn missing(table: &str, date: Date, problem: Option<String>) -> NotEvaluated {
    let (what, remedy) = match table {
        "ipps/years" | "ipps/rates" => (
            "payment rates and factors of the fiscal year (fixed-loss amount, capital rate, updates)",
            "a release with tables ipps/years and ipps/rates: openclaim data import --mapping",
        ),
        "ipps/drg-weights" => ("MS-DRG weights (IPPS Table 5)", "openclaim data pull --only ipps-table-5"),
        "ipps/standardized-amounts" => {
            ("standardized amounts", "openclaim data import FILE: the standardized amounts of CMS's claims pricer")
        }
        "ipps/wage-index" => {
            ("wage index by CBSA", "openclaim data import FILE: the wage index table of CMS's claims pricer")
        }
        _ => ("rows of the fiscal year", "openclaim data import FILE"),
    };
    let problem = problem.map(|problem| format!("; {problem}")).unwrap_or_default();
    NotEvaluated::from(Unanswered {
        rule: format!("ipps/{}", table.trim_start_matches("ipps/")).into(),
        reason: NotEvaluatedReason::MissingTable,
        detail: format!("no {what} for a discharge on {date} ({table}){problem}").into(),
        remedy: Some(remedy.into()),
    })
}
