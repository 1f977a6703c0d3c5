use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report, Setting};
use openclaim_claim::{ClearKind, HcpcsCode};
use std::fmt;

edit! {
    /// Modifier 50 stands on a code that is not billed so.
    ///
    /// ## What it checks
    /// Lines with `50` of practitioners and outpatient departments against the bilateral-surgery indicator of the physician
    /// fee schedule on the date of service: 1 and 3 take it, 0, 2 and 9 do not.
    ///
    /// ## Why
    /// Indicator 2 prices a code for both sides already; with 0 and 9 both sides are no concept for the code, or another
    /// code says it.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column BILAT SURG; Medicare Claims Processing Manual (Pub.
    /// 100-04), chapter 12, section 40.7, and chapter 4, section 20.6.2.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4.
    ///
    /// ## Bypass
    /// None. With indicator 0, services of both sides that the record supports are billed on two lines or with two units.
    ///
    /// ## Example
    /// A test that its title calls bilateral, with `50`.
    pub struct BilateralModifier {
        /// The code.
        pub code: HcpcsCode,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for BilateralModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`50` does not go with `{}`: {}", self.code, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !matches!(context.services.setting, Setting::Practitioner | Setting::Outpatient) {
        return;
    }
    let data = |code, _, meaning| BilateralModifier { code, meaning };
    line::judge(context, report, Indicator::BilateralSurgery, data, |draft, service, rule| {
        let draft = draft.correct("correct a mistyped code");
        line::without(draft, ClearKind::DataEntry, service, rule.modifier, "")
    });
}
