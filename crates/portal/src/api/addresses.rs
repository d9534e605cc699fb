//! Giving a meter another primary address, by way of its gateway.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::CommandKind;
use serde::Deserialize;
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::commands::{CommandView, queue};
use super::readouts::{check_address, check_baudrate};
use super::{ApiState, gateways, refusal};

/// Which meter gets which address.
#[derive(Deserialize, ToSchema)]
#[schema(as = SetAddressRequest)]
pub(super) struct SetAddressRequest {
    /// The bus, where the gateway has several.
    #[serde(default)]
    #[schema(example = "cellar-1")]
    bus: Option<String>,
    /// The address it has: 0 to 250, a serial, or a secondary address.
    #[schema(example = "0")]
    current: String,
    /// The primary address it gets, 1 to 250.
    #[schema(example = 5, minimum = 1, maximum = 250)]
    new: i64,
    /// The baudrate to speak with.
    #[serde(default)]
    #[schema(example = 2400)]
    baudrate: Option<u32>,
}

/// Give a meter another primary address
///
/// The command waits for the gateway, which proves that one meter answers at the current address
/// and none at the new one before it writes.
#[utoipa::path(post, path = "/api/v1/gateways/{id}/addresses", operation_id = "set_address", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    request_body = SetAddressRequest,
    responses(
        (status = ACCEPTED, body = CommandView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn set(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Body(request): Body<SetAddressRequest>,
) -> Result<(StatusCode, Json<CommandView>), Problem> {
    let SetAddressRequest { bus, current, new, baudrate } = request;
    check_address(&current)?;
    check_baudrate(baudrate)?;
    let new = u8::try_from(new).ok().filter(|new| (1..=250).contains(new)).ok_or_else(|| {
        let detail = format!("{new} cannot be given to a meter; meters get 1 to 250.");
        refusal::unfit("bad_address", "This address cannot be given", detail)
    })?;
    let act = Act::SetAddress { gateway: &id, current: &current, new };
    let work = async {
        let gateway = gateways::find(&state, &id).await?;
        let kind = CommandKind::SetAddress { bus, current: current.clone(), new, baudrate };
        queue(&state, &login, gateway.id, kind, None).await
    };
    let command = logged(&access, &login, act, work).await?;
    Ok((StatusCode::ACCEPTED, Json(command)))
}
