//! The portal this gateway belongs to.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::ClaimCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web_access::{Access, Body, Login, Outcome};

use super::act::{self, Act};
use super::findings::FindingView;
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::findings::sentence;
use crate::fleet::{ClaimError, LinkState, LinkView};
use crate::store::StoreError;

/// The portal this gateway belongs to, and how the link to it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Portal)]
pub(super) struct PortalView {
    /// How the link is, in one word.
    state: PortalStateView,
    /// Where the portal is; null where the gateway belongs to none.
    #[schema(required, example = "https://portal.example:8090")]
    portal_url: Option<String>,
    /// What the portal calls this gateway.
    #[schema(required, example = "gateway-1")]
    gateway: Option<String>,
    /// Since when the link is like this.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// What is wrong with it.
    #[schema(required)]
    problem: Option<FindingView>,
    /// How many readouts the portal does not have yet.
    waiting_readouts: u64,
    /// The revision of the portal's configuration that the gateway reads by.
    #[schema(required)]
    applied_revision: Option<u64>,
}

/// How the link to the portal is, in one word.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalState)]
#[serde(rename_all = "snake_case")]
enum PortalStateView {
    /// The gateway belongs to no portal.
    Unclaimed,
    /// The portal was not reached yet.
    Connecting,
    /// The portal is there.
    Connected,
    /// The portal cannot be reached.
    Offline,
    /// Until a person has done something it will not work.
    Refused,
}

/// The claim code as the portal shows it.
#[derive(Deserialize, ToSchema)]
#[schema(as = PortalClaim)]
pub(super) struct ClaimBody {
    /// All of it.
    #[schema(
        example = "https://portal.example:8090#claim1.mpjtb9d5mpjtb9d5mpjtb9d5mpjtb9d5.-.2f6f1bd1"
    )]
    claim_code: String,
}

/// The portal this gateway belongs to
#[utoipa::path(
    get,
    path = "/api/v1/portal",
    operation_id = "show_portal",
    tag = "portal",
    responses((status = OK, body = PortalView))
)]
pub(super) async fn show(State(state): State<ApiState>) -> Json<PortalView> {
    Json(view(&state))
}

/// Make this gateway one of a portal's
///
/// The claim code works once. A gateway that belongs to a portal already belongs to the new one
/// afterwards; everything it has read is sent there.
#[utoipa::path(
    post,
    path = "/api/v1/portal/claim",
    operation_id = "claim_portal",
    tag = "portal",
    request_body = ClaimBody,
    responses(
        (status = OK, body = PortalView),
        (status = UNPROCESSABLE_ENTITY, description = "The text is no claim code", body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "The portal was not reached, or did not take the code", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn claim(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Body(body): Body<ClaimBody>,
) -> Result<Json<PortalView>, Problem> {
    let code = ClaimCode::parse(&body.claim_code).map_err(|error| {
        let detail = sentence(&error.to_string());
        let title = "This is no claim code";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_claim_code", title, detail)
    })?;
    let act = Act::ClaimPortal { portal: code.portal.to_string() };
    let begun = act::begin(&access, &login, &act).await?;
    let claimed = state.fleet.claim(&code).await;
    let outcome = match &claimed {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Failed(error.to_string()),
    };
    act::finish(begun, outcome).await;
    claimed.map_err(refuse)?;
    Ok(Json(view(&state)))
}

/// Leave the portal
///
/// What was read stays on the gateway. The portal keeps what it has.
#[utoipa::path(
    delete,
    path = "/api/v1/portal",
    operation_id = "release_portal",
    tag = "portal",
    responses((status = OK, body = PortalView))
)]
pub(super) async fn release(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
) -> Result<Json<PortalView>, Problem> {
    let act = Act::ReleasePortal { portal: state.fleet.view().portal };
    let begun = act::begin(&access, &login, &act).await?;
    let released = state.fleet.release().await;
    let outcome = match &released {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::Failed(error.to_string()),
    };
    act::finish(begun, outcome).await;
    released.map_err(|error| not_kept(&error))?;
    Ok(Json(view(&state)))
}

fn view(state: &ApiState) -> PortalView {
    let LinkView { condition, portal, gateway, waiting, revision } = state.fleet.view();
    // The link is well, and yet somebody should look.
    let left_out = || state.present().left_out.first().map(FindingView::of_link);
    PortalView {
        state: match condition.state {
            LinkState::Unclaimed => PortalStateView::Unclaimed,
            LinkState::Connecting => PortalStateView::Connecting,
            LinkState::Connected => PortalStateView::Connected,
            LinkState::Offline => PortalStateView::Offline,
            LinkState::Refused => PortalStateView::Refused,
        },
        portal_url: portal,
        gateway,
        since: condition.since,
        problem: condition.problem.map(FindingView::from).or_else(left_out),
        waiting_readouts: waiting,
        applied_revision: revision,
    }
}

fn refuse(error: ClaimError) -> Problem {
    match error {
        ClaimError::Portal { finding } => Problem::because(StatusCode::BAD_GATEWAY, finding.into()),
        ClaimError::Code(error) => {
            let (title, detail) = ("This is no claim code", sentence(&error.to_string()));
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_claim_code", title, detail)
        }
        ClaimError::Store(error) => not_kept(&error),
        ClaimError::Running { .. } | ClaimError::DataDir(_) => {
            let title = "The gateway cannot be claimed";
            let detail = sentence(&error.to_string());
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "not_claimed", title, detail)
        }
    }
}

fn not_kept(error: &StoreError) -> Problem {
    tracing::error!(%error, "to which portal the gateway belongs could not be kept");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "not_stored",
        "To which portal the gateway belongs could not be kept",
        sentence(&error.to_string()),
    )
}
