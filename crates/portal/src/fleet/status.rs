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
use crate::meter::OwnMeter;

pub(super) async fn save(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Message(status): Message<Status>,
) -> Result<StatusCode, Problem> {
    let told = status.own_meters.iter().cloned();
    let own = told.map(|meter| OwnMeter::new(meter, gateway.id, &state.models)).collect();
    let saved = state.db.save_status(gateway.id, status, own, Timestamp::now()).await;
    let changed = saved.map_err(|error| refusal::not_stored(&error))?;
    state.live.tell(Change::Gateway(gateway.id));
    if !changed.is_empty() {
        tracing::info!(gateway = %gateway.id, meters = changed.len(), "own meters changed");
        state.live.tell(Change::Meters(changed));
    }
    Ok(StatusCode::NO_CONTENT)
}
