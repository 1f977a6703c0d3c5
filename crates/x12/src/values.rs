//! Dates, amounts and quantities as X12 writes them.

use openclaim_claim::{Date, Decimal};

/// A date of eight digits, `CCYYMMDD`.
pub(crate) fn date(text: &[u8]) -> Option<Date> {
    let digits: &[u8; 8] = text.first_chunk().filter(|_| text.len() == 8)?;
    // All eight in one word: the high half of each byte says digit, unless it is above nine.
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let word = u64::from_le_bytes(*digits);
    if word & HIGH != ZEROS || word.wrapping_add(0x0606_0606_0606_0606) & HIGH != ZEROS {
        return None;
    }
    let word = word - ZEROS;
    let [century, _, year, _, month, _, day, _] = (word * 10 + (word >> 8)).to_le_bytes();
    let year = i16::from(century) * 100 + i16::from(year);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number with an optional leading sign and an optional point (X12 type `R`), or a whole number (type `N0`).
pub(crate) fn decimal(text: &[u8]) -> Option<Decimal> {
    // Counts of units, as most are.
    if let Some(number) = whole(text) {
        return Some(Decimal::from(number));
    }
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mut mantissa = 0_i64;
    let mut places = None;
    let mut count = 0;
    for &byte in digits {
        match byte {
            b'0'..=b'9' if count < 18 => {
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                count += 1;
                places = places.map(|places| places + 1);
            }
            b'.' if places.is_none() => places = Some(0),
            _ => return None,
        }
    }
    (count > 0).then(|| Decimal::new(if negative { -mantissa } else { mantissa }, places.unwrap_or(0)))
}

/// A whole number without sign.
#[inline]
pub(crate) fn whole(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    let mut number = 0_u32;
    let mut refused = false;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        refused |= digit > 9;
        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    (!refused).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar() {
        assert_eq!(date(b"20240229"), Date::new(2024, 2, 29).ok());
        for text in ["20230229", "20261301", "2026010", "202601011", "2026O101", "00000000", ""] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_places() {
        for (text, value) in [("1", "1"), ("1.50", "1.50"), (".5", "0.5"), ("-3", "-3"), ("7.", "7"), ("+2", "2")] {
            assert_eq!(decimal(text.as_bytes()).unwrap().to_string(), value, "{text}");
        }
        for text in ["", ".", "-", "1,0", "1e3", "1.2.3", "1234567890123456789", "--1"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers_have_digits_only() {
        assert_eq!(whole(b"0012"), Some(12));
        assert_eq!((whole(b""), whole(b"-1"), whole(b"1234567890")), (None, None, None));
    }
}
