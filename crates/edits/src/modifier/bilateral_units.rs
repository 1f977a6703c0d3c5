use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service};
use openclaim_claim::Unit;
use openclaim_claim::{Change, ClearKind, Decimal, Evidence, HcpcsCode};
use std::fmt;

edit! {
    /// Modifier 50 is billed with two units.
    ///
    /// ## What it checks
    /// Lines of practitioners with `50` and an even number of units of two or more. One unit with `50` is one procedure on
    /// both sides.
    ///
    /// ## Why
    /// The modifier says both sides already; two units say four.
    ///
    /// ## Source
    /// NCCI Policy Manual for Medicare Services, chapter 1, section V (bilateral procedures are one line with modifier 50 and
    /// one unit); Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 40.7.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 16, remark code M53.
    ///
    /// ## Bypass
    /// More than one procedure on both sides, as the record shows: the units are then the number of procedures.
    ///
    /// ## Example
    /// A procedure on both knees with `50` and two units.
    pub struct BilateralUnits {
        /// The code.
        pub code: HcpcsCode,
        /// The units.
        pub units: Decimal,
    }
}

impl fmt::Display for BilateralUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` with `50` and {} units: `50` with one unit is both sides", self.code, self.units)
    }
}

fn units(service: &Service<'_>, report: &mut Report) -> Option<Decimal> {
    if service.units.is_none() {
        report.lacks(format!("line {} states no units", service.line.number));
    }
    service.units
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter().filter(|service| service.modifiers.has("50")) {
        let Some(units) = units(service, report) else { continue };
        let two = Decimal::TWO;
        if units < two || !(units % two).is_zero() || service.line.unit != Unit::Units {
            continue;
        }
        let half = (units / two).normalize();
        let span = service.line.units.and_then(|units| units.span);
        let change = Change::SetUnits { line: service.index, units: half };
        let draft = Draft::new(BilateralUnits { code: service.code, units })
            .element(Evidence::element("units", units.to_string(), span))
            .element(line::read(service))
            .change(ClearKind::DataEntry, format!("state {half} unit(s) when the sides were counted"), change)
            .document("more than one procedure on both sides clears it where the record shows them");
        report.fire(line::at(service), span.or_else(|| service.code_span()), draft);
    }
}
