//! The store: every readout on disk before anyone hears of it.
//!
//! One SQLite file with a write-ahead log, synced at each commit. One row holds one readout: its
//! raw telegrams, compressed, and the readings made of them beside it. Rows are only ever
//! appended, so the id of a row is a cursor for whatever passes readings on.
//!
//! One thread writes. It gathers what comes and commits at most once a second, which is kind to
//! flash memory; where a person waits it commits at once. Nothing is answered before its commit.

mod cursor;
mod database;
mod error;
mod history;
mod needed;
mod pace;
mod packed;
mod reader;
mod readout;
mod row;
mod schema;
mod writer;

pub use cursor::Passage;
pub use database::{Database, LastReadouts};
pub use error::StoreError;
pub use history::StoredHistory;
pub use reader::Reader;
pub use readout::{
    KnownIdentification, NewReadout, ReadoutId, StoredOutcome, StoredReadout, StoredTelegram,
};
pub use writer::{Store, Urgency, WriterThread};

#[cfg(test)]
mod tests;
