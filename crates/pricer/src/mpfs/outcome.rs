//! What is said about a line.

use super::figures::{Gpci, Rvus};
use super::rules::{Rate, Share};
use super::schedule::FeeRow;
use openclaim_claim::{HcpcsCode, Money, NotEvaluated, Text};
use serde::Serialize;

/// Why a line is not paid under the fee schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotPayableReason {
    /// Status B, P, or T beside another service: paid as part of something else.
    Bundled,
    /// Status N: not covered.
    NotCovered,
    /// Status I, G, D, F, H: not valid for Medicare.
    NotValid,
    /// Status M, Q: reported, never paid.
    ReportingOnly,
    /// A modifier says that the line is not payable (GY, GZ).
    Modifier,
    /// There is no row for the code with the component modifier it carries.
    NoSuchComponent,
    /// The technical component of hospital patients is paid to the hospital.
    HospitalPatient,
    /// The indicators forbid the assistant, second surgeon or team.
    RoleNotPermitted,
}

/// A line that the fee schedule does not pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotPayable {
    /// Why, as a stable word.
    pub reason: NotPayableReason,
    /// Why, as a sentence.
    pub detail: Text,
}

/// What is said about a line.
#[derive(Debug, Clone, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every line is priced; a box for each would cost more than it saves"
)]
pub enum LineOutcome {
    /// It is paid, before deductible and coinsurance.
    Priced(LinePrice),
    /// It is not paid under this fee schedule.
    NotPayable(NotPayable),
    /// Another fee schedule may pay it (status E or X, or no row at all).
    Elsewhere(NotEvaluated),
    /// The price lacks a table, an element, or a person's judgment.
    NotEvaluated(NotEvaluated),
}

impl LineOutcome {
    /// The amount: `None` where it is not evaluated, nothing where the line is not payable.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::Priced(price) => Some(price.amount()),
            Self::NotPayable(_) => Some(Money::ZERO),
            Self::Elsewhere(_) | Self::NotEvaluated(_) => None,
        }
    }
}

/// What a step does; explained by [`FeeSchedule::pricing`](super::FeeSchedule::pricing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum StepKind {
    #[default]
    Fee,
    OppsCap,
    Split,
    Bilateral,
    SecondSide,
    Units,
    TechnicalReduction,
    ProfessionalReduction,
    PracticeExpenseReduction,
    TechnicalModifier,
    EndoscopyBase,
    MultipleProcedures,
    MultipleUnits,
    Assistant,
    CoSurgeon,
    Practitioner,
    Nonparticipating,
    Charge,
    Anesthesia,
    Direction,
}

/// A step in integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SmallStep {
    pub(super) kind: StepKind,
    /// Rank of the line in its multiple-procedure rule, 0 where none.
    pub(super) rank: u16,
    /// Cents, units, or a share in ten-thousandths, as the kind says.
    pub(super) value: i64,
}

const MOST_STEPS: usize = 16;

/// Steps and their result, without allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SmallSteps {
    steps: [SmallStep; MOST_STEPS],
    len: usize,
    pub(super) cents: i64,
}

impl SmallSteps {
    pub(super) fn new() -> Self {
        Self { steps: [SmallStep::default(); MOST_STEPS], len: 0, cents: 0 }
    }

    pub(super) fn as_slice(&self) -> &[SmallStep] {
        self.steps.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, kind: StepKind, value: i64, rank: usize, cents: i64) {
        // The longest chain has thirteen steps; a lost one would show as a total that the steps do not give.
        if let Some(slot) = self.steps.get_mut(self.len) {
            *slot = SmallStep { kind, rank: u16::try_from(rank).unwrap_or(u16::MAX), value };
            self.len += 1;
            self.cents = cents;
        }
    }

    #[inline]
    pub(super) fn add(&mut self, kind: StepKind, cents: i64, rank: usize) {
        self.push(kind, cents, rank, self.cents.saturating_add(cents));
    }

    #[inline]
    pub(super) fn at_most(&mut self, kind: StepKind, cents: i64) {
        self.push(kind, cents, 0, self.cents.min(cents));
    }

    #[inline]
    pub(super) fn multiply(&mut self, kind: StepKind, share: Share, rank: usize) {
        self.push(kind, share.0, rank, share.of(self.cents));
    }

    #[inline]
    pub(super) fn times(&mut self, kind: StepKind, count: i64) {
        self.push(kind, count, 0, self.cents.saturating_mul(count));
    }
}

/// Figures of an anesthesia line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AnesthesiaFigures {
    pub(super) base_units: i64,
    /// Tenths.
    pub(super) time_units: i64,
    pub(super) minutes: u32,
    pub(super) supervised: bool,
    /// Cents.
    pub(super) factor: i64,
}

/// A price in integers; [`FeeSchedule::pricing`](super::FeeSchedule::pricing) shows its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePrice {
    pub(super) hcpcs: HcpcsCode,
    pub(super) row: FeeRow,
    pub(super) rate: Rate,
    pub(super) locality: u16,
    pub(super) gpci: Gpci,
    pub(super) rvus: Rvus,
    pub(super) anesthesia: Option<AnesthesiaFigures>,
    pub(super) steps: SmallSteps,
}

impl LinePrice {
    /// What is allowed for the line, before deductible and coinsurance.
    #[must_use]
    pub fn amount(&self) -> Money {
        Money::from_cents(self.steps.cents)
    }

    /// The rank of the line under the multiple-procedure rule that reduced it, 1 for the highest; `None` where none did.
    #[must_use]
    pub fn rank(&self) -> Option<u16> {
        self.steps.as_slice().iter().map(|step| step.rank).find(|&rank| rank > 0)
    }
}
