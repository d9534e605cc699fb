//! Why a portal does not start.

use std::net::SocketAddr;

use fleet_link::UrlError;
use web_access::OpenAccessError;
use web_server::{DataDirError, ListenError};

use crate::db::DbError;

/// Why a portal does not start: what failed, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory is not ours.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
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
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The address cannot stand in a claim code.
    #[error("gateways cannot be told where the portal is: {0}")]
    Url(#[from] UrlError),
}
