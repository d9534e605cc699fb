//! The gateway from outside, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod address_setting;
mod api_errors;
mod configuring;
mod configuring_kill;
mod connection;
mod device;
mod events;
mod exchange;
mod house;
mod identity;
mod offline;
mod openapi;
mod pages;
mod reach;
mod readings;
mod restart;
mod store_failing;
mod store_kill;
mod strangers;
