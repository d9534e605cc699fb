//! Another password.

use axum::Json;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::session::SessionView;
use super::with_cookie;
use crate::access::{Access, Login};
use crate::body::Body;
use crate::guards::Guarded;
use crate::problem::{Problem, ProblemView};
use crate::secret::Secret;

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PasswordRequest)]
pub(super) struct PasswordRequest {
    /// The one that is set now.
    #[schema(value_type = String, format = Password)]
    current: Secret,
    /// The one to set: at least ten characters.
    #[schema(value_type = String, format = Password, min_length = 10)]
    new: Secret,
    /// Whether the account's tokens end too. Programs that have one then get in no more.
    #[serde(default)]
    #[schema(default = false)]
    end_tokens: bool,
}

/// Set another password
///
/// Every session of the account ends, on all devices. The answer sets a new cookie.
#[utoipa::path(
    post,
    path = "/api/v1/password",
    operation_id = "change_password",
    tag = "access",
    request_body = PasswordRequest,
    responses(
        (status = OK, body = SessionView),
        (status = FORBIDDEN, description = "The current password is wrong, or a program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The password cannot be set", body = ProblemView, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many tries were wrong", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn change(
    access: Access,
    guarded: Guarded,
    login: Login,
    Body(PasswordRequest { current, new, end_tokens }): Body<PasswordRequest>,
) -> Result<Response, Problem> {
    let new = access.change_password(&login, &current, new, end_tokens).await?;
    let cookie = access.cookie_of(&new, guarded.scheme);
    Ok(with_cookie(cookie, Json(SessionView::from(&new.login))))
}
