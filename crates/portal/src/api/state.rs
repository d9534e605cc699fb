//! What the handlers share.

use std::sync::Arc;

use metering::Models;
use tokio_util::sync::CancellationToken;

use crate::db::Db;
use crate::live::Live;
use crate::reached_at::ReachedAt;

/// What the handlers share; clones are the same.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// The store.
    pub db: Db,
    /// Whoever listens.
    pub live: Live,
    /// The models a meter can have.
    pub models: Arc<Models>,
    /// Where gateways reach the portal, for claim codes.
    pub reached_at: ReachedAt,
    /// Ends the streams when the portal stops.
    pub stop: CancellationToken,
}
