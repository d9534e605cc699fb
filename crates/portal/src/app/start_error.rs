//! Why a portal does not start.

use fleet_link::UrlError;
use web_access::OpenAccessError;
use web_server::{DataDirError, SiteError};

use super::config::PublicUrlFault;
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
    /// The portal cannot be served as the configuration says.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Browsers and gateways would be sent elsewhere.
    #[error(transparent)]
    PublicUrl(#[from] PublicUrlFault),
    /// The address cannot stand in a claim code.
    #[error("gateways cannot be told where the portal is: {0}")]
    Url(#[from] UrlError),
}
