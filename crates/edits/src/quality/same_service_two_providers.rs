use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{Evidence, HcpcsCode, Subject, Text};
use std::fmt;

edit! {
    /// Two providers report the same service for one patient on one day.
    ///
    /// ## What it checks
    /// Services of professional claims that an earlier claim of the run reports for the same patient and day by another
    /// physician of another group. Lines that say they repeat or share the service pass: modifiers 26, TC, 50, 62, 66, 76,
    /// 77, 80, 81, 82, 91, AS, LT, RT and the four X modifiers. A repetition by the same provider is left to
    /// `ncci/` and to the duplicates of intake.
    ///
    /// ## Why
    /// The same service twice a day by strangers is seldom both needed; often one is an error of billing.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 1, section 120 (duplicate and suspect duplicate claims).
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Modifier 77: repeated by another physician, as the record shows.
    ///
    /// ## Example
    /// `93010` of two cardiologists on one day.
    pub struct SameServiceTwoProviders {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for SameServiceTwoProviders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was reported for this patient and day by another provider", self.code)
    }
}

const SHARED: [&str; 20] = [
    "26", "TC", "50", "62", "66", "76", "77", "80", "81", "82", "91", "AS", "LT", "RT", "XE", "XP", "XS", "XU", "59",
    "GC",
];

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.past.is_empty() || context.services.setting != Setting::Practitioner {
        return;
    }
    for service in context.services.iter().filter(|service| !service.modifiers.any(&SHARED)) {
        // Visits of several specialties on one day are ordinary.
        if super::visit(service.code.as_str()).is_some() {
            continue;
        }
        let candidates = context.past.iter().filter(|past| {
            past.key == service.key
                && past.setting == Setting::Practitioner
                && !past.denied
                && past.from == service.day
                && service.day.0 != 0
                && !past.modifiers.any(&SHARED)
        });
        for past in candidates {
            let (one, other) = (service.provider, past.provider);
            let (Some(group), Some(other_group)) = (one.group, other.group) else {
                report.lacks(format!("line {}: one of the two claims names no billing provider", service.line.number));
                continue;
            };
            if group == other_group || one.rendering == other.rendering {
                continue;
            }
            let value = Text::from(format!("line {} of claim {}, billed by {other_group}", past.line, past.claim_id));
            let draft = Draft::new(SameServiceTwoProviders { code: service.code })
                .element(Evidence::element("earlier service", value, None))
                .correct("take the line off if the service was not performed")
                .document("report modifier 77 where the record shows that another physician repeated the service");
            report.fire(Subject::Line(service.index), service.code_span(), draft);
            break;
        }
    }
}
