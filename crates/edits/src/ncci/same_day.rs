//! Which services NCCI holds against each other: of one beneficiary, one provider and one day, on one claim or on claims
//! of a run.

use crate::service::{Context, Modifiers, PastService, ProviderKey, Service};
use openclaim_claim::{Decimal, HcpcsCode, Text};
use openclaim_reference::Day;

/// A service of the claim, or of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// By position among the claim's services.
    Here(usize),
    /// By position among the beneficiary's earlier services.
    Past(usize),
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) key: u64,
    pub(super) code: HcpcsCode,
    pub(super) modifiers: Modifiers,
    pub(super) from: Day,
    pub(super) through: Day,
    pub(super) units: Option<Decimal>,
    pub(super) provider: ProviderKey,
}

impl From<&Service<'_>> for Facts {
    fn from(service: &Service<'_>) -> Self {
        Self {
            key: service.key,
            code: service.code,
            modifiers: service.modifiers,
            from: service.day,
            through: service.through.map_or(service.day, Day::from).max(service.day),
            units: service.units,
            provider: service.provider,
        }
    }
}

impl From<&PastService<'_>> for Facts {
    fn from(past: &PastService<'_>) -> Self {
        Self {
            key: past.key,
            code: past.code,
            modifiers: past.modifiers,
            from: past.from,
            through: past.through.max(past.from),
            units: past.units,
            provider: past.provider,
        }
    }
}

impl Facts {
    /// Whether the service was given on one day.
    pub(super) fn is_single_day(&self) -> bool {
        self.from == self.through
    }

    /// Days from the first to the last; 0 when a date is no date.
    pub(super) fn days(&self) -> i64 {
        let span = self.from.to_date().zip(self.through.to_date());
        span.map_or(0, |(from, through)| i64::from((through - from).get_days()) + 1)
    }

    /// Whether it was given on every one of its days, as far as units tell.
    fn is_daily(&self) -> bool {
        self.is_single_day() || self.units.is_some_and(|units| units >= Decimal::from(self.days()))
    }
}

/// Whether two services are of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    Never,
    /// On this day.
    On(Day),
    /// On this day or another of a range of days with fewer units than days.
    Perhaps(Day),
}

/// When two services meet. Services without a date never do; [`undated`] says so.
#[inline]
pub(super) fn meeting(one: &Facts, two: &Facts) -> Meeting {
    let first = one.from.max(two.from);
    let last = one.through.min(two.through);
    if first > last || one.from.0 == 0 || two.from.0 == 0 {
        return Meeting::Never;
    }
    if one.is_daily() && two.is_daily() { Meeting::On(first) } else { Meeting::Perhaps(first) }
}

impl Context<'_> {
    /// The facts of a side.
    pub(super) fn facts(&self, side: Side) -> Option<Facts> {
        match side {
            Side::Here(at) => self.services.list.get(at).map(Facts::from),
            Side::Past(at) => self.past.get(at).map(Facts::from),
        }
    }

    /// Earlier services that NCCI holds against those of this claim: not denied, and on bills of the same kind.
    pub(super) fn comparable_past(&self) -> impl Iterator<Item = (usize, &PastService<'_>)> {
        let setting = self.services.setting;
        self.past.iter().enumerate().filter(move |(_, past)| past.setting == setting && !past.denied)
    }

    /// Whether NCCI counts the performers of two services as one provider. Lines of one claim that say the same of their
    /// performer have the same.
    pub(super) fn same_provider(&self, one: (Side, &ProviderKey), two: (Side, &ProviderKey)) -> Option<bool> {
        let both_here = matches!((one.0, two.0), (Side::Here(_), Side::Here(_)));
        if both_here && one.1 == two.1 { Some(true) } else { one.1.same_as(two.1) }
    }

    /// Where a side stands, in words: `line 2`, `line 1 of claim A17`.
    pub(super) fn place(&self, side: Side) -> Text {
        match side {
            Side::Here(at) => {
                let number = self.services.list.get(at).map_or(0, |service| service.line.number);
                format!("line {number}").into()
            }
            Side::Past(at) => match self.past.get(at) {
                Some(past) => format!("line {} of claim {}", past.line, past.claim_id).into(),
                None => Text::default(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(from: u32, through: u32, units: i64) -> Facts {
        Facts {
            key: 0,
            code: "X0001".parse().unwrap(),
            modifiers: Modifiers::default(),
            from: Day(from),
            through: Day(through),
            units: Some(Decimal::from(units)),
            provider: ProviderKey::default(),
        }
    }

    #[test]
    fn ranges_meet_when_given_daily() {
        let day = facts(20_240_702, 20_240_702, 1);
        assert_eq!(meeting(&day, &day), Meeting::On(Day(20_240_702)));
        assert_eq!(meeting(&day, &facts(20_240_701, 20_240_703, 3)), Meeting::On(Day(20_240_702)));
        assert_eq!(meeting(&day, &facts(20_240_701, 20_240_703, 2)), Meeting::Perhaps(Day(20_240_702)));
        assert_eq!(meeting(&day, &facts(20_240_703, 20_240_704, 2)), Meeting::Never);
        assert_eq!(meeting(&facts(0, 0, 1), &facts(0, 0, 1)), Meeting::Never);
        assert_eq!(facts(20_240_630, 20_240_702, 1).days(), 3);
    }
}
