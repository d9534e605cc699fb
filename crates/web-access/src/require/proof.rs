//! Proof that no operation of an API answers whom it should not, for the tests of a server.
//!
//! A test hands over the whole service as it is served, guards included, and its OpenAPI
//! document. Each operation is really asked for; a route that forgot its role is found because
//! it answers.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;
use utoipa::openapi::OpenApi;

use super::router::{LOGIN, ROLE};
use crate::role::Role;
use crate::token::{Token, TokenKind};

/// More than any refusal has.
const MAX_BODY: usize = 64 * 1024;

/// An operation of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentedOperation {
    /// The path with its parameters in braces.
    pub path: String,
    /// The method in capitals.
    pub method: String,
    /// The least role that may use it; `None` where everybody may.
    pub role: Option<Role>,
    /// Whether everybody may use it where looking needs no login.
    pub is_looking: bool,
}

impl std::fmt::Display for DocumentedOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// All operations of a document, ordered by path. One that is not marked as public needs at least
/// to be logged in.
pub fn operations(document: &OpenApi) -> Vec<DocumentedOperation> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut operations: Vec<_> = paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.filter_map(move |(method, operation)| {
                let method = method.to_uppercase();
                let is_public = operation["security"].as_array().is_some_and(Vec::is_empty);
                let named = operation[ROLE].as_str().and_then(Role::from_word);
                let role = if is_public { None } else { Some(named.unwrap_or(Role::Viewer)) };
                let is_looking = role == Some(Role::Viewer) && operation[ROLE] != LOGIN;
                operation.is_object().then(|| DocumentedOperation {
                    path: path.clone(),
                    method,
                    role,
                    is_looking,
                })
            })
        })
        .collect();
    operations.sort();
    operations
}

/// Asks for each operation without a login, and with ones that are none. The answer is what is
/// wrong: each operation that is not public must answer 401. `host` is one the guards let in.
pub async fn without_login(service: &Router, document: &OpenApi, host: &str) -> Vec<String> {
    refusals(service, document, host, |operation| operation.role.is_some()).await
}

/// The same for a server on which looking needs no login: those operations must answer, and all
/// others that are not public must answer 401.
pub async fn without_login_where_looking_is_open(
    service: &Router,
    document: &OpenApi,
    host: &str,
) -> Vec<String> {
    let closed =
        |operation: &DocumentedOperation| operation.role.is_some() && !operation.is_looking;
    let mut faults = refusals(service, document, host, closed).await;
    for operation in operations(document).iter().filter(|operation| operation.is_looking) {
        match ask(service, operation, host, None).await.map(|answer| answer.status()) {
            Ok(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                faults.push(format!("{operation} without a login is refused"));
            }
            Ok(status) if status.is_server_error() => {
                faults.push(format!("{operation} without a login answers {status}"));
            }
            Ok(_) => {}
            Err(why) => faults.push(format!("{operation}: {why}")),
        }
    }
    faults
}

/// What of the operations is not refused without a login.
async fn refusals(
    service: &Router,
    document: &OpenApi,
    host: &str,
    is_asked: impl Fn(&DocumentedOperation) -> bool,
) -> Vec<String> {
    let strangers_token = Token::new(TokenKind::Api).map(|token| token.reveal().to_owned());
    let strangers_session = Token::new(TokenKind::Session).map(|token| token.reveal().to_owned());
    let (Ok(token), Ok(session)) = (strangers_token, strangers_session) else {
        return vec!["there is no randomness to make tokens of".to_owned()];
    };
    let credentials = [
        ("without a login", None),
        ("with an unknown token", Some((header::AUTHORIZATION, format!("Bearer {token}")))),
        ("with a session as token", Some((header::AUTHORIZATION, format!("Bearer {session}")))),
        ("with another scheme", Some((header::AUTHORIZATION, "Basic YWRtaW46YWRtaW4=".to_owned()))),
        ("with an unknown session", Some((header::COOKIE, cookies(&session)))),
    ];
    let mut faults = Vec::new();
    for operation in operations(document).iter().filter(|operation| is_asked(operation)) {
        for (words, credential) in &credentials {
            let answer = ask(service, operation, host, credential.as_ref()).await;
            if let Some(found) = other_than(answer, StatusCode::UNAUTHORIZED).await {
                faults.push(format!("{operation} {words} answers {found}"));
            }
        }
    }
    faults
}

/// Asks for each operation with the token of somebody who has `role`. The answer is what is
/// wrong: what needs more must answer 403.
pub async fn below_role(
    service: &Router,
    document: &OpenApi,
    host: &str,
    role: Role,
    token: &str,
) -> Vec<String> {
    let credential = (header::AUTHORIZATION, format!("Bearer {token}"));
    let mut faults = Vec::new();
    let above = operations(document).into_iter().filter(|operation| operation.role > Some(role));
    for operation in above {
        let answer = ask(service, &operation, host, Some(&credential)).await;
        if let Some(found) = other_than(answer, StatusCode::FORBIDDEN).await {
            faults.push(format!("{operation} as {role} answers {found}"));
        }
    }
    faults
}

/// Under every name a server of ours gives it.
fn cookies(session: &str) -> String {
    ["session", "session_portal", "__Host-session"]
        .map(|name| format!("{name}={session}"))
        .join("; ")
}

async fn ask(
    service: &Router,
    operation: &DocumentedOperation,
    host: &str,
    credential: Option<&(header::HeaderName, String)>,
) -> Result<Response<Body>, String> {
    let method: Method = operation.method.parse().map_err(|_| "no such method".to_owned())?;
    let mut request = Request::builder()
        .method(method)
        .uri(with_parameters(&operation.path))
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some((name, value)) = credential {
        request = request.header(name, value);
    }
    let request = request.body(Body::from("{}")).map_err(|error| error.to_string())?;
    match service.clone().oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// What was answered, where that is not a refusal with the status.
async fn other_than(
    answer: Result<Response<Body>, String>,
    expected: StatusCode,
) -> Option<String> {
    let (parts, body) = match answer {
        Ok(answer) => answer.into_parts(),
        Err(why) => return Some(why),
    };
    if parts.status != expected {
        return Some(parts.status.to_string());
    }
    let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    problem["code"].is_null().then(|| format!("{expected} without saying why"))
}

/// The path with a value for each parameter.
fn with_parameters(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') && segment.ends_with('}') { "1" } else { segment }
    });
    segments.collect::<Vec<_>>().join("/")
}
