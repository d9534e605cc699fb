//! A gateway shows its claim code and gets a token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::{ClaimAnswer, ClaimRequest};
use jiff::Timestamp;
use web_access::Problem;

use super::body::Message;
use super::{FleetState, refusal};
use crate::live::Change;
use crate::token::{GatewayToken, claim_hash};

/// The longest name and version, in characters.
const MAX_WORD: usize = 100;

pub(super) async fn claim(
    State(state): State<FleetState>,
    Message(request): Message<ClaimRequest>,
) -> Result<Json<ClaimAnswer>, Problem> {
    let longest = request.gateway_name.chars().count().max(request.version.chars().count());
    if longest > MAX_WORD {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_message",
            "The message cannot be read",
            format!("A name or version has {longest} characters; at most {MAX_WORD} are taken."),
        ));
    }
    let token = GatewayToken::new().map_err(|error| {
        tracing::error!(%error, "no token can be made");
        let title = "No token can be made";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_randomness", title, error.to_string())
    })?;
    let hash = claim_hash(&request.code_secret);
    let claimed = state.db.claim(hash, token.hash(), request.version, Timestamp::now()).await;
    let gateway = claimed.map_err(|error| {
        tracing::warn!(%error, name = %request.gateway_name.escape_default(), "a claim is refused");
        refusal::unclaimed(&error)
    })?;
    tracing::info!(%gateway, name = %request.gateway_name.escape_default(), "gateway claimed");
    state.live.tell(Change::Claimed(gateway));
    state.live.tell(Change::Gateway(gateway));
    Ok(Json(ClaimAnswer { gateway: gateway.to_string(), token: token.reveal().to_owned() }))
}
