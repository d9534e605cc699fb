//! Reading the store while the writer has it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::cursor::{self, Passage};
use super::history::{self, StoredHistory};
use super::readout::{ReadoutId, StoredReadout};
use super::{Database, LastReadouts, StoreError};

/// A second connection to the file, which only reads; clones share it. It sees what is committed.
#[derive(Clone, Debug)]
pub struct Reader {
    database: Arc<Mutex<Database>>,
}

impl Reader {
    /// Opens a file that is at the newest schema: after [`Database::open`](super::Database::open).
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        };
        let connection = open().map_err(StoreError::sql("opening the file to read"))?;
        Ok(Self { database: Arc::new(Mutex::new(Database { connection })) })
    }

    /// The newest values that a meter has stored itself, at most so many; by series and date.
    pub async fn history(
        &self,
        meter: String,
        limit: u32,
    ) -> Result<Vec<StoredHistory>, StoreError> {
        self.read(move |database| {
            history::read(&database.connection, &meter, limit)
                .map_err(StoreError::sql("reading the history"))
        })
        .await
    }

    /// The last readouts of a meter, and the older ones that its settings are made from beside
    /// them.
    pub async fn last_readouts(
        &self,
        meter: String,
    ) -> Result<(LastReadouts, Vec<StoredReadout>), StoreError> {
        self.read(move |database| {
            Ok((database.last_readouts(&meter)?, database.needed_readouts(&meter)?))
        })
        .await
    }

    /// The readouts after this one in the order they were written, at most so many, made into
    /// something else on the same thread: unpacking takes its time.
    pub async fn readouts_after<T: Send + 'static>(
        &self,
        after: ReadoutId,
        limit: usize,
        make: impl FnOnce(Vec<Passage>) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read(move |database| {
            let failed = StoreError::sql("reading readouts to pass them on");
            cursor::read(&database.connection, after, limit).map(make).map_err(failed)
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        let asked = tokio::task::spawn_blocking(move || {
            ask(&database.lock().unwrap_or_else(PoisonError::into_inner))
        });
        asked.await.map_err(|_| StoreError::Closed)?
    }
}
