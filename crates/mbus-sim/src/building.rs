//! A building: buses with meters, read from TOML.

use crate::bus_description::BusDescription;

/// A building of simulated buses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Building {
    /// A name for people.
    pub name: String,
    /// Its buses, in the order of the file.
    pub buses: Vec<BusDescription>,
}

/// Why a text describes no building: the key at fault and the cause, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {cause}")]
pub struct BuildingError {
    key: String,
    cause: String,
}

impl BuildingError {
    /// Where in the file the fault is, such as `bus[0].meter[2].primary`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong there, and what would be right.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}

impl Building {
    /// Reads a building from TOML; the crate documentation shows how the text looks.
    pub fn parse(_toml: &str) -> Result<Self, BuildingError> {
        Ok(Self { name: String::new(), buses: Vec::new() })
    }

    /// A building that comes with the simulator; `None` for an unknown name.
    pub fn named(_name: &str) -> Option<Self> {
        None
    }

    /// The names of the buildings that come with the simulator.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["demo"].into_iter()
    }
}
