//! Gateways, and the codes they are claimed with.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::{BusState, ClaimCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web_access::{Access, Body, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::findings::FindingView;
use super::query::Asked;
use super::{ApiState, refusal};
use crate::gateway::Gateway;
use crate::id::{GatewayId, SiteId};
use crate::live::Change;
use crate::token::claim_hash;

/// How long a claim code works.
const CLAIM_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Revisions that are listed.
const REVISIONS: u32 = 100;

/// All gateways.
#[derive(Serialize, ToSchema)]
pub(super) struct GatewayList {
    /// By site and name.
    items: Vec<GatewayView>,
}

/// A gateway.
#[derive(Serialize, ToSchema)]
#[schema(as = Gateway)]
pub(super) struct GatewayView {
    /// Its id.
    #[schema(example = "gateway-1")]
    id: String,
    /// Where it is.
    #[schema(example = "site-1")]
    site: String,
    /// Its name.
    name: String,
    /// How it is, in one word.
    state: GatewayState,
    /// When it last made a request.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Timestamp>,
    /// When it was claimed.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    claimed_at: Option<Timestamp>,
    /// Until when its claim code works, where one is open.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    claim_expires_at: Option<Timestamp>,
    /// The version of its program.
    #[schema(required)]
    version: Option<String>,
    /// The newest revision of its configuration; 0 before the first.
    wanted_revision: u64,
    /// The revision it reads by, as it told.
    #[schema(required)]
    applied_revision: Option<u64>,
    /// What it last said of a revision.
    #[schema(required)]
    reported: Option<ReportedView>,
    /// Its buses, as it told.
    buses: Vec<BusView>,
    /// What is wrong with it, as it told.
    problems: Vec<FindingView>,
    /// Readouts that wait at the gateway, as it told.
    waiting: u64,
}

/// How a gateway is, in one word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum GatewayState {
    /// It was not claimed yet.
    Unclaimed,
    /// It listens.
    Online,
    /// It does not listen.
    Offline,
}

/// What a gateway said of a revision of its configuration.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportedConfiguration)]
struct ReportedView {
    /// The revision.
    revision: u64,
    /// Whether it reads by it.
    applied: bool,
    /// What is wrong with it.
    problems: Vec<FindingView>,
    /// When it said so.
    #[schema(value_type = String, format = DateTime)]
    reported_at: Timestamp,
}

/// A bus of a gateway.
#[derive(Serialize, ToSchema)]
#[schema(as = Bus)]
struct BusView {
    /// Its id.
    #[schema(example = "cellar-1")]
    id: String,
    /// Its name.
    name: String,
    /// `online`, `offline` or `connecting`.
    state: &'static str,
    /// What is wrong with it.
    #[schema(required)]
    problem: Option<FindingView>,
}

/// A gateway to be added.
#[derive(Deserialize, ToSchema)]
pub(super) struct GatewayRequest {
    /// Where it is.
    #[schema(example = "site-1")]
    site: String,
    /// No other gateway of the site has it.
    #[schema(example = "Building 7")]
    name: String,
}

/// What a gateway is called, and where it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct GatewayPlaceRequest {
    /// No other gateway of the site has it.
    name: String,
    /// The site it is at from now on; left out, it stays where it is.
    #[schema(example = "site-2")]
    site: Option<String>,
}

/// How a gateway is removed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct GatewayRemoval {
    /// `remove`: with the meters that are configured here.
    #[param(inline)]
    meters: Option<MetersToo>,
}

/// What becomes of the meters of a gateway that is removed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MetersToo {
    /// They are removed too.
    Remove,
}

/// A claim code. It is told only here.
#[derive(Serialize, ToSchema)]
#[schema(as = ClaimCode)]
pub(super) struct ClaimCodeView {
    /// Whose it is.
    #[schema(example = "gateway-1")]
    gateway: String,
    /// The code, to be typed or pasted at the gateway.
    claim_code: String,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The revisions of a gateway's configuration.
#[derive(Serialize, ToSchema)]
pub(super) struct RevisionList {
    /// The newest first.
    items: Vec<RevisionView>,
}

/// A revision.
#[derive(Serialize, ToSchema)]
#[schema(as = Revision)]
struct RevisionView {
    /// Its number.
    revision: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Who made it.
    created_by: String,
}

/// All gateways
#[utoipa::path(get, path = "/api/v1/gateways", operation_id = "list_gateways", tag = "gateways",
    responses((status = OK, body = GatewayList)))]
