use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// Two surgeons are billed where one is paid.
    ///
    /// ## What it checks
    /// Lines with `62` against the co-surgeons indicator of the physician fee schedule on the date of service: 2 is
    /// paid to surgeons of two specialties; 1 is paid where the record shows the need; 0 and 9 are not paid.
    ///
    /// ## Why
    /// Two surgeons share one procedure only where its parts ask for both their skills.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column CO-SURG; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 12, section 40.8.
    ///
    /// ## Action
    /// The line is denied with claim adjustment reason code 54; with indicator 1 a reviewer looks at the record first.
    ///
    /// ## Bypass
    /// Indicator 1: documentation of the need.
    ///
    /// ## Example
    /// Two surgeons for a procedure whose indicator is 0.
    pub struct CoSurgeons {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for CoSurgeons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "co-surgeons (`{1}`) for `{0}`: {2}", self.code, self.modifier, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let record = "send the operative notes that show why two surgeons were needed";
    line::judge_helpers(context, report, Indicator::CoSurgery, record, |code, modifier, meaning| CoSurgeons {
        code,
        modifier,
        meaning,
    });
}
