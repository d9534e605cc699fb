//! Dividing a decimal: exactly where the result is finite, else rounded once.

use mbus::Decimal;

use super::SIGNIFICANT_DIGITS;

/// `number / denominator`, exact where that is a finite decimal, else rounded half to even to
/// [`SIGNIFICANT_DIGITS`]. `None` where the exact result has too many digits to be held, and for
/// a denominator of 0.
pub(super) fn divide(number: Decimal, denominator: u32) -> Option<Decimal> {
    if denominator == 0 {
        return None;
    }
    let (mut mantissa, mut exponent) = (number.mantissa(), number.exponent());
    let common = greatest_common_divisor(mantissa.unsigned_abs(), denominator);
    mantissa /= i128::from(common);
    let mut rest = denominator / common;
    // A tenth part of the denominator is a place; 2 and 5 are made tenths by 5 and 2.
    for (factor, other) in [(10, 1), (5, 2), (2, 5)] {
        while rest.is_multiple_of(factor) {
            rest /= factor;
            mantissa = mantissa.checked_mul(other)?;
            exponent = exponent.checked_sub(1)?;
        }
    }
    if rest == 1 { Some(Decimal::new(mantissa, exponent)) } else { round(mantissa, exponent, rest) }
}

fn greatest_common_divisor(number: u128, denominator: u32) -> u32 {
    // The first remainder is smaller than the denominator, so it fits.
    let (mut a, mut b) =
        (denominator, u32::try_from(number % u128::from(denominator)).unwrap_or(0));
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `mantissa × 10^exponent / denominator` with [`SIGNIFICANT_DIGITS`] digits.
fn round(mantissa: i128, exponent: i16, denominator: u32) -> Option<Decimal> {
    let magnitude = mantissa.unsigned_abs();
    let limit = 10_u128.pow(SIGNIFICANT_DIGITS);
    let denominator = u128::from(denominator);
    // Scaled so that the quotient has exactly the digits wanted: a dividend with too many makes
    // the divisor larger.
    let (mut dividend, mut divisor, mut exponent) = (magnitude, denominator, exponent);
    while dividend / divisor < limit / 10 {
        match dividend.checked_mul(10) {
            Some(larger) => dividend = larger,
            None => return None,
        }
        exponent = exponent.checked_sub(1)?;
    }
    while dividend / divisor >= limit {
        divisor = divisor.checked_mul(10)?;
        exponent = exponent.checked_add(1)?;
    }
    let (quotient, remainder) = (dividend / divisor, dividend % divisor);
    let is_up = match (2 * remainder).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    let digits = i128::try_from(quotient + u128::from(is_up)).ok()?;
    Some(Decimal::new(if mantissa < 0 { -digits } else { digits }, exponent))
}
