//! Whether the portal is alive, and whether it can keep what gateways bring.

use axum::extract::State;
use axum::http::StatusCode;
use web_access::{Problem, ProblemView};

use super::ApiState;

/// Whether the portal is alive
#[utoipa::path(get, path = "/healthz", operation_id = "is_alive", tag = "portal",
    responses((status = NO_CONTENT)))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether the portal can keep what gateways bring
#[utoipa::path(get, path = "/readyz", operation_id = "is_ready", tag = "portal",
    responses(
        (status = NO_CONTENT),
        (status = SERVICE_UNAVAILABLE, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn ready(State(state): State<ApiState>) -> Result<StatusCode, Problem> {
    match state.db.ping().await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let detail = "Its log has the details.";
            let title = "The portal's store does not answer";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", title, detail))
        }
    }
}
