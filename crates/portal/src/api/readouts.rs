//! Reading a meter now, by way of its gateway.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::CommandKind;
use mbus::MeterAddress;
use serde::Deserialize;
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::commands::{CommandView, queue};
use super::readout_view::ReadoutView;
use super::{ApiState, gateways, meters, refusal};
use crate::meter::BAUDRATES;

/// What to read.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReadAddressRequest)]
pub(super) struct ReadAddressRequest {
    /// The bus, where the gateway has several.
    #[serde(default)]
    #[schema(example = "cellar-1")]
    bus: Option<String>,
    /// 0 to 250, a serial, or a secondary address.
    #[serde(default = "zero")]
    #[schema(example = "0", default = "0")]
    address: String,
    /// The baudrate to ask with.
    #[serde(default)]
    #[schema(example = 2400)]
    baudrate: Option<u32>,
}

fn zero() -> String {
    "0".to_owned()
}

/// Read a meter now
///
/// The command waits for the gateway; its readings come with all others.
#[utoipa::path(post, path = "/api/v1/meters/{id}/readouts", operation_id = "read_meter", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = ACCEPTED, body = CommandView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn read_meter(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<(StatusCode, Json<CommandView>), Problem> {
    let work = async {
        let meter = meters::find(&state, &id).await?;
        let kind = CommandKind::ReadMeter { meter: meter.id_at_gateway };
        queue(&state, &login, meter.form.gateway, kind, Some(meter.id)).await
    };
    let command = logged(&access, &login, Act::ReadMeter { meter: &id }, work).await?;
    Ok((StatusCode::ACCEPTED, Json(command)))
}

/// Read whatever answers at an address of a gateway
///
/// The command waits for the gateway; ask for the command to see what was heard.
#[utoipa::path(post, path = "/api/v1/gateways/{id}/readouts", operation_id = "read_address", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    request_body = ReadAddressRequest,
    responses(
        (status = ACCEPTED, body = CommandView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn read_address(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Body(request): Body<ReadAddressRequest>,
) -> Result<(StatusCode, Json<CommandView>), Problem> {
    let ReadAddressRequest { bus, address, baudrate } = request;
    let act = Act::ReadAddress { gateway: &id, address: &address };
    let work = async {
        let gateway = gateways::find(&state, &id).await?;
        check_address(&address)?;
        check_baudrate(baudrate)?;
        let kind = CommandKind::ReadAddress { bus, address: address.clone(), baudrate };
        queue(&state, &login, gateway.id, kind, None).await
    };
    let command = logged(&access, &login, act, work).await?;
    Ok((StatusCode::ACCEPTED, Json(command)))
}

/// One readout that was stored, with its telegrams and their lines
#[utoipa::path(get, path = "/api/v1/readouts/{id}", operation_id = "show_readout", tag = "meters",
    params(("id" = String, Path, description = "The id of the readout")),
    responses(
        (status = OK, body = ReadoutView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<ReadoutView>, Problem> {
    let readout = state.db.readout(refusal::id(&id)?).await.map_err(refusal::db)?;
    // What belongs to no meter here is nobody's business.
    let readout = readout.filter(|readout| readout.meter.is_some());
    readout.map(ReadoutView::from).map(Json).ok_or_else(|| refusal::unknown(&id))
}

/// Refuses what is no address, before anything is sent.
pub(super) fn check_address(address: &str) -> Result<(), Problem> {
    match address.parse::<MeterAddress>() {
        Ok(_) => Ok(()),
        Err(error) => {
            let detail = format!("{error}.");
            Err(refusal::unfit("bad_address", "This is no address of a meter", detail))
        }
    }
}

pub(super) fn check_baudrate(baudrate: Option<u32>) -> Result<(), Problem> {
    match baudrate {
        Some(baudrate) if !BAUDRATES.contains(&baudrate) => {
            let known = BAUDRATES.map(|rate| rate.to_string()).join(", ");
            let detail = format!("No bus has {baudrate} baud; they have {known}.");
            Err(refusal::unfit("bad_baudrate", "There is no such baudrate", detail))
        }
        _ => Ok(()),
    }
}
