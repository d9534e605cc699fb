//! A bus as it is described: speed, wire, meters. Plain data, made from TOML or in code.

use crate::baudrate::Baudrate;
use crate::meter_description::MeterDescription;

/// Everything about one bus of a building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusDescription {
    /// A short name for programs, `[a-z0-9-]+`.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// How the bus wants to be offered to a master; whoever serves it may do otherwise.
    pub transport: Transport,
    /// The speed of the converter, and of each meter that names no other.
    pub baudrate: Baudrate,
    /// What the wire and the converter add.
    pub disturbance: Disturbance,
    /// The meters on the bus.
    pub meters: Vec<MeterDescription>,
}

/// The way from a master to the bus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// A converter with a TCP port.
    #[default]
    Tcp,
    /// A serial port, simulated by a pseudo terminal.
    PseudoTerminal,
}

/// What stands on the wire beside the answers of the meters. It comes by count, never by
/// chance, so that a test sees the same each time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// The converter sends back every byte it was given.
    pub echo: bool,
    /// Bytes that stand on the wire right before each answer, as a converter makes them when it
    /// switches.
    pub stray: Vec<u8>,
    /// Each n-th byte that reaches the master has one bit inverted; 0 is never.
    pub flip_every: u32,
}
