//! The tests of metering, in one program: what users see of models, registers and readings.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod frames;
mod interpretation;
mod line_view;
mod mapping;
mod models;
mod register_list;
mod selector;
mod unit_conversion;
