//! Relative factors and risk scores: decimals with three fixed places.

use serde::{Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A relative factor or a risk score in thousandths, the precision in which CMS publishes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Score(i64);

impl Score {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A score of so many thousandths.
    #[must_use]
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// How many thousandths it is.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let thousandths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", thousandths / 1000, thousandths % 1000)
    }
}

impl FromStr for Score {
    type Err = String;

    /// Reads a decimal of at most three places; further ones must be zeros.
    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("`{text}` is not a number of at most three decimal places");
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (kept, rest) = fraction.split_at(fraction.len().min(3));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || !is_number(whole)
            || !is_number(kept)
            || rest.bytes().any(|b| b != b'0')
        {
            return Err(refuse());
        }
        let number = |part: &str| if part.is_empty() { Ok(0) } else { part.parse::<i64>().map_err(|_| refuse()) };
        let fraction = number(&format!("{kept:0<3}"))?;
        let value =
            number(whole)?.checked_mul(1000).and_then(|value| value.checked_add(fraction)).ok_or_else(refuse)?;
        Ok(Self(if negative { -value } else { value }))
    }
}

impl Serialize for Score {
    /// A number: the one whose shortest decimal form is the score, so that it reads as `1.43` and nothing else.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_string().parse::<f64>() {
            Ok(number) => serializer.serialize_f64(number),
            Err(_) => serializer.collect_str(self),
        }
    }
}

impl Add for Score {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Score {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Score {
    fn sum<I: Iterator<Item = Self>>(scores: I) -> Self {
        Self(scores.map(|score| score.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_three_places() {
        for (text, printed) in
            [("1", "1.000"), ("0.3", "0.300"), (".514", "0.514"), ("-0.12", "-0.120"), ("1.4300", "1.430")]
        {
            assert_eq!(text.parse::<Score>().unwrap().to_string(), printed);
        }
        for text in ["", ".", "1.2345", "1e3", "a", "--1", "99999999999999999999"] {
            assert!(text.parse::<Score>().is_err(), "{text}");
        }
    }
}
