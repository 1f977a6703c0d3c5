use super::line::{self, Against};
use super::plain::Column;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A modifier of global surgery stands on the wrong kind of code.
    ///
    /// ## What it checks
    /// `24`, `25` and `57` belong to visits, so not to codes with global days 000, 010, 090 or ZZZ. `58`, `78` and `79`
    /// belong to procedures, so not to visits. `54`, `55` and `56` split a global period of 10 or 90 days, so they do not go
    /// with visits or codes that have none.
    ///
    /// ## Why
    /// On the wrong code the modifier says nothing, and the service it was meant for stays in the global period.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 30.6.6 and 40.2; CMS, National Physician Fee
    /// Schedule Relative Value File, column GLOB DAYS. The ranges of visits stand in `data/modifier/visits.csv`.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `25` on the procedure instead of the visit of that day.
    pub struct GlobalModifier {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// What the code is.
        pub meaning: &'static str,
    }
}

impl fmt::Display for GlobalModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` does not go with `{}`: {}", self.modifier, self.code, self.meaning)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    let plain = &context.tables.modifier.plain;
    for column in [Column::Visit, Column::GlobalDays] {
        // A visit has no global days; it is told once, as a visit.
        let applies = |service: &Service<'_>| column == Column::Visit || !plain.is_visit(service.key, service.day);
        line::against(context, report, column, applies, |service, Against { modifier, rule, evidence }, report| {
            let data = GlobalModifier { code: service.code, modifier, meaning: rule.meaning };
            let draft = line::prove(Draft::new(data), evidence).correct("move it to the line it was meant for");
            let draft = line::without(draft, ClearKind::DataEntry, service, modifier, " when it was not meant");
            report.fire(line::at(service), line::span(service, modifier), draft);
        });
    }
}
