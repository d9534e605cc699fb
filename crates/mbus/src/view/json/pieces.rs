//! Many small pieces of text on their way to a writer, gathered so that it is called seldom.
//!
//! The formatting machinery of the standard library costs more than the digits it writes; what a
//! record is made of is written here directly.

use core::fmt::{self, Write};

use crate::Decimal;

/// How much is gathered.
const ROOM: usize = 512;
/// The digits of the largest number of 64 bits.
const MOST_DIGITS: usize = 20;

/// Gathers pieces and hands them on; [`finish`](Self::finish) hands on the rest.
pub(super) struct Pieces<'w, W: Write> {
    out: &'w mut W,
    buffer: [u8; ROOM],
    length: usize,
}

impl<'w, W: Write> Pieces<'w, W> {
    pub(super) const fn new(out: &'w mut W) -> Self {
        Self { out, buffer: [0; ROOM], length: 0 }
    }

    /// Hands on what is gathered.
    pub(super) fn finish(&mut self) -> fmt::Result {
        // Only whole texts were gathered.
        let text = core::str::from_utf8(&self.buffer[..self.length]).map_err(|_| fmt::Error)?;
        self.length = 0;
        self.out.write_str(text)
    }

    /// Makes room for so many bytes.
    #[inline]
    fn room(&mut self, length: usize) -> Result<&mut [u8], fmt::Error> {
        if ROOM - self.length < length {
            self.finish()?;
        }
        let start = self.length;
        self.length += length;
        self.buffer.get_mut(start..self.length).ok_or(fmt::Error)
    }

    /// A text as it is. Most are constants: copying one is a few instructions where it is inlined.
    #[inline(always)]
    pub(super) fn text(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        match self.buffer.get_mut(self.length..end) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.length = end;
                Ok(())
            }
            None => self.text_behind_all(text),
        }
    }

    /// A text for which there is no room behind what is gathered.
    #[cold]
    fn text_behind_all(&mut self, text: &str) -> fmt::Result {
        self.finish()?;
        if text.len() > ROOM { self.out.write_str(text) } else { self.text(text) }
    }

    /// Bytes as upper-case hex.
    pub(super) fn hex(&mut self, bytes: &[u8]) -> fmt::Result {
        for chunk in bytes.chunks(ROOM / 2) {
            let (pairs, _) = self.room(2 * chunk.len())?.as_chunks_mut::<2>();
            for (pair, byte) in pairs.iter_mut().zip(chunk) {
                *pair = hex_digits(*byte);
            }
        }
        Ok(())
    }

    /// A whole number.
    #[inline]
    pub(super) fn number(&mut self, number: u64) -> fmt::Result {
        match u8::try_from(number) {
            Ok(digit @ 0..=9) => {
                self.room(1)?.fill(b'0' + digit);
                Ok(())
            }
            _ => self.digits(number),
        }
    }

    fn digits(&mut self, number: u64) -> fmt::Result {
        let mut digits = [0; MOST_DIGITS];
        let start = write_digits(number, &mut digits);
        let digits = digits.get(start..).unwrap_or_default();
        self.room(digits.len())?.copy_from_slice(digits);
        Ok(())
    }

    /// A decimal with its own digits, as its `Display` writes it.
    pub(super) fn decimal(&mut self, number: Decimal) -> fmt::Result {
        let exponent = i32::from(number.exponent());
        let (Ok(mantissa), -20..=20) = (u64::try_from(number.mantissa().unsigned_abs()), exponent)
        else {
            return write!(self, "{number}");
        };
        if number.is_negative() {
            self.text("-")?;
        }
        let mut digits = [b'0'; MOST_DIGITS];
        let start = write_digits(mantissa, &mut digits);
        let (zeros, places) = match usize::try_from(exponent) {
            Ok(zeros) => (zeros, 0),
            Err(_) => (0, usize::try_from(-exponent).unwrap_or_default()),
        };
        // A number below 1 gets a 0 in front of the point, and as many behind it as it needs.
        let point = MOST_DIGITS - places;
        let whole = digits.get(start.min(point.saturating_sub(1))..point).unwrap_or_default();
        let fraction = digits.get(point..).unwrap_or_default();
        self.room(whole.len())?.copy_from_slice(whole);
        if point == 0 {
            self.text("0")?;
        }
        if places > 0 {
            self.text(".")?;
            self.room(fraction.len())?.copy_from_slice(fraction);
        }
        if zeros > 0 && mantissa != 0 {
            self.room(zeros)?.fill(b'0');
        }
        Ok(())
    }

    /// A JSON string: what is inside is data, whatever characters a meter sends.
    pub(super) fn quoted(&mut self, text: impl fmt::Display) -> fmt::Result {
        self.text("\"")?;
        write!(Escape(self), "{text}")?;
        self.text("\"")
    }
}

impl<W: Write> Write for Pieces<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text)
    }
}

struct Escape<'p, 'w, W: Write>(&'p mut Pieces<'w, W>);

impl<W: Write> Write for Escape<'_, '_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let needs_escape =
            |c: char| matches!(c, '"' | '\\' | '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}');
        let mut rest = text;
        while let Some(at) = rest.find(needs_escape) {
            let (plain, behind) = rest.split_at(at);
            self.0.text(plain)?;
            let mut characters = behind.chars();
            match characters.next() {
                Some('"') => self.0.text("\\\"")?,
                Some('\\') => self.0.text("\\\\")?,
                Some(character) => write!(self.0, "\\u{:04X}", u32::from(character))?,
                None => {}
            }
            rest = characters.as_str();
        }
        self.0.text(rest)
    }
}

const fn hex_digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [DIGITS[(byte >> 4) as usize], DIGITS[(byte & 0x0F) as usize]]
}

/// Writes the digits of a number to the end of `digits`; returns where they start.
fn write_digits(mut number: u64, digits: &mut [u8; MOST_DIGITS]) -> usize {
    let mut start = MOST_DIGITS;
    for digit in digits.iter_mut().rev() {
        // The last digit, below 10.
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::{String, ToString};

    fn written(write: impl Fn(&mut Pieces<'_, String>) -> fmt::Result) -> String {
        let mut text = String::new();
        let mut pieces = Pieces::new(&mut text);
        write(&mut pieces).unwrap();
        pieces.finish().unwrap();
        text
    }

    #[test]
    fn more_than_there_is_room_for_is_handed_on_in_order() {
        let long = "0123456789".repeat(200);
        let text = written(|pieces| {
            pieces.text("a")?;
            pieces.text(&long)?;
            pieces.hex(&[0xAB; 1_000])?;
            pieces.text("z")
        });
        assert_eq!(text, std::format!("a{long}{}z", "AB".repeat(1_000)));
    }

    #[test]
    fn what_json_reserves_is_escaped() {
        let text = written(|pieces| pieces.quoted("a\"b\\c\n\u{85}°"));
        assert_eq!(text, r#""a\"b\\c\u000A\u0085°""#);
    }

    proptest! {
        #[test]
        fn decimals_are_written_as_they_show_themselves(mantissa: i64, digits in 0_u32..19, exponent in -45_i16..45) {
            let number = Decimal::new(i128::from(mantissa / 10_i64.pow(digits)), exponent);
            prop_assert_eq!(written(|pieces| pieces.decimal(number)), number.to_string());
        }

        #[test]
        fn whole_numbers_are_written_as_they_show_themselves(number: u64) {
            prop_assert_eq!(written(|pieces| pieces.number(number)), number.to_string());
        }
    }
}
