use super::global_period::{Act, Place, bypasses, includes, kind, past};
use super::line;
use super::plain::{Kind, When};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{ClearKind, Disposition, Evidence, HcpcsCode, Subject};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// A visit or procedure falls into the global period of a surgery of the same provider.
    ///
    /// ## What it checks
    /// Visits and procedures of practitioners against the surgeries of the same beneficiary and provider (the same person, or
    /// the same group and specialty), on the claim and on earlier claims of the run. With the global days that the physician
    /// fee schedule gives the surgery on its day, its payment includes
    ///
    /// - visits on its day (000, 010, 090), and on the day before (090);
    /// - visits and procedures on the 10 (010) or 90 (090) days after it.
    ///
    /// The day after the surgery is the first day; the last one is included. A surgery that was denied, a return to the
    /// operating room (`78`) and an assistant (`80`, `81`, `82`, `AS`) have no period; surgical care alone (`54`) has no days
    /// after it, postoperative care alone (`55`) only those. When the surgery comes after what it includes, the finding is a
    /// warning on the surgery, for the other claim is through. Of Medicaid claims the edit cannot tell.
    ///
    /// ## Why
    /// The surgeon's payment includes the visits around an operation and the care of what follows from it.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 40.1 to 40.4 and 30.6.6; CMS, National Physician
    /// Fee Schedule Relative Value File, column GLOB DAYS. Modifiers stand in `data/modifier/global_bypass.csv`, visits in
    /// `data/modifier/visits.csv`.
    ///
    /// ## Action
    /// The line is denied; claim adjustment reason code 97, remark code M144.
    ///
    /// ## Bypass
    /// Visits: `57` on the day of or before a major procedure (the decision for it), `25` on the day (a visit of its own), `24`
    /// after it (not related), from 2022 `FT` for critical care. Procedures: `58` (staged), `78` (return to the operating
    /// room), `79` (not related). All as the record shows.
    ///
    /// ## Example
    /// A visit 90 days after a hip replacement by the surgeon, without `24`.
    pub struct ServiceInGlobalPeriod {
        /// What is included.
        pub code: HcpcsCode,
        /// Visit or procedure.
        pub kind: Kind,
        /// Its day.
        pub day: Day,
        /// The surgery.
        pub surgery: HcpcsCode,
        /// The day of the surgery.
        pub performed: Day,
        /// Its global days.
        pub days: u16,
        /// When in the period.
        pub when: When,
    }
}

impl fmt::Display for ServiceInGlobalPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, kind, day, surgery, performed, days, when } = self;
        let what = if *kind == Kind::Visit { "visit" } else { "procedure" };
        let part = match when {
            When::Before => "on the day before".to_owned(),
            When::Same => "on the day of".to_owned(),
            When::After => format!("within {days} days of"),
        };
        write!(
            f,
            "the {what} `{code}` of {day} is {part} the procedure `{surgery}` of {performed}, whose payment includes it"
        )
    }
}

fn draft(context: &Context<'_>, (service, kind): (&Act<'_>, Kind), surgery: &Act<'_>, when: When, days: u16) -> Draft {
    let data = ServiceInGlobalPeriod {
        code: service.code,
        kind,
        day: service.day,
        surgery: surgery.code,
        performed: surgery.day,
        days,
        when,
    };
    let label = surgery.day.to_date().and_then(|date| context.tables.fees.at(date, context.switches.known_at).found());
    let label = label.map_or("", |source| source.label);
    Draft::new(data)
        .element(Evidence::row(label, "mpfs/pprrvu", surgery.code.as_str(), format!("global days {days:03}")))
        .element(Evidence::element("surgery", surgery.words(), None))
        .element(Evidence::element("included service", service.words(), None))
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.services.setting != Setting::Practitioner {
        return;
    }
    if !context.is_medicares(report) {
        return;
    }
    let mut acts = Vec::with_capacity(context.services.list.len());
    for service in context.services.iter() {
        let act = Act::here(service);
        acts.push((act, kind(context, &act, report)));
    }
    // Lines that edits before this one deny begin no period.
    let list = context.services.list.iter().enumerate();
    let denied: Vec<usize> = list.filter(|(_, it)| report.is_denied(it.index)).map(|(at, _)| at).collect();
    for (position, (act, of)) in acts.iter().enumerate() {
        let Place::Here(service) = act.place else { continue };
        let Some(of) = *of else { continue };
        let others = acts.iter().enumerate().filter(|(other, _)| *other != position && !denied.contains(other));
        let others = others.map(|(_, (other, _))| *other);
        let found = others.chain(past(context)).find_map(|surgery| {
            includes(context, &surgery, (act, of), report).map(|(when, days)| (surgery, when, days))
        });
        if let Some((surgery, when, days)) = found {
            let mut draft = draft(context, (act, of), &surgery, when, days).element(line::read(service));
            for modifier in bypasses(&context.tables.modifier.plain, (act, of), when, days) {
                let why = " where the record supports it";
                draft = line::with(draft, ClearKind::NeedsDocumentation, service, modifier.as_str(), why);
            }
            let subject = match surgery.place {
                Place::Here(other) => Subject::LinePair(service.index, other.index),
                Place::Past(_) => line::at(service),
            };
            report.fire(subject, service.code_span(), draft);
        }
        // What was paid before the surgery came is for the other claim to correct.
        if of == Kind::Procedure && !denied.contains(&position) {
            for earlier in past(context) {
                if !(-1..=90).contains(&(earlier.number - act.number)) {
                    continue;
                }
                let Some(kind) = kind(context, &earlier, report) else { continue };
                let Some((when, days)) = includes(context, act, (&earlier, kind), report) else { continue };
                let draft = draft(context, (&earlier, kind), act, when, days)
                    .disposition(Disposition::Warn)
                    .document("correct the earlier claim with the modifier that its record supports");
                report.fire(line::at(service), service.code_span(), draft);
            }
        }
    }
}
