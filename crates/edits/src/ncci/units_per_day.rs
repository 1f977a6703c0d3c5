use super::units::{self, DaySum, Limited};
use super::units_per_line::{FEWER, NEVER, set};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Program, Report};
use openclaim_claim::{ClearKind, Decimal, Evidence, HcpcsCode, Subject};
use openclaim_reference::Day;
use std::fmt;

edit! {
    /// A beneficiary has more units of a code on a day than policy, anatomy or the code's own words allow.
    ///
    /// ## What it checks
    /// Where the table of unlikely units gives the code adjudication indicator 2: the units of the code for one
    /// beneficiary, provider and date of service, summed over the lines of the claim and of earlier claims of the run that
    /// were not denied. A line over several days counts on each with its units divided by the days, rounded to whole
    /// units. Modifiers split nothing. Medicaid edits by line instead.
    ///
    /// ## Why
    /// No record can support more: an organ is taken out once, a code for both sides is billed once.
    ///
    /// ## Source
    /// CMS, NCCI Medically Unlikely Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I, section V;
    /// CMS, MLN Matters SE1422 for bilateral surgery.
    ///
    /// ## Action
    /// All units of the code on the day are denied, with CARC 151 and RARC N362. Contractors may not override it, on
    /// appeal neither.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// One side each on two lines with `LT` and `RT` where the limit is one: both sides are one unit with modifier 50.
    pub struct UnitsPerDay {
        /// The code.
        pub code: HcpcsCode,
        /// The day.
        pub day: Day,
        /// Units on the day.
        pub units: Decimal,
        /// Units on earlier claims.
        pub earlier: Decimal,
        /// Lines that count.
        pub lines: u32,
        /// The limit.
        pub limit: i64,
        /// Whether the limit may give way to a record.
        pub clinical: bool,
    }
}

impl fmt::Display for UnitsPerDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, day, units, lines, limit, .. } = self;
        let units = units.normalize();
        if *limit == 0 {
            return write!(f, "no unit of `{code}` is paid in this setting; {day} has {units}");
        }
        write!(f, "`{code}` comes to {units} units on {day}")?;
        if *lines > 1 {
            write!(f, " over {lines} lines")?;
        }
        if !self.earlier.is_zero() {
            write!(f, ", {} of them on earlier claims", self.earlier.normalize())?;
        }
        match (limit, self.clinical) {
            (1, true) => write!(f, "; 1 is likely"),
            (_, true) => write!(f, "; at most {limit} are likely"),
            (1, false) => write!(f, "; 1 is possible"),
            (_, false) => write!(f, "; at most {limit} are possible"),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.program() == Program::Medicaid {
        return;
    }
    let Some(table) = super::unit_table(context, report) else { return };
    for (limited, sum) in units::exceeded(context, table, b'2', report) {
        let draft = Draft::new(data(&limited, &sum, false)).row(units::row(context, table, &limited));
        let draft = clears(&limited, elements(&limited, &sum, draft));
        report.fire(Subject::Line(limited.service.index), limited.service.code_span(), draft);
    }
}

/// The message about a day.
pub(super) fn data(limited: &Limited<'_>, sum: &DaySum, clinical: bool) -> UnitsPerDay {
    UnitsPerDay {
        code: limited.service.code,
        day: sum.day,
        units: sum.certain,
        earlier: sum.earlier,
        lines: sum.lines,
        limit: limited.limit.units,
        clinical,
    }
}

/// What was read.
pub(super) fn elements(limited: &Limited<'_>, sum: &DaySum, draft: Draft) -> Draft {
    let draft = draft.element(units::stated(limited.service));
    match sum.earlier.is_zero() {
        true => draft,
        false => draft.element(Evidence::element("units on earlier claims", sum.earlier.normalize().to_string(), None)),
    }
}

/// Ways out that all edits of units have.
pub(super) fn clears(limited: &Limited<'_>, draft: Draft) -> Draft {
    let Limited { service, limit, units, .. } = *limited;
    let draft = draft.correct("correct mistyped units, code or date");
    if limit.units == 0 {
        return draft;
    }
    // Both sides are one unit with modifier 50, save for surgery centers, whose bills know no modifier 50.
    let center = service.line.place_of_service.is_some_and(|place| place.as_str() == "24");
    let draft = match (service.modifiers.has("50"), service.modifiers.any(&["LT", "RT"])) {
        (true, _) if units > Decimal::ONE && !center => {
            draft.change(ClearKind::DataEntry, "bill both sides as one unit with modifier 50", set(service.index, 1))
        }
        (false, true) if limit.units == 1 && !center => {
            draft.correct("bill both sides on one line, as one unit with modifier 50")
        }
        _ => draft,
    };
    let draft = match units > Decimal::from(limit.units) {
        true => draft.change(FEWER.0, FEWER.1, set(service.index, limit.units * units::days_of(service))),
        false => draft,
    };
    draft.never(NEVER)
}