pub(super) async fn list(State(state): State<ApiState>) -> Result<Json<GatewayList>, Problem> {
    let gateways = state.db.gateways().await.map_err(refusal::db)?;
    let items = gateways.into_iter().map(|gateway| view(gateway, &state)).collect();
    Ok(Json(GatewayList { items }))
}

/// One gateway
#[utoipa::path(get, path = "/api/v1/gateways/{id}", operation_id = "show_gateway", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    responses(
        (status = OK, body = GatewayView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<GatewayView>, Problem> {
    let gateway = find(&state, &id).await?;
    Ok(Json(view(gateway, &state)))
}

/// Add a gateway
///
/// The answer has a claim code, which is told only here.
#[utoipa::path(post, path = "/api/v1/gateways", operation_id = "create_gateway", tag = "gateways",
    request_body = GatewayRequest,
    responses(
        (status = CREATED, body = ClaimCodeView),
        (status = NOT_FOUND, description = "There is no such site", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn create(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Body(request): Body<GatewayRequest>,
) -> Result<(StatusCode, Json<ClaimCodeView>), Problem> {
    let name = refusal::name(&request.name)?;
    let act = Act::CreateGateway { site: &request.site, name: &name };
    let work = async {
        let site: SiteId = refusal::id(&request.site)?;
        let now = Timestamp::now();
        let (code, expires_at) = new_code(&state, now)?;
        let hash = claim_hash(&code.secret);
        let created = state.db.create_gateway(site, name.clone(), hash, expires_at, now).await;
        let gateway = created.map_err(refusal::save)?;
        state.live.tell(Change::Gateway(gateway.id));
        Ok::<_, Problem>(code_view(gateway.id, &code, expires_at))
    };
    let view = logged(&access, &login, act, work).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Make another claim code for a gateway
///
/// For a device that takes the gateway's place, or a code that was lost. The device of today goes
/// on until the new code is used.
#[utoipa::path(post, path = "/api/v1/gateways/{id}/claim-codes", operation_id = "make_claim_code", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    responses(
        (status = CREATED, body = ClaimCodeView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn renew_claim(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<(StatusCode, Json<ClaimCodeView>), Problem> {
    let work = async {
        let gateway: GatewayId = refusal::id(&id)?;
        let (code, expires_at) = new_code(&state, Timestamp::now())?;
        let hash = claim_hash(&code.secret);
        state.db.renew_claim(gateway, hash, expires_at).await.map_err(refusal::save)?;
        state.live.tell(Change::Gateway(gateway));
        Ok::<_, Problem>(code_view(gateway, &code, expires_at))
    };
    let view = logged(&access, &login, Act::MakeClaimCode { gateway: &id }, work).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Give a gateway another name, or another site
///
/// Its meters and their readings go with it.
#[utoipa::path(put, path = "/api/v1/gateways/{id}", operation_id = "change_gateway", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    request_body = GatewayPlaceRequest,
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, description = "There is no such gateway or site", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn change(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Body(request): Body<GatewayPlaceRequest>,
) -> Result<StatusCode, Problem> {
    let name = refusal::name(&request.name)?;
    let act = match &request.site {
        Some(site) => Act::MoveGateway { gateway: &id, name: &name, site },
        None => Act::RenameGateway { gateway: &id, name: &name },
    };
    let work = async {
        let gateway: GatewayId = refusal::id(&id)?;
        let site: Option<SiteId> = request.site.as_deref().map(refusal::id).transpose()?;
        state.db.change_gateway(gateway, name.clone(), site).await.map_err(refusal::save)?;
        state.live.tell(Change::Gateway(gateway));
        Ok::<_, Problem>(())
    };
    logged(&access, &login, act, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a gateway
///
/// Its meters go with it. Those of its own file always; where some are configured here, the query
/// must say `meters=remove`. Readings stay in the store. Its token works no more: the device goes
/// on reading, says on its page that the portal does not know it, and keeps what it reads.
#[utoipa::path(delete, path = "/api/v1/gateways/{id}", operation_id = "remove_gateway", tag = "gateways",
    params(
        ("id" = String, Path, description = "The id of the gateway"),
        GatewayRemoval
    ),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Meters of it are configured here", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn remove(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Asked(asked): Asked<GatewayRemoval>,
) -> Result<StatusCode, Problem> {
    let with_meters = asked.meters.is_some();
    let work = async {
        let gateway: GatewayId = refusal::id(&id)?;
        let removed = state.db.delete_gateway(gateway, with_meters, Timestamp::now()).await;
        let meters = removed.map_err(refusal::save)?;
        state.live.tell(Change::Removed(gateway));
        if !meters.is_empty() {
            state.live.tell(Change::Meters(meters));
        }
        Ok::<_, Problem>(())
    };
    logged(&access, &login, Act::RemoveGateway { gateway: &id, with_meters }, work).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The revisions of a gateway's configuration
#[utoipa::path(get, path = "/api/v1/gateways/{id}/revisions", operation_id = "list_revisions", tag = "gateways",
    params(("id" = String, Path, description = "The id of the gateway")),
    responses(
        (status = OK, body = RevisionList),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn revisions(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<RevisionList>, Problem> {
    let gateway = find(&state, &id).await?;
    let revisions = state.db.revisions(gateway.id, REVISIONS).await.map_err(refusal::db)?;
    let items = revisions.into_iter().map(|one| RevisionView {
        revision: one.revision,
        created_at: one.created_at,
        created_by: one.created_by,
    });
    Ok(Json(RevisionList { items: items.collect() }))
}

/// The gateway of that id.
pub(super) async fn find(state: &ApiState, id: &str) -> Result<Gateway, Problem> {
    let gateway = state.db.gateway(refusal::id(id)?).await.map_err(refusal::db)?;
    gateway.ok_or_else(|| refusal::unknown(id))
}

fn new_code(state: &ApiState, now: Timestamp) -> Result<(ClaimCode, Timestamp), Problem> {
    let code = state.reached_at.new_claim_code().map_err(|error| {
        let title = "No claim code can be made";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_randomness", title, error.to_string())
    })?;
    Ok((code, now.saturating_add(CLAIM_LIFETIME).unwrap_or(now)))
}

fn code_view(gateway: GatewayId, code: &ClaimCode, expires_at: Timestamp) -> ClaimCodeView {
    ClaimCodeView { gateway: gateway.to_string(), claim_code: code.to_string(), expires_at }
}

fn view(gateway: Gateway, state: &ApiState) -> GatewayView {
    let status = gateway.status.map(|(status, _)| status);
    let told = status.as_ref().and_then(|status| status.configuration);
    let accepted = gateway.reported.as_ref().filter(|reported| reported.applied);
    let applied_revision = accepted.map(|reported| reported.revision).max(told);
    let (buses, problems, waiting) =
        status.map(|status| (status.buses, status.problems, status.waiting)).unwrap_or_default();
    GatewayView {
        id: gateway.id.to_string(),
        site: gateway.site.to_string(),
        name: gateway.name,
        state: match (gateway.claimed_at, state.live.is_connected(gateway.id)) {
            (None, _) => GatewayState::Unclaimed,
            (Some(_), true) => GatewayState::Online,
            (Some(_), false) => GatewayState::Offline,
        },
        last_seen_at: gateway.last_seen_at,
        claimed_at: gateway.claimed_at,
        claim_expires_at: gateway.claim_expires_at,
        version: gateway.version,
        wanted_revision: gateway.wanted_revision,
        applied_revision,
        reported: gateway.reported.map(|reported| ReportedView {
            revision: reported.revision,
            applied: reported.applied,
            problems: reported.problems.into_iter().map(FindingView::from).collect(),
            reported_at: reported.reported_at,
        }),
        buses: buses
            .into_iter()
            .map(|bus| BusView {
                id: bus.id,
                name: bus.name,
                state: match bus.state {
                    BusState::Online => "online",
                    BusState::Offline => "offline",
                    BusState::Connecting => "connecting",
                },
                problem: bus.problem.map(FindingView::from),
            })
            .collect(),
        problems: problems.into_iter().map(FindingView::from).collect(),
        waiting,
    }
}
