use super::line;
use super::plain::Effect;
use super::statutory_exclusion::each;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, Money};
use std::fmt;

edit! {
    /// A line with a voluntary notice has covered charges.
    ///
    /// ## What it checks
    /// Lines of institutional claims with `GX` from 2010-04-01 whose non-covered charge is less than the charge.
    ///
    /// ## Why
    /// A voluntary notice is given for what Medicare never covers; the charge must be stated as not covered.
    ///
    /// ## Source
    /// CMS Change Request 6563; Medicare Claims Processing Manual (Pub. 100-04), chapter 30, section 50. The row stands in
    /// `data/modifier/liability.csv`.
    ///
    /// ## Action
    /// The claim goes back to the provider.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `GX` on a line whose charge is stated as covered.
    pub struct VoluntaryNotice {
        /// The code.
        pub code: HcpcsCode,
        /// What is stated as covered.
        pub covered: Money,
    }
}

impl fmt::Display for VoluntaryNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is billed with `GX`, and ${} of its charge as covered", self.code, self.covered)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    each(context, report, Effect::Voluntary, |service, row, report| {
        let (charge, non_covered) = (service.line.charge.value, service.line.non_covered);
        let stated = non_covered.map_or(Money::ZERO, |it| it.value);
        if stated >= charge {
            return;
        }
        let span = non_covered.and_then(|it| it.span).or(service.line.charge.span);
        let draft = Draft::new(VoluntaryNotice { code: service.code, covered: charge - stated })
            .element(line::row(row.source, "modifier/liability", row.modifier.as_str(), row.liable))
            .element(Evidence::element("charge", charge.to_string(), service.line.charge.span))
            .element(Evidence::element("non-covered charge", stated.to_string(), span))
            .correct("state the whole charge as not covered");
        let draft =
            line::without(draft, ClearKind::NeedsDocumentation, service, row.modifier, " when no notice was given");
        report.fire(line::at(service), line::span(service, row.modifier), draft);
    });
}
