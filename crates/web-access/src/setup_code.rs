//! The code for the first start: who reads it on the console may set the first password.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// Base 32 of Crockford: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Of five bits each: 100 bits.
const LENGTH: usize = 20;
const GROUP: usize = 5;

/// The code for the first start, or for somebody who forgot his password. That of the first start
/// is made anew at each start as long as there is no account, and nothing of it is stored. Either
/// works once.
#[derive(Clone, Debug)]
pub struct SetupCode(Secret);

impl SetupCode {
    pub(crate) fn new() -> Result<Self, NoRandomness> {
        let mut text = String::with_capacity(LENGTH);
        for byte in random::bytes::<LENGTH>()? {
            let letter = ALPHABET.get(usize::from(byte & 0x1F)).copied().unwrap_or(b'0');
            text.push(char::from(letter));
        }
        Ok(Self(Secret::new(text)))
    }

    /// The code in groups of five letters, for the console and nowhere else.
    pub fn reveal(&self) -> String {
        let mut text = String::new();
        for (index, letter) in self.0.expose().chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            // Writing to a string does not fail.
            let _ = text.write_char(letter);
        }
        text
    }

    /// Whether somebody typed this code.
    pub(crate) fn is(&self, typed: &Secret) -> bool {
        // Where two hashes begin to differ tells nothing of the texts.
        self.hash() == CodeHash::of_typed(typed)
    }

    /// What of it can be kept.
    pub(crate) fn hash(&self) -> CodeHash {
        CodeHash::of_typed(&self.0)
    }
}

/// The SHA-256 of a code. A random code of 100 bits needs no slow hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeHash(pub(crate) [u8; 32]);

impl CodeHash {
    /// Of what somebody typed, in upper or lower case, with or without dashes.
    pub(crate) fn of_typed(typed: &Secret) -> Self {
        let typed: String = typed
            .expose()
            .chars()
            .filter(|letter| !matches!(letter, '-' | ' '))
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            })
            .collect();
        Self(Sha256::digest(typed).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_taken_as_people_type_it_and_nothing_else_is() {
        let code = SetupCode(Secret::new("0123456789ABCDEFGHJK".to_owned()));
        assert_eq!(code.reveal(), "01234-56789-ABCDE-FGHJK");
        let is = |text: &str| code.is(&Secret::new(text.to_owned()));
        assert!(is("01234-56789-ABCDE-FGHJK"));
        assert!(is("oi234 56789 abcde fghjk"));
        assert!(is("0L23456789abcdefghjk"));
        for other in ["", "01234-56789-ABCDE-FGHJ", "01234-56789-ABCDE-FGHJKX", "----"] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn each_code_is_another_one_and_debug_does_not_show_it() {
        let (one, other) = (SetupCode::new().unwrap(), SetupCode::new().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), LENGTH + 3);
        assert_eq!(format!("{one:?}"), "SetupCode(Secret(not shown))");
    }
}
