//! The schema of a store, and the way of a file to it.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use crate::{Migration, OpenError, private};

/// How long another process may hold the file before opening fails.
const BUSY: Duration = Duration::from_secs(5);

/// What a store is made of.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Marks the file in its header as this kind of store.
    pub application_id: i32,
    /// All steps, in order. A step that was released is never changed: add one instead.
    pub migrations: &'static [Migration],
}

impl Schema {
    /// Opens the file, makes it where there is none, and brings it to the newest schema. Every
    /// commit is synced to the disk. Only its owner may read it. `now` is milliseconds since 1970.
    pub fn open(&self, path: &Path, now: i64) -> Result<Connection, OpenError> {
        let refused = OpenError::open(path);
        private::create(path);
        let mut connection = Connection::open(path).map_err(&refused)?;
        connection.busy_timeout(BUSY).map_err(&refused)?;
        self.migrate(&mut connection, path, now)?;
        private::restrict(path);
        let configured = connection
            .pragma_update(None, "journal_mode", "WAL")
            .and_then(|()| connection.pragma_update(None, "synchronous", "FULL"))
            .and_then(|()| connection.pragma_update(None, "foreign_keys", true));
        configured.map_err(&refused)?;
        Ok(connection)
    }

    /// Applies what is missing, all or nothing.
    fn migrate(&self, connection: &mut Connection, path: &Path, now: i64) -> Result<(), OpenError> {
        // Takes the write lock first: a second process that opens the file waits here.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|cause| refuse_other_files(path, cause))?;
        let tables: i64 = transaction
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(|cause| refuse_other_files(path, cause))?;
        let application_id: i32 = transaction
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(OpenError::migrate)?;
        if tables > 0 && application_id != self.application_id {
            return Err(OpenError::NotAStore { path: path.to_owned() });
        }
        let applied = applied(&transaction).map_err(OpenError::migrate)?;
        let known = self.migrations.last().map_or(0, |migration| migration.number);
        if let Some((found, _)) = applied.last()
            && *found > known
        {
            return Err(OpenError::Newer { path: path.to_owned(), found: *found, known });
        }
        for migration in self.migrations {
            match applied.iter().find(|(number, _)| *number == migration.number) {
                Some((_, hash)) if *hash == migration.hash() => {}
                Some((number, _)) => {
                    return Err(OpenError::Diverged { path: path.to_owned(), number: *number });
                }
                None => {
                    apply(&transaction, migration, now).map_err(OpenError::migrate)?;
                    let Migration { number, name, .. } = migration;
                    tracing::info!(path = %path.display(), number, name, "store migrated");
                }
            }
        }
        transaction
            .pragma_update(None, "application_id", self.application_id)
            .and_then(|()| transaction.commit())
            .map_err(OpenError::migrate)
    }
}

/// Numbers and hashes of the steps that were taken.
fn applied(connection: &Connection) -> rusqlite::Result<Vec<(u32, String)>> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT",
    )?;
    let mut statement = connection.prepare("SELECT number, hash FROM migration ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn apply(connection: &Connection, migration: &Migration, now: i64) -> rusqlite::Result<()> {
    connection.execute_batch(migration.sql)?;
    connection.execute(
        "INSERT INTO migration (number, name, hash, applied_at) VALUES (?1, ?2, ?3, ?4)",
        (migration.number, migration.name, migration.hash(), now),
    )?;
    Ok(())
}

