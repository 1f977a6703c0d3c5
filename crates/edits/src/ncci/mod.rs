//! The National Correct Coding Initiative (NCCI): procedure pairs, medically unlikely units, add-on codes.
//!
//! `data/ncci/scope.csv` says which tables are for which bills, by programme; `data/ncci/bypass_modifiers.csv` which
//! modifiers bypass a pair. Look-ups that several edits share are made once per claim and kept in [`Scratch`].

mod add_on;
mod add_on_by_global_days;
mod add_on_contractor_primary;
mod add_on_listed_or_contractor;
mod add_on_without_primary;
mod looked_up;
mod pair_bypassed;
mod pair_paid_before;
mod pairs;
pub(crate) mod panels;
mod policy;
mod procedure_pair;
mod same_day;
mod scope;
mod tables;
mod units;
mod units_per_day;
mod units_per_day_clinical;
mod units_per_line;

pub use add_on_by_global_days::AddOnByGlobalDays;
pub use add_on_contractor_primary::AddOnContractorPrimary;
pub use add_on_listed_or_contractor::AddOnListedOrContractor;
pub use add_on_without_primary::{AddOnWithoutPrimary, NearMiss};
pub use pair_bypassed::{Misfit, PairBypassed};
pub use pair_paid_before::PairPaidBefore;
pub use procedure_pair::ProcedurePair;
pub use tables::Tables;
pub use units_per_day::UnitsPerDay;
pub use units_per_day_clinical::UnitsPerDayClinical;
pub use units_per_line::UnitsPerLine;

use crate::service::{Context, Report, rules};
use openclaim_claim::NotEvaluatedReason;
use openclaim_reference::pairs::PairTable;
use scope::Scope;
use std::cell::OnceCell;
use tables::{Brought, Units};

#[rustfmt::skip]
rules! {
    Ncci "ncci";
//  id: ncci/…                    title                                                   disposition  CARC   RARC    documentation             module
    "procedure-pair",             "Procedure is part of another",                         DenyLine,    "236", -,      ProcedurePair,            procedure_pair;
    "pair-bypassed",              "Procedure pair bypassed by a modifier",                Warn,        -,     -,      PairBypassed,             pair_bypassed;
    "pair-paid-before",           "Procedure includes one paid before",                   Suspend,     "236", -,      PairPaidBefore,           pair_paid_before;
    "units-per-line",             "More units on a line than likely",                     DenyLine,    "151", "N362", UnitsPerLine,             units_per_line;
    "units-per-day",              "More units on a day than possible",                    DenyLine,    "151", "N362", UnitsPerDay,              units_per_day;
    "units-per-day-clinical",     "More units on a day than likely",                      DenyLine,    "151", "N362", UnitsPerDayClinical,      units_per_day_clinical;
    "add-on-without-primary",     "Add-on code without a listed primary code",            DenyLine,    "B15", "N122", AddOnWithoutPrimary,      add_on_without_primary;
    "add-on-contractor-primary",  "Add-on code without any primary code",                 DenyLine,    "B15", "N122", AddOnContractorPrimary,   add_on_contractor_primary;
    "add-on-listed-or-contractor", "Add-on code without a listed or other primary code",  DenyLine,    "B15", "N122", AddOnListedOrContractor,  add_on_listed_or_contractor;
    "add-on-by-global-days",      "Service that goes with another stands alone",          Warn,        -,     -,      AddOnByGlobalDays,        add_on_by_global_days;
}

/// What the edits of this family find out once for a claim.
#[derive(Debug, Default)]
pub struct Scratch {
    scope: OnceCell<Scope>,
    pairs: OnceCell<pairs::Found>,
    looked_up: OnceCell<Vec<looked_up::LookedUp>>,
}

fn scope(context: &Context<'_>) -> Scope {
    *context.ncci.scope.get_or_init(|| context.tables.ncci.scope(context.services))
}

/// Says that it is not known whether NCCI is for the bill.
fn say_unknown(context: &Context<'_>, scope: Scope, report: &mut Report) {
    if scope == Scope::Unknown && !context.services.list.is_empty() {
        report.cannot_tell(NotEvaluatedReason::NotSupported, scope::unknown(context.services));
    }
}

/// The pair table for the claim; `None` when there is none for such bills.
fn pair_table<'a>(context: &'a Context<'_>, report: &mut Report) -> Option<&'a Brought<PairTable>> {
    let scope = scope(context);
    say_unknown(context, scope, report);
    context.tables.ncci.pairs(scope)
}

/// The table of unlikely units for the claim; `None` when there is none for such bills.
fn unit_table<'a>(context: &'a Context<'_>, report: &mut Report) -> Option<&'a Brought<Units>> {
    let scope = scope(context);
    say_unknown(context, scope, report);
    context.tables.ncci.units(scope)
}

/// Whether add-on code edits are for the claim.
fn edits_add_ons(context: &Context<'_>, report: &mut Report) -> bool {
    let scope = scope(context);
    say_unknown(context, scope, report);
    context.tables.ncci.edits_add_ons(scope)
}
