//! A building: buses with meters, read from TOML.

mod error;
mod file;
mod record_table;
mod telegram_table;
mod text;

use crate::bus_description::BusDescription;
pub use error::BuildingError;

/// A building of simulated buses. The [crate documentation](crate#a-building-as-text) shows how
/// the text looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Building {
    /// A name for people.
    pub name: String,
    /// Its buses, in the order of the file.
    pub buses: Vec<BusDescription>,
}

/// The buildings that come with the simulator, by name.
const EMBEDDED: [(&str, &str); 2] = [
    ("demo", include_str!("../buildings/demo.toml")),
    ("trouble", include_str!("../buildings/trouble.toml")),
];

impl Building {
    /// Reads a building from TOML.
    ///
    /// ```
    /// use mbus_sim::Building;
    ///
    /// let error = Building::parse("[[bus]]\nid = 'roof'\nbaudrate = 2401").unwrap_err();
    /// assert_eq!(error.key(), "bus[roof].baudrate");
    /// ```
    pub fn parse(toml: &str) -> Result<Self, BuildingError> {
        file::read(toml)
    }

    /// A building that comes with the simulator; `None` for an unknown name.
    ///
    /// ```
    /// use mbus_sim::Building;
    ///
    /// let demo = Building::named("demo").unwrap();
    /// assert_eq!(demo.bus("roof").unwrap().baudrate.get(), 2400);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let (_, toml) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
        // Each of them is parsed by a test.
        Self::parse(toml).ok()
    }

    /// The names of the buildings that come with the simulator.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// The bus with that id.
    pub fn bus(&self, id: &str) -> Option<&BusDescription> {
        self.buses.iter().find(|bus| bus.id == id)
    }
}

#[cfg(test)]
mod tests;
