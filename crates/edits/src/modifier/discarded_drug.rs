use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier, Subject};
use std::fmt;

edit! {
    /// A discarded drug is billed without the drug that was given.
    ///
    /// ## What it checks
    /// Lines with `JW` against the other lines of the claim with the same code, day and provider: one without `JW` must say
    /// what was given, and it must not say with `JZ` that nothing was discarded.
    ///
    /// ## Why
    /// A discarded amount is paid only as the rest of a container from which a patient was treated.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 17, section 40; CMS, Discarded Drugs and Biologicals, JW and
    /// JZ modifier policy.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Two units with `JW` and no line for what was injected.
    pub struct DiscardedDrug {
        /// The code.
        pub code: HcpcsCode,
        /// Whether the line of what was given says that nothing was discarded.
        pub contradicted: bool,
    }
}

impl fmt::Display for DiscardedDrug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.contradicted {
            write!(f, "`{0}-JW` was discarded, and `{0}-JZ` of that day says that nothing was", self.code)
        } else {
            write!(f, "`{0}-JW` was discarded, and no line says how much of `{0}` was given", self.code)
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    for service in context.services.iter().filter(|service| service.modifiers.has("JW")) {
        if service.day.0 == 0 {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        }
        let given = || {
            let of_day = context.services.iter().filter(|it| it.key == service.key && it.same_day(service));
            of_day.filter(|it| it.provider == service.provider && !it.modifiers.has("JW"))
        };
        let contradicting = given().find(|it| it.modifiers.has("JZ"));
        if given().any(|it| !it.modifiers.has("JZ")) {
            continue;
        }
        let data = DiscardedDrug { code: service.code, contradicted: contradicting.is_some() };
        let mut draft = Draft::new(data).element(line::read(service)).element(line::date(service));
        let subject = match contradicting {
            Some(given) => {
                if let Ok(modifier) = Modifier::parse("JZ") {
                    let why = " where the record shows what was discarded";
                    draft = line::without(draft, ClearKind::NeedsDocumentation, given, modifier, why);
                }
                Subject::LinePair(service.index, given.index)
            }
            None => {
                draft = draft.correct("bill a line without `JW` for what was given");
                line::at(service)
            }
        };
        report.fire(subject, service.code_span(), draft);
    }
}
