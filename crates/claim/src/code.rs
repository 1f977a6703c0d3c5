//! Code newtypes: `Copy`, packed ASCII, and closed to text that cannot be a code.
//!
//! A newtype guarantees *form* (length, alphabet), never existence: whether `Z9999` is a diagnosis on a date is for the
//! tables to say. Letters are folded to upper case on the way in.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A text that cannot be a code of the set it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {set}: {expected}")]
pub struct CodeError {
    /// The text as given, shortened to 40 characters.
    pub text: String,
    /// The code set in words, e.g. `ICD-10-CM diagnosis code`.
    pub set: &'static str,
    /// What would have been accepted.
    pub expected: &'static str,
}

/// What the code newtypes have in common.
pub trait CodeSet: Copy + Ord + fmt::Display {
    /// The code set in words.
    const NAME: &'static str;

    /// Reads a code.
    ///
    /// # Errors
    /// [`CodeError`] when the text cannot be a code of this set.
    fn parse_bytes(text: &[u8]) -> Result<Self, CodeError>;
}

#[cold]
#[inline(never)]
fn refuse(text: &[u8], set: &'static str, expected: &'static str) -> CodeError {
    CodeError { text: String::from_utf8_lossy(text).chars().take(40).collect(), set, expected }
}

/// Per byte what it is packed as, zero for bytes that are refused.
type Alphabet = [u8; 256];

/// Letters and digits, letters folded to upper case.
static ALPHANUMERIC: Alphabet = alphabet(true);
/// Digits alone.
static DIGITS: Alphabet = alphabet(false);

const fn alphabet(letters: bool) -> Alphabet {
    let mut alphabet = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_digit() || (letters && byte.is_ascii_alphabetic()) {
            alphabet[byte as usize] = byte.to_ascii_uppercase();
        }
        byte += 1;
    }
    alphabet
}

/// Copies `text` into a zero-padded array when its length is in range and every byte is of the alphabet. Codes make up
/// half of a claim, so no byte ends the loop early: refusals are rare.
#[inline(always)]
fn pack<const N: usize>(text: &[u8], min: usize, alphabet: &Alphabet) -> Option<[u8; N]> {
    if text.len() < min || text.len() > N {
        return None;
    }
    let mut packed = [0; N];
    let mut refused = false;
    for (slot, &byte) in packed.iter_mut().zip(text) {
        *slot = alphabet[usize::from(byte)];
        refused |= *slot == 0;
    }
    (!refused).then_some(packed)
}

macro_rules! ascii_code {
    ($(#[$doc:meta])* $name:ident, $set:literal, $size:literal, $min:literal, $alphabet:path, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Reads a code.
            ///
            /// # Errors
            /// [`CodeError`] when the text cannot be a code of this set.
            pub fn parse(text: &str) -> Result<Self, CodeError> {
                <Self as CodeSet>::parse_bytes(text.as_bytes())
            }

            /// The bytes of the code, with zeros behind it up to the longest length of the set.
            #[must_use]
            pub const fn padded(self) -> [u8; $size] {
                self.0
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                let len = self.0.iter().position(|&b| b == 0).unwrap_or($size);
                std::str::from_utf8(&self.0[..len]).unwrap_or_default()
            }
        }

        impl CodeSet for $name {
            const NAME: &'static str = $set;
            #[inline]
    fn parse_bytes(text: &[u8]) -> Result<Self, CodeError> {
                pack(text, $min, &$alphabet).map(Self).ok_or_else(|| refuse(text, $set, $expected))
            }
        }

        string_like!($name);
    };
}

macro_rules! string_like {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = CodeError;
            fn from_str(text: &str) -> Result<Self, CodeError> {
                <Self as CodeSet>::parse_bytes(text.as_bytes())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// An ICD diagnosis code without its dot: up to eight letters and digits (ICD-10-CM uses three to seven).
///
/// A dot behind the third character is accepted and dropped, as coders write `I50.20`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DiagnosisCode([u8; 8]);

impl DiagnosisCode {
    /// Reads a code, with or without its dot.
    ///
    /// # Errors
    /// [`CodeError`] unless the text is one to eight letters and digits, with at most a dot behind the third.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        <Self as CodeSet>::parse_bytes(text.as_bytes())
    }

    /// The code without a dot.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|&b| b == 0).unwrap_or(8);
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }

    /// The code with its dot, as the tabular list prints it: `I50.20`.
    #[must_use]
    pub fn dotted(&self) -> String {
        let code = self.as_str();
        match code.split_at_checked(3) {
            Some((category, rest)) if !rest.is_empty() => [category, ".", rest].concat(),
            _ => code.to_owned(),
        }
    }

    /// The code as a number that sorts as the text does; key of every diagnosis table.
    #[must_use]
    pub const fn key(self) -> u64 {
        u64::from_be_bytes(self.0)
    }
}

