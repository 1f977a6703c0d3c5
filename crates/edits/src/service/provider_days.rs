//! How long practitioners worked on a day, by the claims of a run and the physician time file, in bounded memory.
//!
//! Source: CMS, Physician Time file of the physician fee schedule's final rule, intra-service minutes: the time of the
//! service itself, without preparation, follow-up and visits of the global period, which may fall on other days.

use super::{Services, Setting, Switches, Tables};
use openclaim_claim::{Claim, EntityKind, Npi, ProviderRole, ServiceLine, Text};
use openclaim_reference::relation::Relation;
use openclaim_reference::release::Table;
use openclaim_reference::{Dated, Day, Library};
use rust_decimal::prelude::ToPrimitive;
use std::collections::HashMap;

/// The table.
const TABLE: &str = "mpfs/physician-time";

/// Practitioner's days that are remembered in one of two generations: some ten megabytes together.
const GENERATION: usize = 1 << 17;

/// Modifiers of services that take the physician no time of his or her own, or time shared with a resident.
const NOT_ALONE: [&str; 3] = ["TC", "GC", "GE"];

/// Intra-service minutes by code, of one release.
#[derive(Debug)]
pub struct PhysicianTime {
    rows: Relation,
    minutes: usize,
}

impl PhysicianTime {
    pub(super) fn all(library: &Library) -> Dated<Self> {
        library.dated(TABLE, |table| {
            let Table::Relation(rows) = table else { return Err(format!("`{TABLE}` is no relation")) };
            let minutes = rows.column("intra_service_minutes");
            let minutes = minutes.ok_or_else(|| format!("`{TABLE}` lacks the column `intra_service_minutes`"))?;
            Ok(Self { minutes, rows: rows.clone() })
        })
    }

    /// Minutes of a code by the key of tables; `None` when it is not listed.
    pub(crate) fn of(&self, key: u64) -> Option<u32> {
        let minutes = self.rows.rows_of_key(key).next()?.int(self.minutes)?;
        u32::try_from(minutes).ok()
    }
}

/// What a practitioner did on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Services of a single day, each line once.
    pub services: u32,
    /// Intra-service minutes of those that the table lists, times their units.
    pub minutes: u32,
}

impl Load {
    pub(crate) fn add(&mut self, other: Self) {
        self.services = self.services.saturating_add(other.services);
        self.minutes = self.minutes.saturating_add(other.minutes);
    }
}

/// Days of practitioners. Of those beyond the bound the oldest half is forgotten.
#[derive(Debug, Default)]
pub struct ProviderDays {
    recent: HashMap<(Npi, Day), Load>,
    earlier: HashMap<(Npi, Day), Load>,
}

impl ProviderDays {
    /// What earlier claims say of a practitioner's day.
    #[must_use]
    pub fn of(&self, who: Npi, day: Day) -> Load {
        let mut load = self.recent.get(&(who, day)).copied().unwrap_or_default();
        load.add(self.earlier.get(&(who, day)).copied().unwrap_or_default());
        load
    }

    pub(super) fn remember(&mut self, loads: impl Iterator<Item = Work>) {
        // The lines of a claim are one practitioner's of one day as a rule.
        let mut pending: Option<Work> = None;
        for work in loads {
            match &mut pending {
                Some(same) if (same.who, same.day) == (work.who, work.day) => same.load.add(work.load),
                _ => self.keep(pending.replace(work)),
            }
        }
        self.keep(pending);
    }

    fn keep(&mut self, work: Option<Work>) {
        let Some(work) = work else { return };
        if self.recent.len() >= GENERATION {
            self.earlier = std::mem::take(&mut self.recent);
        }
        self.recent.entry((work.who, work.day)).or_default().add(work.load);
    }
}

/// One service's share of its practitioner's day.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Position among the claim's services.
    pub at: usize,
    /// Who performed it.
    pub who: Npi,
    /// The day.
    pub day: Day,
    /// How much it was.
    pub load: Load,
}

/// The work that a claim tells of. Claims that replace or void another tell of none: theirs was counted with the first.
pub(crate) fn work<'a>(
    services: &'a Services<'a>,
    tables: &'a Tables,
    switches: &'a Switches,
) -> impl Iterator<Item = Work> + 'a {
    let replaces = services.claim.frequency.is_some_and(|it| matches!(it.value, '7' | '8'));
    let counted = services.setting == Setting::Practitioner && !replaces;
    let list = services.list.iter().enumerate().filter(move |_| counted);
    list.filter_map(|(at, service)| {
        let who = practitioner(services.claim, service.line)?;
        if service.day.0 == 0 || !service.is_single_day() || service.modifiers.any(&NOT_ALONE) {
            return None;
        }
        let table = tables.physician_time.at(service.from?, switches.known_at).found();
        let minutes = table.and_then(|table| table.view.of(service.key)).unwrap_or_default();
        let units = service.units.and_then(|units| units.to_u32()).unwrap_or(1).max(1);
        Some(Work { at, who, day: service.day, load: Load { services: 1, minutes: minutes.saturating_mul(units) } })
    })
}

/// The person who performed a line's service; `None` where an organisation alone is named.
fn practitioner(claim: &Claim, line: &ServiceLine) -> Option<Npi> {
    let of_line = line.providers.iter().find(|provider| provider.role == ProviderRole::Rendering);
    let who = of_line.or_else(|| claim.provider(ProviderRole::Rendering)).unwrap_or(&claim.billing_provider);
    who.npi.filter(|_| who.kind == EntityKind::Person).map(|npi| npi.value)
}

/// Minutes in words: `25 h 10 min`.
pub(crate) fn hours(minutes: u32) -> Text {
    format!("{} h {} min", minutes / 60, minutes % 60).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_latest_days_stay() {
        let who: Npi = "1730000006".parse().unwrap();
        let load = Load { services: 1, minutes: 60 };
        let work = |day: usize| Work { at: 0, who, day: Day(u32::try_from(day).unwrap()), load };
        let mut days = ProviderDays::default();
        days.remember((1..=3 * GENERATION).map(work));
        assert!(days.recent.len() + days.earlier.len() <= 2 * GENERATION);
        assert_eq!(days.of(who, work(1).day), Load::default());
        assert_eq!(days.of(who, work(3 * GENERATION).day), load);
        // A day that is met again after a generation is still counted whole.
        days.remember([work(2 * GENERATION + 1)].into_iter());
        assert_eq!(days.of(who, work(2 * GENERATION + 1).day).minutes, 120);
    }
}
