use super::anaesthesia::{STATUS, who};
use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, fee_evidence};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A modifier of anaesthesia stands on something else.
    ///
    /// ## What it checks
    /// Lines of practitioners with `AA`, `AD`, `QK`, `QX`, `QY` or `QZ` whose code the physician fee schedule does not give
    /// status J (anaesthesia) on the date of service.
    ///
    /// ## Why
    /// Lines, blocks and visits of an anaesthesiologist are paid by the fee schedule, not by anaesthesia time; the modifier
    /// can have the line priced wrongly.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 50 and 140; CMS, National Physician Fee
    /// Schedule Relative Value File, status code J.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// A visit with `AA`.
    pub struct AnaesthesiaModifierElsewhere {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
    }
}

impl fmt::Display for AnaesthesiaModifierElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is for anaesthesia, and `{}` is none", self.modifier, self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter() {
        let Some(modifier) = who(service) else { continue };
        let Some((label, fee)) = context.fee(service, report) else { continue };
        let Some(status) = fee.status().filter(|status| *status != STATUS) else { continue };
        let draft = Draft::new(AnaesthesiaModifierElsewhere { code: service.code, modifier })
            .element(fee_evidence(label, service, format!("status {}", char::from(status))))
            .element(line::read(service))
            .correct("correct a mistyped code");
        let draft = line::without(draft, ClearKind::DataEntry, service, modifier, "");
        report.fire(line::at(service), line::span(service, modifier), draft);
    }
}
