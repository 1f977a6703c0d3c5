//! Procedure pairs among the services of a claim and of earlier claims: looked up once, judged by three edits.

use super::looked_up::{LookedUp, looked_up};
use super::policy::Says;
use super::same_day::{Facts, Meeting, Side, meeting};
use super::tables::Brought;
use crate::service::{Context, Modifiers, Report, Service, Setting};
use openclaim_claim::{Disposition, Evidence, Modifier, NotEvaluatedReason, Text};
use openclaim_reference::pairs::PairTable;
use openclaim_reference::{Day, Source};
use std::fmt::Write as _;

/// An active pair of two services of one day and provider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) column1: Side,
    pub(super) column2: Side,
    pub(super) day: Day,
    /// Position of the row in the table that speaks for the day.
    row: usize,
    /// `0` or `1`.
    pub(super) indicator: u8,
    pub(super) standing: Standing,
}

/// What the modifiers of the two lines do to a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// No modifier bypasses it.
    Stands,
    /// Both codes name this site, and nothing else sets them apart.
    SameSite(Modifier),
    /// This modifier bypasses it, on the column-1 code or else on the column-2 code.
    Bypassed { by: Modifier, on_column1: bool },
    /// It is bypassed, and the claim itself shows why: the sites differ, or the practitioners do.
    Apart,
}

impl Standing {
    pub(super) fn denies(self) -> bool {
        matches!(self, Self::Stands | Self::SameSite(_))
    }
}

/// Why it cannot be told whether a pair counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Whether the two have one provider.
    Provider { column1: Side, column2: Side },
    /// Whether a range of days with fewer units than days includes the other's day.
    Days { column1: Side, column2: Side },
}

/// What was found for a claim.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    pub(super) doubts: Vec<Doubt>,
}

/// A code's place in the table that speaks for its day.
#[derive(Clone, Copy)]
struct Placed<'t> {
    source: Source<'t, PairTable>,
    code: u32,
}

/// Looks up every pair of services that meet.
pub(super) fn scan(context: &Context<'_>, table: &Brought<PairTable>) -> Found {
    let mut found = Found::default();
    let list = &context.services.list;
    let known_at = context.switches.known_at;
    let place = |(service, looked_up): (&Service<'_>, &LookedUp)| {
        let code = looked_up.pair_code?;
        Some(Placed { source: table.dated.at(service.from?, known_at).found()?, code })
    };
    let placed: Vec<Option<Placed<'_>>> = list.iter().zip(looked_up(context)).map(place).collect();
    for (at, service) in list.iter().enumerate() {
        for (run, others) in list[at + 1..].chunks(RUN).enumerate() {
            let first = at + 1 + run * RUN;
            let likely = likely(&placed, (at, service), (first, others));
            for (bit, other) in others.iter().enumerate() {
                let later = first + bit;
                if on_one_day(service, other) {
                    // The common case asks one table with codes already placed.
                    if let (Some(one), Some(two)) = (placed[at], placed[later]) {
                        let sides = [(Side::Here(at), one.code), (Side::Here(later), two.code)];
                        let met = Meeting::On(service.day);
                        if likely.0 >> bit & 1 == 1 {
                            in_order(context, one.source, sides, met, &mut found);
                        }
                        if likely.1 >> bit & 1 == 1 {
                            in_order(context, one.source, [sides[1], sides[0]], met, &mut found);
                        }
                    }
                    continue;
                }
                let (one, two) = (Facts::from(service), Facts::from(other));
                meet_in(context, table, [(Side::Here(at), &one), (Side::Here(later), &two)], &mut found);
            }
        }
    }
    if !context.past.is_empty() {
        for (at, past) in context.comparable_past() {
            let past = Facts::from(past);
            for (here, service) in list.iter().enumerate() {
                let facts = Facts::from(service);
                meet_in(context, table, [(Side::Here(here), &facts), (Side::Past(at), &past)], &mut found);
            }
        }
    }
    found
}

/// Services that are looked up together.
const RUN: usize = 32;

fn on_one_day(one: &Service<'_>, two: &Service<'_>) -> bool {
    one.day == two.day && one.is_single_day() && two.is_single_day()
}

