use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{ClearKind, HcpcsCode};
use std::fmt;

edit! {
    /// Modifier 51 stands on a code that is exempt from it.
    ///
    /// ## What it checks
    /// Lines of practitioners with `51` against the multiple-procedure indicator of the physician fee schedule on the date of
    /// service: 0 and 9 know no reduction, as with add-on codes and visits.
    ///
    /// ## Why
    /// The modifier can have a payer take off half of what is due in full. Medicare ranks procedures itself and needs none.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column MULT PROC; Medicare Claims Processing Manual (Pub.
    /// 100-04), chapter 12, section 40.6.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// An add-on code with `51`.
    pub struct MultipleProcedureModifier {
        /// The code.
        pub code: HcpcsCode,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for MultipleProcedureModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`51` does not go with `{}`: {}", self.code, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    let data = |code, _, meaning| MultipleProcedureModifier { code, meaning };
    line::judge(context, report, Indicator::MultipleProcedures, data, |draft, service, rule| {
        line::without(draft, ClearKind::DataEntry, service, rule.modifier, "")
    });
}
