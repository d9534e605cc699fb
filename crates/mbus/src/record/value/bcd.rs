//! Binary coded decimal (EN 13757-3, annex A, type A).

use crate::{Decimal, Quality};

/// Up to eight digits in one word; `top` covers the most significant of them.
#[inline]
pub(super) fn read_word(digits: u32, top: u32, negative: bool) -> Result<i64, Quality> {
    let has_minus = digits & top == top;
    let digits = if has_minus { digits & !top } else { digits };
    // A digit above 9 carries into the next one when 6 is added to each.
    let carries = (u64::from(digits) + 0x6666_6666) ^ u64::from(digits) ^ 0x6666_6666;
    if carries & 0x1_1111_1110 != 0 {
        return Err(Quality::ErrorBcd);
    }
    // Neighbours are joined: digits to pairs, pairs to fours, fours to the number.
    let pairs = (digits & 0x0F0F_0F0F) + 10 * (digits >> 4 & 0x0F0F_0F0F);
    let fours = (pairs & 0x00FF_00FF) + 100 * (pairs >> 8 & 0x00FF_00FF);
    let number = i64::from(fours & 0xFFFF) + 10_000 * i64::from(fours >> 16);
    Ok(if negative || has_minus { -number } else { number })
}

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
        fn few_digits_are_read_like_many(bytes in prop::collection::vec(any::<u8>(), 1..=4), negative: bool) {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(&bytes);
            let top = 0xF0 << (8 * (bytes.len() - 1));
            let number = read_word(u32::from_le_bytes(word), top, negative).map(Decimal::whole);
            prop_assert_eq!(number, read(&bytes, negative));
        }

        #[test]
        fn encoded_digits_are_read_back(number in -9_999_999_i64..=99_999_999) {
            let mut buffer = [0; 4];
            DataField::Bcd(4).encode(i128::from(number), &mut buffer).unwrap();
            prop_assert_eq!(read(&buffer, false), Ok(Decimal::from(number)));
        }
    }
}
