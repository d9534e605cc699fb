//! Why a gateway does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use web_access::OpenAccessError;

use crate::store::StoreError;

/// Why a gateway does not start: what failed, why, and what to do.
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
    /// Another gateway has the data directory.
    #[error(
        "the data directory {path} belongs to a gateway that is running{}; stop that one, or choose another directory",
        process.as_ref().map(|process| format!(" (process {process})")).unwrap_or_default(),
        path = path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The number of its process, where it told.
        process: Option<String>,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of accounts does not open.
    #[error(transparent)]
    Access(#[from] OpenAccessError),
    /// Other machines could reach the pages.
    #[error(
        "the pages cannot be served at {address}: other machines could reach it, and there is no \
         login yet that would keep strangers out; use 127.0.0.1"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address of the pages is taken, or is none.
    #[error("the pages cannot be served at {address}: {}", listen_cause(source))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
}

impl StartError {
    pub(super) fn listen(address: SocketAddr) -> impl Fn(io::Error) -> Self {
        move |source| Self::Listen { address, source }
    }
}

fn listen_cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has this port; stop it, or set another port as listen under [web]"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need special rights; set a higher port as listen under [web]"
                .to_owned()
        }
        _ => error.to_string(),
    }
}
