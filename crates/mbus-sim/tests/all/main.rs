//! Whole buses on a virtual clock: no sleeping, no sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod any_input;
mod collisions;
mod demo_building;
mod link_layer;
mod quirks;
mod selection;
mod virtual_master;
mod wire;
mod writes;
