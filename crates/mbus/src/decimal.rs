//! Exact decimal numbers: a mantissa and a power of ten, as meters send them.

use core::cmp::Ordering;
use core::fmt;

use crate::fixed_text::FixedText;

/// `mantissa × 10^exponent`, with the digits the meter sent: 1.210 stays 1.210.
///
/// ```
/// use mbus::Decimal;
///
/// let volume = Decimal::new(678_901, -3);
/// assert_eq!(volume.to_string(), "678.901");
/// assert_eq!(Decimal::new(12_345, 3).to_string(), "12345000");
/// ```
#[derive(Clone, Copy)]
pub struct Decimal {
    /// The mantissa in two halves: an `i128` would align every value to 16 bytes.
    high: i64,
    low: u64,
    exponent: i16,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self::new(0, 0);

    /// `mantissa × 10^exponent`.
    #[inline]
    pub const fn new(mantissa: i128, exponent: i16) -> Self {
        // The two halves, cut off on purpose.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (high, low) = ((mantissa >> 64) as i64, mantissa as u64);
        Self { high, low, exponent }
    }

    /// A whole number of 64 bits.
    #[inline]
    pub const fn whole(number: i64) -> Self {
        // Two's complement: the low half keeps the bits, the high half the sign.
        #[allow(clippy::cast_sign_loss)]
        let low = number as u64;
        Self { high: number >> 63, low, exponent: 0 }
    }

    /// The digits as a whole number.
    #[inline]
    pub const fn mantissa(self) -> i128 {
        (self.high as i128) << 64 | self.low as i128
    }

    /// The power of ten the digits are multiplied by.
    pub const fn exponent(self) -> i16 {
        self.exponent
    }

    /// The number times `10^power`; only the exponent moves, so it is exact.
    #[inline]
    #[must_use]
    pub const fn shift(self, power: i16) -> Self {
        Self { exponent: self.exponent.saturating_add(power), ..self }
    }

    /// Whether the number is below zero.
    pub const fn is_negative(self) -> bool {
        self.high < 0
    }

    /// The sum, where it can be held exactly.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let sum = self.mantissa_at(exponent)?.checked_add(other.mantissa_at(exponent)?)?;
        Some(Self::new(sum, exponent))
    }

    /// The product, where it can be held exactly.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Some(Self::new(
            self.mantissa().checked_mul(other.mantissa())?,
            self.exponent.checked_add(other.exponent)?,
        ))
    }

    /// The mantissa this number has at a smaller or equal exponent.
    fn mantissa_at(self, exponent: i16) -> Option<i128> {
        let zeros = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        if self.mantissa() == 0 {
            return Some(0);
        }
        10_i128.checked_pow(zeros)?.checked_mul(self.mantissa())
    }

    /// The same number without zeros at the end of its mantissa.
    #[must_use]
    pub fn normalized(self) -> Self {
        let (mut mantissa, mut exponent) = (self.mantissa(), self.exponent);
        if mantissa == 0 {
            return Self::ZERO;
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        Self::new(mantissa, exponent)
    }

    /// The nearest `f64`, for protocols that have nothing better.
    #[allow(clippy::cast_precision_loss)]
    pub fn to_f64_lossy(self) -> f64 {
        FixedText::<96>::of(format_args!("{}e{}", self.mantissa(), self.exponent))
            .ok()
            .and_then(|text| text.as_str().parse().ok())
            .unwrap_or(f64::NAN)
    }
}

impl PartialEq for Decimal {
    /// By value: 1.0 equals 1.00.
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.normalized(), other.normalized());
        a.mantissa() == b.mantissa() && a.exponent == b.exponent
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.mantissa().signum().cmp(&other.mantissa().signum());
        if signs.is_ne() || self.mantissa() == 0 {
            return signs;
        }
        let (a, b) = (self.normalized(), other.normalized());
        let digits = |n: Self| {
            i32::from(n.exponent) + n.mantissa().unsigned_abs().ilog10().try_into().unwrap_or(0)
        };
        let magnitudes = digits(a).cmp(&digits(b)).then_with(|| {
            // The same order of magnitude: the one with more digits fits into the other's scale.
            let exponent = a.exponent.min(b.exponent);
            match (a.mantissa_at(exponent), b.mantissa_at(exponent)) {
                (Some(a), Some(b)) => a.unsigned_abs().cmp(&b.unsigned_abs()),
                _ => Ordering::Equal,
            }
        });
        if a.is_negative() { magnitudes.reverse() } else { magnitudes }
    }
}

