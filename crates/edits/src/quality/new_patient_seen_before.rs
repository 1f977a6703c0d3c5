use super::visit;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use jiff::ToSpan;
use openclaim_claim::{Evidence, HcpcsCode, Subject, Text};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// A visit of a new patient although the same physician or group saw the patient within three years.
    ///
    /// ## What it checks
    /// Visits of new patients on professional claims against earlier visits of the same patient in the run, by the same
    /// physician or by one of the same group and specialty, within three years before. Other services that count as
    /// face-to-face are not told apart from those that do not, so visits alone are evidence.
    ///
    /// ## Why
    /// A new patient is one who received no professional service from the physician or a colleague of the same group
    /// and specialty within three years.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 30.6.7.A; table `quality/visits`.
    ///
    /// ## Action
    /// A warning. Medicare denies such a visit with CARC B16.
    ///
    /// ## Bypass
    /// Another specialty within the group, as the taxonomy says.
    ///
    /// ## Example
    /// `99203` on 2026-05-01 after `99213` of the same group on 2025-02-11.
    pub struct NewPatientSeenBefore {
        /// The code.
        pub code: HcpcsCode,
        /// The earlier visit.
        pub earlier: HcpcsCode,
        /// Its day.
        pub on: Day,
    }
}

impl fmt::Display for NewPatientSeenBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is for a new patient, who was seen on {} (`{}`)", self.code, self.on, self.earlier)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.past.is_empty() || context.services.setting != Setting::Practitioner {
        return;
    }
    for service in context.services.iter() {
        let Some((true, source)) = visit(service.code.as_str()) else { continue };
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        };
        let since = Day::from(date.saturating_sub(3.years()));
        let mut unclear = false;
        let earlier = context.past.iter().rev().find(|past| {
            let counts = past.setting == Setting::Practitioner
                && !past.denied
                && since < past.from
                && past.from < service.day
                && visit(past.code.as_str()).is_some();
            let same = if counts { service.provider.same_as(&past.provider) } else { Some(false) };
            unclear |= same.is_none();
            same == Some(true)
        });
        let Some(earlier) = earlier else {
            if unclear {
                report.lacks(format!(
                    "line {}: an earlier visit was of the same group, and the claims do not say whether of the same specialty",
                    service.line.number
                ));
            }
            continue;
        };
        let value = Text::from(format!("line {} of claim {}, {}", earlier.line, earlier.claim_id, earlier.from));
        let draft = Draft::new(NewPatientSeenBefore { code: service.code, earlier: earlier.code, on: earlier.from })
            .row(Some(Evidence::row("Project tables", "quality/visits", service.code.as_str(), source)))
            .element(Evidence::element("earlier visit", value, None))
            .correct("report the visit of an established patient that the record supports")
            .document("keep it where the earlier visit was of another specialty, and state the taxonomy of both");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
}
