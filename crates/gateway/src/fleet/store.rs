//! What the gateway keeps of its portal, in a file of its own beside the readings.
//!
//! Each change is on disk before it returns. The token stands in the file as it is, so nobody
//! but the owner may read the file.

mod claim;
mod commands;
mod revision;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;
use sqlite_migrator::{Migration, Schema};

use crate::store::StoreError;

pub(crate) use claim::Claim;
pub(crate) use revision::PortalRevision;

/// The file in the data directory.
pub(crate) const FILE: &str = "fleet.sqlite";

/// The schema of the file. A step that was released is never changed: add one instead.
const SCHEMA: Schema = Schema {
    // "BsMf"
    application_id: 0x4273_4D66,
    migrations: &[
        Migration {
            number: 1,
            name: "create_portal_revision",
            sql: include_str!("../../fleet-migrations/0001_create_portal_revision.sql"),
        },
        Migration {
            number: 2,
            name: "create_link",
            sql: include_str!("../../fleet-migrations/0002_create_link.sql"),
        },
    ],
};

/// The file, open; clones share it. Every commit is synced to the disk.
#[derive(Clone, Debug)]
pub(crate) struct FleetStore {
    connection: Arc<Mutex<Connection>>,
}

impl FleetStore {
    /// Opens the file, makes it where there is none, and brings it to the newest schema.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let refused = |cause: std::io::Error| {
            let cause = rusqlite::Error::ToSqlConversionFailure(Box::new(cause));
            StoreError::sql("keeping others from the file of the fleet link")(cause)
        };
        keep_private(path).map_err(refused)?;
        let connection = SCHEMA.open(path, now.as_millisecond())?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Does something with the file, on a thread that may wait for the disk.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        doing: &'static str,
        act: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        let acted = tokio::task::spawn_blocking(move || store.at_once(doing, act));
        acted.await.map_err(|_| StoreError::Closed)?
    }

    /// The same on this thread.
    pub(crate) fn at_once<T>(
        &self,
        doing: &'static str,
        act: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut connection).map_err(StoreError::sql(doing))
    }
}

/// Makes the file before SQLite does, so that nobody else can read it at any time. SQLite gives
/// its log the same rights.
fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    options.open(path)?;
    Ok(())
}

fn damaged(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let kind = rusqlite::types::Type::Text;
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(cause))
}

#[cfg(test)]
mod tests;
