//! Why the store cannot be opened, read or written.

use std::sync::Arc;

use sqlite_migrator::{OpenError, remedy};

/// What went wrong with the store of accounts. Clones share the cause.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file cannot be made.
    #[error("the store {path} cannot be made: {cause}; check the owner and the rights of the data directory", path = path.display())]
    Create {
        /// The file.
        path: std::path::PathBuf,
        /// What the operating system says.
        cause: Arc<std::io::Error>,
    },
    /// A statement failed.
    #[error("the store of accounts failed while {doing}: {cause}{}", remedy(cause))]
    Sql {
        /// What it was doing.
        doing: &'static str,
        /// What SQLite says.
        cause: Arc<rusqlite::Error>,
    },
    /// The thread that has the file cannot be started.
    #[error("the thread of the store of accounts cannot be started: {0}")]
    Thread(Arc<std::io::Error>),
    /// The program is stopping.
    #[error("the store of accounts is closed because the program stops")]
    Closed,
}
