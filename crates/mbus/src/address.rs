//! How a meter is addressed: the primary address of the link layer, the secondary address of
//! the application layer, and the spellings people use for both.

mod primary;
mod secondary;

use core::fmt;
use core::str::FromStr;

pub use primary::{PrimaryAddress, link};
pub use secondary::{IdentificationNumber, SecondaryAddress};

/// A meter's address as a person gives it.
///
/// | text | means |
/// |---|---|
/// | `0` … `250` | primary address |
/// | 4 to 8 digits, or `id:` and up to 8 | the serial as printed on the meter |
/// | 16 hex digits | secondary address in the order of the wire |
/// | `printed:` and 16 hex digits | secondary address with the serial as printed |
///
/// `F` is a wildcard digit, upper and lower case are the same.
///
/// ```
/// use mbus::MeterAddress;
///
/// let by_serial: MeterAddress = "13653120".parse().unwrap();
/// let by_wire: MeterAddress = "20316513FFFFFFFF".parse().unwrap();
/// assert_eq!(by_serial, by_wire);
/// assert!("251".parse::<MeterAddress>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeterAddress {
    /// By the address of the link layer.
    Primary(PrimaryAddress),
    /// By selection over address 253.
    Secondary(SecondaryAddress),
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// There is no text.
    Empty,
    /// A number above 250.
    PrimaryRange {
        /// The number.
        found: u32,
    },
    /// A character that is no hex digit, counted in characters from 0.
    Digit {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// A number of digits that no kind of address has.
    Length {
        /// How many digits there are.
        digits: usize,
    },
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str(
                "the address is empty; give 0 to 250, the serial of the meter, or 16 hex digits",
            ),
            Self::PrimaryRange { found } => write!(
                f,
                "{found} is no primary address; meters have 0 to 250 (251 to 255 are reserved by the standard)"
            ),
            Self::Digit { position, found } => write!(
                f,
                "'{}' at position {position} is not a hex digit (0-9, A-F)",
                found.escape_default()
            ),
            Self::Length { digits } => write!(
                f,
                "{digits} digits make no address: a primary address is 0 to 250, a serial has 4 to 8 digits, a secondary address has 16"
            ),
        }
    }
}

impl core::error::Error for AddressError {}

impl FromStr for MeterAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let skipped = text.chars().take_while(|c| c.is_whitespace()).count();
        if let Some(serial) = strip_prefix(trimmed, "id:") {
            let number = IdentificationNumber::parse_at(serial, skipped + 3)?;
            return Ok(Self::Secondary(SecondaryAddress::from_identification(number)));
        }
        if let Some(printed) = strip_prefix(trimmed, "printed:") {
            return SecondaryAddress::parse_printed_at(printed, skipped + 8).map(Self::Secondary);
        }
        let digits = trimmed.chars().count();
        let decimal = trimmed.bytes().all(|byte| byte.is_ascii_digit());
        match digits {
            0 => Err(AddressError::Empty),
            1..=3 if decimal => {
                let found = trimmed.parse().unwrap_or(u32::MAX);
                u8::try_from(found)
                    .ok()
                    .and_then(PrimaryAddress::new)
                    .map(Self::Primary)
                    .ok_or(AddressError::PrimaryRange { found })
            }
            4..=8 => IdentificationNumber::parse_at(trimmed, skipped)
                .map(|number| Self::Secondary(SecondaryAddress::from_identification(number))),
            16 => SecondaryAddress::parse_wire_at(trimmed, skipped).map(Self::Secondary),
            _ => Err(first_bad_digit(trimmed, skipped).unwrap_or(AddressError::Length { digits })),
        }
    }
}

impl fmt::Display for MeterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primary(address) => fmt::Display::fmt(address, f),
            Self::Secondary(address) => fmt::Display::fmt(address, f),
        }
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

fn first_bad_digit(text: &str, skipped: usize) -> Option<AddressError> {
    text.chars()
        .enumerate()
        .find(|(_, character)| !character.is_ascii_hexdigit())
        .map(|(index, found)| AddressError::Digit { position: skipped + index, found })
}

/// Fills `nibbles` with the hex digits of `text`, which must have exactly as many.
fn read_digits(text: &str, skipped: usize, nibbles: &mut [u8]) -> Result<(), AddressError> {
    if let Some(error) = first_bad_digit(text, skipped) {
        return Err(error);
    }
    if text.len() != nibbles.len() {
        return Err(AddressError::Length { digits: text.len() });
    }
    for (nibble, character) in nibbles.iter_mut().zip(text.chars()) {
        *nibble = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
