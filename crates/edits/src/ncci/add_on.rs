//! Add-on codes: what stands beside one on its day.

use super::looked_up::looked_up;
use super::same_day::{Facts, Meeting, Side, meeting};
use super::tables::{AddOnRow, AddOns};
use crate::draft::Draft;
use crate::service::{Context, Report, Service, Setting};
use openclaim_claim::{Disposition, Evidence, HcpcsCode, NotEvaluatedReason, Subject, Text};
use openclaim_reference::{Source, relation::ShortCode, text_key};
use std::fmt::Write as _;

/// How the table defines the primary codes of an add-on code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Type 1: it lists them all.
    Listed,
    /// Type 2: the contractor does.
    Contractor,
    /// Type 3: it lists some, and the contractor may add others.
    ListedOrContractor,
}

/// The text that stands for primary codes of the contractor's own list.
const CONTRACTOR_DEFINED: &[u8] = b"CCCCC";

/// The kind of a service; `None` for codes that are no add-on codes on its day.
pub(super) fn kind(context: &Context<'_>, service: &Service<'_>) -> Option<Kind> {
    let source = context.tables.ncci.add_ons.dated.at(service.from?, context.switches.known_at).found()?;
    // Type 3 lists primary codes and has a row for the contractor's own.
    match source.view.of(service.key, service.day).map(|row| row.edit_type).max()? {
        b'1' => Some(Kind::Listed),
        b'2' => Some(Kind::Contractor),
        b'3' => Some(Kind::ListedOrContractor),
        _ => None,
    }
}

/// The services of a kind, with the table that speaks for their day. Says what the edit cannot tell.
fn of_kind<'c>(
    context: &'c Context<'_>,
    kind: Kind,
    report: &mut Report,
) -> Vec<(usize, &'c Service<'c>, Source<'c, AddOns>)> {
    let mut found = Vec::new();
    if !super::edits_add_ons(context, report) {
        return found;
    }
    let add_ons = &context.tables.ncci.add_ons;
    add_ons.on_days(context, report);
    for (at, (service, looked_up)) in context.services.list.iter().zip(looked_up(context)).enumerate() {
        let (Some(date), true) = (service.from, looked_up.add_on == Some(kind)) else { continue };
        found.extend(add_ons.dated.at(date, context.switches.known_at).found().map(|source| (at, service, source)));
    }
    found
}

/// The best that is known of a primary code that the table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Primary {
    /// None stands there.
    Absent,
    /// Another practitioner performed it.
    ByAnother(HcpcsCode),
    /// It was denied.
    Denied(HcpcsCode),
    /// It cannot be told whether the practitioner, or the day, is the same.
    Unclear(HcpcsCode),
    /// It is there and not denied.
    Payable,
}

/// What stands beside an add-on code: on its day, by its practitioner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside {
    pub(super) primary: Primary,
    /// A service that is neither an add-on code nor denied, and may be a primary code of the contractor's list.
    pub(super) other: bool,
}

/// Looks at everything beside an add-on code: on the claim, and on earlier claims of the run.
fn beside(context: &Context<'_>, at: usize, service: &Service<'_>, table: &AddOns, report: &Report) -> Beside {
    let own = Facts::from(service);
    let mut found = Beside { primary: Primary::Absent, other: false };
    let mut look = |side: Side, facts: &Facts, denied: bool| {
        let met = meeting(&own, facts);
        if met == Meeting::Never {
            return;
        }
        let listed = table.of(service.key, service.day).any(|row| row.primary == facts.key);
        let shared = listed && context.tables.ncci.policy.shared_by_group(service.key, facts.key, service.day);
        let same = same_practitioner(context, (Side::Here(at), &own), (side, facts), shared);
        let unclear = same.is_none() || matches!(met, Meeting::Perhaps(_));
        if listed {
            let primary = match same {
                Some(false) => Primary::ByAnother(facts.code),
                _ if denied => Primary::Denied(facts.code),
                _ if unclear => Primary::Unclear(facts.code),
                _ => Primary::Payable,
            };
            found.primary = found.primary.max(primary);
        }
        found.other |= same != Some(false) && !denied && !table.knows(facts.key);
    };
    for (position, other) in context.services.list.iter().enumerate() {
        if position != at {
            look(Side::Here(position), &Facts::from(other), report.is_denied(other.index));
        }
    }
    for (position, past) in context.past.iter().enumerate() {
        if past.setting == context.services.setting {
            look(Side::Past(position), &Facts::from(past), past.denied);
        }
    }
    found
}