impl CodeSet for DiagnosisCode {
    const NAME: &'static str = "diagnosis code";
    #[inline]
    fn parse_bytes(text: &[u8]) -> Result<Self, CodeError> {
        if let Some(packed) = pack(text, 1, &ALPHANUMERIC) {
            return Ok(Self(packed));
        }
        match text {
            [a, b, c, b'.', rest @ ..] if !rest.is_empty() && rest.len() <= 5 => {
                let mut joined = [0; 8];
                joined[..3].copy_from_slice(&[*a, *b, *c]);
                joined[3..3 + rest.len()].copy_from_slice(rest);
                pack(&joined[..3 + rest.len()], 1, &ALPHANUMERIC).map(Self)
            }
            _ => None,
        }
        .ok_or_else(|| refuse(text, Self::NAME, "one to eight letters and digits are expected"))
    }
}

string_like!(DiagnosisCode);

ascii_code!(
    /// An ICD-10-PCS procedure code (seven characters), or the ICD procedure code of an older set.
    ProcedureCode, "procedure code", 8, 1, ALPHANUMERIC, "one to eight letters and digits are expected"
);

impl ProcedureCode {
    /// The code as a number that sorts as the text does; key of every procedure table.
    #[must_use]
    pub const fn key(self) -> u64 {
        u64::from_be_bytes(self.0)
    }
}

ascii_code!(
    /// A HCPCS code: CPT (level I), level II, or the HIPPS code of a prospective payment line. CDT `D` codes too.
    HcpcsCode, "HCPCS code", 5, 5, ALPHANUMERIC, "five letters and digits are expected"
);

ascii_code!(
    /// A two-character HCPCS or CPT modifier.
    Modifier, "modifier", 2, 2, ALPHANUMERIC, "two letters and digits are expected"
);

ascii_code!(
    /// A place-of-service code.
    PlaceOfService, "place of service code", 2, 2, ALPHANUMERIC, "two digits are expected"
);

ascii_code!(
    /// A patient discharge status (UB-04 form locator 17), two characters with leading zero.
    DischargeStatus, "discharge status", 2, 1, ALPHANUMERIC, "two digits are expected"
);

impl DischargeStatus {
    /// The status as a number, when it is one: `"01"` and `"1"` are 1.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        self.as_str().parse().ok()
    }
}

ascii_code!(
    /// A priority (type) of admission, UB-04 form locator 14.
    AdmissionType, "admission type", 1, 1, ALPHANUMERIC, "one digit is expected"
);

ascii_code!(
    /// A point of origin for admission or visit, UB-04 form locator 15.
    AdmissionSource, "admission source", 1, 1, ALPHANUMERIC, "one letter or digit is expected"
);

ascii_code!(
    /// A condition code, UB-04 form locators 18-28.
    ConditionCode, "condition code", 2, 1, ALPHANUMERIC, "two letters and digits are expected"
);

ascii_code!(
    /// An occurrence or occurrence span code, UB-04 form locators 31-36.
    OccurrenceCode, "occurrence code", 2, 1, ALPHANUMERIC, "two letters and digits are expected"
);

ascii_code!(
    /// A value code, UB-04 form locators 39-41.
    ValueCode, "value code", 2, 1, ALPHANUMERIC, "two letters and digits are expected"
);

ascii_code!(
    /// A health-care provider taxonomy code.
    Taxonomy, "taxonomy code", 10, 10, ALPHANUMERIC, "ten letters and digits are expected"
);

ascii_code!(
    /// A National Drug Code in the eleven-digit form of claims.
    Ndc, "national drug code", 11, 11, DIGITS, "eleven digits are expected"
);

ascii_code!(
    /// A diagnosis related group as billed (HI `DR`), three or four characters.
    DrgCode, "DRG", 4, 1, ALPHANUMERIC, "up to four letters and digits are expected"
);

ascii_code!(
    /// A tooth in the universal national tooth designation system.
    ToothCode, "tooth code", 2, 1, ALPHANUMERIC, "one or two letters and digits are expected"
);

/// A revenue code, four digits with leading zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RevenueCode([u8; 4]);

impl RevenueCode {
    /// Reads a code; a three-digit code gets its leading zero.
    ///
    /// # Errors
    /// [`CodeError`] unless the text is three or four letters and digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        <Self as CodeSet>::parse_bytes(text.as_bytes())
    }

    /// The four digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl CodeSet for RevenueCode {
    const NAME: &'static str = "revenue code";
    #[inline]
    fn parse_bytes(text: &[u8]) -> Result<Self, CodeError> {
        let packed = match text {
            [a, b, c] => pack(&[b'0', *a, *b, *c], 4, &ALPHANUMERIC),
            _ => pack(text, 4, &ALPHANUMERIC),
        };
        packed.map(Self).ok_or_else(|| refuse(text, Self::NAME, "four digits are expected"))
    }
}

string_like!(RevenueCode);

/// A type of bill: two digits of facility and bill classification, and the claim frequency.
///
/// Written with or without the leading zero (`111`, `0111`); printed with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeOfBill([u8; 4]);

