//! Readouts come in, and are acknowledged when they are on disk.

use axum::Json;
use axum::extract::State;
use fleet_link::{Acknowledgement, Batch};
use jiff::Timestamp;
use web_access::Problem;

use super::bearer::Bearer;
use super::body::Message;
use super::{FleetState, refusal};
use crate::live::Change;

pub(super) async fn store(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Message(batch): Message<Batch>,
) -> Result<Json<Acknowledgement>, Problem> {
    let readouts = batch.readouts.len();
    let stored = state.db.store_batch(gateway, batch, Timestamp::now()).await.map_err(|error| {
        tracing::warn!(gateway = %gateway.id, %error, "a batch is refused");
        refusal::batch(&error)
    })?;
    tracing::debug!(gateway = %gateway.id, readouts, new = stored.new, "batch stored");
    if !stored.meters.is_empty() {
        state.live.tell(Change::Readouts(stored.meters));
    }
    Ok(Json(Acknowledgement { acknowledged: stored.acknowledged }))
}
