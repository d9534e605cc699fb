//! Telegrams as text: the numbered lines a technician reads, the settings of a device driver, and
//! JSON.
//!
//! Everything is written to a [`core::fmt::Write`], so nothing here allocates.

pub mod json;
pub mod lines;
pub mod settings;