/// Which of the services from `first` on may make a pair with one of their day, a bit for each: as column 2, as column 1.
/// All are asked before any pair is searched, so that the processor waits for memory once and not for each.
fn likely(
    placed: &[Option<Placed<'_>>],
    (at, service): (usize, &Service<'_>),
    (first, others): (usize, &[Service<'_>]),
) -> (u32, u32) {
    let (mut as_column2, mut as_column1) = (0, 0);
    let Some(one) = placed[at] else { return (0, 0) };
    for (bit, (other, two)) in others.iter().zip(&placed[first..]).enumerate() {
        if let (Some(two), true) = (two, on_one_day(service, other)) {
            as_column2 |= u32::from(one.source.view.may_hold(one.code, two.code)) << bit;
            as_column1 |= u32::from(one.source.view.may_hold(two.code, one.code)) << bit;
        }
    }
    (as_column2, as_column1)
}

/// Looks up two services that may meet, whatever their days.
fn meet_in(context: &Context<'_>, table: &Brought<PairTable>, sides: [(Side, &Facts); 2], found: &mut Found) {
    let [(side1, facts1), (side2, facts2)] = sides;
    let met = meeting(facts1, facts2);
    let (Meeting::On(day) | Meeting::Perhaps(day)) = met else { return };
    let source = day.to_date().and_then(|date| table.dated.at(date, context.switches.known_at).found());
    let Some(source) = source else { return };
    let codes = (source.view.code(facts1.key), source.view.code(facts2.key));
    if let (Some(one), Some(two)) = codes {
        for (column1, column2) in [((side1, one), (side2, two)), ((side2, two), (side1, one))] {
            if source.view.may_hold(column1.1, column2.1) {
                in_order(context, source, [column1, column2], met, found);
            }
        }
    }
}

/// Looks up two services as column 1 and column 2.
fn in_order(
    context: &Context<'_>,
    source: Source<'_, PairTable>,
    [(column1, code1), (column2, code2)]: [(Side, u32); 2],
    met: Meeting,
    found: &mut Found,
) {
    let (Meeting::On(day) | Meeting::Perhaps(day)) = met else { return };
    // Indicator 9 marks edits that never held: deleted as of the day they began.
    let rows = source.view.holding(code1, code2, day);
    let Some(row) = rows.into_iter().find(|row| row.modifier_indicator() != b'9') else { return };
    let sides = (context.facts(column1), context.facts(column2));
    let (Some(facts1), Some(facts2)) = sides else { return };
    match context.same_provider((column1, &facts1.provider), (column2, &facts2.provider)) {
        Some(true) => {}
        Some(false) => return,
        None => {
            found.doubts.push(Doubt::Provider { column1, column2 });
            return;
        }
    }
    if matches!(met, Meeting::Perhaps(_)) {
        found.doubts.push(Doubt::Days { column1, column2 });
        return;
    }
    let indicator = row.modifier_indicator();
    let standing = match indicator {
        b'1' => standing(context, &facts1, &facts2, day),
        _ => Standing::Stands,
    };
    found.hits.push(Hit { column1, column2, day, row: row.index(), indicator, standing });
}

/// What the modifiers of two lines do to a pair of indicator 1.
fn standing(context: &Context<'_>, column1: &Facts, column2: &Facts, day: Day) -> Standing {
    let policy = &context.tables.ncci.policy;
    let bypasses = |modifiers: &Modifiers, on_column1| {
        let listed = modifiers.iter().filter_map(|modifier| policy.bypass(modifier, on_column1, day).copied());
        listed.collect::<Vec<_>>()
    };
    let (first, second) = (bypasses(&column1.modifiers, true), bypasses(&column2.modifiers, false));
    let is_site = |modifier: &Modifier| policy.names_site(*modifier);
    let shared = column1.modifiers.iter().filter(is_site).find(|site| column2.modifiers.iter().any(|it| it == *site));
    let apart = |says: Says| first.iter().chain(&second).any(|bypass| bypass.says == says);
    if let Some(site) = shared
        && !first.iter().chain(&second).any(|bypass| bypass.separates_one_site)
    {
        return Standing::SameSite(site);
    }
    let sites_named = |modifiers: &Modifiers| modifiers.iter().any(|modifier| is_site(&modifier));
    let sites_differ = shared.is_none() && sites_named(&column1.modifiers) && sites_named(&column2.modifiers);
    let known = (column1.provider.rendering, column2.provider.rendering);
    let practitioners_differ = matches!(known, (Some(one), Some(two)) if one != two)
        && (column1.modifiers.has("XP") || column2.modifiers.has("XP"));
    if (sites_differ && apart(Says::Site)) || (practitioners_differ && apart(Says::Apart)) {
        return Standing::Apart;
    }
    match (second.first(), first.first()) {
        (Some(bypass), _) => Standing::Bypassed { by: bypass.modifier, on_column1: false },
        (None, Some(bypass)) => Standing::Bypassed { by: bypass.modifier, on_column1: true },
        (None, None) => Standing::Stands,
    }
}

/// What the three edits need to judge: the pairs found, or `None` when pairs are not for such bills. Says what the edit
/// cannot tell.
pub(super) fn judge<'a>(context: &'a Context<'_>, report: &mut Report) -> Option<(&'a Brought<PairTable>, &'a Found)> {
    let services = &context.services.list;
    if services.is_empty() || services.len() + context.past.len() < 2 {
        return None;
    }
    let table = super::pair_table(context, report)?;
    table.on_days(context, report);
    let found = context.ncci.pairs.get_or_init(|| scan(context, table));
    Some((table, found))
}

/// Says which pairs could not be judged.
pub(super) fn say_doubts(context: &Context<'_>, found: &Found, report: &mut Report) {
    for doubt in &found.doubts {
        let (reason, column1, column2, why) = match *doubt {
            Doubt::Provider { column1, column2 } => {
                let why =
                    "the claims do not say whether both were performed by one provider (NPI, or group and specialty)";
                (NotEvaluatedReason::MissingElement, column1, column2, why)
            }
            Doubt::Days { column1, column2 } => {
                let why = "a line covers more days than it has units, and which days are not stated";
                (NotEvaluatedReason::MissingElement, column1, column2, why)
            }
        };
        let (Some(one), Some(two)) = (context.facts(column1), context.facts(column2)) else { continue };
        let (place1, place2) = (context.place(column1), context.place(column2));
        report.cannot_tell(
            reason,
            format!("`{}` ({place2}) is paired with `{}` ({place1}), and {why}", two.code, one.code),
        );
    }
}

/// What an outpatient bill loses is rejected, not denied: the outpatient code editor's dispositions.
pub(super) fn disposition(context: &Context<'_>) -> Disposition {
    match context.services.setting {
        Setting::Outpatient => Disposition::RejectLine,
        _ => Disposition::DenyLine,
    }
}

/// The row that decided, as evidence.
pub(super) fn evidence(context: &Context<'_>, table: &Brought<PairTable>, hit: &Hit) -> Option<Evidence> {
    let source = table.dated.at(hit.day.to_date()?, context.switches.known_at).found()?;
    let row = source.view.row(hit.row);
    let (column1, column2) = (context.facts(hit.column1)?.code, context.facts(hit.column2)?.code);
    let terms = row.terms();
    let mut value = String::with_capacity(128);
    value.extend(["modifier indicator ", char::from(terms.modifier_indicator).encode_utf8(&mut [0; 4])]);
    // Writing to a string cannot fail.
    let _ = match terms.from {
        Some(from) => write!(value, ", from {from}"),
        None => write!(value, ", first day not published"),
    };
    if let Some(to) = terms.to {
        let _ = write!(value, " to {to}");
    }
    if !terms.rationale.is_empty() {
        let _ = write!(value, ": {}", terms.rationale);
    }
    let mut key = Text::from(column1.as_str());
    key.extend([" / ", column2.as_str()]);
    Some(Evidence::row(source.label, table.dated.table(), key, value))
}

/// A line as evidence: its code with modifiers.
pub(super) fn line_evidence(context: &Context<'_>, side: Side, name: &'static str) -> Option<Evidence> {
    match side {
        Side::Here(at) => {
            let service = context.services.list.get(at)?;
            Some(Evidence::element(name, service.label(), service.code_span()))
        }
        Side::Past(at) => {
            let past = context.past.get(at)?;
            let mut text = Text::from(past.code.as_str());
            for modifier in past.modifiers.iter() {
                let _ = write!(text, "-{modifier}");
            }
            let _ = write!(text, ", {}", context.place(side));
            Some(Evidence::element(name, text, None))
        }
    }
}
