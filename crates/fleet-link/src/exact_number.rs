//! Exact numbers as JSON numbers with their own digits.

use mbus::Decimal;
use serde_json::Number;

/// No meter sends numbers beyond these powers of ten; a short text like `1e32000` must not become
/// a long number.
pub(crate) const EXPONENTS: std::ops::RangeInclusive<i16> = -100..=100;

/// The number in JSON: digit by digit as it is, and zeros that the meter did not send as a power
/// of ten, so that it comes back with the digits it has.
pub(crate) fn to_json(number: Decimal) -> Option<Number> {
    let text = if number.exponent() > 0 {
        format!("{}e{}", number.mantissa(), number.exponent())
    } else {
        number.to_string()
    };
    text.parse().ok()
}

/// The number, where it has no more digits than can be held.
pub(crate) fn from_json(number: &Number) -> Option<Decimal> {
    let number: Decimal = number.to_string().parse().ok()?;
    EXPONENTS.contains(&number.exponent()).then_some(number)
}
