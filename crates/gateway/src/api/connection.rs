//! Edit Device Properties: the 13 connection properties of a meter.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login};

use super::act::{self, Act};
use super::device::PropertyView;
use super::findings::FindingView;
use super::if_match::{IfMatch, etag};
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::configuration::{Change, Configured, ConnectionChange};
use crate::device::connection_properties;

/// The connection properties of a meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub(super) struct ConnectionView {
    /// The 13 properties, in the order of the driver.
    properties: Vec<PropertyView>,
    /// The bus whose port they set.
    #[schema(example = "cellar-1")]
    bus: String,
    /// The other meters at that port; a change of it changes theirs.
    shared_with: Vec<NeighbourView>,
    /// Why the properties of the meter itself cannot be changed here; null where they can.
    #[schema(required)]
    locked: Option<FindingView>,
}

/// Another meter at the same port.
#[derive(Serialize, ToSchema)]
#[schema(as = Neighbour)]
struct NeighbourView {
    id: String,
    name: String,
}

/// Properties that are to change. Those that are left out stay as they are; those without an
/// effect on the chosen kind of connection are passed over.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConnectionForm)]
pub(super) struct ConnectionForm {
    properties: Vec<PropertyForm>,
}

/// A property that is to change.
#[derive(Deserialize, ToSchema)]
#[schema(as = PropertyForm)]
struct PropertyForm {
    #[schema(example = "Meter Address")]
    name: String,
    /// A text, a number, or true or false; null empties it.
    #[schema(value_type = Option<String>, example = "5")]
    value: Value,
}

/// The connection properties of a meter
///
/// The answer's ETag is what a change of them needs as If-Match.
#[utoipa::path(
    get,
    path = "/api/v1/meters/{id}/connection",
    operation_id = "show_connection",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = ConnectionView, headers(("ETag" = String))),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(State(state): State<ApiState>, Id(id): Id) -> Result<Response, Problem> {
    Ok(answer(state.configurator.configured(&id).await?))
}

/// Change the connection properties of a meter, and the port of its bus with them
#[utoipa::path(
    put,
    path = "/api/v1/meters/{id}/connection",
    operation_id = "change_connection",
    tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = String, Header, description = "The ETag of the properties that are to be changed")
    ),
    request_body = ConnectionForm,
    responses(
        (status = OK, body = ConnectionView, headers(("ETag" = String))),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The portal configures the meter, or there is no file that could be changed", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "The configuration was changed meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "If-Match is missing", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "What is wrong, property by property", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    IfMatch(seen): IfMatch,
    Body(form): Body<ConnectionForm>,
) -> Result<Response, Problem> {
    let properties = form.properties.into_iter().map(|PropertyForm { name, value }| {
        let value = match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        };
        (name, value)
    });
    let change = ConnectionChange { properties: properties.collect() };
    let act = Act::ChangeConnection { id: id.clone(), change: change.clone() };
    let (configurator, target) = (state.configurator.clone(), id.clone());
    act::perform(&access, &login, &act, async move {
        Ok(configurator.change(seen, Change::Connect { id: target, change }).await?)
    })
    .await?;
    Ok(answer(state.configurator.configured(&id).await?))
}

fn answer(configured: Configured) -> Response {
    let etag = etag(configured.revision.as_deref());
    let Configured { meter, bus, neighbours, locked, .. } = configured;
    let neighbours = neighbours.into_iter();
    let view = ConnectionView {
        properties: connection_properties(&bus, &meter).map(PropertyView::from).into(),
        bus: bus.id.to_string(),
        shared_with: neighbours
            .map(|(id, name)| NeighbourView { id: id.to_string(), name })
            .collect(),
        locked: locked.map(|why| why.finding().into()),
    };
    (StatusCode::OK, etag, Json(view)).into_response()
}
