//! A gateway's end of the fleet link, without a network.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use fleet_link::ClaimSecret;
use jiff::Timestamp;
use portal::fleet::{FleetState, router};
use portal::live::Live;
use portal::token::claim_hash;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use web_access::{Guards, Hosts};

use crate::fleet::Fleet;
use crate::portal_api::open_access;

/// Nothing in these tests takes longer, but machines can be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Link {
    pub(crate) fleet: Fleet,
    pub(crate) state: FleetState,
    pub(crate) router: Router,
    pub(crate) token: String,
}

pub(crate) fn secret(byte: u8) -> ClaimSecret {
    ClaimSecret::new([byte; 20])
}

impl Link {
    /// A gateway that is claimed.
    pub(crate) async fn new() -> Self {
        let fleet = Fleet::new().await;
        let (db, live) = (fleet.db.clone(), Live::new());
        let access = open_access(fleet.folder.path()).0;
        let models = std::sync::Arc::new(metering::Models::builtin());
        let state = FleetState { db, live, access, models, stop: CancellationToken::new() };
        let guards = Guards::new("portal", Hosts::loopback(8090));
        let router = guards.protect(router(state.clone()));
        let mut link = Self { fleet, state, router, token: String::new() };
        link.token = link.claim_with(1).await;
        link
    }

    /// Makes a claim code and uses it; the token.
    pub(crate) async fn claim_with(&self, byte: u8) -> String {
        let tomorrow = Timestamp::from_second(Timestamp::now().as_second() + 86_400).unwrap();
        let hash = claim_hash(&secret(byte));
        self.fleet.db.renew_claim(self.fleet.gateway, hash, tomorrow).await.unwrap();
        let (status, answer) = self.claim(byte).await;
        assert_eq!((status, &answer["gateway"]), (StatusCode::OK, &json!("gateway-1")));
        answer["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn claim(&self, byte: u8) -> (StatusCode, Value) {
        let body = json!({
            "code_secret": secret(byte).to_string(),
            "gateway_name": "Building 7",
            "version": "0.1.0",
        });
        self.send(Method::POST, "/fleet/v1/claim", None, &body.to_string()).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> (StatusCode, Value) {
        let body = serde_json::to_string(body).unwrap();
        self.send(Method::POST, path, Some(&self.token), &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, Some(&self.token), "").await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> (StatusCode, Value) {
        let answer = self.open(method, path, token, body).await;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8090")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let answer = self.router.clone().oneshot(request);
        tokio::time::timeout(PATIENCE, answer).await.unwrap().unwrap()
    }
}
