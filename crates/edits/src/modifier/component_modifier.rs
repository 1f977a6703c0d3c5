use super::line;
use crate::doc::edit;
use crate::service::{Context, Indicator, Report};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// Modifier 26 or TC stands on a code that has no such component.
    ///
    /// ## What it checks
    /// Lines of practitioners with `26` or `TC` against the PC/TC indicator of the physician fee schedule on the date of
    /// service. Indicator 1 takes both; 6 and 8 take `26`; the others take neither.
    ///
    /// ## Why
    /// A component can only be billed where the fee schedule splits the service.
    ///
    /// ## Source
    /// CMS, National Physician Fee Schedule Relative Value File, column PCTC IND; Medicare Claims Processing Manual (Pub.
    /// 100-04), chapter 23, addendum, and chapter 13, section 20. Which indicator takes which modifier is read from
    /// `data/modifier/indicators.csv`.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// An office visit with `26`: a visit has no technical component.
    pub struct ComponentModifier {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// What the indicator means.
        pub meaning: &'static str,
    }
}

impl fmt::Display for ComponentModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` does not go with `{}`, which is {}", self.modifier, self.code, self.meaning)
    }
}

impl ComponentModifier {
    fn meaning(meaning: &'static str) -> &'static str {
        if meaning == "components do not apply" { "a service without components" } else { meaning }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    let data =
        |code, modifier, meaning| ComponentModifier { code, modifier, meaning: ComponentModifier::meaning(meaning) };
    line::judge(context, report, Indicator::Components, data, |draft, service, rule| {
        let draft = draft.correct("correct a mistyped code");
        line::without(draft, ClearKind::DataEntry, service, rule.modifier, " when it was not meant")
    });
}
