use super::line;
use super::therapy::discipline;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service, Setting};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, NotEvaluatedReason, Text};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// Therapy beyond the year's threshold is billed without saying that it is necessary.
    ///
    /// ## What it checks
    /// Lines with `GN`, `GO` or `GP` and without `KX`. How much Medicare allowed for the beneficiary's therapy in the year is
    /// on no claim; what tells is an earlier line of the year, on this claim or on earlier claims of the run, of the same
    /// threshold with `KX`: from then on every line needs it. Otherwise the edit cannot tell and names the threshold.
    ///
    /// ## Why
    /// `KX` says that the record shows why therapy beyond the threshold is necessary; without it the line is denied.
    ///
    /// ## Source
    /// Social Security Act, section 1833(g); Medicare Claims Processing Manual (Pub. 100-04), chapter 5, sections 10.3 and
    /// 10.4. Speech-language pathology and physical therapy count together. The amounts of every year stand in
    /// `data/modifier/therapy_thresholds.csv`.
    ///
    /// ## Action
    /// The line is denied with claim adjustment reason code 119.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Physical therapy in October with `KX`, and in November without.
    pub struct MissingKx {
        /// The code.
        pub code: HcpcsCode,
        /// The day of the earlier line with `KX`.
        pub since: Day,
        /// The year's threshold in dollars.
        pub threshold: u32,
    }
}

impl fmt::Display for MissingKx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, since, threshold } = self;
        write!(f, "`{code}` lacks `KX`: with `KX` on {since} the year's threshold of ${threshold} is passed")
    }
}

/// Day and place of the first line of the year before a service that says the threshold is passed.
fn passed(context: &Context<'_>, service: &Service<'_>, of: &super::plain::Threshold) -> Option<(Day, Text)> {
    let counts = |day: Day, modifiers: crate::service::Modifiers| {
        let therapy = modifiers.iter().any(|modifier| of.modifiers.contains(&modifier));
        of.days.hold(day) && day < service.day && therapy && modifiers.has("KX")
    };
    let here = context.services.iter().filter(|it| counts(it.day, it.modifiers));
    let here = here.map(|it| (it.day, Text::from(format!("line {}", it.line.number))));
    let past = context.past.iter().filter(|it| counts(it.from, it.modifiers));
    past.map(|it| (it.from, Text::from(it.claim_id))).chain(here).min_by_key(|(day, _)| *day)
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let binds = matches!(context.services.setting, Setting::Practitioner | Setting::Outpatient);
    if !binds {
        return;
    }
    for service in context.services.iter().filter(|service| !service.modifiers.has("KX")) {
        let Some(modifier) = discipline(service) else { continue };
        if !context.is_medicares(report) {
            return;
        }
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        };
        let mut thresholds = context.tables.modifier.plain.thresholds.iter();
        let Some(of) = thresholds.find(|it| it.days.hold(service.day) && it.modifiers.contains(&modifier)) else {
            let detail = format!("the therapy threshold of {} is not known", date.year());
            report.cannot_tell(NotEvaluatedReason::DateOutsideTables, detail);
            continue;
        };
        let Some((since, place)) = passed(context, service, of) else {
            let detail = format!(
                "whether {}'s therapy passed the threshold of ${} is not on the claims",
                date.year(),
                of.dollars
            );
            report.lacks(detail);
            continue;
        };
        let key = format!("{modifier} {}", date.year());
        let draft = Draft::new(MissingKx { code: service.code, since, threshold: of.dollars })
            .element(line::row(of.source, "modifier/therapy_thresholds", key, format!("${}", of.dollars)))
            .element(Evidence::element("earlier line with KX", place, None))
            .element(line::read(service));
        let draft = line::with(draft, ClearKind::NeedsDocumentation, service, "KX", " where the record shows the need");
        report.fire(line::at(service), service.code_span(), draft);
    }
}
