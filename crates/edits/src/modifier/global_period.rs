//! Global periods of surgery: what falls into whose.

use super::plain::{Kind, Plain, When};
use crate::service::{Context, Global, Modifiers, PastService, ProviderKey, Report, Service, Setting};
use openclaim_claim::{HcpcsCode, Modifier};
use openclaim_reference::Day;

/// The longest period after a procedure.
const LONGEST: i32 = 90;

/// Modifiers of those who assist; they have no global period.
const ASSISTANTS: [&str; 4] = ["80", "81", "82", "AS"];

/// A service as global periods see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act<'a> {
    pub(super) code: HcpcsCode,
    pub(super) key: u64,
    pub(super) day: Day,
    pub(super) number: i32,
    pub(super) modifiers: Modifiers,
    pub(super) provider: ProviderKey,
    pub(super) place: Place<'a>,
}

/// Where a service stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// On the claim that is judged.
    Here(&'a Service<'a>),
    /// On an earlier claim.
    Past(&'a PastService<'a>),
}

impl<'a> Act<'a> {
    pub(super) fn here(service: &'a Service<'a>) -> Self {
        let &Service { code, key, day, modifiers, provider, .. } = service;
        Self { code, key, day, number: day_number(day), modifiers, provider, place: Place::Here(service) }
    }

    fn past(service: &'a PastService<'a>) -> Self {
        let &PastService { code, key, from: day, modifiers, provider, .. } = service;
        Self { code, key, day, number: day_number(day), modifiers, provider, place: Place::Past(service) }
    }

    fn assists(&self) -> bool {
        self.modifiers.any(&ASSISTANTS)
    }

    /// The place in words.
    pub(super) fn words(&self) -> String {
        match self.place {
            Place::Here(service) => format!("line {}, {}", service.line.number, self.day),
            Place::Past(service) => format!("claim {}, line {}, {}", service.claim_id, service.line, self.day),
        }
    }
}

/// Days since the first day of year 0 of the proleptic Gregorian calendar, for differences.
pub(super) fn day_number(day: Day) -> i32 {
    let (year, month, date) = ((day.0 / 10_000) as i32, (day.0 / 100 % 100) as i32, (day.0 % 100) as i32);
    // Years begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + date
}

/// Services of practitioners of earlier claims of the beneficiary that were not denied.
pub(super) fn past<'a>(context: &Context<'a>) -> impl Iterator<Item = Act<'a>> {
    let past = context.past.iter().filter(|it| it.setting == Setting::Practitioner && !it.denied);
    past.map(Act::past)
}

/// The global days of a service on its day. What keeps the answer back is noted.
pub(super) fn global(context: &Context<'_>, act: &Act<'_>, report: &mut Report) -> Option<Global> {
    let row = match act.place {
        Place::Here(service) => context.fee_row(service, report)?.1,
        Place::Past(_) => context.fees_on(act.day.to_date()?, report)?.view.row(act.key),
    };
    row?.global()
}

/// What a service is to global periods; `None` for everything that no period includes.
pub(super) fn kind(context: &Context<'_>, act: &Act<'_>, report: &mut Report) -> Option<Kind> {
    if context.tables.modifier.plain.is_visit(act.key, act.day) {
        return Some(Kind::Visit);
    }
    match global(context, act, report)? {
        Global::Days(_) if !act.assists() => Some(Kind::Procedure),
        _ => None,
    }
}

/// When a service falls into the period of a procedure, by their days alone.
fn when(service: &Act<'_>, kind: Kind, procedure: &Act<'_>, days: u16) -> Option<When> {
    match (service.number - procedure.number, kind) {
        (-1, Kind::Visit) if i32::from(days) == LONGEST => Some(When::Before),
        (0, Kind::Visit) => Some(When::Same),
        (after, _) if after > 0 && after <= i32::from(days) => Some(When::After),
        _ => None,
    }
}

/// Whether a procedure's own modifiers leave it that part of its period: a return to the operating room (`78`) begins no
/// new one, surgical care alone (`54`) has no days after it, postoperative care alone (`55`) only those.
fn has(procedure: &Act<'_>, when: When) -> bool {
    let modifiers = procedure.modifiers;
    let without = match when {
        When::Before | When::Same => modifiers.any(&["55", "78"]),
        When::After => modifiers.any(&["54", "56", "78"]),
    };
    !without && !procedure.assists()
}

/// Whether global days may include a service that comes so many days after the procedure, whoever performed the two. Most
/// do not, which is told without a look at providers and modifiers.
fn may_include(global: Option<Global>, kind: Kind, after: i32) -> bool {
    match global {
        Some(Global::Days(_)) => kind == Kind::Visit || after > 0,
        Some(Global::ByContractor) => kind == Kind::Visit && after >= 0,
        _ => false,
    }
}

/// The part of a procedure's global period in which a service falls that no modifier takes out, and the days of the
/// period.
pub(super) fn includes(
    context: &Context<'_>,
    procedure: &Act<'_>,
    (service, kind): (&Act<'_>, Kind),
    report: &mut Report,
) -> Option<(When, u16)> {
    // Most services are far apart; the table is asked for the others alone.
    if service.day.0 == 0 || procedure.day.0 == 0 || !(-1..=LONGEST).contains(&(service.number - procedure.number)) {
        return None;
    }
    if let Place::Here(line) = procedure.place
        && let Some((_, row)) = context.said_of(line)
        && !may_include(row.and_then(|row| row.global()), kind, service.number - procedure.number)
    {
        return None;
    }
    let same = service.provider.same_as(&procedure.provider);
    if same == Some(false) {
        return None;
    }
    let days = match global(context, procedure, report)? {
        Global::Days(days) => days,
        Global::ByContractor if kind == Kind::Visit && service.number >= procedure.number => {
            report.lacks(format!("the contractor sets the global period of `{}` (YYY)", procedure.code));
            return None;
        }
        _ => return None,
    };
    let when = when(service, kind, procedure, days).filter(|when| has(procedure, *when))?;
    let carries = |modifier| service.modifiers.iter().any(|it| it == modifier);
    if bypasses(&context.tables.modifier.plain, (service, kind), when, days).any(carries) {
        return None;
    }
    if same.is_none() {
        report.lacks("whether two services are of one provider cannot be told: the specialty is not stated");
        return None;
    }
    Some((when, days))
}

/// The modifiers that take a service out of a part of a period.
pub(super) fn bypasses<'p>(
    plain: &'p Plain,
    (service, kind): (&Act<'_>, Kind),
    when: When,
    days: u16,
) -> impl Iterator<Item = Modifier> + 'p {
    let of = (service.key, kind, service.day);
    plain.bypasses.iter().filter(move |row| row.takes(of, when, days)).map(|row| row.modifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn day_numbers_count_days() {
        let first = date(1999, 12, 28);
        for days in 0..3000_i32 {
            let day = first.checked_add(jiff::Span::new().days(days)).unwrap();
            assert_eq!(day_number(day.into()) - day_number(first.into()), days, "{day}");
        }
    }
}
