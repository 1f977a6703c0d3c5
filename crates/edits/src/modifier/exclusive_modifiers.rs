use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// Two modifiers of one line contradict each other.
    ///
    /// ## What it checks
    /// Every two modifiers of a line against a table of pairs: left and right, professional and technical component, `59`
    /// and an X modifier, two ways to give anaesthesia, two kinds of return to the operating room, liability modifiers, and
    /// more. Pairs hold from and to a day; suppliers billed left and right on one line until 2019-02-28.
    ///
    /// ## Why
    /// Only one of them can be true, and the payer cannot tell which.
    ///
    /// ## Source
    /// `data/modifier/exclusive.csv`; every pair names chapter and section of the Medicare Claims Processing Manual (Pub.
    /// 100-04), the NCCI Policy Manual or a change request.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4, remark code N519.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `LT` and `RT` on one line instead of `50`.
    pub struct ExclusiveModifiers {
        /// The code they stand on.
        pub code: HcpcsCode,
        /// The one.
        pub one: Modifier,
        /// The other.
        pub other: Modifier,
        /// Why not both.
        pub advice: &'static str,
    }
}

impl fmt::Display for ExclusiveModifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` and `{}` contradict each other on `{}`: {}", self.one, self.other, self.code, self.advice)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    for service in context.services.iter() {
        for (position, one) in service.modifiers.iter().enumerate() {
            for other in service.modifiers.iter().skip(position + 1) {
                let on = (context.services.setting, service.day);
                let Some(row) = context.tables.modifier.plain.exclusive(one, other, on) else { continue };
                if service.from.is_none() {
                    report.lacks(format!("line {} states no date of service", service.line.number));
                    continue;
                }
                let key = format!("{} {}", row.pair.0, row.pair.1);
                let data = ExclusiveModifiers { code: service.code, one, other, advice: row.advice };
                let mut draft = Draft::new(data)
                    .element(line::row(row.source, "modifier/exclusive", key, row.words(on.0)))
                    .element(line::read(service));
                for modifier in [one, other] {
                    let why = " when the record says the other";
                    draft = line::without(draft, ClearKind::NeedsDocumentation, service, modifier, why);
                }
                report.fire(line::at(service), line::span(service, other), draft);
            }
        }
    }
}
