//! Dollars and cents, exactly.

use crate::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// An amount of US dollars in whole cents.
///
/// Formulas compute in [`Decimal`] and round where the CMS formula rounds; a `Money` is what was billed or what comes
/// out after that rounding. Sums saturate at the limits of `i64` cents (about 92 quadrillion dollars) instead of
/// wrapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i64);

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one sign and one decimal point.
    #[error("`{0}` is not an amount: digits with an optional sign and decimal point are expected")]
    NotANumber(String),
    /// More than two digits behind the point that are not zero.
    #[error("`{0}` has fractions of a cent")]
    FractionOfCent(String),
    /// Beyond what 18 digits hold.
    #[error("`{0}` is larger than any amount on a claim: at most 16 digits before the decimal point")]
    TooLarge(String),
}

impl Money {
    /// No dollars.
    pub const ZERO: Self = Self(0);

    /// An amount of whole cents.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The amount in dollars as an exact decimal with two places.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Reads an X12 amount (`R` type): digits, an optional leading sign, an optional point. `1234.5` is $1,234.50.
    ///
    /// # Errors
    /// [`MoneyError`] when the text is no number, has fractions of a cent, or has more than 16 digits before the point.
    #[inline]
    pub fn parse_bytes(text: &[u8]) -> Result<Self, MoneyError> {
        Self::parse_usual(text).map_or_else(|| Self::parse_unusual(text), Ok)
    }

    #[cold]
    fn parse_unusual(text: &[u8]) -> Result<Self, MoneyError> {
        let quoted = || String::from_utf8_lossy(text).into_owned();
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let point = digits.iter().position(|&b| b == b'.').unwrap_or(digits.len());
        let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or(&[]));
        if whole.is_empty() && fraction.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return Err(MoneyError::NotANumber(quoted()));
        }
        let whole = &whole[whole.iter().position(|&b| b != b'0').unwrap_or(whole.len())..];
        if whole.len() > 16 {
            return Err(MoneyError::TooLarge(quoted()));
        }
        if fraction.iter().skip(2).any(|&b| b != b'0') {
            return Err(MoneyError::FractionOfCent(quoted()));
        }
        let digit = |b: Option<&u8>| i64::from(b.copied().unwrap_or(b'0') - b'0');
        let dollars = whole.iter().fold(0_i64, |sum, b| sum * 10 + digit(Some(b)));
        let cents = dollars * 100 + digit(fraction.first()) * 10 + digit(fraction.get(1));
        Ok(Self(if negative { -cents } else { cents }))
    }
}

impl Money {
    /// What nearly every amount looks like: at most 13 digits, and up to two behind a point.
    #[inline]
    fn parse_usual(text: &[u8]) -> Option<Self> {
        let (whole, fraction, scale): (&[u8], &[u8], i64) = match text {
            [whole @ .., b'.', _, _] => (whole, &text[text.len() - 2..], 1),
            [whole @ .., b'.', _] => (whole, &text[text.len() - 1..], 10),
            _ => (text, &[], 100),
        };
        if whole.is_empty() || whole.len() > 13 {
            return None;
        }
        let mut cents = 0_i64;
        let mut refused = false;
        for &byte in whole.iter().chain(fraction) {
            let digit = byte.wrapping_sub(b'0');
            refused |= digit > 9;
            cents = cents * 10 + i64::from(digit);
        }
        (!refused).then_some(Self(cents * scale))
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse_bytes(text.as_bytes())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_x12_writes() {
        for (text, cents) in [("0", 0), ("100", 10_000), (".5", 50), ("-12.34", -1_234), ("7.", 700), ("1.500", 150)] {
            assert_eq!(text.parse::<Money>(), Ok(Money::from_cents(cents)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "-", "1,000", "1.2.3", "$5", "1e3", "99999999999999999"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        assert_eq!("1.005".parse::<Money>(), Err(MoneyError::FractionOfCent("1.005".into())));
    }

    #[test]
    fn prints_two_places() {
        assert_eq!(Money::from_cents(-5).to_string(), "-0.05");
        assert_eq!(Money::from_cents(123_456).to_string(), "1234.56");
    }
}
