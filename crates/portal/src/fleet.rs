//! What gateways ask of the portal: the routes of the fleet link.
//!
//! Each request but the first shows the token of its gateway. What a gateway brings is answered
//! after it is on disk, so whatever is sent again because an answer was lost does no harm.

mod batches;
mod bearer;
mod body;
mod claim;
mod commands;
mod configuration;
mod refusal;
mod status;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use fleet_link::MAX_BATCH_BYTES;
use metering::Models;
use tokio_util::sync::CancellationToken;
use web_access::Access;

use crate::db::Db;
use crate::live::Live;

/// What the routes share; clones are the same.
#[derive(Clone, Debug)]
pub struct FleetState {
    /// The store.
    pub db: Db,
    /// Whoever listens.
    pub live: Live,
    /// The audit log.
    pub access: Access,
    /// The models a meter can have.
    pub models: Arc<Models>,
    /// Ends the streams when the portal stops.
    pub stop: CancellationToken,
}

/// The routes of the fleet link.
pub fn router(state: FleetState) -> Router {
    Router::new()
        .route("/fleet/v1/claim", post(claim::claim))
        .route(
            "/fleet/v1/batches",
            post(batches::store).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)),
        )
        .route("/fleet/v1/status", post(status::save).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)))
        .route("/fleet/v1/stream", get(stream::listen))
        .route("/fleet/v1/configuration", get(configuration::show))
        .route(
            "/fleet/v1/configuration/{revision}/result",
            post(configuration::save_result).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)),
        )
        .route("/fleet/v1/commands", get(commands::list))
        .route("/fleet/v1/commands/{id}/progress", post(commands::save_progress))
        .route(
            "/fleet/v1/commands/{id}/reply",
            post(commands::save_reply).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)),
        )
        .route("/fleet/{*rest}", axum::routing::any(refusal::unknown_path))
        .method_not_allowed_fallback(refusal::wrong_method)
        .with_state(state)
}
