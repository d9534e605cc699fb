//! A gateway fetches its commands, says how far they are, and answers them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fleet_link::{Command, CommandProgress, CommandReply, PendingCommands};
use jiff::Timestamp;
use web_access::Problem;

use super::bearer::Bearer;
use super::body::Message;
use super::{FleetState, refusal};
use crate::id::CommandId;
use crate::live::Change;

pub(super) async fn list(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
) -> Result<Json<PendingCommands>, Problem> {
    let delivered = state.db.deliver_commands(gateway.id, Timestamp::now()).await;
    let commands = delivered.map_err(|error| refusal::not_stored(&error))?;
    for command in &commands {
        state.live.tell(Change::CommandAdvanced(gateway.id, command.id));
    }
    let commands = commands.into_iter().map(|command| Command {
        id: command.id.to_string(),
        created_at: command.created_at,
        expires_at: command.expires_at,
        command: command.kind,
    });
    Ok(Json(PendingCommands { commands: commands.collect() }))
}

pub(super) async fn save_progress(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Path(id): Path<String>,
    Message(progress): Message<CommandProgress>,
) -> Result<StatusCode, Problem> {
    let id = known(&id)?;
    let saved = state.db.save_progress(gateway.id, id, progress).await;
    saved.map_err(|error| refusal::unsaved(&error))?;
    state.live.tell(Change::CommandAdvanced(gateway.id, id));
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn save_reply(
    State(state): State<FleetState>,
    Bearer(gateway): Bearer,
    Path(id): Path<String>,
    Message(reply): Message<CommandReply>,
) -> Result<StatusCode, Problem> {
    let id = known(&id)?;
    let saved = state.db.save_reply(gateway.id, id, reply, Timestamp::now()).await;
    saved.map_err(|error| refusal::unsaved(&error))?;
    state.live.tell(Change::CommandAdvanced(gateway.id, id));
    Ok(StatusCode::NO_CONTENT)
}

fn known(id: &str) -> Result<CommandId, Problem> {
    id.parse().map_err(|error: crate::id::IdError| {
        let title = "There is no such thing";
        Problem::new(StatusCode::NOT_FOUND, "unknown", title, error.to_string())
    })
}
