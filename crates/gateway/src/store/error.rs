//! Why the store cannot be opened, read or written.

use std::sync::Arc;

use sqlite_migrator::{OpenError, remedy};

/// What went wrong with the store. Clones share the cause: one commit can fail many readouts.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
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
    pub(crate) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |cause| Self::Sql { doing, cause: Arc::new(cause) }
    }
}
