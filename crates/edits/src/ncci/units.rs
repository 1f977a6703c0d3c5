//! Units of service against the table of unlikely units: what a line claims for a day, and what a day comes to.

use super::looked_up::looked_up;
use super::same_day::{Facts, Side};
use super::tables::{Brought, Limit, Units};
use crate::service::{Context, Report, Service};
use openclaim_claim::{Decimal, Evidence, NotEvaluatedReason, Text, Unit};
use openclaim_reference::Day;
use rust_decimal::RoundingStrategy;

/// What the table that speaks for a service's day says of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    /// No table speaks for the day.
    NoTable,
    /// No limit.
    Nothing,
    /// A limit, within which the service is, alone of its code.
    Within,
    /// A limit.
    Limit(Limit),
}

/// A service with its limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limited<'c> {
    /// Position among the claim's services.
    pub(super) at: usize,
    pub(super) service: &'c Service<'c>,
    pub(super) limit: Limit,
    /// Units for one day.
    pub(super) units: Decimal,
}

/// What is published of a service.
pub(super) fn published(context: &Context<'_>, table: &Brought<Units>, service: &Service<'_>) -> Published {
    let source = service.from.and_then(|date| table.dated.at(date, context.switches.known_at).found());
    let Some(source) = source else { return Published::NoTable };
    match source.view.of(service.key) {
        Some(limit) if is_within(context, service, limit) => Published::Within,
        Some(limit) => Published::Limit(limit),
        None => Published::Nothing,
    }
}

/// Whether no edit of units can have anything to say of a service: it is the only one of its code on the claim and on
/// earlier ones, and claims no more than the limit.
fn is_within(context: &Context<'_>, service: &Service<'_>, limit: Limit) -> bool {
    let others = context.services.iter().filter(|other| other.at != service.at);
    let alone =
        !others.map(|other| other.key).chain(context.past.iter().map(|past| past.key)).any(|key| key == service.key);
    alone && units_of(service).is_ok_and(|units| units <= Decimal::from(limit.units))
}

/// The services with a published limit and a number of units, save those that are within it. Says what the edit cannot
/// tell.
pub(super) fn limited<'c>(
    context: &'c Context<'_>,
    table: &Brought<Units>,
    wanted: impl Fn(u8) -> bool,
    report: &mut Report,
) -> Vec<Limited<'c>> {
    table.on_days(context, report);
    let mut found = Vec::new();
    for (at, (service, looked_up)) in context.services.list.iter().zip(looked_up(context)).enumerate() {
        let Published::Limit(limit) = looked_up.limit else { continue };
        if !wanted(limit.indicator) {
            continue;
        }
        match units_of(service) {
            Ok(units) => found.push(Limited { at, service, limit, units }),
            Err(why) => report.lacks(format!("line {} {why}", service.line.number)),
        }
    }
    found
}

