//! Real sockets and real pseudo terminals; the meters behind them are simulated, and so are the
//! faults. What needs no transport is tested beside the driver, on a virtual clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod converter;
mod dropped_run;
mod equal_readings;
mod lost_tcp;
mod pseudo_terminal;
mod refused_tcp;
mod serial_port;
mod silent_server;
mod simulated_bus;
