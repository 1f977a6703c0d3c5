use super::add_on;
use super::same_day::{Facts, Meeting, Side, meeting};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, FeeSchedule, Global, Program, Report, Setting, fee_evidence};
use openclaim_claim::{Evidence, HcpcsCode, Subject};
use std::fmt;

edit! {
    /// The fee schedule counts a service into another one, and no other one is there.
    ///
    /// ## What it checks
    /// On professional claims, codes with global days `ZZZ` that the table of add-on codes does not have: the same
    /// practitioner must have another service on that day, on the claim or an earlier one of the run, that is neither
    /// denied nor such a code itself.
    ///
    /// ## Why
    /// `ZZZ` says that a code belongs to another service and its global period. CMS names it as a second mark of add-on
    /// codes, beside its own list.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column global days; CMS, NCCI Add-on Code Edits (the page
    /// names the three marks); Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 40.1.
    ///
    /// ## Action
    /// A warning, for `ZZZ` marks most add-on codes and names no primary codes.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// A `ZZZ` code as the only service of a day.
    pub struct AddOnByGlobalDays {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for AddOnByGlobalDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` goes with another service (global days ZZZ), and none of the same day and practitioner is there",
            self.code
        )
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.services.setting != Setting::Practitioner || context.program() == Program::Medicaid {
        return;
    }
    let tables = &context.tables.ncci;
    let known_at = context.switches.known_at;
    let adds_on = |fees: &FeeSchedule, key| fees.row(key).is_some_and(|row| row.global() == Some(Global::AddOn));
    let is_listed = |key, date| tables.add_ons.dated.at(date, known_at).found().is_some_and(|it| it.view.knows(key));
    for (at, service) in context.services.list.iter().enumerate() {
        let (Some((_, row)), Some(date)) = (context.fee_row(service, report), service.from) else { continue };
        if row.is_none_or(|row| row.global() != Some(Global::AddOn)) || is_listed(service.key, date) {
            continue;
        }
        let Some(source) = context.fees(service, report) else { continue };
        let own = Facts::from(service);
        let stands_alone = |key| !adds_on(source.view, key) && !is_listed(key, date);
        let here = context.services.list.iter().enumerate().filter(|(position, _)| *position != at);
        let here = here.filter(|(_, other)| !report.is_denied(other.index));
        let here = here.map(|(position, other)| (Side::Here(position), Facts::from(other)));
        let past = context.comparable_past().map(|(position, past)| (Side::Past(position), Facts::from(past)));
        let beside = here.chain(past).any(|(side, facts)| {
            meeting(&own, &facts) != Meeting::Never
                && stands_alone(facts.key)
                && context.same_provider((Side::Here(at), &own.provider), (side, &facts.provider)) != Some(false)
        });
        if beside {
            continue;
        }
        let row = fee_evidence(source.label, service, "global days ZZZ");
        let draft = Draft::new(AddOnByGlobalDays { code: service.code }).element(row).element(Evidence::element(
            "code",
            service.label(),
            service.code_span(),
        ));
        report.fire(Subject::Line(service.index), service.code_span(), add_on::clears(draft));
    }
}
