//! Where the bus meets the operating system: ports, the loop that drives the master over one, and
//! simulated buses on real transports.
//!
//! | module | holds |
//! |---|---|
//! | [`port`] | what a port is set to, how it opens, why it does not |
//! | [`connection`] | one bus: its port and its master; runs procedures, opens a lost port again |
//! | [`backoff`] | when to try again to open a port |
//! | [`simulated`] | a simulated bus behind a TCP address or a pseudo terminal |
//!
//! The driver loop (`driver.rs`) is the only one: whoever wants something from a bus goes through
//! [`BusConnection::run`]. A new kind of port is one variant of [`PortSettings`] and of the open
//! port beside it.
#![forbid(unsafe_code)]

pub mod backoff;
pub mod connection;
mod driver;
pub mod port;
pub mod simulated;

pub use backoff::Backoff;
pub use connection::{BusConnection, TimingSettings};
pub use port::{
    CutFrame, DataBits, LostCause, LostPort, Parity, PortError, PortKind, PortSettings,
    PortWarning, SerialSettings, StopBits, TcpSettings,
};
pub use simulated::{ServeError, SimulatedPty, SimulatedTcp};
