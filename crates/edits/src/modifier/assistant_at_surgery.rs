use super::line::{self, Against};
use super::plain::Column;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{ClearKind, Disposition, HcpcsCode, Modifier};
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
    if !line::is_practitioner(context) {
        return;
    }
    let column = Column::Fee(Indicator::AssistantSurgery);
    line::against(
        context,
        report,
        column,
        |_| true,
        |service, Against { modifier, rule, evidence }, report| {
            let mut draft = Draft::new(AssistantAtSurgery { code: service.code, modifier, meaning: rule.meaning });
            if rule.by_documentation {
                draft = draft
                    .disposition(Disposition::Suspend)
                    .document("send the operative note that shows why an assistant was needed");
            }
            let draft = line::prove(draft, evidence).correct("correct a mistyped code or modifier");
            let draft = line::without(draft, ClearKind::NotPermitted, service, modifier, " to be paid as sole surgeon");
            report.fire(line::at(service), line::span(service, modifier), draft);
        },
    );
}
