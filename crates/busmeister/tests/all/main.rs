//! The program as its users meet it, and the rules of its house.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod acceptance;
mod decode;
mod demo;
mod fleet;
mod fleet_commands;
mod fleet_https;
mod fleet_kill;
mod fleet_readings;
mod fleet_trouble;
mod gateway;
mod gateway_https;
mod http;
mod https;
mod kill;
mod layering;
mod portal;
mod program;
mod read;
mod set_address;
mod trouble;
