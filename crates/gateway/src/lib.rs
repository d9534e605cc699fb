//! The gateway beside the meters: buses, schedule, store, REST and the web page.
//!
//! Data goes one way: telegrams of a readout → identification check → readings → store (commit
//! first) → the snapshot that pages and API show. A wish to read goes one way too: schedule or
//! page → [`Job`](bus::Job) → [`BusHandle::submit`](bus::BusHandle::submit) → the queue of the
//! bus → its task.
#![forbid(unsafe_code)]

mod api;
mod app;
pub mod bus;
pub mod config;
pub mod findings;
pub mod latest;
pub mod readings;
mod security;
pub mod store;
mod web;

pub use api::openapi;
pub use app::{App, StartError};
pub use config::Config;
