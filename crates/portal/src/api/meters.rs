//! Meters and their form.

mod form;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use web_access::{Access, Body, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::findings::FindingView;
use super::form_problem::{FormProblem, FormProblemView};
use super::identification::IdentificationView;
use super::query::Asked;
use super::readings::ReadingView;
use super::{ApiState, gateways, refusal};
use crate::db::MeterSelection;
use crate::id::MeterId;
use crate::live::Change;
use crate::meter::{KnownMeter, Menu, Meter, MeterForm, MeterState, Origin};
use crate::readout::StoredReadout;

pub(super) use form::MenuView;

use form::MeterFormView;

/// All meters, or those of a menu.
#[derive(Serialize, ToSchema)]
pub(super) struct MeterList {
    /// By name.
    items: Vec<MeterView>,
}

/// A meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Meter)]
pub(super) struct MeterView {
    /// Its id.
    #[schema(example = "meter-17")]
    id: String,
    /// Its name.
    #[schema(example = "Heat, flat 1")]
    name: String,
    /// The menu it stands under.
    menu: MenuView,
    /// Its gateway.
    #[schema(example = "gateway-1")]
    gateway: String,
    /// The name of its gateway.
    #[schema(example = "Building 7")]
    gateway_name: String,
    /// Where it is.
    #[schema(example = "site-1")]
    site: String,
    /// The name of the place.
    #[schema(example = "Hill Street")]
    site_name: String,
    /// The bus, where one was said.
    #[schema(required, example = "cellar-1")]
    bus: Option<String>,
    /// Its model.
    #[schema(example = "integra_heat")]
    model: String,
    /// The address it is asked at, as typed.
    #[schema(example = "1")]
    address: String,
    /// Who it said it is.
    #[schema(required)]
    identification: Option<IdentificationView>,
    /// Where it is configured.
    origin: OriginView,
    /// What its gateway calls it.
    #[schema(example = "heat-flat-1")]
    id_at_gateway: String,
    /// How often it is read; null for the interval of its bus.
    #[schema(required, example = "15m")]
    interval: Option<String>,
    /// How it is, in one word.
    state: MeterStateView,
    /// Since when, as far as the portal saw it.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    state_since: Option<Timestamp>,
    /// The worst of the findings.
    #[schema(required)]
    problem: Option<FindingView>,
    /// What is wrong with it, the worst first.
    findings: Vec<FindingView>,
    /// When its gateway last asked it, as far as the portal knows.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_attempt_at: Option<Timestamp>,
    /// When it last brought values.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_success_at: Option<Timestamp>,
    /// What it last said.
    readings: Vec<ReadingView>,
    /// What was typed into its form, or what its gateway told.
    form: MeterFormView,
    /// Counts its changes. It is the ETag too.
    edition: u64,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Where a meter is configured.
#[derive(Serialize, ToSchema)]
#[schema(as = Origin)]
#[serde(rename_all = "snake_case")]
enum OriginView {
    /// Here: its form can be changed.
    Portal,
    /// In the gateway's own file: it is only shown here, until it is adopted.
    Gateway,
}

/// How a meter is, in one word.
#[derive(Serialize, ToSchema)]
#[schema(as = MeterState)]
#[serde(rename_all = "snake_case")]
pub(super) enum MeterStateView {
    /// All is well.
    Ok,
    /// Values come; somebody should look.
    Attention,
    /// Values are missing.
    Fault,
    /// Nothing came from it yet.
    Waiting,
}

impl From<MeterState> for MeterStateView {
    fn from(state: MeterState) -> Self {
        match state {
            MeterState::Ok => Self::Ok,
            MeterState::Attention => Self::Attention,
            MeterState::Fault => Self::Fault,
            MeterState::Waiting => Self::Waiting,
        }
    }
}

/// Which meters are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MeterFilter {
    /// The menu they stand under.
    #[param(inline, example = "heat")]
    menu: Option<String>,
    /// Their gateway.
    #[param(inline, example = "gateway-1")]
    gateway: Option<String>,
    /// Their site.
    #[param(inline, example = "site-1")]
    site: Option<String>,
}

/// The meters
#[utoipa::path(get, path = "/api/v1/meters", operation_id = "list_meters", tag = "meters",
    params(MeterFilter),
    responses(
        (status = OK, body = MeterList),
        (status = NOT_FOUND, description = "There is no such gateway or site", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn list(
    State(state): State<ApiState>,
    Asked(filter): Asked<MeterFilter>,
) -> Result<Json<MeterList>, Problem> {
    let menu = match &filter.menu {
        None => None,
        Some(name) => Some(Menu::from_name(name).ok_or_else(|| {
            let known = Menu::ALL.map(Menu::name).join(", ");
            let detail =
                format!("There is no menu \"{}\"; there are {known}.", name.escape_default());
            refusal::unfit("bad_menu", "There is no such menu", detail)
        })?),
    };
    let selection = MeterSelection {
        meter: None,
        menu,
        gateway: filter.gateway.as_deref().map(refusal::id).transpose()?,
        site: filter.site.as_deref().map(refusal::id).transpose()?,
    };
    let meters = state.db.known_meters(selection).await.map_err(refusal::db)?;
    Ok(Json(MeterList { items: meters.into_iter().map(MeterView::from).collect() }))
}

/// One meter with its last readings
#[utoipa::path(get, path = "/api/v1/meters/{id}", operation_id = "show_meter", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = MeterView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<(EntityTag, Json<MeterView>), Problem> {
    let meter: MeterId = refusal::id(&id)?;
    Ok(tagged(view(&state, meter).await?))
}

/// Add a meter
///
/// Saving makes a new revision of its gateway's configuration.
#[utoipa::path(post, path = "/api/v1/meters", operation_id = "create_meter", tag = "meters",
    request_body = MeterFormView,
    responses(
        (status = CREATED, body = MeterView),
        (status = NOT_FOUND, description = "There is no such gateway", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Another meter of the bus has the address", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "A field is wrong", body = FormProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn create(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Body(request): Body<MeterFormView>,
) -> Result<(StatusCode, EntityTag, Json<MeterView>), FormProblem> {
    let act = Act::CreateMeter { form: logged_form(&request) };
    let work = async {
        let form = check(&state, request).await?;
        let by = login.account().name.to_string();
        let meter =
            state.db.create_meter(form, by, Timestamp::now()).await.map_err(refusal::save)?;
        tell(&state, &meter).await?;
        Ok::<_, FormProblem>(meter)
    };
    let meter = logged(&access, &login, act, work).await?;
    let (tag, view) = tagged(view(&state, meter.id).await?);
    Ok((StatusCode::CREATED, tag, view))
}

/// Change a meter
///
/// Saving makes a new revision of its gateway's configuration. With the ETag of what was loaded
/// in `If-Match`, nobody else's change is overwritten.
#[utoipa::path(put, path = "/api/v1/meters/{id}", operation_id = "update_meter", tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was loaded")
    ),
    request_body = MeterFormView,
    responses(
        (status = OK, body = MeterView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Another meter of the bus has the address, or it is configured at its gateway", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody changed it meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "A field is wrong", body = FormProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn update(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    headers: HeaderMap,
    Body(request): Body<MeterFormView>,
) -> Result<(EntityTag, Json<MeterView>), FormProblem> {
    let act = Act::UpdateMeter { meter: &id, form: logged_form(&request) };
    let work = async {
        let meter: MeterId = refusal::id(&id)?;
        let edition = expected_edition(&headers)?;
        let before = find(&state, &id).await?;
        let form = check(&state, request).await?;
        let by = login.account().name.to_string();
        let saved = state.db.update_meter(meter, form, edition, by, Timestamp::now()).await;
        let meter = saved.map_err(refusal::save)?;
        tell(&state, &meter).await?;
        if before.form.gateway != meter.form.gateway {
            tell(&state, &before).await?;
        }
        Ok::<_, FormProblem>(meter)
    };
    let meter = logged(&access, &login, act, work).await?;
    Ok(tagged(view(&state, meter.id).await?))
}

/// Configure a meter here that its gateway has in its own file
///
/// From then on it is in the revisions of its gateway's configuration, called the same there, and
/// its readings go on. A meter that is configured here already stays as it is.
#[utoipa::path(post, path = "/api/v1/meters/{id}/adoption", operation_id = "adopt_meter", tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was loaded")
    ),
    responses(
        (status = OK, body = MeterView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Another meter of the bus has the address", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody changed it meanwhile", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The portal cannot configure it so", body = FormProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn adopt(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<(EntityTag, Json<MeterView>), FormProblem> {
    let work = async {
        let edition = expected_edition(&headers)?;
        let meter = find(&state, &id).await?;
        // What the gateway knows and the portal does not, it could not send back.
        meter.form.check(&state.models).map_err(FormProblem::Form)?;
        let by = login.account().name.to_string();
        let adopted = state.db.adopt_meter(meter.id, edition, by, Timestamp::now()).await;
        let meter = adopted.map_err(refusal::save)?;
        tell(&state, &meter).await?;
        Ok::<_, FormProblem>(meter)
    };
    let meter = logged(&access, &login, Act::AdoptMeter { meter: &id }, work).await?;
    Ok(tagged(view(&state, meter.id).await?))
}

/// Remove a meter; its readings stay
#[utoipa::path(delete, path = "/api/v1/meters/{id}", operation_id = "remove_meter", tag = "meters",
    params(
        ("id" = String, Path, description = "The id of the meter"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was loaded")
    ),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is configured at its gateway", body = ProblemView, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody changed it meanwhile", body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn remove(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let work = async {
        let meter: MeterId = refusal::id(&id)?;
        let edition = expected_edition(&headers)?;
        let by = login.account().name.to_string();
        let removed = state.db.delete_meter(meter, edition, by, Timestamp::now()).await;
        tell(&state, &removed.map_err(refusal::save)?).await
    };
    logged(&access, &login, Act::RemoveMeter { meter: &id }, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The meter of that id.
pub(super) async fn find(state: &ApiState, id: &str) -> Result<Meter, Problem> {
    let meter = state.db.meter(refusal::id(id)?).await.map_err(refusal::db)?;
    meter.ok_or_else(|| refusal::unknown(id))
}

/// Everything about the form that can be checked before it is saved.
async fn check(state: &ApiState, request: MeterFormView) -> Result<MeterForm, FormProblem> {
    let gateway = gateways::find(state, request.gateway()).await?;
    let form = request.into_form(gateway.id);
    form.check(&state.models).map_err(FormProblem::Form)?;
    form.check_bus(&gateway).map_err(FormProblem::Form)?;
    Ok(form)
}

/// Tells the gateway that there is a new revision, and everybody that the meter changed.
async fn tell(state: &ApiState, meter: &Meter) -> Result<(), Problem> {
    let gateway = meter.form.gateway;
    let revision = state.db.configuration(gateway).await.map_err(refusal::db)?.revision;
    state.live.tell(Change::Configuration(gateway, revision));
    state.live.tell(Change::Gateway(gateway));
    state.live.tell(Change::Meters(vec![meter.id]));
    Ok(())
}

fn logged_form(form: &MeterFormView) -> Value {
    serde_json::to_value(form).unwrap_or_default()
}

/// The edition in `If-Match`, where there is one.
fn expected_edition(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = tag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let edition = text.trim_matches('"').parse().map_err(|_| {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "changed_meanwhile",
            "It was changed meanwhile",
            "If-Match is not the ETag of a meter; load the meter again.",
        )
    })?;
    Ok(Some(edition))
}

/// The header `ETag`.
type EntityTag = [(HeaderName, HeaderValue); 1];

fn tagged(view: MeterView) -> (EntityTag, Json<MeterView>) {
    let tag = HeaderValue::from_str(&format!("\"{}\"", view.edition));
    // Digits in quotes always make a header.
    let tag = tag.unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    ([(header::ETAG, tag)], Json(view))
}

async fn view(state: &ApiState, meter: MeterId) -> Result<MeterView, Problem> {
    let selection = MeterSelection { meter: Some(meter), ..MeterSelection::default() };
    let found = state.db.known_meters(selection).await.map_err(refusal::db)?.pop();
    found.map(MeterView::from).ok_or_else(|| refusal::unknown(&meter.to_string()))
}

impl From<KnownMeter> for MeterView {
    fn from(known: KnownMeter) -> Self {
        let findings: Vec<_> = known.findings().into_iter().map(FindingView::from).collect();
        let KnownMeter { meter, place, state, state_since, last, good } = known;
        Self {
            id: meter.id.to_string(),
            name: meter.form.name.trim().to_owned(),
            menu: meter.form.menu.into(),
            gateway: meter.form.gateway.to_string(),
            gateway_name: place.gateway,
            site: place.site.to_string(),
            site_name: place.site_name,
            bus: meter.form.bus.clone(),
            model: meter.form.model.clone(),
            address: meter.form.asked_at().to_owned(),
            identification: good
                .as_ref()
                .and_then(StoredReadout::identification)
                .map(IdentificationView::from),
            origin: match meter.origin {
                Origin::Portal => OriginView::Portal,
                Origin::Gateway => OriginView::Gateway,
            },
            id_at_gateway: meter.id_at_gateway,
            interval: meter.interval,
            state: state.into(),
            state_since,
            problem: findings.first().cloned(),
            findings,
            last_attempt_at: last.map(|last| last.read_at),
            last_success_at: good.as_ref().map(|good| good.read_at),
            readings: good.map(ReadingView::of_readout).unwrap_or_default(),
            form: MeterFormView::from(meter.form),
            edition: meter.edition,
            created_at: meter.created_at,
            updated_at: meter.updated_at,
        }
    }
}
