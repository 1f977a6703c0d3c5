use super::line;
use super::therapy::{ALWAYS_THERAPY, DISCIPLINES, discipline};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Indicator, Report, Setting, fee_evidence};
use openclaim_claim::{ClearKind, HcpcsCode};
use std::fmt;

edit! {
    /// A therapy service does not say under which plan of care it was given.
    ///
    /// ## What it checks
    /// Lines of practitioners and outpatient departments whose code has the multiple-procedure indicator 5 in the physician
    /// fee schedule on the date of service: one of `GN`, `GO` and `GP` must be there. The indicator marks services that are
    /// always therapy, whoever gives them; those that are sometimes therapy it does not mark. Of Medicaid claims the edit
    /// cannot tell.
    ///
    /// ## Why
    /// The year's threshold and the reduction for several services are counted by discipline.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 5, sections 10.7, 20.1 and 20.2; CMS, National Physician Fee
    /// Schedule Relative Value File, column MULT PROC.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 16, remark code N822. (Since 2020-03-01 code 4
    /// says that a modifier is inconsistent, no longer that one is missing.)
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Therapeutic exercises without `GP`.
    pub struct MissingTherapyModifier {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for MissingTherapyModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is always therapy and needs `GN`, `GO` or `GP`", self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !matches!(context.services.setting, Setting::Practitioner | Setting::Outpatient) || !context.is_medicares(report)
    {
        return;
    }
    for service in context.services.iter().filter(|service| discipline(service).is_none()) {
        let Some((label, row)) = context.fee_row(service, report) else { continue };
        let indicator = row.and_then(|row| row.indicator(Indicator::MultipleProcedures));
        if indicator != Some(ALWAYS_THERAPY) {
            continue;
        }
        let mut draft = Draft::new(MissingTherapyModifier { code: service.code })
            .element(fee_evidence(label, service, "multiple-procedure indicator 5"))
            .element(line::read(service));
        for modifier in DISCIPLINES {
            let why = " where the plan of care says so";
            draft = line::with(draft, ClearKind::NeedsDocumentation, service, modifier, why);
        }
        report.fire(line::at(service), service.code_span(), draft);
    }
}
