//! Why the store cannot be opened, read or written.

use std::sync::Arc;

use sqlite_migrator::{OpenError, remedy};

/// What went wrong with the store.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
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
    /// Something in a row cannot be understood.
    #[error("{what} in the store is damaged: {cause}; restore a backup")]
    Damaged {
        /// Which row.
        what: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The portal is stopping.
    #[error("the store is closed because the portal stops")]
    Closed,
    /// A query panicked.
    #[error("the store failed by a fault of the program; its log has the details")]
    Broken,
}

/// Why something was not saved.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SaveError {
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// It is not there, or not any more.
    #[error("there is no {what}")]
    Unknown {
        /// Which.
        what: String,
    },
    /// The name is taken.
    #[error("there is already a {noun} called {name:?}; give this one another name")]
    NameTaken {
        /// Of what.
        noun: &'static str,
        /// The name.
        name: String,
    },
    /// Another meter of the bus has the same address.
    #[error(
        "the address {address} belongs to {name:?} on the same bus; give one of the two another address"
    )]
    AddressTaken {
        /// The address.
        address: String,
        /// The name of the other meter.
        name: String,
    },
    /// The gateway's own file says what it is.
    #[error(
        "{name:?} is configured at its gateway; change it there, or configure it in the portal first"
    )]
    ConfiguredAtGateway {
        /// The name of the meter.
        name: String,
    },
    /// Somebody else changed it meanwhile.
    #[error("somebody changed {what} meanwhile (it is at edition {edition} now); load it again")]
    ChangedMeanwhile {
        /// Which.
        what: String,
        /// Its edition now.
        edition: u64,
    },
    /// The gateway has it already.
    #[error("the gateway has {what} already; wait for what comes of it")]
    UnderWay {
        /// Which.
        what: String,
    },
    /// Meters of it are configured here.
    #[error(
        "{what} still has {}; remove them first, or together with it",
        match count { 1 => "a meter that is configured here".to_owned(), count => format!("{count} meters that are configured here") }
    )]
    HasMeters {
        /// Which.
        what: String,
        /// How many.
        count: usize,
    },
    /// It still has something.
    #[error("{what} still has {with}; remove them first")]
    NotEmpty {
        /// Which.
        what: String,
        /// What it has.
        with: &'static str,
    },
}

impl DbError {
    /// For `map_err`: a statement failed while `doing`.
    pub(super) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |cause| Self::Sql { doing, cause: Arc::new(cause) }
    }

    /// Something in a row cannot be understood.
    #[allow(clippy::needless_pass_by_value, reason = "ids and format_args! go in as they are")]
    pub(super) fn damaged(what: impl ToString, cause: impl ToString) -> Self {
        Self::Damaged { what: what.to_string(), cause: cause.to_string() }
    }
}

impl SaveError {
    #[allow(clippy::needless_pass_by_value, reason = "ids and format_args! go in as they are")]
    pub(super) fn unknown(what: impl ToString) -> Self {
        Self::Unknown { what: what.to_string() }
    }
}

/// Whether a statement failed because something like it is there already.
pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::SqliteFailure(cause, _)
            if cause.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
    )
}
