//! The gateway from outside, in one binary.

mod store_kill;
