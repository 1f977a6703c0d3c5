use super::line;
use super::tables::remedy;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// Modifier 91 stands on something other than a laboratory test.
    ///
    /// ## What it checks
    /// Lines with `91` against the clinical laboratory fee schedule on the date of service.
    ///
    /// ## Why
    /// `91` says that a laboratory test was run again for a further result; procedures are repeated with `76` or `77`.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 16, section 100.5.1; CMS, Clinical Laboratory Fee Schedule.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 4.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// A chest X-ray with `91`.
    pub struct RepeatTestNotLaboratory {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for RepeatTestNotLaboratory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`91` is for laboratory tests, and `{}` is none", self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    for service in context.services.iter().filter(|service| service.modifiers.has("91")) {
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        };
        let tests = &context.tables.modifier.laboratory;
        let Some(source) = report.table(tests, date, context.switches.known_at, remedy::LABORATORY) else { continue };
        let Ok(modifier) = Modifier::parse("91") else { continue };
        if source.view.holds(service.key) {
            continue;
        }
        let draft = Draft::new(RepeatTestNotLaboratory { code: service.code })
            .element(Evidence::row(source.label, "clfs/fees", service.code.as_str(), "not listed"))
            .element(line::read(service))
            .correct("correct a mistyped code, or report `76` or `77` for a repeated procedure");
        report.fire(line::at(service), line::span(service, modifier), draft);
    }
}
