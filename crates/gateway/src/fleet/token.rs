//! The token that this gateway shows to its portal.

use std::fmt;

/// The token that this gateway shows to its portal with each request. It is never written to a
/// log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the request and for the store, and for nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