impl TypeOfBill {
    /// Reads a type of bill of three or four characters.
    ///
    /// # Errors
    /// [`CodeError`] when the text has another length or other characters than letters and digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        <Self as CodeSet>::parse_bytes(text.as_bytes())
    }

    /// Joins facility type and frequency, as CLM05-1 and CLM05-3 carry them.
    ///
    /// # Errors
    /// [`CodeError`] when the parts do not make a type of bill.
    pub fn from_parts(facility: &[u8], frequency: &[u8]) -> Result<Self, CodeError> {
        match (facility, frequency) {
            (&[a, b], &[c]) => <Self as CodeSet>::parse_bytes(&[a, b, c]),
            _ => Err(refuse(facility, Self::NAME, "two characters of facility type and one of frequency are expected")),
        }
    }

    /// Four characters with the leading zero.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The facility type and bill classification: `11` is hospital inpatient Part A, `13` hospital outpatient.
    #[must_use]
    pub fn facility(&self) -> &str {
        self.as_str().get(1..3).unwrap_or_default()
    }

    /// The claim frequency: `1` admit through discharge, `7` replacement, `8` void …
    #[must_use]
    pub const fn frequency(&self) -> char {
        self.0[3] as char
    }

    /// Whether this is a hospital inpatient Part A bill (11x), the bill that is grouped and code-edited as a stay.
    ///
    /// 12x is hospital inpatient *Part B*, paid by service, and does not count.
    #[must_use]
    pub fn is_hospital_inpatient(&self) -> bool {
        self.0[1..3] == *b"11"
    }
}

impl CodeSet for TypeOfBill {
    const NAME: &'static str = "type of bill";
    #[inline]
    fn parse_bytes(text: &[u8]) -> Result<Self, CodeError> {
        let packed = match text {
            [a, b, c] => pack(&[b'0', *a, *b, *c], 4, &ALPHANUMERIC),
            [b'0', ..] => pack(text, 4, &ALPHANUMERIC),
            _ => None,
        };
        packed
            .map(Self)
            .ok_or_else(|| refuse(text, Self::NAME, "three characters, or four with a leading zero, are expected"))
    }
}

string_like!(TypeOfBill);

/// Present-on-admission indicator of a diagnosis.
///
/// Source: UB-04 form locator 67; ICD-10-CM Official Guidelines, Appendix I.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Poa {
    /// `Y`: present at the time of inpatient admission.
    #[serde(rename = "Y")]
    Yes,
    /// `N`: not present.
    #[serde(rename = "N")]
    No,
    /// `U`: documentation is insufficient.
    #[serde(rename = "U")]
    Unknown,
    /// `W`: clinically undetermined by the provider.
    #[serde(rename = "W")]
    ClinicallyUndetermined,
    /// `1` (4010 habit) or blank: the code is exempt from reporting.
    #[serde(rename = "1")]
    Exempt,
}

impl Poa {
    /// The indicator of a letter, `1` for exempt; `None` for any other text.
    #[must_use]
    pub const fn from_bytes(text: &[u8]) -> Option<Self> {
        match text {
            b"Y" | b"y" => Some(Self::Yes),
            b"N" | b"n" => Some(Self::No),
            b"U" | b"u" => Some(Self::Unknown),
            b"W" | b"w" => Some(Self::ClinicallyUndetermined),
            b"1" => Some(Self::Exempt),
            _ => None,
        }
    }

    /// The letter as it is billed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "Y",
            Self::No => "N",
            Self::Unknown => "U",
            Self::ClinicallyUndetermined => "W",
            Self::Exempt => "1",
        }
    }
}

impl fmt::Display for Poa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnosis_codes_drop_their_dot() {
        let code = DiagnosisCode::parse("i50.20").unwrap();
        assert_eq!((code.as_str(), code.dotted().as_str()), ("I5020", "I50.20"));
        for nonsense in ["", "I5O.", "I5.020", "A 1", "123456789", "Ä1"] {
            assert!(DiagnosisCode::parse(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn keys_sort_as_the_text() {
        let key = |text| DiagnosisCode::parse(text).unwrap().key();
        assert!(key("A00") < key("A000") && key("A009") < key("A01") && key("Z999") > key("A000"));
    }

    #[test]
    fn bill_types_take_both_spellings() {
        assert_eq!(TypeOfBill::parse("111"), TypeOfBill::parse("0111"));
        let bill = TypeOfBill::from_parts(b"13", b"7").unwrap();
        assert_eq!((bill.as_str(), bill.facility(), bill.frequency()), ("0137", "13", '7'));
        assert!(TypeOfBill::parse("1111").is_err() && TypeOfBill::parse("11").is_err());
    }

    #[test]
    fn revenue_codes_get_their_zero() {
        assert_eq!(RevenueCode::parse("450").unwrap().as_str(), "0450");
        assert!(RevenueCode::parse("45").is_err());
    }

    #[test]
    fn errors_quote_the_input() {
        let error = HcpcsCode::parse("992133").unwrap_err();
        assert_eq!(error.to_string(), "`992133` is not a HCPCS code: five letters and digits are expected");
    }
}
