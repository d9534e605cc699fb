//! The one thread that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::StoreError;
use super::cursor;
use super::database::Database;
use super::pace::Pace;
use super::readout::{NewReadout, ReadoutId};
use super::row::{self, Keys};

/// How many readouts may wait for their commit. Whoever brings more waits himself.
const ROOM: usize = 256;

/// Whether somebody waits for the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It may be gathered with others for up to a second.
    Gathered,
    /// A person waits: commit at once.
    AtOnce,
}

/// The way to the thread that writes; clones go to the same one.
#[derive(Clone, Debug)]
pub struct Store {
    commands: mpsc::Sender<Command>,
    room: Arc<Semaphore>,
    failing: Arc<AtomicBool>,
    committed: watch::Receiver<ReadoutId>,
}

/// The thread that writes, for whoever stops it.
#[derive(Debug)]
pub struct WriterThread(JoinHandle<()>);

#[derive(Debug)]
enum Command {
    Append(Box<Append>),
    Close,
}

#[derive(Debug)]
struct Append {
    readout: NewReadout,
    urgency: Urgency,
    answer: oneshot::Sender<Result<ReadoutId, StoreError>>,
    /// A place in the queue, free again when the row is committed.
    _place: OwnedSemaphorePermit,
}

impl Database {
    /// Starts the thread that writes; the database is its own from now on.
    pub fn start_writer(self) -> Result<(Store, WriterThread), StoreError> {
        let (commands, inbox) = mpsc::channel();
        let failing = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&failing);
        let last =
            cursor::last(&self.connection).map_err(StoreError::sql("looking for the end"))?;
        let (tell, committed) = watch::channel(last);
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || Writer::new(self, seen, tell).run(&inbox))
            .map_err(|cause| StoreError::Thread(Arc::new(cause)))?;
        let store = Store { commands, room: Arc::new(Semaphore::new(ROOM)), failing, committed };
        Ok((store, WriterThread(thread)))
    }
}

impl Store {
    /// Stores a readout. The answer comes after its commit, when it is on disk.
    ///
    /// Where the caller stops waiting, the readout is stored all the same.
    pub async fn append(
        &self,
        readout: NewReadout,
        urgency: Urgency,
    ) -> Result<ReadoutId, StoreError> {
        let room = Arc::clone(&self.room);
        let place = room.acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (answer, committed) = oneshot::channel();
        let append = Append { readout, urgency, answer, _place: place };
        self.commands.send(Command::Append(Box::new(append))).map_err(|_| StoreError::Closed)?;
        committed.await.map_err(|_| StoreError::Closed)?
    }

    /// How many readouts wait for their commit.
    pub fn waiting(&self) -> usize {
        ROOM.saturating_sub(self.room.available_permits())
    }

    /// Whether the last commit failed.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// The last readout that is on disk, and when that changes.
    pub fn committed(&self) -> watch::Receiver<ReadoutId> {
        self.committed.clone()
    }

    /// Ends the thread that writes, after it has committed what was given to it before.
    pub fn close(&self) {
        self.room.close();
        // Where the thread has ended already, there is nothing left to close.
        let _ = self.commands.send(Command::Close);
    }
}

impl WriterThread {
    /// Waits until the thread has committed everything and closed the file. It blocks.
    pub fn join(self) -> Result<(), StoreError> {
        self.0.join().map_err(|_| StoreError::Closed)
    }
}

struct Writer {
    database: Database,
    keys: Keys,
    pace: Pace,
    failing: Arc<AtomicBool>,
    tell: watch::Sender<ReadoutId>,
}

impl Writer {
    fn new(database: Database, failing: Arc<AtomicBool>, tell: watch::Sender<ReadoutId>) -> Self {
        Self { database, keys: Keys::default(), pace: Pace::default(), failing, tell }
    }

    fn run(mut self, inbox: &mpsc::Receiver<Command>) {
        let mut open = true;
        while open {
            let mut batch = Vec::new();
            match inbox.recv() {
                Ok(Command::Append(append)) => batch.push(*append),
                Ok(Command::Close) | Err(_) => break,
            }
            open = self.gather(inbox, &mut batch);
            self.commit(batch);
        }
        // The log goes into the file, so that a copy of the file alone is whole.
        if let Err(error) =
            self.database.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE")
        {
            tracing::warn!(%error, "the log of the store stays beside it");
        }
    }

    /// Takes what comes until it is time to commit. `false` where nothing will come any more.
    fn gather(&self, inbox: &mpsc::Receiver<Command>, batch: &mut Vec<Append>) -> bool {
        loop {
            let urgent = batch.iter().any(|append| append.urgency == Urgency::AtOnce);
            let wait = self.pace.wait(Instant::now(), urgent);
            match inbox.recv_timeout(wait) {
                Ok(Command::Append(append)) => batch.push(*append),
                Ok(Command::Close) | Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => return true,
            }
        }
    }

    fn commit(&mut self, batch: Vec<Append>) {
        let readouts = batch.iter().map(|append| &append.readout);
        let written = self.write(readouts);
        self.pace.committed(Instant::now());
        self.failing.store(written.is_err(), Ordering::Relaxed);
        match written {
            Ok(ids) => {
                if let Some(last) = ids.last() {
                    self.tell.send_replace(*last);
                }
                for (append, id) in batch.into_iter().zip(ids) {
                    // Nobody waits any more: the row is there all the same.
                    let _ = append.answer.send(Ok(id));
                }
            }
            Err(error) => {
                tracing::error!(%error, readouts = batch.len(), "readouts could not be stored");
                // Keys made in the transaction are gone with it.
                self.keys = Keys::default();
                for append in batch {
                    let _ = append.answer.send(Err(error.clone()));
                }
            }
        }
    }

    fn write<'a>(
        &mut self,
        readouts: impl Iterator<Item = &'a NewReadout>,
    ) -> Result<Vec<ReadoutId>, StoreError> {
        let transaction = self
            .database
            .connection
            .transaction()
            .map_err(StoreError::sql("beginning to write"))?;
        let ids = readouts
            .map(|readout| row::insert(&transaction, &mut self.keys, readout))
            .collect::<Result<Vec<_>, _>>()?;
        transaction.commit().map_err(StoreError::sql("committing readouts"))?;
        Ok(ids)
    }
}
