//! Opaque tokens: who has one is let in. Only their hash is kept.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// API tokens begin with it, so that people and scanners know one where it leaks.
const API_PREFIX: &str = "busmeister_";
/// 256 bits in hex.
const DIGITS: usize = 64;

/// What a token is for. One kind is never taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// In the cookie of a browser.
    Session,
    /// In the `Authorization` header of a program.
    Api,
}

impl TokenKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "",
            Self::Api => API_PREFIX,
        }
    }
}

/// A token that was just made: 256 random bits as text.
#[derive(Debug)]
pub(crate) struct Token(Secret);

/// The SHA-256 of a token. A random token of 256 bits needs no slow hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash(pub(crate) [u8; 32]);

impl Token {
    pub(crate) fn new(kind: TokenKind) -> Result<Self, NoRandomness> {
        let mut text = String::from(kind.prefix());
        for byte in random::bytes::<{ DIGITS / 2 }>()? {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Self(Secret::new(text)))
    }

    pub(crate) fn reveal(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of_text(self.0.expose())
    }
}

impl TokenHash {
    /// The hash of what somebody sent as a token of that kind; `None` where it is no such token.
    pub(crate) fn of(kind: TokenKind, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(kind.prefix())?;
        let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (digits.len() == DIGITS && is_hex).then(|| Self::of_text(text))
    }

    fn of_text(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_256_bits_and_never_the_same() {
        for kind in [TokenKind::Session, TokenKind::Api] {
            let (one, other) = (Token::new(kind).unwrap(), Token::new(kind).unwrap());
            assert_eq!(one.reveal().len(), kind.prefix().len() + 64);
            assert_ne!(one.reveal(), other.reveal());
            assert_eq!(TokenHash::of(kind, one.reveal()), Some(one.hash()));
        }
    }

    #[test]
    fn a_token_of_one_kind_is_none_of_the_other() {
        let session = Token::new(TokenKind::Session).unwrap();
        let api = Token::new(TokenKind::Api).unwrap();
        assert_eq!(TokenHash::of(TokenKind::Api, session.reveal()), None);
        assert_eq!(TokenHash::of(TokenKind::Session, api.reveal()), None);
    }

    #[test]
    fn what_is_no_token_is_not_looked_up() {
        let digits = "0".repeat(64);
        assert!(TokenHash::of(TokenKind::Session, &digits).is_some());
        for text in ["", "0", &digits[1..], &digits.replace('0', "A"), &format!("{digits}0")] {
            assert_eq!(TokenHash::of(TokenKind::Session, text), None, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_token_and_no_hash() {
        let token = Token::new(TokenKind::Session).unwrap();
        let shown = format!("{token:?} {:?}", token.hash());
        assert_eq!(shown, "Token(Secret(not shown)) TokenHash(not shown)");
    }
}
