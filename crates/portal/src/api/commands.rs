//! What gateways were told to do, and what came of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::{AddressChanged, CommandKind, CommandReply};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web_access::{Access, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::findings::FindingView;
use super::readout_view::ReadoutView;
use super::{ApiState, gateways, refusal};
use crate::command::{Command, CommandState};
use crate::id::{CommandId, GatewayId, MeterId};
use crate::live::Change;

/// How long a command waits for its gateway.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Commands that are listed.
const LISTED: u32 = 100;

/// The last commands of a gateway.
#[derive(Serialize, ToSchema)]
pub(super) struct CommandList {
    /// The newest first.
    items: Vec<CommandView>,
}

/// A command.
#[derive(Serialize, ToSchema)]
#[schema(as = Command)]
pub(super) struct CommandView {
    /// Its id.
    #[schema(example = "command-1")]
    id: String,
    /// Who is to do it.
    #[schema(example = "gateway-1")]
    gateway: String,
    /// What is to be done: `read_meter`, `read_address` or `set_address`.
    #[schema(example = "read_meter")]
    kind: &'static str,
    /// The meter that is read.
    #[schema(required, example = "meter-17")]
    meter: Option<String>,
    /// The bus, where one was said.
    #[schema(required, example = "cellar-1")]
    bus: Option<String>,
    /// The address that is read, or that the meter has.
    #[schema(required, example = "0")]
    address: Option<String>,
    /// The address the meter gets.
    #[schema(required)]
    new_address: Option<u8>,
    /// How far it is, in one word.
    state: CommandStateView,
    /// Whether its gateway listens now.
    gateway_online: bool,
    /// When somebody asked for it.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Who asked.
    created_by: String,
    /// After this it is not begun any more.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// When it was answered.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    replied_at: Option<Timestamp>,
    /// How it went, the oldest first.
    progress: Vec<ProgressView>,
    /// What was heard.
    #[schema(required)]
    heard: Option<ReadoutView>,
    /// What was proved when a meter got another address.
    #[schema(required)]
    address_changed: Option<AddressChangedView>,
    /// Why it could not be done.
    #[schema(required)]
    finding: Option<FindingView>,
}

/// How far a command is, in one word.
#[derive(Serialize, ToSchema)]
#[schema(as = CommandState)]
#[serde(rename_all = "snake_case")]
enum CommandStateView {
    /// The gateway has not fetched it.
    Queued,
    /// The gateway has it.
    Delivered,
    /// The gateway has begun.
    Running,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
    /// The gateway did not come for it in time.
    Expired,
}

/// A step of a command.
#[derive(Serialize, ToSchema)]
#[schema(as = CommandProgress)]
struct ProgressView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The step, as a stable word.
    step: String,
    /// The same in words.
    text: String,
}

/// What was proved when a meter got another address.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressChanged)]
struct AddressChangedView {
    /// The bus.
    bus: String,
    /// The address it had.
    previous: String,
    /// The address it has.
    new: u8,
    /// Who it is, as read back: 16 hex digits in the order of the wire.
    #[schema(required)]
    identification: Option<String>,
    /// What was done and seen.
    steps: Vec<String>,
}

/// One command
#[utoipa::path(get, path = "/api/v1/commands/{id}", operation_id = "show_command", tag = "gateways",
    params(("id" = String, Path, description = "The id of the command")),
    responses(
        (status = OK, body = CommandView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<CommandView>, Problem> {
    let command = state.db.command(refusal::id(&id)?).await.map_err(refusal::db)?;
    let command = command.ok_or_else(|| refusal::unknown(&id))?;
    Ok(Json(view(&state, command)))
}

/// The last commands of a gateway
#[utoipa::path(get, path = "/api/v1/gateways/{id}/commands", operation_id = "list_commands", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    responses(
        (status = OK, body = CommandList),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn list(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<CommandList>, Problem> {
    let gateway = gateways::find(&state, &id).await?;
    let commands = state.db.commands(gateway.id, LISTED).await.map_err(refusal::db)?;
    let items = commands.into_iter().map(|command| view(&state, command)).collect();
    Ok(Json(CommandList { items }))
}

/// Withdraw a command that its gateway has not fetched
///
/// What its gateway has fetched goes on: a write must not be left half done.
#[utoipa::path(delete, path = "/api/v1/commands/{id}", operation_id = "withdraw_command", tag = "gateways",
    params(("id" = String, Path, description = "The id of the command")),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Its gateway has it", body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn withdraw(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let work = async {
        let command: CommandId = refusal::id(&id)?;
        let withdrawn = state.db.withdraw_command(command, Timestamp::now()).await;
        let gateway = withdrawn.map_err(refusal::save)?;
        state.live.tell(Change::CommandAdvanced(gateway, command));
        Ok::<_, Problem>(())
    };
    logged(&access, &login, Act::WithdrawCommand { command: &id }, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Queues a command and tells the gateway.
pub(super) async fn queue(
    state: &ApiState,
    login: &Login,
    gateway: GatewayId,
    kind: CommandKind,
    meter: Option<MeterId>,
) -> Result<CommandView, Problem> {
    let now = Timestamp::now();
    let expires_at = now.saturating_add(LIFETIME).unwrap_or(now);
    let by = login.account().name.to_string();
    let created = state.db.create_command(gateway, kind, meter, by, expires_at, now).await;
    let command = created.map_err(refusal::save)?;
    state.live.tell(Change::CommandQueued(gateway, command.id));
    Ok(view(state, command))
}

fn view(state: &ApiState, command: Command) -> CommandView {
    let how_far = match command.state(Timestamp::now()) {
        CommandState::Queued => CommandStateView::Queued,
        CommandState::Delivered => CommandStateView::Delivered,
        CommandState::Running => CommandStateView::Running,
        CommandState::Done => CommandStateView::Done,
        CommandState::Failed => CommandStateView::Failed,
        CommandState::Expired => CommandStateView::Expired,
    };
    let (kind, bus, address, new_address) = match command.kind {
        CommandKind::ReadMeter { .. } => ("read_meter", None, None, None),
        CommandKind::ReadAddress { bus, address, .. } => ("read_address", bus, Some(address), None),
        CommandKind::SetAddress { bus, current, new, .. } => {
            ("set_address", bus, Some(current), Some(new))
        }
        CommandKind::Unknown => ("unknown", None, None, None),
    };
    let (reply, replied_at) = command.reply.unzip();
    let (mut heard, mut address_changed, mut finding) = (None, None, None);
    match reply {
        Some(CommandReply::Read(read)) => heard = Some(ReadoutView::from(read)),
        Some(CommandReply::AddressChanged(changed)) => address_changed = Some(changed.into()),
        Some(CommandReply::Failed { finding: why }) => finding = Some(why.into()),
        None => {}
    }
    let progress = command.progress.into_iter();
    CommandView {
        id: command.id.to_string(),
        gateway: command.gateway.to_string(),
        kind,
        meter: command.meter.map(|meter| meter.to_string()),
        bus,
        address,
        new_address,
        state: how_far,
        gateway_online: state.live.is_connected(command.gateway),
        created_at: command.created_at,
        created_by: command.created_by,
        expires_at: command.expires_at,
        replied_at,
        progress: progress
            .map(|step| ProgressView { at: step.at, step: step.step, text: step.text })
            .collect(),
        heard,
        address_changed,
        finding,
    }
}

impl From<AddressChanged> for AddressChangedView {
    fn from(changed: AddressChanged) -> Self {
        let AddressChanged { bus, previous, new, identification, steps } = changed;
        Self { bus, previous, new, identification, steps }
    }
}
