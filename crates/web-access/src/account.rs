//! Who can log in.

use std::fmt;

use crate::role::Role;

/// The longest name, in characters.
const LONGEST: usize = 64;

/// The number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub(crate) i64);

/// Who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What it is called.
    pub name: AccountName,
    /// What it may do.
    pub role: Role,
}

/// What an account is called: 1 to 64 characters, as typed. Two names are the same where they
/// differ only in upper and lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName(String);

/// Why a text is no name of an account or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// There is nothing.
    #[error("the name is empty; give one")]
    Empty,
    /// It is too long.
    #[error("the name has more than 64 characters; choose a shorter one")]
    TooLong,
    /// It begins or ends with a space, or has something invisible in it.
    #[error(
        "the name begins or ends with a space or has an invisible character in it; leave that out"
    )]
    Invisible,
}

impl AccountName {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, BadName> {
        check_name(text).map(|()| Self(text.to_owned()))
    }

    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is the same for names that are the same.
    pub(crate) fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether people can read it and tell it from others.
pub(crate) fn check_name(text: &str) -> Result<(), BadName> {
    if text.is_empty() {
        return Err(BadName::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(BadName::TooLong);
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(BadName::Invisible);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_visible() {
        for name in ["admin", "j.müller@example.org", "Jürgen Müller", &"x".repeat(64)] {
            assert_eq!(AccountName::new(name).map(|name| name.to_string()), Ok(name.to_owned()));
        }
        assert_eq!(AccountName::new(""), Err(BadName::Empty));
        assert_eq!(AccountName::new(&"ü".repeat(65)), Err(BadName::TooLong));
        for name in [" admin", "admin ", "ad\nmin", "ad\u{0}min", " "] {
            assert_eq!(AccountName::new(name), Err(BadName::Invisible), "{name:?}");
        }
    }

    #[test]
    fn upper_and_lower_case_are_the_same_account() {
        let key = |name| AccountName::new(name).unwrap().key();
        assert_eq!(key("Jürgen"), key("JÜRGEN"));
        assert_ne!(key("admin"), key("admin1"));
    }
}
