use super::line;
use super::plain::Side;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Indicator, Report, Service, fee_evidence};
use openclaim_claim::{HcpcsCode, Subject};
use std::fmt;

edit! {
    /// Both sides of one procedure are billed on two lines.
    ///
    /// ## What it checks
    /// Two lines of practitioners with the same code, day and provider, one with `LT` and one with `RT`, where the
    /// bilateral-surgery indicator of the physician fee schedule is 1. Surgery centres bill so rightly and are left out.
    ///
    /// ## Why
    /// Medicare pays both sides of such a procedure at 150 percent of one, and asks for one line with `50`; on two lines
    /// the second is often denied as a duplicate or against the units per day.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 40.7; NCCI Policy Manual for Medicare Services,
    /// chapter 1, section V; for surgery centres chapter 14, section 40.5.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// An arthroscopy of the left and one of the right knee on two lines.
    pub struct SidesOnTwoLines {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for SidesOnTwoLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is billed for both sides on two lines; one line with `50` says so", self.code)
    }
}

/// Taxonomy of ambulatory surgery centres.
const SURGERY_CENTER: &str = "261QA1903X";

fn side(service: &Service<'_>) -> Option<Side> {
    match (service.modifiers.has("LT"), service.modifiers.has("RT")) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let billing = context.claim.billing_provider.specialty.as_ref();
    if !line::is_practitioner(context) || billing.is_some_and(|it| it.taxonomy.value.as_str() == SURGERY_CENTER) {
        return;
    }
    let list = &context.services.list;
    for (position, second) in list.iter().enumerate() {
        let Some(of_second) = side(second) else { continue };
        let first = list.iter().take(position).find(|first| {
            first.key == second.key
                && first.same_day(second)
                && first.provider == second.provider
                && side(first).is_some_and(|of_first| of_first != of_second)
        });
        let Some(first) = first else { continue };
        let Some((label, fee)) = context.fee(second, report) else { continue };
        if fee.indicator(Indicator::BilateralSurgery) != Some(b'1') {
            continue;
        }
        let draft = Draft::new(SidesOnTwoLines { code: second.code })
            .element(fee_evidence(label, second, "bilateral-surgery indicator 1"))
            .element(line::read(first))
            .element(line::read(second))
            .correct("bill one line with `50`, one unit and both charges");
        report.fire(Subject::LinePair(second.index, first.index), second.code_span(), draft);
    }
}
