use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A modifier stands without the one it belongs to.
    ///
    /// ## What it checks
    /// Modifiers that only say something beside another: `CQ` beside `GP` and `CO` beside `GO` (therapy by an assistant, from
    /// 2020), `QS`, `G8` and `G9` beside the modifier that says who gave anaesthesia, `KI` and `KJ` beside `RR`.
    ///
    /// ## Why
    /// The payer cannot price what such a modifier says alone.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 5, section 20.1, chapter 12, section 50, and chapter 20,
    /// section 30.5. The pairs stand in `data/modifier/companions.csv`.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 16, remark code N822. (Since 2020-03-01 code 4
    /// says that a modifier is inconsistent, no longer that one is missing.)
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Physical therapy by an assistant with `CQ` but without `GP`.
    pub struct MissingCompanion {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// Of which one is needed.
        pub needs: &'static str,
    }
}

impl fmt::Display for MissingCompanion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.needs.len() > 2 { "one of " } else { "" };
        write!(f, "`{}` on `{}` needs {of}`{}` beside it", self.modifier, self.code, self.needs)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    for service in context.services.iter() {
        for modifier in service.modifiers.iter() {
            let mut rows = context.tables.modifier.plain.companions.iter().filter(|row| row.modifier == modifier);
            let Some(row) = rows.next() else { continue };
            if service.from.is_none() {
                report.lacks(format!("line {} states no date of service", service.line.number));
                continue;
            }
            if !row.days.hold(service.day) || service.modifiers.iter().any(|it| row.needs.contains(&it)) {
                continue;
            }
            let mut draft = Draft::new(MissingCompanion { code: service.code, modifier, needs: row.words })
                .element(line::row(row.source, "modifier/companions", modifier.as_str(), row.words))
                .element(line::read(service));
            for needed in &row.needs {
                let why = " where the record says so";
                draft = line::with(draft, ClearKind::NeedsDocumentation, service, needed.as_str(), why);
            }
            report.fire(line::at(service), line::span(service, modifier), draft);
        }
    }
}
