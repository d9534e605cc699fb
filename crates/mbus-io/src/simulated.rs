//! A simulated bus on a real transport, in real time.
//!
//! `mbus-sim` knows how the bus behaves and at what moment each byte reaches the master; here its
//! bytes go over a TCP connection ([`SimulatedTcp`]) or a pseudo terminal that opens like a serial
//! port ([`SimulatedPty`]). Both serve until their `run` is dropped.

mod pty;
mod pty_link;
pub(crate) mod running_bus;
mod serve_error;
mod tcp;

pub use pty::SimulatedPty;
pub use serve_error::ServeError;
pub use tcp::SimulatedTcp;
