//! Whether the gateway lives, for programs that watch it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::ProblemView;
use super::{ApiState, Problem};

/// It is well.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

const WELL: Health = Health { status: "ok" };

/// Whether the program runs
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = "gateway",
    responses((status = OK, body = Health))
)]
pub(super) async fn alive() -> Json<Health> {
    Json(WELL)
}

/// Whether it can do its work: store what it reads
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "gateway",
    responses(
        (status = OK, body = Health),
        (status = SERVICE_UNAVAILABLE, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn ready(State(state): State<ApiState>) -> Result<Json<Health>, Problem> {
    if state.store.is_failing() {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_failing",
            "Readings cannot be stored",
            "The last attempt to write to the store failed; the log says why.",
        ));
    }
    Ok(Json(WELL))
}
