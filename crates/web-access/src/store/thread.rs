//! The one thread that has the file.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::schema::SCHEMA;

/// How much work may wait. Whoever brings more waits himself.
const ROOM: usize = 64;

/// The way to the thread that has the file; clones go to the same one. It ends with the last of
/// them, or when it is closed.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    commands: mpsc::Sender<Command>,
}

enum Command {
    Work(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Work(_) => "Work",
            Self::Close(_) => "Close",
        })
    }
}

impl Store {
    /// Opens the file, makes it where there is none, and starts its thread. `look` reads what is
    /// to be known before that.
    pub(crate) fn open<T>(
        path: &Path,
        now: Timestamp,
        look: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<(Self, T), StoreError> {
        create(path).map_err(|cause| StoreError::Create {
            path: path.to_owned(),
            cause: Arc::new(cause),
        })?;
        let connection = SCHEMA.open(path, now.as_millisecond())?;
        let seen = look(&connection).map_err(sql("being opened"))?;
        let (commands, inbox) = mpsc::channel(ROOM);
        std::thread::Builder::new()
            .name("access-store".to_owned())
            .spawn(move || run(connection, inbox))
            .map_err(|cause| StoreError::Thread(Arc::new(cause)))?;
        Ok((Self { commands }, seen))
    }

    /// Reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.send(move |connection| work(connection).map_err(sql(doing))).await
    }

    /// Writes in one transaction. The answer comes after its commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let write = move |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        self.send(move |connection| write(connection).map_err(sql(doing))).await
    }

    /// Ends the thread after what was sent before, and waits until the file is closed.
    pub(crate) async fn close(&self) {
        let (closed, wait) = oneshot::channel();
        // Where the thread has ended already, there is nothing left to close.
        if self.commands.send(Command::Close(closed)).await.is_ok() {
            let _ = wait.await;
        }
    }

    async fn send<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, done) = oneshot::channel();
        let work = Command::Work(Box::new(move |connection| {
            // Nobody waits any more: it is done all the same.
            let _ = answer.send(work(connection));
        }));
        self.commands.send(work).await.map_err(|_| StoreError::Closed)?;
        done.await.map_err(|_| StoreError::Closed)?
    }
}

fn run(mut connection: Connection, mut inbox: mpsc::Receiver<Command>) {
    let mut closed = None;
    while let Some(command) = inbox.blocking_recv() {
        match command {
            Command::Work(work) => work(&mut connection),
            Command::Close(answer) => {
                closed = Some(answer);
                break;
            }
        }
    }
    // The log goes into the file, so that a copy of the file alone is whole.
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the log of the store of accounts stays beside it");
    }
    drop(connection);
    if let Some(closed) = closed {
        // Nobody waits for it: then nobody needs to know.
        let _ = closed.send(());
    }
}

/// Makes the file for its owner alone; SQLite gives its companions the same rights.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// For `map_err`: a statement failed while `doing`.
fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |cause| StoreError::Sql { doing, cause: Arc::new(cause) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("access.sqlite");
        Store::open(&path, Timestamp::UNIX_EPOCH, |_| Ok(())).unwrap().0
    }

    #[tokio::test]
    async fn work_that_was_sent_is_done_though_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        {
            let write = store.write("testing", |transaction| {
                transaction.execute_batch("CREATE TABLE kept (a INTEGER)")
            });
            let mut write = std::pin::pin!(write);
            // Polled once, then dropped: as a request that is given up.
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(write.as_mut().poll(&mut context).is_pending());
        }
        store
            .read("testing", |connection| connection.prepare("SELECT a FROM kept").map(drop))
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_write_that_fails_leaves_nothing_behind_and_the_store_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let failed = store
            .write("testing", |transaction| {
                transaction.execute_batch("CREATE TABLE gone (a INTEGER)")?;
                transaction.execute_batch("nonsense")
            })
            .await;
        let message = failed.unwrap_err().to_string();
        assert!(message.starts_with("the store of accounts failed while testing: "), "{message}");
        let gone =
            store.read("testing", |connection| connection.prepare("SELECT a FROM gone").map(drop));
        assert!(gone.await.is_err());
        assert!(store.read("testing", |_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn a_closed_store_has_no_log_beside_it_and_takes_no_work() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        store.clone().close().await;
        assert!(matches!(store.read("testing", |_| Ok(())).await, Err(StoreError::Closed)));
        store.close().await;
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, ["access.sqlite"]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_file_and_its_log_are_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        store.write("testing", |work| work.execute_batch("CREATE TABLE a (b)")).await.unwrap();
        let mut names = Vec::new();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
            names.push(file.file_name());
        }
        assert!(names.len() >= 2, "{names:?}");
    }
}
