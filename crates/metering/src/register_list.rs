//! The parameter `reg`: the registers a person chose, as a Python dictionary or JSON.

mod dictionary;
mod scanner;

use std::fmt;
use std::str::FromStr;

use crate::Register;
use crate::numbered_lines::NumberedLines;
use crate::register::RegisterNameError;
use crate::selector::{Selector, SelectorFault};

pub(crate) use scanner::Quoted;

/// The registers a person chose, in the order given.
///
/// Names and texts stand in single or double quotes. A register is a line of the telegram, a
/// selector as text (see [`Selector`]), or a dictionary that says what its record says:
///
/// ```
/// use metering::RegisterList;
///
/// let list: RegisterList =
///     "{'heat_energy_kwh': 3, 'vol_m3': '4 04/13', 'power_kw': {'quantity': 'power'}}"
///         .parse()
///         .unwrap();
/// assert_eq!(list.registers().len(), 3);
///
/// let error = "{'heat_energy_kwh': 1}".parse::<RegisterList>().unwrap_err();
/// assert_eq!(error.position, 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterList(Vec<Register>);

impl RegisterList {
    /// The registers, in the order given.
    pub fn registers(&self) -> &[Register] {
        &self.0
    }

    /// The same list, each line with the DIB/VIB that stands there in these telegrams: a record
    /// that moves later is then noticed. Lines without a record stay as they are.
    ///
    /// ```
    /// use metering::RegisterList;
    ///
    /// let frame = [
    ///     0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C,
    ///     0x78, 0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
    /// ];
    /// let typed: RegisterList = "{'heat_energy_kwh': 2}".parse().unwrap();
    /// let pinned = typed.pinned_to(&[frame.to_vec()]);
    /// assert_eq!(pinned.to_string(), "{'heat_energy_kwh': '2 04/06'}");
    /// ```
    #[must_use]
    pub fn pinned_to(&self, frames: &[Vec<u8>]) -> Self {
        let lines = NumberedLines::new(frames);
        let pin = |register: &Register| Register {
            name: register.name.clone(),
            selector: register.selector.pinned_to(&lines),
        };
        Self(self.0.iter().map(pin).collect())
    }

    /// The registers, in the order given.
    pub fn into_registers(self) -> Vec<Register> {
        self.0
    }
}

impl From<Vec<Register>> for RegisterList {
    fn from(registers: Vec<Register>) -> Self {
        Self(registers)
    }
}

impl FromStr for RegisterList {
    type Err = RegisterListError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        dictionary::read_list(text).map(Self)
    }
}

impl fmt::Display for RegisterList {
    /// The text that reads back to the same list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, register) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}: ", Quoted(&register.name))?;
            match &register.selector {
                selector @ (Selector::Line(_) | Selector::Meaning(_)) => write!(f, "{selector}")?,
                selector => write!(f, "'{selector}'")?,
            }
        }
        f.write_str("}")
    }
}

/// Why a text is no list of registers, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (position {position})")]
pub struct RegisterListError {
    /// Where, in characters from 0; the number of characters where something is missing at the
    /// end.
    pub position: usize,
    /// What.
    pub fault: RegisterListFault,
}

/// What can be wrong with a list of registers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterListFault {
    /// There is no register.
    #[error("there is no register; write for example {{'heat_energy_kwh': 3}}")]
    Empty,
    /// Something else than what must stand there.
    #[error("{expected} is expected, but '{}' stands there", .found.escape_default())]
    Unexpected {
        /// What must stand there.
        expected: &'static str,
        /// What does.
        found: char,
    },
    /// The text ends too early.
    #[error("{expected} is expected, but the text ends")]
    Ended {
        /// What must stand there.
        expected: &'static str,
    },
    /// Quotes as word processors make them.
    #[error("{found} is a quote of a word processor; use ' or \"")]
    TypographicQuote {
        /// The quote.
        found: char,
    },
    /// A quote that is never closed.
    #[error("the quote that is opened here is never closed")]
    OpenQuote,
    /// A backslash before something that needs none.
    #[error("a backslash stands only before ', \", \\, / and u with four hex digits")]
    Escape,
    /// A name nobody could see or type.
    #[error(transparent)]
    Name(#[from] RegisterNameError),
    /// A name that was given before.
    #[error("the name {name:?} is given twice")]
    DoubleName {
        /// The name.
        name: String,
    },
    /// The line or selector is wrong.
    #[error(transparent)]
    Selector(#[from] SelectorFault),
    /// A key a selector does not have.
    #[error("a selector has no {key:?}; it has {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys there are.
        known: &'static str,
    },
    /// A selector without its main key.
    #[error("the selector says neither 'quantity' nor 'record'")]
    NothingSelected,
    /// Keys that do not go together.
    #[error("{key:?} does not go with 'record', which says it already")]
    ConflictingKey {
        /// The key.
        key: String,
    },
    /// A word that is none of the words that may stand there.
    #[error("{word:?} is no {what}")]
    UnknownWord {
        /// The word.
        word: String,
        /// What it should be.
        what: &'static str,
    },
    /// A number beyond what the standard can say.
    #[error("the number is larger than a {what} can be")]
    NumberTooLarge {
        /// What it should be.
        what: &'static str,
    },
    /// More text behind the closing brace.
    #[error("there is more text behind the closing brace")]
    Trailing,
}

impl RegisterListFault {
    pub(crate) const fn at(self, position: usize) -> RegisterListError {
        RegisterListError { position, fault: self }
    }
}
