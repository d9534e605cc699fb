//! Brings a store to the newest schema, and refuses one it does not understand.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours in its header ("BsMr").
const APPLICATION_ID: i32 = 0x4273_4D72;

/// One step of the schema.
pub(super) struct Migration {
    /// From 1, without gaps.
    pub(super) number: u32,
    /// The words of its file name.
    pub(super) name: &'static str,
    /// Its statements.
    pub(super) sql: &'static str,
}

/// All steps, in order. A step that was released is never changed: add one instead.
pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "create_readout",
    sql: include_str!("../../migrations/0001_create_readout.sql"),
}];

impl Migration {
    /// FNV-1a over the text, carriage returns left out. It guards against a change by mistake,
    /// not against a forger, who could change the whole file as well.
    pub(super) fn hash(&self) -> String {
        let bytes = self.sql.bytes().filter(|byte| *byte != b'\r');
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        format!("{hash:016x}")
    }
}

/// Applies what is missing, all or nothing. `now` is milliseconds since 1970.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    migrations: &[Migration],
    now: i64,
) -> Result<(), StoreError> {
    let failed = StoreError::sql("bringing it to the newest schema");
    // Takes the write lock first: a second process that opens the file waits here.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|cause| refuse_other_files(path, cause))?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|cause| refuse_other_files(path, cause))?;
    let application_id: i32 = transaction
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(&failed)?;
    if tables > 0 && application_id != APPLICATION_ID {
        return Err(StoreError::NotAStore { path: path.to_owned() });
    }
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL,
                applied_at INTEGER NOT NULL
            ) STRICT",
        )
        .map_err(&failed)?;
    let applied = {
        let mut statement = transaction
            .prepare("SELECT number, hash FROM migration ORDER BY number")
            .map_err(&failed)?;
        statement
            .query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(&failed)?
    };
    let known = migrations.last().map_or(0, |migration| migration.number);
    if let Some((found, _)) = applied.last()
        && *found > known
    {
        return Err(StoreError::Newer { path: path.to_owned(), found: *found, known });
    }
    for migration in migrations {
        match applied.iter().find(|(number, _)| *number == migration.number) {
            Some((_, hash)) if *hash == migration.hash() => {}
            Some((number, _)) => {
                return Err(StoreError::Diverged { path: path.to_owned(), number: *number });
            }
            None => {
                transaction.execute_batch(migration.sql).map_err(&failed)?;
                transaction
                    .execute(
                        "INSERT INTO migration (number, name, hash, applied_at) VALUES (?1, ?2, ?3, ?4)",
                        (migration.number, migration.name, migration.hash(), now),
                    )
                    .map_err(&failed)?;
                tracing::info!(number = migration.number, name = migration.name, "store migrated");
            }
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(&failed)?;
    transaction.commit().map_err(&failed)
}

/// A file that is no database at all shows only at the first access.
fn refuse_other_files(path: &Path, cause: rusqlite::Error) -> StoreError {
    match cause.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::NotAStore { path: path.to_owned() },
        _ => StoreError::Open { path: path.to_owned(), cause: Arc::new(cause) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, migrations: &[Migration]) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(path).unwrap();
        migrate(&mut connection, path, migrations, 0).map(|()| connection)
    }

    #[test]
    fn released_migrations_never_change() {
        // Where this fails, put the change into a migration of its own.
        let hashes: Vec<_> = MIGRATIONS.iter().map(|step| (step.number, step.hash())).collect();
        assert_eq!(hashes, [(1, "b370ccc9935dd361".to_owned())]);
    }

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let list: Vec<_> =
            MIGRATIONS.iter().map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
        assert_eq!(files, list);
    }

    #[test]
    fn opening_again_changes_nothing_and_a_new_step_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        open(&path, MIGRATIONS).unwrap();
        open(&path, MIGRATIONS).unwrap();
        let [first] = MIGRATIONS else { panic!("extend this test") };
        let second = Migration { number: 2, name: "x", sql: "CREATE TABLE x (a INTEGER) STRICT" };
        let first = Migration { number: 1, name: first.name, sql: first.sql };
        let connection = open(&path, &[first, second]).unwrap();
        connection.execute("INSERT INTO x VALUES (1)", []).unwrap();
    }

    #[test]
    fn a_newer_store_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let connection = open(&path, MIGRATIONS).unwrap();
        connection.execute("INSERT INTO migration VALUES (7, 'later', '', 0)", []).unwrap();
        let error = open(&path, MIGRATIONS).unwrap_err().to_string();
        assert!(error.contains("its schema is 7, this version knows up to 1"), "{error}");
    }

    #[test]
    fn a_step_with_another_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        open(&path, MIGRATIONS).unwrap();
        let other = Migration { number: 1, name: "create_readout", sql: "CREATE TABLE y (a)" };
        assert!(matches!(open(&path, &[other]), Err(StoreError::Diverged { number: 1, .. })));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let broken = Migration { number: 1, name: "x", sql: "CREATE TABLE a (b); CREATE TABL" };
        assert!(matches!(open(&path, &[broken]), Err(StoreError::Sql { .. })));
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
        assert!(matches!(open(&path, MIGRATIONS), Err(StoreError::NotAStore { .. })));
        let path = folder.path().join("other.sqlite");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        assert!(matches!(open(&path, MIGRATIONS), Err(StoreError::NotAStore { .. })));
    }
}
