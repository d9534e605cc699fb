//! Why a portal does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use fleet_link::UrlError;
use web_access::OpenAccessError;

use crate::db::DbError;

/// Why a portal does not start: what failed, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be used.
    #[error(
        "the data directory {path} cannot be used: {source}; check its owner and rights, or choose another",
        path = path.display()
    )]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Another portal has the data directory.
    #[error(
        "the data directory {path} belongs to a program that is running{}; stop that one, or choose another directory",
        process.as_ref().map(|process| format!(" (process {process})")).unwrap_or_default(),
        path = path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The number of its process, where it told.
        process: Option<String>,
    },
    /// The store of the fleet does not open.
    #[error(transparent)]
    Store(#[from] DbError),
    /// The store of the accounts does not open.
    #[error(transparent)]
    Access(#[from] OpenAccessError),
    /// Other machines could listen in.
    #[error(
        "the portal cannot be served at {address}: other machines could reach it, and without \
         HTTPS passwords and tokens could be read on the way; use 127.0.0.1"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address is taken, or is none.
    #[error("the portal cannot be served at {address}: {}", listen_cause(source))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The address cannot stand in a claim code.
    #[error("gateways cannot be told where the portal is: {0}")]
    Url(#[from] UrlError),
}

impl StartError {
    pub(super) fn listen(address: SocketAddr) -> impl Fn(io::Error) -> Self {
        move |source| Self::Listen { address, source }
    }
}

fn listen_cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has this port; stop it, or choose another with --listen".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need special rights; choose a higher one with --listen".to_owned()
        }
        _ => error.to_string(),
    }
}
