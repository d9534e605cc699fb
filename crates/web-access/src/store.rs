//! The store of accounts, sessions and the audit log: one SQLite file of its own.
//!
//! One thread has the file; everybody else sends it work and gets the answer after the commit,
//! which is synced to the disk. Work that was sent is done, whether or not anybody still waits.

pub(crate) mod accounts;
mod error;
pub(crate) mod journal;
pub(crate) mod resets;
mod schema;
pub(crate) mod sessions;
mod thread;
mod value;

pub use error::StoreError;
pub(crate) use thread::Store;
