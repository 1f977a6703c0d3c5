use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, Modifier, PlaceOfService};
use std::fmt;

edit! {
    /// A telehealth modifier does not suit the place of service.
    ///
    /// ## What it checks
    /// Lines of practitioners with `93`, `95` or `GQ` from 2024-01-01 against the place of service: telehealth is at place 02 or
    /// 10; `95` also at a hospital from which a clinician reaches a patient at home, and on therapy (`GN`, `GO`, `GP`), which
    /// is billed at the place of a visit in person. `GT` is not used on professional claims
    /// from 2018-01-01.
    ///
    /// ## Why
    /// The place decides the rate: 10 is paid as an office, 02 as a facility.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 190.6; CMS, physician fee schedule final rule for
    /// 2024, section II.D; Change Request 10152. The rows stand in `data/modifier/telehealth.csv`.
    ///
    /// ## Action
    /// A warning. Until the end of 2023 the place was that of a visit in person, so nothing is said of those days.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `93` at place 11 in 2025.
    pub struct TelehealthModifier {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// The place of service.
        pub place: PlaceOfService,
        /// Where the modifier is used; empty where it is not.
        pub places: &'static str,
    }
}

impl fmt::Display for TelehealthModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, modifier, place, places } = self;
        if places.is_empty() {
            return write!(f, "`{modifier}` on `{code}` is not used on professional claims");
        }
        write!(f, "`{modifier}` on `{code}` is used at place {}, not {place}", places.replace(' ', ", "))
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter() {
        for modifier in service.modifiers.iter() {
            let mut rows = context.tables.modifier.plain.telehealth.iter().filter(|row| row.modifier == modifier);
            let Some(row) = rows.next() else { continue };
            if !context.is_medicares(report) {
                return;
            }
            let place = service.line.place_of_service.or(context.claim.place_of_service);
            let (Some(place), true) = (place, service.from.is_some()) else {
                report.lacks(format!("line {} states no date or place of service", service.line.number));
                continue;
            };
            let at_place = row.places.split(' ').any(|it| it == place.value.as_str());
            let elsewhere = service.modifiers.iter().any(|it| row.not_with.contains(&it));
            if !row.days.hold(service.day) || at_place || elsewhere {
                continue;
            }
            let data = TelehealthModifier { code: service.code, modifier, place: place.value, places: row.places };
            let draft = Draft::new(data)
                .element(line::row(row.source, "modifier/telehealth", modifier.as_str(), row.days.words()))
                .element(Evidence::element("place of service", place.value.as_str(), place.span));
            let draft = if row.places.is_empty() {
                line::without(draft, ClearKind::DataEntry, service, modifier, "")
            } else {
                let draft = draft.correct("correct the place of service");
                let why = " when the patient was seen in person";
                line::without(draft, ClearKind::NeedsDocumentation, service, modifier, why)
            };
            report.fire(line::at(service), line::span(service, modifier), draft);
        }
    }
}
