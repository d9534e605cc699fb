//! Logging in and out, and who is logged in.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::with_cookie;
use crate::access::{Access, Credential, Login};
use crate::body::Body;
use crate::guards::Guarded;
use crate::problem::{Problem, ProblemView};
use crate::role::Role;
use crate::secret::Secret;

/// Who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = LoginRequest)]
pub(super) struct LoginRequest {
    /// The name of the account.
    #[schema(example = "admin")]
    name: String,
    /// Its password.
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView {
    /// The name of the account.
    name: String,
    /// What he may do now.
    role: Role,
    /// The name of the token, where a program came with one.
    token: Option<String>,
    /// When this ends in any case; a session ends earlier where it is not used.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl From<&Login> for SessionView {
    fn from(login: &Login) -> Self {
        Self {
            name: login.account().name.to_string(),
            role: login.role(),
            token: match login.credential() {
                Credential::Session => None,
                Credential::Token(name) => Some(name.clone()),
            },
            expires_at: login.expires_at(),
        }
    }
}

/// Log in with a password
///
/// The answer sets a cookie. Whether the name or the password was wrong is not said.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    operation_id = "log_in",
    tag = "access",
    request_body = LoginRequest,
    responses(
        (status = OK, body = SessionView),
        (status = UNAUTHORIZED, description = "The name or the password is wrong, or no password is set yet", body = ProblemView, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many tries were wrong", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many log in at the moment", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn log_in(
    access: Access,
    guarded: Guarded,
    headers: HeaderMap,
    Body(LoginRequest { name, password }): Body<LoginRequest>,
) -> Result<Response, Problem> {
    let before = access.presented_session(&headers, &guarded);
    let new = access.log_in(&name, &password, before, guarded.source).await?;
    let cookie = access.cookie_of(&new, guarded.scheme);
    Ok(with_cookie(cookie, Json(SessionView::from(&new.login))))
}

/// Who is logged in
///
/// Where nobody is, `code` tells whether to log in or to set the first password.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    operation_id = "show_session",
    tag = "access",
    responses((status = OK, body = SessionView))
)]
pub(super) async fn show(login: Login) -> Json<SessionView> {
    Json(SessionView::from(&login))
}

/// Log out
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    operation_id = "log_out",
    tag = "access",
    responses(
        (status = NO_CONTENT, description = "The session has ended"),
        (status = FORBIDDEN, description = "A program came with a token", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn log_out(
    access: Access,
    guarded: Guarded,
    login: Login,
) -> Result<Response, Problem> {
    access.log_out(&login).await?;
    Ok(with_cookie(access.no_cookie(guarded.scheme), StatusCode::NO_CONTENT))
}
