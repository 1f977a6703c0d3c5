//! What the tables of this family say of a claim's services: looked up in one pass, so that the processor waits for several
//! tables at once.

use super::add_on::{self, Kind};
use super::units::{self, Published};
use crate::service::{Context, Service};

/// What the tables that speak for a service's day say of its code.
#[derive(Debug, Clone, Copy)]
pub(super) struct LookedUp {
    /// Its place in the table of pairs; `None` when no pair has it.
    pub(super) pair_code: Option<u32>,
    /// Its limit of units.
    pub(super) limit: Published,
    /// Which kind of add-on code it is; `None` when it is none.
    pub(super) add_on: Option<Kind>,
}

/// What the tables say of every service, in the order of the services.
pub(super) fn looked_up<'c>(context: &'c Context<'_>) -> &'c [LookedUp] {
    context.ncci.looked_up.get_or_init(|| {
        let tables = &context.tables.ncci;
        let scope = super::scope(context);
        let (pairs, limits, edits_add_ons) = (tables.pairs(scope), tables.units(scope), tables.edits_add_ons(scope));
        let look_up = |service: &Service<'_>| {
            let pairs = pairs.and_then(|table| table.dated.at(service.from?, context.switches.known_at).found());
            LookedUp {
                pair_code: pairs.and_then(|source| source.view.code(service.key)),
                limit: limits.map_or(Published::NoTable, |table| units::published(context, table, service)),
                add_on: if edits_add_ons { add_on::kind(context, service) } else { None },
            }
        };
        context.services.list.iter().map(look_up).collect()
    })
}
