//! The tests of metering, in one program: what users see of models, registers and readings.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod consumption;
mod device_settings;
mod frames;
mod history;
mod interpretation;
mod line_view;
mod manual_examples;
mod mapping;
mod models;
mod recorded_telegrams;
mod register_list;
mod selector;
mod settings_cache;
mod unit_conversion;
