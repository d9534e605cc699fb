//! Text that must not be shown: a password, a token, a hash of one.

use std::fmt;

use serde::Deserialize;

/// Text that must not be shown. Its `Debug` says nothing, it has no `Display` and cannot be
/// serialized; whoever needs the text takes it with [`expose`](Self::expose), which is easy to
/// find in the code.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_not_even_the_length() {
        let short = Secret::new("a".to_owned());
        let long = Secret::new("correct horse battery staple".to_owned());
        assert_eq!(format!("{short:?}"), format!("{long:#?}"));
    }
}
