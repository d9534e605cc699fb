//! What the gateway keeps of its portal, in a file of its own beside the readings.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use fleet_link::ConfiguredMeter;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use sqlite_migrator::{Migration, Schema};

use crate::store::StoreError;

/// The schema of the file. A step that was released is never changed: add one instead.
const SCHEMA: Schema = Schema {
    // "BsMf"
    application_id: 0x4273_4D66,
    migrations: &[Migration {
        number: 1,
        name: "create_portal_revision",
        sql: include_str!("../../fleet-migrations/0001_create_portal_revision.sql"),
    }],
};

/// The file, open; clones share it. Every commit is synced to the disk.
#[derive(Clone, Debug)]
pub(crate) struct FleetStore {
    connection: Arc<Mutex<Connection>>,
}

/// A revision of the portal's configuration, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortalRevision {
    /// Its number.
    pub(crate) revision: u64,
    /// Its meters.
    pub(crate) meters: Vec<ConfiguredMeter>,
}

impl FleetStore {
    /// Opens the file, makes it where there is none, and brings it to the newest schema.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
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

    /// The revision the gateway reads by.
    pub(crate) fn portal_revision(&self) -> Result<Option<PortalRevision>, StoreError> {
        let row = self.at_once("reading the configuration of the portal", |connection| {
            connection
                .query_row("SELECT revision, meters FROM portal_revision", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })
                .optional()
        })?;
        let read = row.and_then(|(revision, meters)| {
            let revision = u64::try_from(revision).ok()?;
            let meters = serde_json::from_str(&meters);
            let meters = meters.inspect_err(|error| {
                tracing::error!(%error, "the kept configuration of the portal is damaged");
            });
            Some(PortalRevision { revision, meters: meters.ok()? })
        });
        Ok(read)
    }

    /// From now on the gateway reads by this revision, or by none.
    pub(crate) async fn keep_portal_revision(
        &self,
        kept: Option<PortalRevision>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.with("writing the configuration of the portal", move |connection| {
            let Some(PortalRevision { revision, meters }) = kept else {
                return connection.execute("DELETE FROM portal_revision", []).map(drop);
            };
            let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
            let meters = serde_json::to_string(&meters).map_err(failed)?;
            connection
                .execute(
                    "INSERT OR REPLACE INTO portal_revision (only_one, revision, meters, applied_at)
                     VALUES (1, ?1, ?2, ?3)",
                    (i64::try_from(revision).unwrap_or(i64::MAX), meters, now.as_millisecond()),
                )
                .map(drop)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_migrations_never_change() {
        // Where this fails, put the change into a migration of its own.
        let hashes: Vec<_> =
            SCHEMA.migrations.iter().map(|step| (step.number, step.hash())).collect();
        let known = [(1, "7e186b0a50cee33a")];
        assert_eq!(hashes, known.map(|(number, hash)| (number, hash.to_owned())));
    }

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fleet-migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let steps = SCHEMA.migrations.iter();
        let list: Vec<_> =
            steps.map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(files, list);
    }
}
