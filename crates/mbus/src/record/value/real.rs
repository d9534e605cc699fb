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
    // The standard library prints the shortest digits, as m.mmmme±x.
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
