//! The names people give buses and meters, used in addresses of pages and in the store.

use std::fmt;
use std::sync::Arc;

/// The longest id.
const MAX_LEN: usize = 64;

fn check(text: &str) -> Result<(), IdError> {
    if let Some((index, found)) =
        text.chars().enumerate().find(|(_, c)| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
    {
        return Err(IdError::Character { position: index + 1, found });
    }
    if text.is_empty() || text.len() > MAX_LEN {
        return Err(IdError::Length { found: text.len() });
    }
    Ok(())
}

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// A character that ids do not have; positions count from 1.
    Character {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// Empty or too long.
    Length {
        /// Characters found.
        found: usize,
    },
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Character { position, found } => write!(
                f,
                "'{}' at position {position} cannot stand in an id; use a to z, 0 to 9 and -",
                found.escape_default()
            ),
            Self::Length { found } => {
                write!(f, "an id has 1 to {MAX_LEN} characters, this one has {found}")
            }
        }
    }
}

impl IdError {
    /// Where in the text the fault is, in characters from 0.
    pub(crate) const fn offset(self) -> Option<usize> {
        match self {
            Self::Character { position, .. } => Some(position.saturating_sub(1)),
            Self::Length { .. } => None,
        }
    }
}

impl std::error::Error for IdError {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// From `[a-z0-9-]+`, at most 64 characters.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id! {
    /// The id of a bus.
    BusId
}
id! {
    /// The id of a meter.
    MeterId
}

impl MeterId {
    /// A text that can be an id and reminds of a name.
    pub(crate) fn from_name(name: &str) -> String {
        let mut id = String::new();
        for letter in name.to_lowercase().chars() {
            match letter {
                'a'..='z' | '0'..='9' => id.push(letter),
                '\u{e4}' => id.push_str("ae"),
                '\u{f6}' => id.push_str("oe"),
                '\u{fc}' => id.push_str("ue"),
                '\u{df}' => id.push_str("ss"),
                _ if id.ends_with('-') || id.is_empty() => {}
                _ => id.push('-'),
            }
        }
        // Room for a number behind it.
        id.truncate(MAX_LEN - 8);
        let id = id.trim_end_matches('-');
        if id.is_empty() { "meter".to_owned() } else { id.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_lower_case_digits_and_dashes() {
        assert_eq!(
            MeterId::new("heat-flat-1").map(|id| id.to_string()).as_deref(),
            Ok("heat-flat-1")
        );
        for (name, id) in [
            ("Heat, flat 1", "heat-flat-1"),
            ("  W\u{e4}rme (K\u{fc}che) ", "waerme-kueche"),
            ("\u{6c34}", "meter"),
        ] {
            assert_eq!(MeterId::from_name(name), id);
        }
        assert!(MeterId::new(&MeterId::from_name(&"\u{df}".repeat(100))).is_ok());
        assert_eq!(BusId::new("Cellar"), Err(IdError::Character { position: 1, found: 'C' }));
        assert_eq!(BusId::new("a b"), Err(IdError::Character { position: 2, found: ' ' }));
        assert_eq!(BusId::new(""), Err(IdError::Length { found: 0 }));
        assert_eq!(BusId::new(&"a".repeat(65)), Err(IdError::Length { found: 65 }));
    }
}
