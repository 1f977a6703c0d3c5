use super::line;
use super::plain::{Effect, Liability};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service, Setting};
use openclaim_claim::{ClearKind, HcpcsCode};
use std::fmt;

edit! {
    /// A service is billed as excluded by statute.
    ///
    /// ## What it checks
    /// Lines with `GY`, unless another modifier of the line contradicts it.
    ///
    /// ## Why
    /// The provider says that Medicare never covers the service, and wants the denial that the patient or a second payer
    /// needs.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 30, section 20.2; CMS Change Request 6563. The row stands in
    /// `data/modifier/liability.csv`.
    ///
    /// ## Action
    /// The line is denied; claim adjustment reason code 96 with group code PR (the patient is liable), remark code N425.
    ///
    /// ## Bypass
    /// None; no notice to the patient is needed.
    ///
    /// ## Example
    /// Routine foot care with `GY`.
    pub struct StatutoryExclusion {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for StatutoryExclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is billed with `GY` as excluded by statute: it is denied, the patient is liable", self.code)
    }
}

/// Finds lines with a liability modifier of an effect, on a day on which it has it.
pub(super) fn each(
    context: &Context<'_>,
    report: &mut Report,
    effect: Effect,
    mut fire: impl FnMut(&Service<'_>, &Liability, &mut Report),
) {
    let institutional = matches!(context.services.setting, Setting::Outpatient | Setting::Inpatient);
    for service in context.services.iter().filter(|service| !service.modifiers.is_empty()) {
        for row in context.tables.modifier.plain.liability.iter().filter(|row| row.effect == effect) {
            if (row.institutional && !institutional) || !service.modifiers.iter().any(|it| it == row.modifier) {
                continue;
            }
            if !context.is_medicares(report) {
                return;
            }
            // Modifiers that contradict each other name two who are liable; `modifier/exclusive-modifiers` speaks.
            let plain = &context.tables.modifier.plain;
            let on = (context.services.setting, service.day);
            if service.modifiers.iter().any(|other| plain.exclusive(row.modifier, other, on).is_some()) {
                continue;
            }
            if service.from.is_none() {
                report.lacks(format!("line {} states no date of service", service.line.number));
            } else if row.days.hold(service.day) {
                fire(service, row, report);
            }
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    each(context, report, Effect::Excluded, |service, row, report| {
        let draft = Draft::new(StatutoryExclusion { code: service.code })
            .element(line::row(row.source, "modifier/liability", row.modifier.as_str(), row.liable))
            .element(line::read(service));
        let why = " when the service is a benefit after all";
        let draft = line::without(draft, ClearKind::NeedsDocumentation, service, row.modifier, why);
        report.fire(line::at(service), line::span(service, row.modifier), draft);
    });
}
