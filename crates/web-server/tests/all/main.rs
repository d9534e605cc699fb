//! A server over real connections.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod limits;
mod server;
mod stopping;
mod tls;
