//! How a gateway is, as it says.

use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::Status;
use jiff::Timestamp;
use web_access::Problem;

use super::bearer::Bearer;
use super::body::Message;
use super::{FleetState, refusal};
use crate::live::Change;

pub(super) async fn save(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Message(status): Message<Status>,
) -> Result<StatusCode, Problem> {
    let saved = state.db.save_status(gateway.id, status, Timestamp::now()).await;
    saved.map_err(|error| refusal::not_stored(&error))?;
    state.live.tell(Change::Gateway(gateway.id));
    Ok(StatusCode::NO_CONTENT)
}
