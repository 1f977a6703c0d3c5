//! Which tables of NCCI speak for a claim: by programme, and by kind of bill.

use super::policy::rows;
use crate::service::{Program, Services, Setting};
use openclaim_claim::Text;

const SCOPE: &str = include_str!("../../../../data/ncci/scope.csv");

/// What NCCI has for a kind of bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    program: Program,
    /// `practitioner`, `supplier`, or the facility and kind digits of a type of bill.
    bill: &'static str,
    /// Table of procedure pairs; empty when there is none for such bills.
    pub(super) pairs: &'static str,
    /// Table of unlikely units; empty when there is none for such bills.
    pub(super) units: &'static str,
    /// Whether add-on code edits are for such bills.
    pub(super) add_on: bool,
}

/// All rows.
pub(super) fn read() -> Vec<Row> {
    let row = |[program, bill, pairs, units, add_on, _]: [&'static str; 6]| Row {
        program: if program == "medicaid" { Program::Medicaid } else { Program::Medicare },
        bill,
        pairs,
        units,
        add_on: add_on == "Y",
    };
    rows::<6>(SCOPE).map(row).collect()
}

/// Whether and how NCCI is for a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// It is not: inpatient and dental bills.
    Outside,
    /// The tables say nothing of such bills.
    Unknown,
    /// By the row at this position.
    By(usize),
}

impl Scope {
    pub(super) fn of(services: &Services<'_>, rows: &[Row]) -> Self {
        let bill = match services.setting {
            Setting::Inpatient | Setting::Dental => return Self::Outside,
            Setting::Practitioner => "practitioner",
            Setting::Supplier => "supplier",
            Setting::Outpatient => services.claim.type_of_bill.as_deref().map_or("", |bill| bill.facility()),
        };
        let found = rows.iter().position(|row| row.program == services.program && row.bill == bill);
        found.map_or(Self::Unknown, Self::By)
    }
}

/// Why the scope is unknown, in a sentence.
pub(super) fn unknown(services: &Services<'_>) -> Text {
    match services.claim.type_of_bill.as_deref() {
        Some(bill) => format!("whether NCCI is for bills of type `{bill}` is not on record").into(),
        None => Text::const_new("the claim states no type of bill, which decides whether NCCI is for it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_is_understood_and_stands_once() {
        let rows = rows::<6>(SCOPE);
        let mut seen = BTreeSet::new();
        for [program, bill, pairs, units, add_on, source] in rows {
            assert!(["medicare", "medicaid"].contains(&program));
            assert!(bill.len() == 2 || ["practitioner", "supplier"].contains(&bill), "{bill}");
            assert!(
                pairs.is_empty() || super::super::tables::PAIRS.iter().any(|(table, _)| *table == pairs),
                "{pairs}"
            );
            assert!(
                units.is_empty() || super::super::tables::UNITS.iter().any(|(table, _)| *table == units),
                "{units}"
            );
            assert!(["", "Y"].contains(&add_on) && !source.is_empty());
            assert!(seen.insert((program, bill)), "{program} {bill} stands twice");
        }
        assert_eq!(read().len(), seen.len());
    }
}
