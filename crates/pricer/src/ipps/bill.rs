//! What the pricer reads of a bill.

use openclaim_claim::{Date, Decimal, Text};

/// Most that covered charges can be: nine digits of dollars. It keeps every product of the formulas within a decimal.
const MOST_CHARGES: i64 = 999_999_999;

/// How a bill is to be paid: the review code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Review {
    /// 00: with outlier.
    PayWithOutlier,
    /// 03: transfer, per diem with outlier.
    PerDiem,
    /// 06: transfer, per diem without outlier.
    PerDiemNoOutlier,
    /// 07: without outlier.
    PayWithoutOutlier,
    /// 09: post-acute transfer with outlier.
    PostAcute,
    /// 11: post-acute transfer without outlier.
    PostAcuteNoOutlier,
}

impl Review {
    /// Reads `00`, `03`, `06`, `07`, `09`, `11`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code.trim() {
            "00" => Self::PayWithOutlier,
            "03" => Self::PerDiem,
            "06" => Self::PerDiemNoOutlier,
            "07" => Self::PayWithoutOutlier,
            "09" => Self::PostAcute,
            "11" => Self::PostAcuteNoOutlier,
            _ => return None,
        })
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PayWithOutlier => "00",
            Self::PerDiem => "03",
            Self::PerDiemNoOutlier => "06",
            Self::PayWithoutOutlier => "07",
            Self::PostAcute => "09",
            Self::PostAcuteNoOutlier => "11",
        }
    }

    /// A transfer to another acute hospital.
    pub(super) const fn is_transfer(self) -> bool {
        matches!(self, Self::PerDiem | Self::PerDiemNoOutlier)
    }

    /// A transfer to post-acute care.
    pub(super) const fn is_post_acute(self) -> bool {
        matches!(self, Self::PostAcute | Self::PostAcuteNoOutlier)
    }

    /// No outlier is paid.
    pub(super) const fn refuses_outlier(self) -> bool {
        matches!(self, Self::PerDiemNoOutlier | Self::PayWithoutOutlier | Self::PostAcuteNoOutlier)
    }
}

/// An inpatient bill as the pricer sees it. What is `None` was missing or not a number, and has its return code.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// How to pay.
    pub review: Option<Review>,
    /// MS-DRG.
    pub drg: Option<u16>,
    /// Days from admission to discharge.
    pub length_of_stay: Option<u16>,
    /// Days that Medicare covers.
    pub covered_days: Option<u16>,
    /// Of these, lifetime reserve days.
    pub lifetime_reserve_days: Option<u16>,
    /// Discharge date.
    pub discharge: Date,
    /// Covered charges in dollars.
    pub charges: Option<Decimal>,
    /// ICD-10-CM codes without point, principal first where it is known.
    pub diagnoses: Vec<Text>,
    /// ICD-10-PCS codes.
    pub procedures: Vec<Text>,
    /// Condition codes.
    pub conditions: Vec<Text>,
}

impl Bill {
    /// A bill of a discharge date, everything else missing.
    #[must_use]
    pub fn new(discharge: Date) -> Self {
        Self {
            review: None,
            drg: None,
            length_of_stay: None,
            covered_days: None,
            lifetime_reserve_days: Some(0),
            discharge,
            charges: None,
            diagnoses: Vec::new(),
            procedures: Vec::new(),
            conditions: Vec::new(),
        }
    }

    /// Covered charges that can be priced: not negative, and of at most nine digits before the point.
    pub(super) fn usable_charges(&self) -> Option<Decimal> {
        self.charges.filter(|charges| !charges.is_sign_negative() && *charges <= Decimal::from(MOST_CHARGES))
    }
}
