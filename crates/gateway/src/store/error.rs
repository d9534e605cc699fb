//! Why the store cannot be opened, read or written.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// What went wrong with the store. Clones share the cause: one commit can fail many readouts.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("the store {path} cannot be opened: {cause}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        cause: Arc<rusqlite::Error>,
    },
    /// The file is something else.
    #[error(
        "{path} is not a store of Busmeister; choose another data directory, or move the file away",
        path = path.display()
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A newer version wrote it.
    #[error(
        "the store {path} was written by a newer version (its schema is {found}, this version \
         knows up to {known}); start that version, or restore a backup",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The number of its newest migration.
        found: u32,
        /// The newest number known here.
        known: u32,
    },
    /// The file was made by a migration that has another text here.
    #[error(
        "the store {path} was made by another build: migration {number} there is not the one \
         here; start the version that made it",
        path = path.display()
    )]
    Diverged {
        /// The file.
        path: PathBuf,
        /// The migration that differs.
        number: u32,
    },
    /// A statement failed.
    #[error("the store failed while {doing}: {cause}{}", remedy(cause))]
    Sql {
        /// What it was doing.
        doing: &'static str,
        /// What SQLite says.
        cause: Arc<rusqlite::Error>,
    },
    /// A row cannot be unpacked.
    #[error("readout {id} in the store is damaged: {cause}")]
    Damaged {
        /// The row.
        id: i64,
        /// What is wrong with it.
        cause: String,
    },
    /// The thread that writes cannot be started.
    #[error("the thread that writes the store cannot be started: {0}")]
    Thread(Arc<std::io::Error>),
    /// The gateway is stopping.
    #[error("the store is closed because the gateway stops")]
    Closed,
}

impl StoreError {
    /// For `map_err`: a statement failed while `doing`.
    pub(super) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |cause| Self::Sql { doing, cause: Arc::new(cause) }
    }
}

fn remedy(cause: &rusqlite::Error) -> &'static str {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "; the disk is full, free some space",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "; check the owner and the rights of the data directory"
        }
        Some(ErrorCode::SystemIoFailure) => "; check the disk, and the system's log for its errors",
        Some(ErrorCode::DatabaseCorrupt) => "; stop the gateway and restore a backup",
        _ => "",
    }
}
