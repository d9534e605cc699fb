//! The fleet server: sites, their gateways and meters, and everything the gateways bring.
//!
//! Readouts come up from gateways and are on disk before they are acknowledged; configurations
//! and commands go down. Saving a meter makes a new revision of its gateway's configuration in
//! the same transaction.
//!
//! | module | holds |
//! |---|---|
//! | [`id`] | the ids of the nouns |
//! | [`site`], [`gateway`], [`meter`], [`readout`], [`command`] | the nouns |
//! | [`overview`] | how the fleet is, counted |
//! | [`periods`] | what was consumed hour by hour, day by day, month by month; pure |
//! | [`secret_hash`], [`token`] | claim codes and tokens, and what is kept of them |
//! | [`reached_at`] | where gateways reach the portal, for claim codes |
//! | [`db`] | the only place with SQL |
//! | [`live`] | what changes, for whoever listens |
//! | [`fleet`] | what gateways ask of the portal |
//! | [`api`] | what people and programs ask of it |
//! | `app` | owns everything; the order to start and to stop |
#![forbid(unsafe_code)]

pub mod api;
mod app;
pub mod command;
pub mod db;
pub mod fleet;
pub mod gateway;
pub mod id;
pub mod live;
pub mod meter;
pub mod overview;
pub mod periods;
pub mod reached_at;
pub mod readout;
pub mod secret_hash;
pub mod site;
pub mod token;

pub use app::{App, Config, ConfigError, InviteError, PublicUrlFault, StartError};
