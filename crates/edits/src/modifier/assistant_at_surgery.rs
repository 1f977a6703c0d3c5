use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// An assistant at surgery is billed where Medicare pays none.
    ///
    /// ## What it checks
    /// Lines with `80`, `81`, `82` or `AS` against the assistant-at-surgery indicator of the physician fee
    /// schedule on the date of service: 2 is paid; 0 is paid where the record shows the need; 1 is never paid; 9 does
    /// not know the concept.
    ///
    /// ## Why
    /// Assistants are paid only for procedures in which they are used often enough, as the law has it.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column ASST SURG; Medicare Claims Processing Manual
    /// (Pub. 100-04), chapter 12, section 20.4.3; Social Security Act, section 1848(i)(2)(B).
    ///
    /// ## Action
    /// The line is denied with claim adjustment reason code 54; with indicator 0 a reviewer looks at the record first.
    ///
    /// ## Bypass
    /// Indicator 0: documentation of the need.
    ///
    /// ## Example
    /// An assistant at a biopsy whose indicator is 1.
    pub struct AssistantAtSurgery {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for AssistantAtSurgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an assistant (`{1}`) at `{0}`: {2}", self.code, self.modifier, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let record = "send the operative note that shows why an assistant was needed";
    line::judge_helpers(context, report, Indicator::AssistantSurgery, record, |code, modifier, meaning| {
        AssistantAtSurgery { code, modifier, meaning }
    });
}
