//! The messages and the claim code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod claim_code;
mod examples;
mod limits;
mod round_trip;
