//! A gateway shows its claim code and gets a token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fleet_link::{ClaimAnswer, ClaimRequest};
use jiff::Timestamp;
use serde_json::{Value, json};
use web_access::{Action, Actor, Outcome, Problem};

use super::body::Message;
use super::{FleetState, refusal};
use crate::live::Change;
use crate::token::{GatewayToken, claim_hash};

/// The longest name and version, in characters.
const MAX_WORD: usize = 100;

/// A gateway was claimed. What is refused is not logged: strangers must not fill the log.
struct Claimed {
    gateway: String,
    name: String,
}

impl Action for Claimed {
    fn code(&self) -> &'static str {
        "gateway.claim"
    }

    fn details(&self) -> Value {
        json!({ "gateway": self.gateway, "name": self.name })
    }
}

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
    let act = Claimed { gateway: gateway.to_string(), name: request.gateway_name };
    let actor = Actor::program(&act.gateway);
    if let Err(error) = state.access.record(actor, &act, Outcome::Done).await {
        // The code is used: without an answer the gateway would have to be claimed once more.
        tracing::error!(%error, %gateway, "a claim is not in the audit log");
    }
    state.live.tell(Change::Claimed(gateway));
    state.live.tell(Change::Gateway(gateway));
    Ok(Json(ClaimAnswer { gateway: gateway.to_string(), token: token.reveal().to_owned() }))
}
