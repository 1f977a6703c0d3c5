//! One value of a relation.

use super::ColumnKind;
use crate::{Day, text_key};
use std::cmp::Ordering;

/// A code of at most eight ASCII characters, by value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode([u8; 8]);

impl ShortCode {
    /// The code, or `None` when the text is empty, longer than eight bytes, or has other than printable ASCII.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let usable = printable && !text.is_empty() && text.len() <= 8;
        usable.then(|| Self(text_key(text.as_bytes()).to_be_bytes()))
    }

    /// The code of a key made by [`text_key`]; `None` for 0, which stands for blank.
    #[must_use]
    pub fn from_key(key: u64) -> Option<Self> {
        (key != 0).then_some(Self(key.to_be_bytes()))
    }

    /// The code's key, as [`text_key`] makes it. Keys sort as the codes do.
    #[must_use]
    pub fn key(self) -> u64 {
        u64::from_be_bytes(self.0)
    }

    /// The code's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|&byte| byte == 0).unwrap_or(8);
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

impl std::fmt::Display for ShortCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// An exact decimal number: `unscaled` divided by ten to the power of `scale`.
///
/// `rust_decimal::Decimal::new(fixed.unscaled, fixed.scale.into())` is the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fixed {
    /// The digits.
    pub unscaled: i64,
    /// Places after the point.
    pub scale: u8,
}

impl Fixed {
    /// Reads a decimal number as publications print it: `1.50`, `-.5`, `$1,234.00`, `12`. Spaces around it are ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = digits.strip_prefix('$').unwrap_or(digits);
        let (mut unscaled, mut scale, mut seen, mut point) = (0_i64, 0_u8, false, false);
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => {
                    unscaled = unscaled.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                    scale = scale.checked_add(u8::from(point))?;
                    seen = true;
                }
                b'.' if !point => point = true,
                b',' if seen && !point => {}
                _ => return None,
            }
        }
        seen.then_some(Self { unscaled: if negative { -unscaled } else { unscaled }, scale })
    }

    /// The same number with another number of places, or `None` when digits other than zeros would be lost.
    #[must_use]
    pub fn rescale(self, scale: u8) -> Option<Self> {
        let Self { mut unscaled, scale: mut now } = self;
        while now > scale {
            if unscaled % 10 != 0 {
                return None;
            }
            unscaled /= 10;
            now -= 1;
        }
        let factor = 10_i64.checked_pow(u32::from(scale - now))?;
        Some(Self { unscaled: unscaled.checked_mul(factor)?, scale })
    }

    /// The order of the numbers, whatever their places.
    #[must_use]
    pub fn order(self, other: Self) -> Ordering {
        let widen =
            |number: Self| i128::from(number.unscaled) * 10_i128.pow(u32::from(18_u8.saturating_sub(number.scale)));
        match self.scale == other.scale {
            true => self.unscaled.cmp(&other.unscaled),
            false => widen(self).cmp(&widen(other)),
        }
    }
}

impl std::fmt::Display for Fixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0width$}", self.unscaled.unsigned_abs(), width = scale + 1);
        let (whole, places) = digits.split_at(digits.len() - scale);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let point = if scale == 0 { "" } else { "." };
        f.pad(&format!("{sign}{whole}{point}{places}"))
    }
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing was published.
    Blank,
    /// A code.
    Code(ShortCode),
    /// A text. Pushed into a column of another kind it is read as that kind ([`Cell::parse`]).
    Text(&'a str),
    /// A date.
    Day(Day),
    /// A whole number.
    Int(i64),
    /// A decimal number. Pushing it changes its places to the column's, when nothing is lost.
    Decimal(Fixed),
    /// One ASCII character.
    Flag(u8),
}

