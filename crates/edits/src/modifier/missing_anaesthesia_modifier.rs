use super::anaesthesia::{STATUS, WHO, who};
use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, fee_evidence};
use openclaim_claim::{ClearKind, HcpcsCode};
use std::fmt;

edit! {
    /// Anaesthesia is billed without saying who gave it.
    ///
    /// ## What it checks
    /// Lines of practitioners whose code the physician fee schedule gives status J (anaesthesia) on the date of service: one
    /// of `AA`, `AD`, `QK`, `QX`, `QY` and `QZ` must be there.
    ///
    /// ## Why
    /// What is paid follows from who gave or directed anaesthesia: all of it, half, or a few base units.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 50 and 140; CMS, National Physician Fee
    /// Schedule Relative Value File, status code J.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 16, remark code N822. (Since 2020-03-01 code 4
    /// says that a modifier is inconsistent, no longer that one is missing.)
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Anaesthesia for a procedure with `P3` alone.
    pub struct MissingAnaesthesiaModifier {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for MissingAnaesthesiaModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "anaesthesia `{}` does not say who gave it: `AA`, `AD`, `QK`, `QX`, `QY` or `QZ`", self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter().filter(|service| who(service).is_none()) {
        let Some((label, row)) = context.fee_row(service, report) else { continue };
        if row.and_then(|row| row.status()) != Some(STATUS) {
            continue;
        }
        let mut draft = Draft::new(MissingAnaesthesiaModifier { code: service.code })
            .element(fee_evidence(label, service, "status J"))
            .element(line::read(service));
        for modifier in WHO {
            draft = line::with(draft, ClearKind::NeedsDocumentation, service, modifier, " where the record says so");
        }
        report.fire(line::at(service), service.code_span(), draft);
    }
}
