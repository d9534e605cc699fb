//! Reals of 32 bits (EN 13757-3, annex A, type H).

use crate::fixed_text::FixedText;
use crate::{Decimal, Quality};

/// The shortest decimal that reads back to the same real: the digits the meter had, without the
/// noise of the binary fraction.
pub(super) fn read(bytes: &[u8]) -> Result<Decimal, Quality> {
    let &[a, b, c, d] = bytes else { return Err(Quality::NotANumber) };
    let real = f32::from_le_bytes([a, b, c, d]);
    if !real.is_finite() {
        return Err(Quality::NotANumber);
    }
    match shortest(real) {
        Some(number) => Ok(number),
        None => shortest_by_text(real),
    }
}

/// Powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Every real has a decimal of so few digits that reads back to no other real.
const CERTAIN_DIGITS: i16 = 6;
/// Every real is told from its neighbours by so many digits.
const MOST_DIGITS: i16 = 9;
/// Beyond the error that two operations of `f64` can make with numbers of nine digits, relative
/// to the least digit.
const DOUBT: f64 = 1e-5;

/// The shortest decimal where the arithmetic of `f64` can prove that it is one; `None` where it
/// cannot, which is rare.
fn shortest(real: f32) -> Option<Decimal> {
    let (exact, sign) = (f64::from(real.abs()), if real < 0.0 { -1 } else { 1 });
    if exact == 0.0 {
        return Some(Decimal::ZERO);
    }
    if !(1e-9..1e15).contains(&exact) {
        return None;
    }
    // Half the way to the neighbours; below a power of two it is shorter.
    let bits = real.abs().to_bits();
    let above = (f64::from(f32::from_bits(bits + 1)) - exact) / 2.0;
    let below = (exact - f64::from(f32::from_bits(bits - 1))) / 2.0;
    let half = above.min(below);
    if above > below * 1.5 {
        return None;
    }
    let magnitude = magnitude(exact);
    for digits in CERTAIN_DIGITS..=MOST_DIGITS {
        // The places behind the point.
        let places = digits - 1 - magnitude;
        let power = *POWERS.get(usize::from(places.unsigned_abs()))?;
        let (scaled, slack) =
            if places >= 0 { (exact * power, half * power) } else { (exact / power, half / power) };
        let whole = round(scaled);
        let rest = (scaled - whole).abs();
        // Not sure which way to round, or whether the limit is passed.
        if (rest - 0.5).abs() < DOUBT || (rest - slack).abs() < DOUBT {
            return None;
        }
        if rest < slack {
            return Some(without_zeros(sign * whole as i64, -places));
        }
    }
    None
}

/// The power of ten of the first digit.
fn magnitude(number: f64) -> i16 {
    let above = |limit: &f64| *limit <= number;
    if number >= 1.0 {
        POWERS.iter().take_while(|limit| above(limit)).fold(-1, |power, _| power + 1)
    } else {
        POWERS.iter().take_while(|power| number * **power < 1.0).fold(0, |power, _| power - 1)
    }
}

/// To the nearest whole number; for numbers from 0 to 2^52, and not at a half.
fn round(number: f64) -> f64 {
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    (number + WHOLE) - WHOLE
}

fn without_zeros(mut mantissa: i64, mut exponent: i16) -> Decimal {
    while mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    Decimal::whole(mantissa).shift(exponent)
}

/// The standard library prints the shortest digits, as m.mmmme±x.
#[cold]
fn shortest_by_text(real: f32) -> Result<Decimal, Quality> {
    let text = FixedText::<32>::of(format_args!("{real:e}")).map_err(|_| Quality::NotANumber)?;
    text.as_str().parse().map_err(|_| Quality::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn digits_are_the_shortest() {
        let show = |real: f32| read(&real.to_le_bytes()).map(|n| n.to_string());
        assert_eq!(show(0.1).as_deref(), Ok("0.1"));
        assert_eq!(show(-0.170_721_78).as_deref(), Ok("-0.17072178"));
        assert_eq!(show(13.426_156).as_deref(), Ok("13.426156"));
        assert_eq!(show(0.0).as_deref(), Ok("0"));
        assert_eq!(show(1e9).as_deref(), Ok("1000000000"));
        assert_eq!(show(f32::NAN), Err(Quality::NotANumber));
        assert_eq!(show(f32::NEG_INFINITY), Err(Quality::NotANumber));
    }

    #[test]
    fn the_short_way_gives_what_the_long_way_gives() {
        let same = |real: f32| {
            if let Some(number) = shortest(real) {
                let long = shortest_by_text(real).unwrap();
                let parts = |n: Decimal| (n.mantissa(), n.exponent());
                assert_eq!(parts(number), parts(long), "{real:e}");
            }
        };
        for mantissa in 1..2_000_u16 {
            for exponent in -9..12 {
                let real: f32 = std::format!("{mantissa}e{exponent}").parse().unwrap();
                same(real);
                same(-f32::from_bits(real.to_bits() + 1));
                same(f32::from_bits(real.to_bits() - 1));
            }
        }
        (0..=u32::MAX)
            .step_by(4_001)
            .map(f32::from_bits)
            .filter(|real| real.is_finite())
            .for_each(same);
    }

    #[test]
    fn the_short_way_is_the_usual_one() {
        let reals = [0.1, -0.170_721_78, 13.426_156, 1e9, 2.5, 65_535.0, 0.000_123, 123_456.7];
        assert!(reals.iter().all(|real| shortest(*real).is_some()));
    }

    proptest! {
        #[test]
        fn the_decimal_reads_back_to_the_same_real(bits: u32) {
            let real = f32::from_bits(bits);
            match read(&bits.to_le_bytes()) {
                Ok(number) => prop_assert_eq!(number.to_string().parse::<f32>().unwrap(), real),
                Err(_) => prop_assert!(!real.is_finite()),
            }
        }
    }
}
