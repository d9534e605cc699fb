//! The door from outside, as browsers, programs and strangers find it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accounts;
mod audit;
mod concurrency;
mod cookies;
mod log_in;
mod looking;
mod openapi;
mod other_sites;
mod passwords;
mod proof;
mod reset;
mod secrets;
mod server;
mod sessions;
mod setup;
mod tokens;
