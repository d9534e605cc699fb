//! Why a file is not opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why a file is not opened. Clones share the cause.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenError {
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
    /// A statement failed on the way to the newest schema.
    #[error("the store failed while bringing it to the newest schema: {cause}{}", remedy(cause))]
    Migrate {
        /// What SQLite says.
        cause: Arc<rusqlite::Error>,
    },
}

impl OpenError {
    /// For `map_err`: the file did not open.
    pub(crate) fn open(path: &Path) -> impl Fn(rusqlite::Error) -> Self {
        move |cause| Self::Open { path: path.to_owned(), cause: Arc::new(cause) }
    }

    /// For `map_err`: a statement failed.
    pub(crate) fn migrate(cause: rusqlite::Error) -> Self {
        Self::Migrate { cause: Arc::new(cause) }
    }
}

/// What to do about a statement that failed, as the end of a sentence ("; …"); empty where
/// nothing is known.
pub fn remedy(cause: &rusqlite::Error) -> &'static str {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "; the disk is full, free some space",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "; check the owner and the rights of the data directory"
        }
        Some(ErrorCode::SystemIoFailure) => "; check the disk, and the system's log for its errors",
        Some(ErrorCode::DatabaseCorrupt) => "; stop the program and restore a backup",
        _ => "",
    }
}
