//! A portal's API with somebody who is logged in.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use fleet_link::PortalUrl;
use metering::Models;
use portal::api::{ApiState, router};
use portal::live::Live;
use portal::reached_at::ReachedAt;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use web_access::{Access, Clock, Guards, Hosts, PasswordCost, Role, Settings, SetupCode};

use crate::fleet::Fleet;
use crate::link::PATIENCE;

pub(crate) const HOST: &str = "127.0.0.1:8090";

pub(crate) struct Portal {
    pub(crate) fleet: Fleet,
    pub(crate) live: Live,
    pub(crate) router: Router,
    /// A token of an administrator.
    pub(crate) token: String,
    /// His session.
    cookie: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// Accounts with hashes so cheap that tests need not wait.
pub(crate) fn open_access(folder: &Path) -> (Access, Option<SetupCode>) {
    let password_cost = PasswordCost { memory_kib: 64, passes: 1 };
    let settings = Settings { password_cost, ..Settings::default() };
    Access::open(&folder.join("access.sqlite"), settings, Clock::system()).unwrap()
}

impl Portal {
    pub(crate) async fn new() -> Self {
        let fleet = Fleet::new().await;
        let live = Live::new();
        let state = ApiState {
            db: fleet.db.clone(),
            live: live.clone(),
            models: Arc::new(Models::builtin()),
            reached_at: ReachedAt {
                portal: PortalUrl::parse("http://127.0.0.1:8090").unwrap(),
                certificate: None,
            },
            stop: CancellationToken::new(),
        };
        let (access, code) = open_access(fleet.folder.path());
        let guards = Guards::new("portal", Hosts::loopback(8090));
        let router = guards.protect(router(state, access));
        let mut portal = Self { fleet, live, router, token: String::new(), cookie: String::new() };
        portal.cookie = portal.first_login(&code.unwrap().reveal()).await;
        portal.token = portal.token_of(Role::Admin).await;
        portal
    }

    async fn first_login(&self, code: &str) -> String {
        let body = json!({"code": code, "name": "ada", "password": "correct horse battery staple"});
        let request = request(Method::POST, "/api/v1/setup").body(Body::from(body.to_string()));
        let answer = self.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A new token with that role.
    pub(crate) async fn token_of(&self, role: Role) -> String {
        let body = json!({"name": role.as_str(), "role": role}).to_string();
        let request = request(Method::POST, "/api/v1/tokens")
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .body(Body::from(body));
        let answer = self.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json["token"].as_str().unwrap().to_owned()
    }

    /// What is answered to somebody with another token.
    pub(crate) async fn as_role(&self, token: &str, path: &str, body: &Value) -> StatusCode {
        let request = request(Method::POST, path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await.status
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &Value::Null, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, body, &[]).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, body, &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &Value::Null, &[]).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request =
            request(method, path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request);
        let answer = tokio::time::timeout(PATIENCE, answer).await.unwrap().unwrap();
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8(to_bytes(body, 1 << 24).await.unwrap().to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, json }
    }

    /// The acts of the audit log, newest first: code and result.
    pub(crate) async fn acts(&self) -> Vec<(String, String)> {
        let page = self.get("/api/v1/audit").await.json;
        let entries = page["items"].as_array().unwrap().iter();
        let word = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries.map(|entry| (word(entry, "action"), word(entry, "result"))).collect()
    }
}

pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "application/json")
}

/// The form of the document's heat meter.
pub(crate) fn heat() -> Value {
    json!({
        "menu": "heat",
        "name": "Heat, flat 1",
        "gateway": "gateway-1",
        "model": "manual_heat_secondary_ad",
        "parameters": [
            {"key": "secondary_ad", "value": "20316513C5140004"},
            {"key": "reg", "value": "{'heat_energy_kwh': 3}"},
        ],
    })
}

/// The same with something changed.
pub(crate) fn with(mut form: Value, key: &str, value: Value) -> Value {
    form[key] = value;
    form
}
