//! What a finding is about.

use std::fmt;

/// The thing that failed, as a person knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A configured meter.
    Meter {
        /// Its name.
        name: String,
        /// The id of its bus.
        bus: String,
    },
    /// An address somebody wanted to read.
    Address {
        /// The address as it was given.
        address: String,
        /// The id of the bus.
        bus: String,
    },
}

impl Subject {
    /// The id of the bus.
    pub fn bus(&self) -> &str {
        match self {
            Self::Meter { bus, .. } | Self::Address { bus, .. } => bus,
        }
    }

    /// For the beginning of a sentence; [`Display`](fmt::Display) is for the middle.
    pub(crate) fn capitalized(&self) -> String {
        match self {
            Self::Meter { name, bus } => format!("Meter {name} on {bus}"),
            Self::Address { address, bus } => format!("The meter at address {address} on {bus}"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Meter { name, bus } => write!(f, "meter {name} on {bus}"),
            Self::Address { address, bus } => write!(f, "the meter at address {address} on {bus}"),
        }
    }
}
