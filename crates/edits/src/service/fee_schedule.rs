//! The physician fee schedule as rules read it: status, components, global days and the indicators of surgery.
//!
//! Source: CMS, National Physician Fee Schedule Relative Value File (PPRRVU); the indicators are explained in the Medicare
//! Claims Processing Manual (Pub. 100-04), chapter 23, addendum.

use super::{Context, Report, Service};
use openclaim_claim::{Date, Evidence, Text};
use openclaim_reference::relation::Rows;
use openclaim_reference::release::Table;
use openclaim_reference::{ByCode, Dated, Library, Source};
use std::cell::OnceCell;

/// The table.
pub(super) const TABLE: &str = "mpfs/pprrvu";
/// The command that brings it.
const REMEDY: &str = "openclaim data pull --only mpfs";

/// An indicator of the fee schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Indicator {
    /// PC/TC indicator: whether the service has a professional and a technical component.
    Components,
    /// Multiple-procedure indicator.
    MultipleProcedures,
    /// Bilateral-surgery indicator.
    BilateralSurgery,
    /// Assistant-at-surgery indicator.
    AssistantSurgery,
    /// Co-surgeons indicator.
    CoSurgery,
    /// Team-surgery indicator.
    TeamSurgery,
}

impl Indicator {
    const ALL: [Self; 6] = [
        Self::Components,
        Self::MultipleProcedures,
        Self::BilateralSurgery,
        Self::AssistantSurgery,
        Self::CoSurgery,
        Self::TeamSurgery,
    ];

    /// The column of the table.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Components => "pctc",
            Self::MultipleProcedures => "multiple_procedure",
            Self::BilateralSurgery => "bilateral_surgery",
            Self::AssistantSurgery => "assistant_surgery",
            Self::CoSurgery => "co_surgery",
            Self::TeamSurgery => "team_surgery",
        }
    }

    /// The indicator in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Components => "PC/TC indicator",
            Self::MultipleProcedures => "multiple-procedure indicator",
            Self::BilateralSurgery => "bilateral-surgery indicator",
            Self::AssistantSurgery => "assistant-at-surgery indicator",
            Self::CoSurgery => "co-surgeons indicator",
            Self::TeamSurgery => "team-surgery indicator",
        }
    }
}

/// What the global-days column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Global {
    /// `000`, `010`, `090`: the days after the procedure that its payment includes.
    Days(u16),
    /// `MMM`: maternity care.
    Maternity,
    /// `XXX`: the concept does not apply.
    None,
    /// `YYY`: the contractor decides.
    ByContractor,
    /// `ZZZ`: the period of the procedure that it adds to.
    AddOn,
    /// Anything else.
    Unknown,
}

impl Global {
    fn parse(text: &str) -> Self {
        match text {
            "MMM" => Self::Maternity,
            "XXX" => Self::None,
            "YYY" => Self::ByContractor,
            "ZZZ" => Self::AddOn,
            days => days.parse().map_or(Self::Unknown, Self::Days),
        }
    }

    /// The three characters of the column; empty for what it does not list.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Days(0) => "000",
            Self::Days(10) => "010",
            Self::Days(90) => "090",
            Self::Maternity => "MMM",
            Self::None => "XXX",
            Self::ByContractor => "YYY",
            Self::AddOn => "ZZZ",
            Self::Days(_) | Self::Unknown => "",
        }
    }
}

/// One release of the fee schedule.
#[derive(Debug)]
pub struct FeeSchedule {
    rows: ByCode<Option<FeeRow>>,
    modifier: usize,
    status: usize,
    global: usize,
    indicators: [usize; Indicator::ALL.len()],
}

impl FeeSchedule {
    /// The fee schedule in all its releases.
    #[must_use]
    pub fn all(library: &Library) -> Dated<Self> {
        library.dated(TABLE, Self::prepare)
    }

    fn prepare(table: &Table) -> Result<Self, String> {
        let Table::Relation(rows) = table else { return Err(format!("`{TABLE}` is no relation")) };
        let column = |name: &str| rows.column(name).ok_or_else(|| format!("`{TABLE}` lacks the column `{name}`"));
        let mut indicators = [0; Indicator::ALL.len()];
        for (slot, indicator) in indicators.iter_mut().zip(Indicator::ALL) {
            *slot = column(indicator.column())?;
        }
        Ok(Self {
            modifier: column("modifier")?,
            status: column("status")?,
            global: column("global_days")?,
            indicators,
            rows: ByCode::new(rows.clone()),
        })
    }

