//! The code of somebody who forgot his password, in the store.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::value::Milliseconds;
use crate::setup_code::CodeHash;

/// Keeps a code; one from before works no more.
pub(crate) fn put(
    connection: &Connection,
    hash: CodeHash,
    expires_at: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO password_reset (only, hash, expires_at) VALUES (1, ?1, ?2)",
            (hash.0.as_slice(), Milliseconds(expires_at)),
        )
        .map(drop)
}

/// The code that works now.
pub(crate) fn get(connection: &Connection, now: Timestamp) -> rusqlite::Result<Option<CodeHash>> {
    connection
        .query_row(
            "SELECT hash FROM password_reset WHERE expires_at > ?1",
            [Milliseconds(now)],
            |row| row.get(0).map(CodeHash),
        )
        .optional()
}

/// Forgets the code: it works once.
pub(crate) fn forget(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM password_reset", []).map(drop)
}
