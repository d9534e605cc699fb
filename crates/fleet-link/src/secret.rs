//! The secret of a claim code, as text that can be read aloud.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of a secret: nobody guesses 160 bits.
const BYTES: usize = 20;
/// Characters of its text, 5 bits each.
const CHARACTERS: usize = BYTES * 8 / 5;
/// Crockford's base 32: no i, l, o and u, which are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The secret of a claim code.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimSecret([u8; BYTES]);

/// Why a text is no secret. Positions are in characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// A character that does not stand in secrets.
    #[error("'{}' at position {position} does not stand in a claim code's secret", found.escape_default())]
    Character {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// Too short or too long.
    #[error("a claim code's secret has {CHARACTERS} characters, this one has {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
}

impl ClaimSecret {
    /// From random bytes.
    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// Reads the text; upper case is as good as lower, and what is easily mistaken is understood.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let mut bytes = [0; BYTES];
        let mut slots = bytes.iter_mut();
        let (mut bits, mut held) = (0_u16, 0);
        let mut characters = 0;
        for (position, found) in text.chars().enumerate() {
            let Some(digit) = digit(found) else {
                return Err(SecretError::Character { position, found });
            };
            characters += 1;
            bits = bits << 5 | digit;
            held += 5;
            if held >= 8 {
                held -= 8;
                if let Some(slot) = slots.next() {
                    let [_, low] = (bits >> held).to_be_bytes();
                    *slot = low;
                }
                bits &= (1 << held) - 1;
            }
        }
        if characters != CHARACTERS {
            return Err(SecretError::Length { found: characters });
        }
        Ok(Self(bytes))
    }
}

fn digit(character: char) -> Option<u16> {
    let character = match character.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == character)?;
    u16::try_from(place).ok()
}

impl fmt::Display for ClaimSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut bits, mut held) = (0_u16, 0);
        for byte in self.0 {
            bits = bits << 8 | u16::from(byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                let digit = usize::from(bits >> held & 0x1F);
                fmt::Write::write_char(f, ALPHABET.get(digit).copied().map_or('?', char::from))?;
                bits &= (1 << held) - 1;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ClaimSecret {
    /// Without the secret: logs are read by many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimSecret(..)")
    }
}

impl Serialize for ClaimSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClaimSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