impl<'a> Cell<'a> {
    /// Reads published text as a column's kind. Text that is empty or all spaces is [`Cell::Blank`]; spaces around
    /// anything but text are ignored. Dates are `2025-10-01` or `20251001`; importers translate other spellings.
    ///
    /// # Errors
    /// A sentence that quotes the text.
    pub fn parse(kind: ColumnKind, text: &'a str) -> Result<Self, String> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Self::Blank);
        }
        let quoted = || if trimmed.len() > 60 { "a long text".to_owned() } else { format!("`{trimmed}`") };
        match kind {
            ColumnKind::Text => Ok(Self::Text(text)),
            ColumnKind::Code => ShortCode::new(trimmed)
                .map(Self::Code)
                .ok_or_else(|| format!("{} is not a code of at most eight ASCII characters", quoted())),
            ColumnKind::Day => {
                let compact = trimmed.len() == 8 && trimmed.bytes().all(|byte| byte.is_ascii_digit());
                let day = if compact { trimmed.parse().ok().map(Day) } else { Day::parse_iso(trimmed) };
                day.filter(|day| day.to_date().is_some())
                    .map(Self::Day)
                    .ok_or_else(|| format!("{} is not a date", quoted()))
            }
            ColumnKind::Int => Fixed::parse(trimmed)
                .and_then(|number| number.rescale(0))
                .map(|number| Self::Int(number.unscaled))
                .ok_or_else(|| format!("{} is not a whole number", quoted())),
            ColumnKind::Decimal { scale } => Fixed::parse(trimmed)
                .and_then(|number| number.rescale(scale))
                .map(Self::Decimal)
                .ok_or_else(|| format!("{} is not a number with at most {scale} decimal places", quoted())),
            ColumnKind::Flag => match trimmed.as_bytes() {
                [byte] if byte.is_ascii() => Ok(Self::Flag(*byte)),
                _ => Err(format!("{} is not a single ASCII character", quoted())),
            },
        }
    }

    /// The order in which a table keeps the values of a column: blank first, then codes and texts by their bytes, days
    /// and numbers by value. Values of different kinds, which no column holds, come in the order of the kinds.
    #[must_use]
    pub fn order(&self, other: &Cell<'_>) -> Ordering {
        match (self, other) {
            (Self::Code(a), Cell::Code(b)) => a.cmp(b),
            (Self::Code(a), Cell::Text(b)) => a.as_str().cmp(b),
            (Self::Text(a), Cell::Code(b)) => (*a).cmp(b.as_str()),
            (Self::Text(a), Cell::Text(b)) => a.cmp(b),
            (Self::Day(a), Cell::Day(b)) => a.cmp(b),
            (Self::Int(a), Cell::Int(b)) => a.cmp(b),
            (Self::Flag(a), Cell::Flag(b)) => a.cmp(b),
            (Self::Decimal(a), Cell::Decimal(b)) => a.order(*b),
            _ => self.kind_rank().cmp(&other.kind_rank()),
        }
    }

    fn kind_rank(&self) -> u8 {
        match self {
            Self::Blank => 0,
            Self::Code(_) => 1,
            Self::Text(_) => 2,
            Self::Day(_) => 3,
            Self::Int(_) => 4,
            Self::Decimal(_) => 5,
            Self::Flag(_) => 6,
        }
    }

    /// Whether nothing was published.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }
}

/// As a csv file shows it: codes and texts as they are, dates as `2025-10-01`, blank as nothing.
impl std::fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Blank => f.pad(""),
            Self::Code(code) => code.fmt(f),
            Self::Text(text) => f.pad(text),
            Self::Day(day) => f.pad(&day.to_string()),
            Self::Int(number) => f.pad(&number.to_string()),
            Self::Decimal(number) => number.fmt(f),
            Self::Flag(byte) => f.pad(char::from(*byte).encode_utf8(&mut [0; 4])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_printed_exactly() {
        let print = |text: &str, scale| Some(Fixed::parse(text)?.rescale(scale)?.to_string());
        assert_eq!(print("1.5", 2).as_deref(), Some("1.50"));
        assert_eq!(print("-.875", 3).as_deref(), Some("-0.875"));
        assert_eq!(print("$1,234.00", 0).as_deref(), Some("1234"));
        assert_eq!(print("0", 2).as_deref(), Some("0.00"));
        assert_eq!(print("33.4009", 2), None, "digits would be lost");
        for wrong in ["", "-", ".", "1.2.3", "NA", "1e5", ",5", "99999999999999999999", &format!("0.{:0300}", 0)] {
            assert_eq!(Fixed::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let order = |a, b| Fixed::parse(a).unwrap().order(Fixed::parse(b).unwrap());
        assert_eq!(order("1.5", "1.50"), Ordering::Equal);
        assert_eq!(order("1.49", "1.5"), Ordering::Less);
        assert_eq!(order("-2", "0.001"), Ordering::Less);
    }

    #[test]
    fn texts_are_read_as_the_column_says() {
        assert_eq!(Cell::parse(ColumnKind::Int, " 12 "), Ok(Cell::Int(12)));
        assert_eq!(Cell::parse(ColumnKind::Int, ""), Ok(Cell::Blank));
        assert_eq!(Cell::parse(ColumnKind::Day, "20251001"), Ok(Cell::Day(Day(20_251_001))));
        assert!(Cell::parse(ColumnKind::Day, "20251301").is_err());
        assert!(Cell::parse(ColumnKind::Flag, "XY").is_err());
        assert!(Cell::parse(ColumnKind::Code, "123456789").is_err());
        assert_eq!(Cell::parse(ColumnKind::Code, " 0001A").map(|cell| cell.to_string()), Ok("0001A".into()));
    }
}
