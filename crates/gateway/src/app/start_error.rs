//! Why a gateway does not start.

use std::net::SocketAddr;

use web_access::OpenAccessError;
use web_server::{DataDirError, ListenError};

use crate::store::StoreError;

/// Why a gateway does not start: what failed, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory is not ours.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
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
    #[error(transparent)]
    Listen(#[from] ListenError),
}
