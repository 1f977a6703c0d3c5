//! Powers with fractional exponents, exactly the same on every machine.
//!
//! The formulas raise the wage index to 0.6848, the resident-to-bed ratio plus one to 0.405, and the base of natural
//! logarithms to a multiple of a ratio; results are rounded to at most nine places. Numbers here are integers with 18
//! places; logarithm and exponential are series whose last terms fall below the last place.

use openclaim_claim::Decimal;

const PLACES: u32 = 18;
const ONE: i128 = 10_i128.pow(PLACES);
/// Natural logarithm of 2.
const LN_2: i128 = 693_147_180_559_945_309;

/// `base` to the power of `exponent`, to 16 places. `None` when the base is not positive or the result is too large.
pub(super) fn power(base: Decimal, exponent: Decimal) -> Option<Decimal> {
    let (base, exponent) = (fixed(base)?, fixed(exponent)?);
    let result = exponential(multiply(logarithm(base)?, exponent)?)?;
    Decimal::try_from_i128_with_scale(result, PLACES).ok()
}

/// The number with 18 places.
fn fixed(number: Decimal) -> Option<i128> {
    let factor = 10_i128.checked_pow(PLACES.checked_sub(number.scale())?)?;
    number.mantissa().checked_mul(factor)
}

/// Product, rounded half away from zero.
fn multiply(a: i128, b: i128) -> Option<i128> {
    let product = a.checked_mul(b)?;
    Some((product + product.signum() * (ONE / 2)) / ONE)
}

fn divide(a: i128, b: i128) -> Option<i128> {
    a.checked_mul(ONE)?.checked_div(b)
}

/// ln x = k ln 2 + 2 (z + z³/3 + z⁵/5 + …) with z = (m − 1)/(m + 1) and x = m 2ᵏ, m between 3/4 and 3/2.
fn logarithm(x: i128) -> Option<i128> {
    if x <= 0 {
        return None;
    }
    let (mut m, mut twos) = (x, 0_i128);
    while m > ONE + ONE / 2 {
        m /= 2;
        twos += 1;
    }
    while m < ONE - ONE / 4 {
        m *= 2;
        twos -= 1;
    }
    let z = divide(m - ONE, m + ONE)?;
    let square = multiply(z, z)?;
    let (mut term, mut sum, mut odd) = (z, 0_i128, 1_i128);
    while term != 0 {
        sum += term / odd;
        term = multiply(term, square)?;
        odd += 2;
    }
    Some(2 * sum + twos * LN_2)
}

/// eˣ = 2ᵏ (1 + r + r²/2! + …) with x = k ln 2 + r.
fn exponential(x: i128) -> Option<i128> {
    let twos = (x + x.signum() * (LN_2 / 2)) / LN_2;
    let rest = x - twos * LN_2;
    let (mut term, mut sum, mut count) = (ONE, 0_i128, 0_i128);
    while term != 0 {
        sum += term;
        count += 1;
        term = multiply(term, rest)? / count;
    }
    let shift = u32::try_from(twos.unsigned_abs()).ok().filter(|&shift| shift < 60)?;
    let scale = 1_i128 << shift;
    if twos < 0 { Some(sum / scale) } else { sum.checked_mul(scale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn powers_agree_with_a_calculation_to_thirty_places() {
        for (base, exponent, expected) in [
            ("1.45", "0.405", "1.162395824"),
            ("1.0000", "0.6848", "1.000000000"),
            ("0.9276", "0.6848", "0.949836019"),
            ("1.9343", "0.6848", "1.571127825"),
            ("0.2382", "0.6848", "0.374394720"),
            ("2.7183", "0.02822", "1.028622150"),
            ("2.7183", "0", "1.000000000"),
        ] {
            let result = power(dec(base), dec(exponent)).unwrap();
            let expected = dec(expected);
            assert!((result - expected).abs() < dec("0.0000000006"), "{base}^{exponent} = {result}, not {expected}");
        }
    }

    #[test]
    fn what_has_no_power_has_none() {
        assert_eq!(power(dec("0"), dec("0.5")), None);
        assert_eq!(power(dec("-1"), dec("0.5")), None);
        assert_eq!(power(dec("99999999"), dec("99999")), None);
    }
}
