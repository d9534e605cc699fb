//! How meters are configured, and changes of that. What is answered is on disk.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login};

use super::act::{self, Act};
use super::findings::FindingView;
use super::if_match::{IfMatch, MaybeIfMatch, etag};
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::config::{MeterDraft, Origin, ParameterRow};
use crate::configuration::{Change, Configured};

/// A meter as it is to be configured.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = MeterForm)]
pub(super) struct MeterForm {
    /// Its id: a to z, 0 to 9, -. Left out, a new meter gets one from its name; the id of a
    /// meter stays.
    #[serde(default)]
    #[schema(example = "heat-flat-1")]
    id: Option<String>,
    /// Its name for people.
    #[schema(example = "Heat, flat 1")]
    name: String,
    /// The id of its bus.
    #[schema(example = "cellar-1")]
    bus: String,
    /// 0 to 250, the serial, or 16 hex digits; not needed with the parameter `secondary_ad`.
    #[serde(default)]
    #[schema(example = "1")]
    address: Option<String>,
    /// A name from the models.
    #[schema(example = "integra_heat")]
    model: String,
    /// What the model is told besides, row by row.
    #[serde(default)]
    parameters: Vec<ParameterView>,
    /// How often it is read, such as `15m`; left out, as its bus says.
    #[serde(default)]
    #[schema(example = "15m")]
    interval: Option<String>,
    /// Whether the values it has stored itself are processed.
    #[serde(default)]
    process_historical_data: bool,
    /// Whether it is left alone: nothing is sent to it.
    #[serde(default)]
    suspended: bool,
    /// Its speed, where it is not that of its bus.
    #[serde(default)]
    #[schema(example = 2400)]
    baudrate: Option<i64>,
}

/// A row of the additional parameters.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Parameter)]
pub(super) struct ParameterView {
    #[schema(example = "reg")]
    key: String,
    #[schema(example = "{'heat_energy_kwh': 3}")]
    value: String,
}

/// A meter as it is configured; its texts as they were typed.
#[derive(Serialize, ToSchema)]
#[schema(as = MeterConfiguration)]
pub(super) struct ConfigurationView {
    #[schema(example = "heat-flat-1")]
    id: String,
    name: String,
    bus: String,
    /// Null where the parameter `secondary_ad` says it.
    #[schema(required, example = "1")]
    address: Option<String>,
    #[schema(example = "integra_heat")]
    model: String,
    parameters: Vec<ParameterView>,
    /// Null where it is that of its bus.
    #[schema(required, example = "15m")]
    interval: Option<String>,
    process_historical_data: bool,
    suspended: bool,
    /// Null where it is that of its bus.
    #[schema(required, example = 2400)]
    baudrate: Option<i64>,
    origin: OriginView,
    /// Why it cannot be changed here; null where it can.
    #[schema(required)]
    locked: Option<FindingView>,
}

/// Who configured a meter.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = Origin)]
#[serde(rename_all = "snake_case")]
pub(super) enum OriginView {
    /// The gateway's own file.
    File,
    /// The portal.
    Portal,
}

/// How a meter is configured
///
/// The answer's ETag is what a change of it needs as If-Match.
#[utoipa::path(
    get,
    path = "/api/v1/meters/{id}/configuration",
    operation_id = "show_meter_configuration",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = ConfigurationView, headers(("ETag" = String))),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(State(state): State<ApiState>, Id(id): Id) -> Result<Response, Problem> {
    let configured = state.configurator.configured(&id).await?;
    Ok(answer(StatusCode::OK, configured))
}

