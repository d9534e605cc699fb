//! Bytes as people write them: pairs of hex digits, with or without spaces.

use core::fmt;

/// Shows bytes as upper-case hex without separators (`{}`) or with spaces (`{:#}`).
///
/// ```
/// use mbus::hex::Hex;
///
/// assert_eq!(format!("{}", Hex(&[0x68, 0x0A])), "680A");
/// assert_eq!(format!("{:#}", Hex(&[0x68, 0x0A])), "68 0A");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if f.alternate() && index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

/// Why a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// A character that is no hex digit, counted in characters from 0.
    Digit {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// A byte with one digit only.
    OddDigits {
        /// How many digits there are.
        digits: usize,
    },
    /// More bytes than there is room for.
    TooLong {
        /// How many bytes there is room for.
        room: usize,
    },
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Digit { position, found } => write!(
                f,
                "'{}' at position {position} is not a hex digit (0-9, A-F)",
                found.escape_default()
            ),
            Self::OddDigits { digits } => write!(
                f,
                "{digits} hex digits make no whole number of bytes; one digit is missing or too many"
            ),
            Self::TooLong { room } => write!(f, "there are more than {room} bytes"),
        }
    }
}

impl core::error::Error for HexError {}

/// Reads hex from `text` into `buffer` and returns the part filled. White space, colons, commas,
/// dashes and `0x` before a byte are passed over.
///
/// ```
/// let mut buffer = [0; 4];
/// assert_eq!(mbus::hex::decode("0x68 1f:1F", &mut buffer), Ok(&[0x68, 0x1F, 0x1F][..]));
/// ```
pub fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], HexError> {
    let mut filled = 0;
    let mut high: Option<u8> = None;
    let mut digits = 0;
    let mut characters = text.chars().enumerate().peekable();
    while let Some((position, character)) = characters.next() {
        if character.is_whitespace() || matches!(character, ':' | ',' | '-' | ';') {
            continue;
        }
        if character == '0'
            && high.is_none()
            && characters.peek().is_some_and(|(_, next)| matches!(next, 'x' | 'X'))
        {
            characters.next();
            continue;
        }
        let Some(digit) = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
            return Err(HexError::Digit { position, found: character });
        };
        digits += 1;
        match high.take() {
            None => high = Some(digit),
            Some(high_digit) => {
                let room = buffer.len();
                let Some(slot) = buffer.get_mut(filled) else {
                    return Err(HexError::TooLong { room });
                };
                *slot = high_digit << 4 | digit;
                filled += 1;
            }
        }
    }
    if high.is_some() {
        return Err(HexError::OddDigits { digits });
    }
    Ok(&buffer[..filled])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_carry_their_position() {
        let mut buffer = [0; 2];
        assert_eq!(decode("68 1G", &mut buffer), Err(HexError::Digit { position: 4, found: 'G' }));
        assert_eq!(decode("681", &mut buffer), Err(HexError::OddDigits { digits: 3 }));
        assert_eq!(decode("68 68 68", &mut buffer), Err(HexError::TooLong { room: 2 }));
    }

    #[test]
    fn prefixes_and_separators_are_passed_over() {
        let mut buffer = [0; 4];
        assert_eq!(decode("0x10,0x5b\n00-16", &mut buffer), Ok(&[0x10, 0x5B, 0x00, 0x16][..]));
        assert_eq!(decode("", &mut buffer), Ok(&[][..]));
    }
}