/// A file that is no database at all shows only at the first access.
fn refuse_other_files(path: &Path, cause: rusqlite::Error) -> OpenError {
    match cause.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotAStore { path: path.to_owned() },
        _ => OpenError::open(path)(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLICATION_ID: i32 = 0x4273_7878;
    const FIRST: Migration =
        Migration { number: 1, name: "create_a", sql: "CREATE TABLE a (b INTEGER) STRICT" };
    const SCHEMA: Schema = Schema { application_id: APPLICATION_ID, migrations: &[FIRST] };

    #[test]
    fn opening_again_changes_nothing_and_a_new_step_is_added() {
        const SECOND: Migration =
            Migration { number: 2, name: "create_x", sql: "CREATE TABLE x (a INTEGER) STRICT" };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        SCHEMA.open(&path, 1).unwrap();
        SCHEMA.open(&path, 2).unwrap();
        let two = Schema { migrations: &[FIRST, SECOND], ..SCHEMA };
        let connection = two.open(&path, 3).unwrap();
        connection.execute("INSERT INTO x VALUES (1)", []).unwrap();
        let mut statement =
            connection.prepare("SELECT number, applied_at FROM migration ORDER BY number").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let steps: Vec<(u32, i64)> = rows.map(Result::unwrap).collect();
        assert_eq!(steps, [(1, 1), (2, 3)]);
    }

    #[test]
    fn every_commit_is_synced_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let connection = SCHEMA.open(&folder.path().join("store.sqlite"), 0).unwrap();
        let pragma =
            |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(pragma("synchronous"), 2, "FULL");
        assert_eq!(pragma("foreign_keys"), 1);
        let journal: String =
            connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(journal, "wal");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_and_its_log_are_for_the_owner_alone_also_where_they_were_not() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let modes = || {
            let files = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
            files.map(|file| file.metadata().unwrap().permissions().mode() & 0o777)
        };
        let open = || {
            let connection = SCHEMA.open(&path, 0).unwrap();
            connection.execute("INSERT INTO a VALUES (1)", []).unwrap();
            connection
        };
        let first = open();
        assert_eq!(modes().collect::<Vec<_>>(), [0o600; 3], "the file, -wal and -shm");
        // As an earlier version left them.
        for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            std::fs::set_permissions(file.path(), PermissionsExt::from_mode(0o644)).unwrap();
        }
        let second = open();
        assert_eq!(modes().collect::<Vec<_>>(), [0o600; 3]);
        drop((first, second));
    }

    #[cfg(unix)]
    #[test]
    fn the_rights_of_other_files_stay_as_they_are() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.sqlite");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        SCHEMA.open(&path, 0).unwrap_err();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    }

    #[test]
    fn a_newer_store_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let connection = SCHEMA.open(&path, 0).unwrap();
        connection.execute("INSERT INTO migration VALUES (7, 'later', '', 0)", []).unwrap();
        let error = SCHEMA.open(&path, 0).unwrap_err().to_string();
        assert!(error.contains("its schema is 7, this version knows up to 1"), "{error}");
    }

    #[test]
    fn a_step_with_another_text_is_refused() {
        const OTHER: Migration =
            Migration { number: 1, name: "create_a", sql: "CREATE TABLE y (a)" };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        SCHEMA.open(&path, 0).unwrap();
        let other = Schema { migrations: &[OTHER], ..SCHEMA };
        assert!(matches!(other.open(&path, 0), Err(OpenError::Diverged { number: 1, .. })));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        const BROKEN: Migration =
            Migration { number: 1, name: "x", sql: "CREATE TABLE a (b); CREATE TABL" };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let broken = Schema { migrations: &[BROKEN], ..SCHEMA };
        assert!(matches!(broken.open(&path, 0), Err(OpenError::Migrate { .. })));
        let connection = Connection::open(&path).unwrap();
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn other_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "these are notes, long enough to be read as a header of a file, and more of them, and more, to a hundred bytes").unwrap();
        assert!(matches!(SCHEMA.open(&path, 0), Err(OpenError::NotAStore { .. })));
        let path = folder.path().join("other.sqlite");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        assert!(matches!(SCHEMA.open(&path, 0), Err(OpenError::NotAStore { .. })));
        // A store of Busmeister for something else is not this one either.
        let path = folder.path().join("sibling.sqlite");
        Schema { application_id: APPLICATION_ID + 1, ..SCHEMA }.open(&path, 0).unwrap();
        assert!(matches!(SCHEMA.open(&path, 0), Err(OpenError::NotAStore { .. })));
    }
}
