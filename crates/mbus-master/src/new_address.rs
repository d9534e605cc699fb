//! The primary address that a meter can be given.

use std::fmt;
use std::str::FromStr;

use mbus::PrimaryAddress;
use thiserror::Error;

/// An address to give to a meter, 1 to 250. Address 0 means that a meter was given none, so it
/// cannot be given.
///
/// ```
/// use mbus_master::NewAddress;
///
/// assert_eq!("5".parse().ok(), NewAddress::new(5));
/// assert_eq!(NewAddress::new(0), None);
/// assert_eq!(NewAddress::new(251), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NewAddress(PrimaryAddress);

impl NewAddress {
    /// `None` for 0 and for 251 to 255.
    pub const fn new(address: u8) -> Option<Self> {
        match PrimaryAddress::new(address) {
            Some(address) if address.get() != PrimaryAddress::UNCONFIGURED.get() => {
                Some(Self(address))
            }
            _ => None,
        }
    }

    /// As the address that the meter will have.
    pub const fn primary(self) -> PrimaryAddress {
        self.0
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

impl fmt::Display for NewAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why a text is no address to give to a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NewAddressError {
    /// There is no text.
    #[error("the new address is empty; give a number from 1 to 250")]
    Empty,
    /// A character that is no digit, counted in characters from 0.
    #[error(
        "'{}' at position {position} is not a digit; the new address is a number from 1 to 250",
        found.escape_default()
    )]
    Digit {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// Address 0.
    #[error("0 is the address of a meter that was given none yet; give it a number from 1 to 250")]
    Unconfigured,
    /// A number above 250.
    #[error(
        "{found} is no address of a meter; give a number from 1 to 250 (251 to 255 are reserved by the standard)"
    )]
    Range {
        /// The number.
        found: u16,
    },
    /// A number with more digits than any address has.
    #[error("a number of {digits} digits is no address of a meter; give a number from 1 to 250")]
    Length {
        /// How many digits there are.
        digits: usize,
    },
}

impl FromStr for NewAddress {
    type Err = NewAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim();
        if digits.is_empty() {
            return Err(NewAddressError::Empty);
        }
        let skipped = text.chars().take_while(|c| c.is_whitespace()).count();
        let no_digit = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_digit());
        if let Some((position, found)) = no_digit {
            return Err(NewAddressError::Digit { position: skipped + position, found });
        }
        // Up to three digits fit.
        let digits_count = digits.len();
        let too_long = NewAddressError::Length { digits: digits_count };
        if digits_count > 3 {
            return Err(too_long);
        }
        match digits.parse().map_err(|_| too_long)? {
            0 => Err(NewAddressError::Unconfigured),
            found => {
                u8::try_from(found).ok().and_then(Self::new).ok_or(NewAddressError::Range { found })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<u8, NewAddressError> {
        text.parse::<NewAddress>().map(NewAddress::get)
    }

    #[test]
    fn a15_1_to_250_are_taken_and_everything_else_says_why_not() {
        for (text, address) in [("1", 1), (" 5 ", 5), ("007", 7), ("250", 250)] {
            assert_eq!(parse(text), Ok(address), "{text}");
        }
        for (text, error) in [
            ("", NewAddressError::Empty),
            (" ", NewAddressError::Empty),
            ("0", NewAddressError::Unconfigured),
            ("251", NewAddressError::Range { found: 251 }),
            ("255", NewAddressError::Range { found: 255 }),
            ("999", NewAddressError::Range { found: 999 }),
            ("1000", NewAddressError::Length { digits: 4 }),
            ("five", NewAddressError::Digit { position: 0, found: 'f' }),
            (" 1x", NewAddressError::Digit { position: 2, found: 'x' }),
            ("-1", NewAddressError::Digit { position: 0, found: '-' }),
            ("1.0", NewAddressError::Digit { position: 1, found: '.' }),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn only_what_the_type_allows_can_be_given() {
        let allowed: Vec<u8> =
            (0..=255).filter(|address| NewAddress::new(*address).is_some()).collect();
        assert_eq!(allowed, (1..=250).collect::<Vec<u8>>());
    }
}
