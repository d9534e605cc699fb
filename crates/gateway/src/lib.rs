//! The gateway beside the meters: buses, schedule, store, REST and the web page.
//!
//! Data goes one way: telegrams of a readout → identification check → readings → store (commit
//! first) → the snapshot that pages and API show. A wish to read goes one way too: schedule or
//! page → [`Job`](job::Job) → [`BusHandle::submit`](bus::BusHandle::submit) → the queue of the
//! bus → its task.
//!
//! What the modules hold; each may use those above it, and none below:
//!
//! | module | holds |
//! |---|---|
//! | [`config`] | the configuration, read and checked as a whole |
//! | [`reading`] | a named value of a meter |
//! | [`findings`] | what is wrong, in four parts of a sentence |
//! | [`readout`] | what was heard when a meter was read, before anything is made of it |
//! | [`address_setting`] | what was proven when a meter was given another address |
//! | [`store`] | every readout on disk |
//! | [`device`] | a meter as a device driver shows it: connection properties, settings |
//! | [`job`] | a wish to read or to set an address, with its answer channel |
//! | [`latest`] | what is known now, for pages and API |
//! | `intake` | the story of one readout: who, what, store, tell |
//! | [`bus`] | one task per bus: queue, schedule, presence |
//! | [`fleet::store`](fleet) | what the gateway keeps of its portal |
//! | [`configuration`] | the configuration while the gateway runs, its one owner |
//! | [`fleet`] | the link to the portal: readouts up, configuration and commands down |
//! | `api` | REST, one file per noun, each route with who may use it |
//! | `security` | what keeps strangers out |
//! | `app` | owns everything; the order to start and to stop |
#![forbid(unsafe_code)]

pub mod address_setting;
mod api;
mod app;
pub mod bus;
pub mod config;
pub mod configuration;
pub mod device;
pub mod findings;
pub mod fleet;
mod intake;
pub mod job;
pub mod latest;
pub mod reading;
pub mod readout;
mod security;
pub mod store;

pub use api::openapi;
pub use app::{App, StartError};
pub use config::Config;
