//! One connection that writes, and some that read meanwhile.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::DbError;
use super::schema::SCHEMA;

/// How many queries run at once.
const READERS: usize = 4;

#[derive(Debug)]
pub(super) struct Connections {
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Whoever waits here holds no thread.
    writing: Arc<Semaphore>,
    reading: Arc<Semaphore>,
}

impl Connections {
    pub(super) fn open(path: &Path, now: Timestamp) -> Result<Self, DbError> {
        let writer = SCHEMA.open(path, now.as_millisecond())?;
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let reader = SCHEMA.open(path, now.as_millisecond())?;
            reader
                .pragma_update(None, "query_only", true)
                .map_err(DbError::sql("opening it for reading"))?;
            readers.push(reader);
        }
        Ok(Self {
            writer: Mutex::new(writer),
            readers: Mutex::new(readers),
            writing: Arc::new(Semaphore::new(1)),
            reading: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// A place among those who write.
    pub(super) async fn writing(&self) -> Result<OwnedSemaphorePermit, DbError> {
        Arc::clone(&self.writing).acquire_owned().await.map_err(|_| DbError::Closed)
    }

    /// A place among those who read.
    pub(super) async fn reading(&self) -> Result<OwnedSemaphorePermit, DbError> {
        Arc::clone(&self.reading).acquire_owned().await.map_err(|_| DbError::Closed)
    }

    /// It blocks. Only for who has a place among those who read.
    pub(super) fn read<T, E: From<DbError>>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let taken = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = Borrowed { connection: taken, home: &self.readers };
        let Some(reader) = &connection.connection else { return Err(DbError::Closed.into()) };
        // A transaction, so that several queries see one state.
        let transaction =
            reader.unchecked_transaction().map_err(DbError::sql("beginning to read"))?;
        query(&transaction)
    }

    /// It blocks. Only for who has a place among those who write.
    pub(super) fn write<T, E: From<DbError>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A panic of another change has rolled that one back; the connection is sound.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(DbError::sql("beginning to write"))?;
        let result = change(&transaction)?;
        transaction.commit().map_err(DbError::sql("committing"))?;
        Ok(result)
    }

    /// It blocks until what is being written is on disk.
    pub(super) fn close(&self) {
        self.writing.close();
        self.reading.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // Where somebody still reads, the log stays beside the file, which does no harm.
        let _ = writer.pragma_update(None, "wal_checkpoint", "TRUNCATE");
    }
}

/// Goes back to the others also when a query panics.
struct Borrowed<'a> {
    connection: Option<Connection>,
    home: &'a Mutex<Vec<Connection>>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        home.extend(self.connection.take());
    }
}
