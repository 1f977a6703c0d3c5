//! The National Provider Identifier.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A National Provider Identifier: ten digits. The check digit is tested on demand ([`Npi::has_valid_check_digit`]), so
/// that a claim with a mistyped NPI can still be read and the mistake reported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Npi([u8; 10]);

/// A text that is not ten digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an NPI: ten digits are expected")]
pub struct NpiError(String);

impl Npi {
    /// Reads ten digits.
    ///
    /// # Errors
    /// [`NpiError`] when the text is anything else.
    #[inline]
    pub fn parse_bytes(text: &[u8]) -> Result<Self, NpiError> {
        match <[u8; 10]>::try_from(text) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(NpiError(String::from_utf8_lossy(text).into_owned())),
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the last digit is the Luhn check digit of the first nine behind the prefix 80840.
    ///
    /// Source: 45 CFR 162.406; CMS, *Requirements for National Provider Identifier (NPI) and NPI Check Digit*.
    #[must_use]
    pub fn has_valid_check_digit(&self) -> bool {
        // The constant prefix 80840 adds 24 to the Luhn sum.
        let sum: u32 = self.0.iter().rev().enumerate().fold(24, |sum, (place, digit)| {
            let digit = u32::from(digit - b'0');
            sum + if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        });
        sum.is_multiple_of(10)
    }
}

impl FromStr for Npi {
    type Err = NpiError;
    fn from_str(text: &str) -> Result<Self, NpiError> {
        Self::parse_bytes(text.as_bytes())
    }
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Npi({})", self.as_str())
    }
}

impl Serialize for Npi {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Npi {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digit_follows_luhn_with_prefix() {
        // The worked example of the CMS check-digit paper.
        assert!("1234567893".parse::<Npi>().is_ok_and(|npi| npi.has_valid_check_digit()));
        assert!("1234567890".parse::<Npi>().is_ok_and(|npi| !npi.has_valid_check_digit()));
    }

    #[test]
    fn refuses_what_is_not_ten_digits() {
        for text in ["", "123456789", "12345678901", "12345678A3"] {
            assert!(text.parse::<Npi>().is_err(), "{text}");
        }
    }
}
