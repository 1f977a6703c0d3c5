use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Load, Report, Work, hours, work};
use openclaim_claim::{Evidence, Npi, Subject};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// A practitioner's services of one day take more than twenty-four hours.
    ///
    /// ## What it checks
    /// The intra-service minutes of the physician time file, times units, of everything that one rendering practitioner
    /// performed on one day by the claims of the run, this one included. Lines over several days, technical components
    /// (TC), services shared with residents (GC, GE) and replacement claims are not counted, and neither are preparation,
    /// follow-up and the visits of a global period, which may fall on other days. Without the file the edit says that it
    /// cannot tell about claims with eight services of one practitioner on one day.
    ///
    /// ## Why
    /// The times are those of a typical patient, so a long day proves nothing; one of more than twenty-four hours is
    /// either not that practitioner's own or not performed as billed.
    ///
    /// ## Source
    /// CMS, Physician Fee Schedule, Physician Time file; 42 CFR 414.22(a) (work relative values rest on time).
    ///
    /// ## Action
    /// A warning, on the claim that passes the twenty-four hours and on those after it.
    ///
    /// ## Bypass
    /// Services of staff that are billed incident to the practitioner's own.
    ///
    /// ## Example
    /// Thirty services of sixty minutes on 2026-05-01 under one NPI.
    pub struct ImpossibleDay {
        /// The practitioner.
        pub who: Npi,
        /// The day.
        pub day: Day,
        /// Minutes of the day.
        pub minutes: u32,
    }
}

impl fmt::Display for ImpossibleDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "services of {} on {} take {}", self.who, self.day, hours(self.minutes))
    }
}

const REMEDY: &str = "save CMS's Physician Time file as csv, then openclaim data import FILE";

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// Services from which on a day is worth asking about although no times are known.
const MANY: u32 = 8;

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let mut left: Vec<Work> = work(context.services, context.tables, context.switches).collect();
    while let Some(first) = left.first().copied() {
        let mut here = Load::default();
        left.retain(|it| {
            let same = (it.who, it.day) == (first.who, first.day);
            if same {
                here.add(it.load);
            }
            !same
        });
        say(context, first, here, report);
    }
}

fn say(context: &Context<'_>, first: Work, here: Load, report: &mut Report) {
    let Some(service) = context.services.list.get(first.at) else { return };
    let earlier = context.history.provider_days().of(first.who, first.day);
    let mut whole = here;
    whole.add(earlier);
    let Some(date) = service.from.filter(|_| whole.services >= MANY || whole.minutes > DAY) else { return };
    let times = &context.tables.physician_time;
    let Some(source) = report.table(times, date, context.switches.known_at, REMEDY) else { return };
    if whole.minutes <= DAY {
        return;
    }
    let row = source.view.of(service.key).map(|minutes| {
        let says = format!("{minutes} intra-service minutes");
        Evidence::row(source.label, times.table(), service.code.as_str(), says)
    });
    let draft = Draft::new(ImpossibleDay { who: first.who, day: first.day, minutes: whole.minutes })
        .row(row)
        .element(Evidence::element("on this claim", hours(here.minutes), None))
        .element(Evidence::element("on earlier claims", hours(earlier.minutes), None))
        .correct("correct the date, the units or the rendering provider where mistyped")
        .document("keep it where the record shows who performed each service");
    report.fire(Subject::Line(service.index), service.code_span(), draft);
}
