//! Why a gateway does not start.

use web_access::OpenAccessError;
use web_server::{DataDirError, SiteError};

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
    /// The pages cannot be served as the configuration says.
    #[error(transparent)]
    Site(#[from] SiteError),
}
