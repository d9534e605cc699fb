//! What is wrong with the text of a building.

use core::fmt::Display;

/// Why a text describes no building: the key at fault and the cause, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {cause}")]
pub struct BuildingError {
    key: String,
    cause: String,
}

impl BuildingError {
    pub(super) fn new(key: impl Into<String>, cause: impl Display) -> Self {
        Self { key: key.into(), cause: cause.to_string() }
    }

    /// The text is no TOML, has a key nobody knows, or a value of another kind.
    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| 1 + before.matches('\n').count());
        Self::new(format!("line {line}"), error.message())
    }

    /// The same error, one table further out.
    pub(super) fn within(mut self, table: impl Display) -> Self {
        self.key = format!("{table}.{}", self.key);
        self
    }

    /// Where the fault is, such as `bus[roof].meter[Gas].primary`. Buses and meters stand there
    /// by their names, telegrams and records by their place, counted from 1. A text that is no
    /// TOML, or has a key or a kind of value that does not belong there, names its line.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong there, and what would be right.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}
