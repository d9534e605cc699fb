//! Telegrams as a user of the crate decodes them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod any_bytes;
mod recorded_telegrams;
mod telegram_files;
