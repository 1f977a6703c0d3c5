use super::units::{self, Limited};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Program, Report};
use openclaim_claim::{Change, ClearKind, Decimal, HcpcsCode, Subject};
use std::fmt;

edit! {
    /// A line has more units of a code than its medically unlikely edit allows on a line.
    ///
    /// ## What it checks
    /// Each line on its own, where the table of unlikely units gives the code adjudication indicator 1. Units of a line
    /// over several days are divided by the days and rounded to whole units. On Medicaid claims every code is edited by
    /// line, whatever its indicator. Bilateral surgery counts as billed: one unit with modifier 50.
    ///
    /// ## Why
    /// Units beyond the limit are almost always a slip of the keyboard or of the unit of measure.
    ///
    /// ## Source
    /// CMS, NCCI Medically Unlikely Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I, section V;
    /// *NCCI Technical Guidance Manual for Medicaid Services*; CMS, MLN Matters SE1422 for bilateral surgery.
    ///
    /// ## Action
    /// All units of the line are denied, with CARC 151 and RARC N362. It is a denial for coding: an advance beneficiary
    /// notice does not shift it to the beneficiary.
    ///
    /// ## Bypass
    /// Units that were rightly given go on lines of their own with modifier 59, XE, XP, XS, XU, 76, 77, 91 or an anatomic
    /// one; each line is then edited on its own.
    ///
    /// ## Example
    /// A line with five units of a code whose limit is four.
    pub struct UnitsPerLine {
        /// The code.
        pub code: HcpcsCode,
        /// Units for one day.
        pub units: Decimal,
        /// The limit.
        pub limit: i64,
    }
}

impl fmt::Display for UnitsPerLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, units, limit } = self;
        let units = units.normalize();
        match limit {
            0 => write!(f, "no unit of `{code}` is paid in this setting; the line has {units}"),
            1 => write!(f, "`{code}` has {units} units on the line; 1 is likely"),
            _ => write!(f, "`{code}` has {units} units on the line; at most {limit} are likely"),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some(table) = super::unit_table(context, report) else { return };
    let by_line = |indicator| indicator == b'1' || context.program() == Program::Medicaid;
    for limited in units::limited(context, table, by_line, report) {
        let Limited { service, limit, units, .. } = limited;
        if units <= Decimal::from(limit.units) {
            continue;
        }
        let draft = Draft::new(UnitsPerLine { code: service.code, units, limit: limit.units })
            .row(units::row(context, table, &limited))
            .element(units::stated(service));
        let draft = super::units_per_day::clears(&limited, draft);
        let draft = match limit.units {
            0 => draft,
            _ => draft.document(
                "bill further units that the record shows on a line of their own with 59, XE, XP, XS, XU, 76, 77, 91 or an \
                 anatomic modifier",
            ),
        };
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
    if context.program() == Program::Medicaid {
        units::say_unpublished(context, report, true);
    }
}

/// Fewer units, as a change.
pub(super) fn set(line: u32, units: i64) -> Change {
    Change::SetUnits { line, units: Decimal::from(units) }
}

/// What is never done about units.
pub(super) const NEVER: &str = "lower the units below those given, or spread them over days, to be paid";

/// What may be done when the record shows fewer units.
pub(super) const FEWER: (ClearKind, &str) =
    (ClearKind::NeedsDocumentation, "bill the limit if the record shows no more");
