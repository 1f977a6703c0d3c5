//! What became of a bill.

use serde::{Serialize, Serializer};
use std::fmt;

/// A return code of the inpatient pricer: 00 to 49 say how a bill was paid, 50 to 99 why it was not.
///
/// Source: Medicare Claims Processing Manual, chapter 3, section 20.2; the pricer's own list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReturnCode(pub u8);

impl ReturnCode {
    /// The normal DRG payment.
    pub const NORMAL: Self = Self(0);
    /// With a cost outlier.
    pub const OUTLIER: Self = Self(2);
    /// A transfer, per diem.
    pub const TRANSFER: Self = Self(3);
    /// A transfer, with a cost outlier.
    pub const TRANSFER_OUTLIER: Self = Self(5);
    /// A transfer, the outlier refused.
    pub const TRANSFER_NO_OUTLIER: Self = Self(6);
    /// A post-acute transfer of an MS-DRG with special payment.
    pub const POST_ACUTE_SPECIAL: Self = Self(10);
    /// A post-acute transfer, per diem.
    pub const POST_ACUTE: Self = Self(12);
    /// The normal payment; the stay reached the geometric mean length.
    pub const FULL_STAY: Self = Self(14);
    /// The same with a cost outlier.
    pub const FULL_STAY_OUTLIER: Self = Self(16);
    /// No provider data.
    pub const NO_PROVIDER: Self = Self(51);
    /// Wage index or provider type invalid.
    pub const WAGE_INDEX: Self = Self(52);
    /// Waiver state, or a state without the HAC programme.
    pub const WAIVER: Self = Self(53);
    /// MS-DRG.
    pub const DRG: Self = Self(54);
    /// Dates.
    pub const DATES: Self = Self(55);
    /// Length of stay.
    pub const STAY: Self = Self(56);
    /// Review code.
    pub const REVIEW: Self = Self(57);
    /// Charges.
    pub const CHARGES: Self = Self(58);
    /// Lifetime reserve days.
    pub const RESERVE_DAYS: Self = Self(61);
    /// Covered days.
    pub const COVERED_DAYS: Self = Self(62);
    /// Capital pay code, readmission or EHR indicator.
    pub const PROVIDER_FLAGS: Self = Self(65);
    /// A cost outlier with a stay beyond the covered days.
    pub const OUTLIER_DAYS: Self = Self(67);
    /// Value-based purchasing indicator or factor.
    pub const VALUE_BASED_PURCHASING: Self = Self(68);

    /// Whether the bill was paid.
    #[must_use]
    pub const fn paid(self) -> bool {
        self.0 < 50
    }

    /// What the code says.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            0 => "normal DRG payment",
            2 => "paid with a cost outlier",
            3 => "transfer, paid per diem",
            5 => "transfer, paid per diem with a cost outlier",
            6 => "transfer, paid per diem; outlier refused",
            10 => "post-acute transfer, special payment method",
            12 => "post-acute transfer, paid per diem",
            14 => "normal DRG payment; the stay reached the geometric mean length of stay",
            16 => "cost outlier; the stay reached the geometric mean length of stay",
            30 => "normal DRG payment; a cost outlier is to be reconciled",
            33 => "transfer, paid per diem; a cost outlier is to be reconciled",
            40 => "post-acute transfer, special payment method; a cost outlier is to be reconciled",
            42 => "post-acute transfer, paid per diem; a cost outlier is to be reconciled",
            44 => "normal DRG payment, full stay; a cost outlier is to be reconciled",
            51 => "no provider data",
            52 => "wage index, CBSA or provider type invalid",
            53 => "waiver state, or a state without the HAC reduction programme",
            54 => "MS-DRG invalid",
            55 => "discharge before the provider's or wage index's first day, or after the provider's last",
            56 => "length of stay invalid",
            57 => "review code invalid: 00, 03, 06, 07, 09 or 11 is expected",
            58 => "covered charges invalid",
            61 => "lifetime reserve days invalid, or more than 60",
            62 => "covered days invalid: none for a stay, or fewer than reserve days",
            65 => "capital payment code, readmission or EHR indicator or factor invalid",
            67 => "cost outlier with a stay beyond the covered days",
            68 => "value-based purchasing indicator or factor invalid",
            _ => "not a code of the inpatient pricer",
        }
    }
}

impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl Serialize for ReturnCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