impl fmt::Display for Decimal {
    /// All digits, without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mantissa() < 0 {
            f.write_str("-")?;
        }
        let digits = self.mantissa().unsigned_abs();
        let Ok(places) = u32::try_from(-i32::from(self.exponent)) else {
            write!(f, "{digits}")?;
            if digits != 0 {
                for _ in 0..self.exponent {
                    f.write_str("0")?;
                }
            }
            return Ok(());
        };
        if places == 0 {
            return write!(f, "{digits}");
        }
        match 10_u128.checked_pow(places) {
            Some(scale) => {
                let width = usize::try_from(places).unwrap_or(0);
                write!(f, "{}.{:0width$}", digits / scale, digits % scale)
            }
            None => {
                f.write_str("0.")?;
                let length = if digits == 0 { 1 } else { digits.ilog10() + 1 };
                for _ in 0..places.saturating_sub(length) {
                    f.write_str("0")?;
                }
                write!(f, "{digits}")
            }
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::whole(number)
    }
}

/// Why a text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDecimalError;

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number of at most 38 digits")
    }
}

impl core::error::Error for ParseDecimalError {}

impl core::str::FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Reads `-12.50` or `1.5e-3`, keeping the digits as written.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, power) = match text.split_once(['e', 'E']) {
            Some((number, power)) => (number, power.parse::<i16>().map_err(|_| ParseDecimalError)?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let (negative, whole) = match whole.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, whole),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(ParseDecimalError);
        }
        let mut mantissa = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(ParseDecimalError);
            }
            mantissa = mantissa
                .checked_mul(10)
                .and_then(|m| m.checked_add(i128::from(byte - b'0')))
                .ok_or(ParseDecimalError)?;
        }
        let places = i16::try_from(fraction.len()).map_err(|_| ParseDecimalError)?;
        let exponent = power.checked_sub(places).ok_or(ParseDecimalError)?;
        Ok(Self::new(if negative { -mantissa } else { mantissa }, exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn digits_are_shown_as_known() {
        let show = |mantissa, exponent| Decimal::new(mantissa, exponent).to_string();
        assert_eq!(show(1210, -3), "1.210");
        assert_eq!(show(0, -3), "0.000");
        assert_eq!(show(0, 3), "0");
        assert_eq!(show(-5, -1), "-0.5");
        assert_eq!(show(-17072178, -5), "-170.72178");
        assert_eq!(show(7, -40), "0.0000000000000000000000000000000000000007");
        assert_eq!(show(i128::MIN, 0), i128::MIN.to_string());
    }

    #[test]
    fn order_is_by_value() {
        let mut numbers = ["-10", "-9.99", "-0.1", "0", "0.000", "0.5", "1.0", "9e3", "1e30"]
            .map(|text| text.parse::<Decimal>().unwrap());
        let sorted = numbers;
        numbers.reverse();
        numbers.sort();
        assert_eq!(numbers, sorted);
        assert_eq!("1.0".parse::<Decimal>(), "1.000".parse());
    }

    #[test]
    fn sums_and_products_are_exact_or_absent() {
        let sum = Decimal::new(1, 0).checked_add(Decimal::new(25, -2));
        assert_eq!(sum.map(|n| n.to_string()).as_deref(), Some("1.25"));
        assert_eq!(Decimal::new(i128::MAX, 0).checked_add(Decimal::new(1, 0)), None);
        assert_eq!(Decimal::new(1, 0).checked_add(Decimal::new(1, 60)), None);
    }

    proptest! {
        #[test]
        fn text_and_number_are_inverse(mantissa in any::<i64>(), exponent in -20_i16..0) {
            let number = Decimal::new(i128::from(mantissa), exponent);
            let read: Decimal = number.to_string().parse().unwrap();
            prop_assert_eq!(read.mantissa(), number.mantissa());
            prop_assert_eq!(read.exponent(), number.exponent());
        }

        #[test]
        fn the_order_agrees_with_f64(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, x in -6_i16..6, y in -6_i16..6) {
            let (left, right) = (Decimal::new(i128::from(a), x), Decimal::new(i128::from(b), y));
            prop_assert_eq!(left.cmp(&right), left.to_f64_lossy().total_cmp(&right.to_f64_lossy()).then(Ordering::Equal), "{} {}", left, right);
        }
    }
}
