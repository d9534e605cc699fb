//! Binary coded decimal (EN 13757-3, annex A, type A).

use crate::{Decimal, Quality};

/// Digits in pairs, least significant byte first. F in the most significant digit is a minus;
/// any other digit above 9 shows an error of the meter, and there is no number then.
pub(crate) fn read(bytes: &[u8], negative: bool) -> Result<Decimal, Quality> {
    let (mut number, mut negative) = (0_i128, negative);
    for (index, byte) in bytes.iter().rev().enumerate() {
        let (high, low) = match (index, byte >> 4) {
            (0, 0xF) => {
                negative = true;
                (0, byte & 0x0F)
            }
            (_, high) => (high, byte & 0x0F),
        };
        if high > 9 || low > 9 {
            return Err(Quality::ErrorBcd);
        }
        number = number
            .checked_mul(100)
            .and_then(|number| number.checked_add(i128::from(high * 10 + low)))
            .ok_or(Quality::Overflow)?;
    }
    Ok(Decimal::new(if negative { -number } else { number }, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::DataField;
    use proptest::prelude::*;

    #[test]
    fn minus_is_f_in_the_top_digit_only() {
        assert_eq!(read(&[0x99, 0x00, 0x00, 0xF0], false), Ok(Decimal::from(-99)));
        assert_eq!(read(&[0x00, 0xF0], false), Ok(Decimal::ZERO));
        assert_eq!(read(&[0xBD, 0xEB, 0xDD, 0xDD], false), Err(Quality::ErrorBcd));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0xFF], false), Err(Quality::ErrorBcd));
        assert_eq!(read(&[0xF0, 0x12], false), Err(Quality::ErrorBcd));
    }

    proptest! {
        #[test]
        fn encoded_digits_are_read_back(number in -9_999_999_i64..=99_999_999) {
            let mut buffer = [0; 4];
            DataField::Bcd(4).encode(i128::from(number), &mut buffer).unwrap();
            prop_assert_eq!(read(&buffer, false), Ok(Decimal::from(number)));
        }
    }
}
