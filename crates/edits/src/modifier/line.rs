//! What the edits of this family share: how they point at a line and its modifiers.

use super::plain::{Column, IndicatorRule};
use crate::draft::Draft;
use crate::service::{Context, Indicator, Report, Service, Setting, fee_evidence};
use openclaim_claim::{
    Change, ClearKind, Disposition, Evidence, HcpcsCode, Modifier, NotEvaluatedReason, Span, Subject, Text,
};
use std::fmt;

/// Where a modifier stands; the code's place when the line does not carry it.
pub(super) fn span(service: &Service<'_>, modifier: Modifier) -> Option<Span> {
    let own = service.line.modifiers.iter().find(|it| it.value == modifier);
    own.map_or_else(|| service.code_span(), |it| it.span)
}

/// The modifiers of a line as evidence.
pub(super) fn read(service: &Service<'_>) -> Evidence {
    let list: Vec<String> = service.modifiers.iter().map(|modifier| modifier.to_string()).collect();
    let value = if list.is_empty() { "none".to_owned() } else { list.join(" ") };
    Evidence::element("modifiers", value, service.code_span())
}

/// The date of service as evidence.
pub(super) fn date(service: &Service<'_>) -> Evidence {
    let date = service.from.map_or_else(|| "not stated".to_owned(), |date| date.to_string());
    Evidence::element("date of service", date, service.line.dates.from.and_then(|date| date.span))
}

/// A row of the project's own tables as evidence.
pub(super) fn row(source: &'static str, table: &'static str, key: impl Into<Text>, says: impl Into<Text>) -> Evidence {
    Evidence::row(Text::const_new(source), table, key, says)
}

/// The modifier is taken off the line.
pub(super) fn without(draft: Draft, kind: ClearKind, service: &Service<'_>, modifier: Modifier, why: &str) -> Draft {
    let change = Change::RemoveModifier { line: service.index, modifier };
    draft.change(kind, format!("take `{modifier}` off{why}"), change)
}

/// A modifier is put on the line.
pub(super) fn with(draft: Draft, kind: ClearKind, service: &Service<'_>, modifier: &str, why: &str) -> Draft {
    match Modifier::parse(modifier) {
        Ok(modifier) => {
            let change = Change::AddModifier { line: service.index, modifier };
            draft.change(kind, format!("add `{modifier}`{why}"), change)
        }
        Err(_) => draft,
    }
}

/// A place on the claim: the line.
pub(super) fn at(service: &Service<'_>) -> Subject {
    Subject::Line(service.index)
}

/// Whether the bill is a practitioner's.
pub(super) fn is_practitioner(context: &Context<'_>) -> bool {
    context.services.setting == Setting::Practitioner
}

/// A modifier that does not go with what the fee schedule says of the code.
pub(super) struct Against<'r> {
    pub(super) modifier: Modifier,
    pub(super) rule: &'r IndicatorRule,
    /// Rows and elements that decided.
    pub(super) evidence: [Evidence; 3],
}

/// Finds the modifiers of the services that `applies` lets through that do not go with an indicator of the fee schedule.
pub(super) fn against(
    context: &Context<'_>,
    report: &mut Report,
    column: Column,
    applies: impl Fn(&Service<'_>) -> bool,
    mut fire: impl FnMut(&Service<'_>, Against<'_>, &mut Report),
) {
    let rules = context.tables.modifier.plain.indicator_rules(column);
    for service in context.services.iter().filter(|service| !service.modifiers.is_empty() && applies(service)) {
        for modifier in service.modifiers.iter() {
            let mut rules = rules.iter().filter(|rule| rule.modifier == modifier);
            let Some(first) = rules.next() else { continue };
            let Some((label, value)) = value(context, service, column, report) else { continue };
            let fires = std::iter::once(first).chain(rules).find(|rule| rule.value == value.as_str());
            let Some(rule) = fires else { continue };
            let says = match column {
                Column::Fee(indicator) => fee_evidence(label, service, format!("{} {value}", indicator.name())),
                Column::GlobalDays => fee_evidence(label, service, format!("global days {value}")),
                Column::Visit => Evidence::row(label, "modifier/visits", service.code.as_str(), "a visit"),
            };
            let own = row(rule.source, "modifier/indicators", format!("{value} {modifier}"), rule.meaning);
            fire(service, Against { modifier, rule, evidence: [says, own, read(service)] }, report);
        }
    }
}

/// What the column says of a code, with the release that says so; `None` where nothing can be said.
fn value<'a>(
    context: &Context<'a>,
    service: &Service<'_>,
    column: Column,
    report: &mut Report,
) -> Option<(&'a str, Text)> {
    if column == Column::Visit {
        let visit = context.tables.modifier.plain.is_visit(service.key, service.day);
        return Some(("openclaim", Text::const_new(if visit { "Y" } else { "N" })));
    }
    let (label, fee) = context.fee(service, report)?;
    let value = match column {
        Column::Fee(indicator) => fee.indicator(indicator).map(|byte| Text::from(char::from(byte).to_string())),
        _ => fee.global().map(|global| Text::const_new(global.as_str())),
    };
    if value.is_none() {
        report.cannot_tell(
            NotEvaluatedReason::NotSupported,
            format!("the physician fee schedule leaves the indicator of `{}` blank", service.code),
        );
    }
    Some((label, value?))
}

/// Adds the three pieces of evidence of a modifier that does not go with an indicator.
pub(super) fn prove(draft: Draft, evidence: [Evidence; 3]) -> Draft {
    evidence.into_iter().fold(draft, Draft::element)
}

/// Reports the modifiers that do not go with an indicator of the fee schedule. `data` is what was found, of a code, a
/// modifier and what the indicator means; `clears` adds the ways out.
pub(super) fn judge<D: fmt::Display + Send + Sync + 'static>(
    context: &Context<'_>,
    report: &mut Report,
    indicator: Indicator,
    data: impl Fn(HcpcsCode, Modifier, &'static str) -> D,
    clears: impl Fn(Draft, &Service<'_>, &IndicatorRule) -> Draft,
) {
    let fire = |service: &Service<'_>, Against { modifier, rule, evidence }: Against<'_>, report: &mut Report| {
        let draft = prove(Draft::new(data(service.code, modifier, rule.meaning)), evidence);
        report.fire(at(service), span(service, modifier), clears(draft, service, rule));
    };
    against(context, report, Column::Fee(indicator), |_| true, fire);
}

/// Reports modifiers that say who else operated, on practitioners' bills. Where the indicator asks for a record, `record`
/// says which.
pub(super) fn judge_helpers<D: fmt::Display + Send + Sync + 'static>(
    context: &Context<'_>,
    report: &mut Report,
    indicator: Indicator,
    record: &'static str,
    data: impl Fn(HcpcsCode, Modifier, &'static str) -> D,
) {
    if !is_practitioner(context) {
        return;
    }
    judge(context, report, indicator, data, |draft, service, rule| {
        let draft = match rule.by_documentation {
            true => draft.disposition(Disposition::Suspend).document(record),
            false => draft,
        };
        let draft = draft.correct("correct a mistyped code or modifier");
        without(draft, ClearKind::NotPermitted, service, rule.modifier, " to be paid as sole surgeon")
    });
}