/// Units of service that a line claims for one day. Over several days they are divided by the days and rounded to whole
/// units (Policy Manual, chapter I, section V); time of anaesthesia in minutes is one unit.
pub(super) fn units_of(service: &Service<'_>) -> Result<Decimal, &'static str> {
    match service.line.unit {
        Unit::Minutes => return Ok(Decimal::ONE),
        Unit::Units | Unit::Days => {}
        Unit::Other => return Err("counts in another unit than units of service"),
    }
    let units = service.units.ok_or("states no units")?;
    if service.is_single_day() {
        return Ok(units);
    }
    Ok(daily(units, &Facts::from(service)))
}

fn daily(units: Decimal, facts: &Facts) -> Decimal {
    if facts.is_single_day() {
        return units;
    }
    let days = Decimal::from(facts.days().max(1));
    (units / days).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

/// Days that a line covers.
pub(super) fn days_of(service: &Service<'_>) -> i64 {
    Facts::from(service).days().max(1)
}

/// What a day comes to for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DaySum {
    pub(super) day: Day,
    /// Units that certainly count.
    pub(super) certain: Decimal,
    /// Those and the units of services of which it cannot be told whether one provider performed them.
    pub(super) possible: Decimal,
    /// How many of them stand on earlier claims.
    pub(super) earlier: Decimal,
    /// Lines that count, earlier ones included.
    pub(super) lines: u32,
}

/// Units of the service's code on the day of its range on which they are most: of the same beneficiary and provider, on
/// this claim and on earlier ones of the run that were not denied. `counts` says which lines of this claim do.
pub(super) fn day_sum(
    context: &Context<'_>,
    at: usize,
    service: &Service<'_>,
    counts: impl Fn(&Service<'_>) -> bool,
) -> DaySum {
    let mut others: Vec<(Side, Facts, Decimal)> = Vec::new();
    for (position, other) in context.services.list.iter().enumerate() {
        if position != at
            && other.key == service.key
            && counts(other)
            && let Ok(units) = units_of(other)
        {
            others.push((Side::Here(position), Facts::from(other), units));
        }
    }
    for (position, past) in context.comparable_past().filter(|(_, past)| past.key == service.key) {
        let facts = Facts::from(past);
        if let Some(units) = past.units {
            others.push((Side::Past(position), facts, daily(units, &facts)));
        }
    }
    let own_units = units_of(service).unwrap_or_default();
    if others.is_empty() {
        let day = service.day;
        return DaySum { day, certain: own_units, possible: own_units, earlier: Decimal::ZERO, lines: 1 };
    }
    let own = Facts::from(service);
    let on = |day: Day| {
        let mut sum = DaySum { day, certain: own_units, possible: own_units, earlier: Decimal::ZERO, lines: 1 };
        for (side, facts, units) in others.iter().filter(|(_, facts, _)| facts.from <= day && day <= facts.through) {
            let same = context.same_provider((Side::Here(at), &own.provider), (*side, &facts.provider));
            if same == Some(false) {
                continue;
            }
            sum.possible += units;
            if same == Some(true) {
                sum.certain += units;
                sum.lines += 1;
                if matches!(side, Side::Past(_)) {
                    sum.earlier += units;
                }
            }
        }
        sum
    };
    // Overlapping ranges are most on a day on which one of them begins.
    let mut most = on(own.from);
    for (_, facts, _) in &others {
        if own.from < facts.from && facts.from <= own.through {
            let sum = on(facts.from);
            if (sum.certain, sum.possible) > (most.certain, most.possible) {
                most = sum;
            }
        }
    }
    most
}

/// The services whose day exceeds the limit, with the sum: the verdicts of an edit by day, all reached before any is
/// reported, so that none of them changes another.
pub(super) fn exceeded<'c>(
    context: &'c Context<'_>,
    table: &Brought<Units>,
    indicator: u8,
    report: &mut Report,
) -> Vec<(Limited<'c>, DaySum)> {
    let mut verdicts = Vec::new();
    for limited in limited(context, table, |it| it == indicator, report) {
        let sum = day_sum(context, limited.at, limited.service, |other| !report.is_denied(other.index));
        let limit = Decimal::from(limited.limit.units);
        if sum.certain > limit {
            verdicts.push((limited, sum));
        } else if sum.possible > limit {
            report.lacks(format!(
                "`{}` comes to {} units on {} if all its lines were performed by one provider, which the claims do not say; \
                 the limit is {limit}",
                limited.service.code,
                sum.possible.normalize(),
                sum.day
            ));
        }
    }
    verdicts
}

/// Units of codes without a published limit cannot be judged: CMS keeps some limits to itself. One unit on a day exceeds
/// none that allows the code at all.
pub(super) fn say_unpublished(context: &Context<'_>, report: &mut Report, by_line: bool) {
    for (at, (service, looked_up)) in context.services.list.iter().zip(looked_up(context)).enumerate() {
        if looked_up.limit != Published::Nothing || service.line.unit == Unit::Minutes {
            continue;
        }
        let (units, day) = match by_line {
            true => (units_of(service).unwrap_or_default(), service.day),
            false => {
                let sum = day_sum(context, at, service, |_| true);
                (sum.possible, sum.day)
            }
        };
        if units > Decimal::ONE {
            report.cannot_tell(
                NotEvaluatedReason::NotSupported,
                format!(
                    "`{}` comes to {} units on {day}, and no limit is published for it; CMS keeps some limits confidential",
                    service.code,
                    units.normalize(),
                ),
            );
        }
    }
}

/// The row that decided, as evidence.
pub(super) fn row(context: &Context<'_>, table: &Brought<Units>, limited: &Limited<'_>) -> Option<Evidence> {
    let source = table.dated.at(limited.service.from?, context.switches.known_at).found()?;
    let Limit { units, indicator } = limited.limit;
    let rationale = source.view.rationale(limited.service.key);
    let mut value = Text::from(format!("units {units}, adjudication indicator {}", char::from(indicator)));
    if !rationale.is_empty() {
        value.push_str(": ");
        value.push_str(rationale);
    }
    Some(Evidence::row(source.label, table.dated.table(), limited.service.code.as_str(), value))
}

/// The line's own units, as evidence.
pub(super) fn stated(service: &Service<'_>) -> Evidence {
    let units = service.line.units;
    let text = units.map_or_else(|| "none".to_owned(), |units| units.value.normalize().to_string());
    Evidence::element("units", text, units.and_then(|units| units.span))
}
