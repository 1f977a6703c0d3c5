use super::units;
use super::units_per_day::{self, UnitsPerDay};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Program, Report};
use openclaim_claim::Subject;
use std::fmt;

edit! {
    /// A beneficiary has more units of a code on a day than is clinically likely.
    ///
    /// ## What it checks
    /// As `ncci/units-per-day`, where the table of unlikely units gives the code adjudication indicator 3. It cannot tell
    /// for codes without a published limit that come to more than one unit on a day: CMS keeps some limits confidential,
    /// most of them of this kind.
    ///
    /// ## Why
    /// More units than clinical practice and prescribing information make likely were mostly counted or typed wrongly; some
    /// were given and needed.
    ///
    /// ## Source
    /// CMS, NCCI Medically Unlikely Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I, section V.
    ///
    /// ## Action
    /// All units of the code on the day are denied, with CARC 151 and RARC N362. The denial can be appealed with the
    /// record: contractors may pay units that were given, coded correctly and necessary.
    ///
    /// ## Bypass
    /// None on the claim.
    ///
    /// ## Example
    /// Seven units of `97110` on one day, where six are likely.
    pub struct UnitsPerDayClinical {
        /// What the day comes to.
        pub day: UnitsPerDay,
    }
}

impl fmt::Display for UnitsPerDayClinical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.day.fmt(f)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.program() == Program::Medicaid {
        return;
    }
    let Some(table) = super::unit_table(context, report) else { return };
    for (limited, sum) in units::exceeded(context, table, b'3', report) {
        let data = UnitsPerDayClinical { day: units_per_day::data(&limited, &sum, true) };
        let draft = Draft::new(data).row(units::row(context, table, &limited));
        let draft = units_per_day::clears(&limited, units_per_day::elements(&limited, &sum, draft));
        let draft = match limited.limit.units {
            0 => draft,
            _ => draft.document("appeal with the record if it shows that all units were given and needed"),
        };
        report.fire(Subject::Line(limited.service.index), limited.service.code_span(), draft);
    }
    units::say_unpublished(context, report, false);
}