    /// The row of a code by the key of tables: that of the whole service, without a modifier.
    #[must_use]
    #[inline]
    pub fn row(&self, key: u64) -> Option<FeeRow> {
        self.rows.of(key, |rows| self.read(rows))?
    }

    fn read(&self, mut rows: Rows<'_>) -> Option<FeeRow> {
        let row = rows.find(|row| row.code(self.modifier).is_none())?;
        // A flag is never 0, which is blank.
        let flag = |column| row.flag(column).unwrap_or_default();
        let global = row.code(self.global).map(|code| Global::parse(code.as_str()));
        Some(FeeRow { status: flag(self.status), global, indicators: self.indicators.map(flag) })
    }
}

/// What a row of the fee schedule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeRow {
    /// 0 where blank, like the indicators.
    status: u8,
    global: Option<Global>,
    indicators: [u8; Indicator::ALL.len()],
}

impl FeeRow {
    /// Status code: `A` active, `J` anaesthesia, `X` excluded by statute, …
    #[must_use]
    pub fn status(&self) -> Option<u8> {
        Some(self.status).filter(|status| *status != 0)
    }

    /// An indicator; `None` when blank.
    #[must_use]
    pub fn indicator(&self, indicator: Indicator) -> Option<u8> {
        self.indicators.get(indicator as usize).copied().filter(|indicator| *indicator != 0)
    }

    /// Global days; `None` when blank.
    #[must_use]
    pub fn global(&self) -> Option<Global> {
        self.global
    }
}

/// What the fee schedule says of a claim's services, looked up once, when an edit first asks: per service the release that
/// speaks for its day and its row, `None` where no release does.
#[derive(Debug, Default)]
pub struct FeeRows<'a>(OnceCell<Vec<Option<Said<'a>>>>);

/// A release in words, and the row it has.
type Said<'a> = (&'a str, Option<FeeRow>);

/// The row as evidence.
#[must_use]
pub(crate) fn evidence(label: &str, service: &Service<'_>, says: impl Into<Text>) -> Evidence {
    Evidence::row(label, TABLE, service.code.as_str(), says)
}

impl<'a> Context<'a> {
    /// The fee schedule on a service's day, or `None` and a note.
    #[inline]
    pub(crate) fn fees(&self, service: &Service<'_>, report: &mut Report) -> Option<Source<'a, FeeSchedule>> {
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            return None;
        };
        self.fees_on(date, report)
    }

    /// The fee schedule on a day, or `None` and a note.
    #[inline]
    pub(crate) fn fees_on(&self, date: Date, report: &mut Report) -> Option<Source<'a, FeeSchedule>> {
        report.table(&self.tables.fees, date, self.switches.known_at, REMEDY)
    }

    /// What the fee schedule says of a service, with the release that says so: `None` and a note when no release speaks
    /// for its day, and no row when it does not list the code.
    #[inline]
    pub(crate) fn fee_row(&self, service: &Service<'_>, report: &mut Report) -> Option<(&'a str, Option<FeeRow>)> {
        let row = self.said_of(service);
        if row.is_none() {
            // Asked again for the note.
            self.fees(service, report)?;
        }
        row
    }

    /// As [`Context::fee_row`], without a note.
    #[inline]
    pub(crate) fn said_of(&self, service: &Service<'_>) -> Option<(&'a str, Option<FeeRow>)> {
        let known_at = self.switches.known_at;
        let rows = self.fee_rows.0.get_or_init(|| {
            let row = |it: &Service<'_>| {
                let source = self.tables.fees.at(it.from?, known_at).found()?;
                Some((source.label, source.view.row(it.key)))
            };
            self.services.iter().map(row).collect()
        });
        rows.get(service.at).copied().flatten()
    }

    /// As [`Context::fee_row`], with a note when the fee schedule does not list the code.
    pub(crate) fn fee(&self, service: &Service<'_>, report: &mut Report) -> Option<(&'a str, FeeRow)> {
        let (label, row) = self.fee_row(service, report)?;
        if row.is_none() {
            report.cannot_tell(
                openclaim_claim::NotEvaluatedReason::NotSupported,
                format!("the physician fee schedule does not list `{}`", service.code),
            );
        }
        Some((label, row?))
    }
}