/// Whether one practitioner performed both: the same person, unless colleagues of the group and specialty may share.
fn same_practitioner(
    context: &Context<'_>,
    one: (Side, &Facts),
    two: (Side, &Facts),
    shared_by_group: bool,
) -> Option<bool> {
    let (provider1, provider2) = (&one.1.provider, &two.1.provider);
    match (provider1.rendering, provider2.rendering) {
        (Some(person1), Some(person2)) if !shared_by_group => Some(person1 == person2),
        _ => context.same_provider((one.0, provider1), (two.0, provider2)),
    }
}

/// Judges the add-on codes of a kind. `decide` says what to report, and `None` when the code passes or it cannot be told. A
/// line that is denied is no primary code of others, so they are judged again until nothing changes: the order of lines
/// decides nothing.
pub(super) fn judge(
    context: &Context<'_>,
    kind: Kind,
    report: &mut Report,
    decide: impl Fn(&Service<'_>, Beside, &mut Report) -> Option<Draft>,
) {
    let mut pending = of_kind(context, kind, report);
    loop {
        let before = pending.len();
        pending.retain(|&(at, service, source)| {
            let beside = beside(context, at, service, source.view, report);
            let Some(draft) = decide(service, beside, report) else { return true };
            let draft = draft
                .disposition(disposition(context))
                .element(row(service, source))
                .element(Evidence::element("add-on code", service.label(), service.code_span()));
            report.fire(Subject::Line(service.index), service.code_span(), clears(draft));
            false
        });
        if pending.len() == before {
            return;
        }
    }
}

/// What an outpatient bill has wrong with add-on codes sends it back: edits 106 to 108 of the outpatient code editor.
fn disposition(context: &Context<'_>) -> Disposition {
    match context.services.setting {
        Setting::Outpatient => Disposition::ReturnToProvider,
        _ => Disposition::DenyLine,
    }
}

/// Whether none of the listed primary codes counts. Says it where that cannot be told.
pub(super) fn lacks_listed(service: &Service<'_>, primary: Primary, report: &mut Report) -> bool {
    match primary {
        Primary::Payable => false,
        Primary::Unclear(primary) => {
            say_unclear(service, primary, report);
            false
        }
        Primary::Absent | Primary::Denied(_) | Primary::ByAnother(_) => true,
    }
}

/// Says that the primary code cannot be judged.
fn say_unclear(service: &Service<'_>, primary: HcpcsCode, report: &mut Report) {
    report.lacks(format!(
        "`{primary}` stands beside the add-on code `{}`, and the claims do not say whether for the same day and practitioner",
        service.code
    ));
}

/// Says that the contractor's list decides.
pub(super) fn say_contractor(service: &Service<'_>, report: &mut Report) {
    report.cannot_tell(
        NotEvaluatedReason::NotSupported,
        format!("the primary codes of `{}` are on the contractor's own list", service.code),
    );
}

/// The rows that decided, as evidence.
fn row(service: &Service<'_>, source: Source<'_, AddOns>) -> Evidence {
    let rows: Vec<AddOnRow> = source.view.of(service.key, service.day).collect();
    let edit_type = rows.iter().map(|row| row.edit_type).max().map_or(' ', char::from);
    let mut value = Text::from(format!("type {edit_type}, primary codes "));
    let contractor = text_key(CONTRACTOR_DEFINED);
    let listed: Vec<ShortCode> = rows
        .iter()
        .filter(|row| row.primary != contractor)
        .filter_map(|row| ShortCode::from_key(row.primary))
        .collect();
    let shown = listed.iter().take(8);
    for (position, code) in shown.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(value, "{}{code}", if position == 0 { "" } else { ", " });
    }
    if listed.len() > 8 {
        let _ = write!(value, " and {} more", listed.len() - 8);
    }
    if rows.iter().any(|row| row.primary == contractor) {
        value.push_str(if listed.is_empty() {
            "of the contractor's list"
        } else {
            ", and those of the contractor's list"
        });
    }
    Evidence::row(source.label, "ncci/aoc", service.code.as_str(), value)
}

/// Ways out that all edits of add-on codes have.
pub(super) fn clears(draft: Draft) -> Draft {
    draft
        .correct("correct a mistyped code, date or rendering provider")
        .document("bill the primary code as well if the record shows it and it was left off")
        .never("bill a primary code that was not performed")
}
