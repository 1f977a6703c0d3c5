//! Values as publications write them: dates, exact decimals, whole numbers, codes.
//!
//! Each function returns `Ok(None)` for a blank, and `Err` with the end of a sentence that begins with the value:
//! "`20251341` is not a date". [`crate::row::Row`] adds the place.

use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::relation::ShortCode;

/// The first year that a date of a publication may have. Medicare began in 1965; `19000101` occurs as "always".
const FIRST_YEAR: i16 = 1850;

/// A date, as written in any of `YYYYMMDD`, `YYYY-MM-DD` (a time after it is ignored), `MM/DD/YYYY`, `YYYYDDD` (day of
/// year) or an Excel serial number of five digits. Blank, `*`, `N/A` and zeros mean no date.
///
/// # Errors
/// When the text has none of these shapes or names a day that does not exist.
pub fn day(text: &str) -> Result<Option<Day>, String> {
    let text = text.trim();
    if text.is_empty() || text == "*" || text.eq_ignore_ascii_case("n/a") || text.bytes().all(|b| b == b'0') {
        return Ok(None);
    }
    let text = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let date = if digits {
        match text.len() {
            8 => civil(&text[..4], &text[4..6], &text[6..]),
            7 => ordinal(&text[..4], &text[4..]),
            5 => text.parse().ok().and_then(excel_serial),
            _ => None,
        }
    } else if let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] {
        civil(year, month, day)
    } else if let [month, day, year] = text.split('/').collect::<Vec<_>>()[..] {
        civil(year, month, day)
    } else {
        None
    };
    match date.filter(|date| date.year() >= FIRST_YEAR) {
        Some(date) => Ok(Some(Day::from(date))),
        None => Err("is not a date".to_owned()),
    }
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    // A two-digit year is not guessed at.
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn ordinal(year: &str, day_of_year: &str) -> Option<Date> {
    let first = Date::new(year.parse().ok()?, 1, 1).ok()?;
    let day: i64 = day_of_year.parse().ok()?;
    let date = first.checked_add(jiff::Span::new().try_days(day.checked_sub(1)?).ok()?).ok()?;
    (day >= 1 && date.year() == first.year()).then_some(date)
}

/// The date of an Excel serial number (1900 system).
#[must_use]
pub fn excel_serial(serial: i64) -> Option<Date> {
    // Excel counts a 29 February 1900 that never was; from March 1900 on, day 0 is 30 December 1899.
    let origin = Date::new(1899, 12, 30).ok()?;
    (61..=2_958_465).contains(&serial).then_some(())?;
    origin.checked_add(jiff::Span::new().try_days(serial).ok()?).ok()
}

/// A decimal number exactly as written, as a whole number of `10^-scale`: `"1.25"` at scale 3 is 1250. A `$`, thousands
/// commas, surrounding parentheses (negative) and a sign are understood. Blank, `NA` and `*` mean none.
///
/// # Errors
/// When the text is no number, has more decimals than `scale` (other than zeros), or does not fit.
pub fn decimal(text: &str, scale: u8) -> Result<Option<i64>, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() || matches!(trimmed, "*" | "NA" | "N/A" | "." | "-") {
        return Ok(None);
    }
    let (negative, body) = match trimmed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        },
    };
    let body = body.trim().trim_start_matches('$').trim();
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err("is not a number".to_owned());
    }
    let mut value: i64 = 0;
    let mut push = |digit: u8| -> Result<(), String> {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit)))
            .ok_or_else(|| "is too large a number".to_owned())?;
        Ok(())
    };
    for byte in whole.bytes() {
        match byte {
            b'0'..=b'9' => push(byte - b'0')?,
            b',' => {}
            _ => return Err("is not a number".to_owned()),
        }
    }
    let scale = usize::from(scale);
    for (at, byte) in fraction.bytes().enumerate() {
        match byte {
            b'0'..=b'9' if at < scale => push(byte - b'0')?,
            b'0' => {}
            b'1'..=b'9' => return Err(format!("has more than {scale} decimals")),
            _ => return Err("is not a number".to_owned()),
        }
    }
    for _ in fraction.len()..scale {
        push(0)?;
    }
    Ok(Some(if negative { -value } else { value }))
}

/// A whole number; `1,234` and `12.00` are understood.
///
/// # Errors
/// When the text is no whole number.
pub fn int(text: &str) -> Result<Option<i64>, String> {
    decimal(text, 0).map_err(|_| "is not a whole number".to_owned())
}

/// A code of at most eight printable ASCII characters, upper-cased; dots are removed when `undot`, as ICD-10 codes are
/// kept without them.
///
/// # Errors
/// When it is longer or holds a blank or another character.
pub fn code(text: &str, undot: bool) -> Result<Option<ShortCode>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*' | b'/' | b'@');
    if !text.bytes().all(plain) {
        return Err("is not a code".to_owned());
    }
    let mut upper = text.to_ascii_uppercase();
    if undot {
        upper.retain(|character| character != '.');
    }
    match ShortCode::new(&upper) {
        Some(code) => Ok(Some(code)),
        None => Err("is longer than the eight characters of a code".to_owned()),
    }
}

/// A number of a workbook as the text that Excel shows at full precision: fifteen significant digits, no exponent.
///
/// Workbooks keep numbers as binary doubles; the decimal that the publisher typed is the one with at most fifteen
/// significant digits.
#[must_use]
pub fn workbook_number(value: f64) -> String {
    let scientific = format!("{value:.14e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.bytes().filter(u8::is_ascii_digit).map(char::from).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let point = exponent + 1;
    let text = if point <= 0 {
        format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))
    } else if digits.len() <= point as usize {
        format!("{digits}{}", "0".repeat(point as usize - digits.len()))
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_shape() {
        for text in ["20251001", "2025-10-01", "10/01/2025", "10/1/2025", "2025274", "45931", "2025-10-01 00:00:00"] {
            assert_eq!(day(text), Ok(Some(Day(20_251_001))), "{text}");
        }
        for text in ["", " ", "*", "00000000", "N/A"] {
            assert_eq!(day(text), Ok(None), "{text}");
        }
        for text in
            ["20251301", "20250230", "2025366", "2025000", "02/30/2025", "10/1/25", "Oct 1", "202510", "00010101"]
        {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        for (text, scale, value) in [
            ("33.4009", 4, 334_009),
            ("33.40", 4, 334_000),
            ("$1,234.5", 2, 123_450),
            (".5", 3, 500),
            ("-0.25", 2, -25),
            ("(12)", 0, -12),
            ("1.2300", 2, 123),
        ] {
            assert_eq!(decimal(text, scale), Ok(Some(value)), "{text}");
        }
        assert_eq!((decimal(" ", 2), decimal("NA", 2)), (Ok(None), Ok(None)));
        for text in ["1.234", "abc", "1.2.3", "--1", "99999999999999999999"] {
            assert!(decimal(text, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_are_upper_case_and_short() {
        assert_eq!(code(" b90.0 ", true).unwrap().unwrap().as_str(), "B900");
        assert_eq!(code("", true), Ok(None));
        assert!(code("123456789", true).is_err() && code("A B", true).is_err());
    }

    #[test]
    fn workbook_numbers_are_as_typed() {
        for (value, text) in [
            (0.875, "0.875"),
            (33.4009, "33.4009"),
            (0.1 + 0.2, "0.3"),
            (45931.0, "45931"),
            (-12.5, "-12.5"),
            (0.0, "0"),
            (1e-5, "0.00001"),
            (1_200_000.0, "1200000"),
        ] {
            assert_eq!(workbook_number(value), text);
        }
    }
}
