//! A gateway fetches what it is to read, and says what came of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fleet_link::{Configuration, ConfigurationResult};
use jiff::Timestamp;
use web_access::Problem;

use super::bearer::Bearer;
use super::body::Message;
use super::{FleetState, refusal};
use crate::live::Change;

pub(super) async fn show(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
) -> Result<Json<Configuration>, Problem> {
    let configuration = state.db.configuration(gateway.id).await;
    configuration.map(Json).map_err(|error| refusal::not_stored(&error))
}

pub(super) async fn save_result(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Path(revision): Path<String>,
    Message(result): Message<ConfigurationResult>,
) -> Result<StatusCode, Problem> {
    // What is no number is no revision that exists.
    let revision = revision.parse().unwrap_or(0);
    let (applied, problems) = (result.applied, result.problems.len());
    let saved =
        state.db.save_configuration_result(gateway.id, revision, result, Timestamp::now()).await;
    saved.map_err(|error| refusal::unsaved(&error))?;
    tracing::info!(gateway = %gateway.id, revision, applied, problems, "configuration reported");
    state.live.tell(Change::Gateway(gateway.id));
    Ok(StatusCode::NO_CONTENT)
}
