//! The store: the only place with SQL.
//!
//! [`Db`] has one method for each thing that is asked of it, in a file for each noun. What goes
//! in and comes out are the nouns of this crate, and each method is a transaction of its own: so
//! another database can stand beside this one without anyone above noticing.
//!
//! It is one SQLite file with a write-ahead log, synced at each commit. One connection writes;
//! some others read meanwhile.

mod claims;
mod commands;
mod configurations;
mod connections;
mod error;
mod gateway_removal;
mod gateways;
mod json;
mod known_meters;
mod latest;
mod meters;
mod overview;
mod own_meters;
mod packed;
mod readings;
mod readouts;
mod schema;
mod sites;
mod time;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

pub use claims::{ClaimError, ClaimedGateway};
pub use configurations::RevisionSummary;
pub use error::{DbError, SaveError};
pub use known_meters::MeterSelection;
pub use readings::{ReadoutCursor, ReadoutRange};
pub use readouts::{StoreBatchError, StoredBatch};

use connections::Connections;

/// The store; clones are the same.
#[derive(Clone, Debug)]
pub struct Db(Arc<Connections>);

impl Db {
    /// Opens the file, makes it where there is none, and brings it to the newest schema.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, DbError> {
        Connections::open(path, now).map(|connections| Self(Arc::new(connections)))
    }

    /// Runs a query beside the writer. It sees one state of the store throughout.
    async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let place = self.0.reading().await?;
        let connections = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            connections.read(query)
        });
        task.await.map_err(|_| E::from(DbError::Broken))?
    }

    /// Runs a change; it is on disk when this returns, or nothing of it is. Where the caller
    /// stops waiting, it is carried out all the same.
    async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let place = self.0.writing().await?;
        let connections = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            connections.write(change)
        });
        task.await.map_err(|_| E::from(DbError::Broken))?
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.read(|connection| {
            connection
                .query_row("SELECT 1", [], |_| Ok(()))
                .map_err(DbError::sql("asking whether it answers"))
        })
        .await
    }

    /// What is wrong with the file itself; empty where it is whole. It reads all of it.
    pub async fn check(&self) -> Result<Vec<String>, DbError> {
        self.read(|connection| {
            let failed = DbError::sql("checking the file");
            let mut statement = connection.prepare("PRAGMA integrity_check").map_err(&failed)?;
            let mut faults = statement
                .query_map([], |row| row.get::<_, String>(0))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(&failed)?;
            faults.retain(|fault| fault != "ok");
            Ok(faults)
        })
        .await
    }

    /// Waits for what is being written and takes no more; the log goes into the file, so that a
    /// copy of the file alone is whole.
    pub async fn close(&self) {
        let connections = Arc::clone(&self.0);
        // A panic in there has been logged; there is nothing else to close.
        let _ = tokio::task::spawn_blocking(move || connections.close()).await;
    }
}
