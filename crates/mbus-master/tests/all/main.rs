//! The master on a virtual clock: joined with scripted answers, with anything that may arrive,
//! and with the simulated bus. No sockets, no sleeping.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

mod frames;
mod joined;
mod wire;

mod failures;
mod late_answers;
mod properties;
mod read_out;
mod secondary;
mod set_address;
mod set_address_simulated;
mod simulated;
