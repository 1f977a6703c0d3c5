use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A surgical team is billed where none is paid.
    ///
    /// ## What it checks
    /// Lines with `66` against the team-surgery indicator of the physician fee schedule on the date of service: 2 is
    /// paid by report; 1 is paid where the record shows the need; 0 and 9 are not paid.
    ///
    /// ## Why
    /// Teams of more than two surgeons are for a few very complex procedures.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column TEAM SURG; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 12, section 40.8.
    ///
    /// ## Action
    /// The line is denied with claim adjustment reason code 54; with indicator 1 a reviewer looks at the record first.
    ///
    /// ## Bypass
    /// Indicator 1: documentation of the need.
    ///
    /// ## Example
    /// A team for a procedure whose indicator is 0.
    pub struct TeamSurgery {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for TeamSurgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a surgical team (`{1}`) for `{0}`: {2}", self.code, self.modifier, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let record = "send the operative notes that show why a team was needed";
    line::judge_helpers(context, report, Indicator::TeamSurgery, record, |code, modifier, meaning| TeamSurgery {
        code,
        modifier,
        meaning,
    });
}
