//! The token that a gateway shows with each request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use web_access::Problem;

use super::{FleetState, refusal};
use crate::db::ClaimedGateway;
use crate::token::shown_token_hash;

/// The gateway that makes the request.
pub(super) struct Bearer(pub(super) ClaimedGateway);

impl FromRequestParts<FleetState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &FleetState) -> Result<Self, Problem> {
        let Some(hash) = shown(parts).and_then(shown_token_hash) else {
            return Err(refuse("The request shows no token of a gateway."));
        };
        let found = state.db.gateway_by_token(hash).await;
        match found.map_err(|error| refusal::not_stored(&error))? {
            Some(gateway) => Ok(Self(gateway)),
            None => Err(refuse(
                "No gateway of this portal has this token; claim the gateway with a new claim code.",
            )),
        }
    }
}

fn shown(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refuse(detail: &str) -> Problem {
    let title = "The gateway is not known here";
    Problem::new(StatusCode::UNAUTHORIZED, "unknown_token", title, detail)
}
