//! The gateway itself.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;

/// The gateway itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Gateway)]
pub(super) struct GatewayView {
    /// What people call the place.
    name: String,
    /// The version of the program.
    version: &'static str,
    /// The time zone of the place; all times in answers are UTC.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// When the program started.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
}

/// The gateway itself
#[utoipa::path(
    get,
    path = "/api/v1/gateway",
    operation_id = "show_gateway",
    tag = "gateway",
    responses((status = OK, body = GatewayView))
)]
pub(super) async fn show(State(state): State<ApiState>) -> Json<GatewayView> {
    Json(GatewayView {
        name: state.present().name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        time_zone: state.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        started_at: state.started_at,
    })
}