/// Add a meter
#[utoipa::path(
    post,
    path = "/api/v1/meters",
    operation_id = "add_meter",
    tag = "meters",
    request_body = MeterForm,
    responses(
        (status = CREATED, body = ConfigurationView, headers(("ETag" = String), ("Location" = String))),
        (status = CONFLICT, description = "There is no file that could be changed", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "The configuration was changed meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "What is wrong, field by field", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn add(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    MaybeIfMatch(seen): MaybeIfMatch,
    Body(form): Body<MeterForm>,
) -> Result<Response, Problem> {
    let draft = MeterDraft::from(form);
    let act = Act::AddMeter { draft: draft.clone() };
    let configurator = state.configurator.clone();
    let changed = act::perform(&access, &login, &act, async move {
        Ok(configurator.change(seen, Change::Add(draft)).await?)
    })
    .await?;
    let configured = state.configurator.configured(&changed.id).await?;
    let mut response = answer(StatusCode::CREATED, configured);
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/meters/{}", changed.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Configure a meter anew
#[utoipa::path(
    put,
    path = "/api/v1/meters/{id}/configuration",
    operation_id = "change_meter_configuration",
    tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = String, Header, description = "The ETag of the configuration that is to be changed")
    ),
    request_body = MeterForm,
    responses(
        (status = OK, body = ConfigurationView, headers(("ETag" = String))),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The portal configures it, or there is no file that could be changed", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "The configuration was changed meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "If-Match is missing", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "What is wrong, field by field", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    IfMatch(seen): IfMatch,
    Body(form): Body<MeterForm>,
) -> Result<Response, Problem> {
    let draft = MeterDraft::from(form);
    let act = Act::ChangeMeter { id: id.clone(), draft: draft.clone() };
    let (configurator, target) = (state.configurator.clone(), id.clone());
    act::perform(&access, &login, &act, async move {
        Ok(configurator.change(seen, Change::Replace { id: target, draft }).await?)
    })
    .await?;
    Ok(answer(StatusCode::OK, state.configurator.configured(&id).await?))
}

/// Take a meter out of the configuration; its readouts stay
#[utoipa::path(
    delete,
    path = "/api/v1/meters/{id}",
    operation_id = "remove_meter",
    tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = String, Header, description = "The ETag of the configuration that is to be changed")
    ),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The portal configures it, or there is no file that could be changed", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "The configuration was changed meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "If-Match is missing", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn remove(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    IfMatch(seen): IfMatch,
) -> Result<StatusCode, Problem> {
    let act = Act::RemoveMeter { id: id.clone() };
    let configurator = state.configurator.clone();
    act::perform(&access, &login, &act, async move {
        Ok(configurator.change(seen, Change::Remove { id }).await?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(status: StatusCode, configured: Configured) -> Response {
    let etag = etag(configured.revision.as_deref());
    (status, etag, Json(ConfigurationView::from(configured))).into_response()
}

impl From<Configured> for ConfigurationView {
    fn from(configured: Configured) -> Self {
        let Configured { meter, locked, .. } = configured;
        let draft = meter.draft.clone();
        let rows = draft.parameters.into_iter();
        Self {
            id: meter.id.to_string(),
            name: meter.name.clone(),
            bus: meter.bus.to_string(),
            address: draft.address,
            model: meter.mapping.model().to_owned(),
            parameters: rows
                .map(|ParameterRow { key, value }| ParameterView { key, value })
                .collect(),
            interval: draft.interval,
            process_historical_data: draft.process_historical_data,
            suspended: meter.suspended,
            baudrate: draft.baudrate,
            origin: meter.origin.into(),
            locked: locked.map(|why| why.finding().into()),
        }
    }
}

impl From<Origin> for OriginView {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::File => Self::File,
            Origin::Portal => Self::Portal,
        }
    }
}

/// A field that was left empty was not given, where it need not be.
impl From<MeterForm> for MeterDraft {
    fn from(form: MeterForm) -> Self {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let rows = form.parameters.into_iter();
        let rows = rows.filter(|row| !row.key.trim().is_empty() || !row.value.trim().is_empty());
        Self {
            id: given(form.id),
            name: Some(form.name),
            bus: Some(form.bus),
            address: given(form.address),
            model: Some(form.model),
            parameters: rows
                .map(|ParameterView { key, value }| ParameterRow { key, value })
                .collect(),
            interval: given(form.interval),
            baudrate: form.baudrate,
            process_historical_data: form.process_historical_data,
            suspended: form.suspended,
        }
    }
}
