//! The first password.

use axum::Json;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::session::SessionView;
use super::with_cookie;
use crate::access::Access;
use crate::body::Body;
use crate::guards::Guarded;
use crate::problem::{Problem, ProblemView};
use crate::secret::Secret;

/// The first account.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SetupRequest)]
pub(super) struct SetupRequest {
    /// The code that was shown on the console when the program started.
    #[schema(value_type = String, format = Password, example = "01234-56789-ABCDE-FGHJK")]
    code: Secret,
    /// The name of the account; `admin` where there is none.
    #[serde(default = "admin")]
    #[schema(example = "admin", default = "admin")]
    name: String,
    /// Its password: at least ten characters.
    #[schema(value_type = String, format = Password, min_length = 10)]
    password: Secret,
}

fn admin() -> String {
    "admin".to_owned()
}

/// Set the first password
///
/// Works once, with the code from the console. The answer logs in and sets a cookie.
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    operation_id = "set_up",
    tag = "access",
    request_body = SetupRequest,
    responses(
        (status = OK, body = SessionView),
        (status = FORBIDDEN, description = "The code is wrong", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "A password is set already", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name or the password cannot be set", body = ProblemView, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many tries were wrong", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn set_up(
    access: Access,
    guarded: Guarded,
    Body(SetupRequest { code, name, password }): Body<SetupRequest>,
) -> Result<Response, Problem> {
    let new = access.set_up(&code, &name, password, guarded.source).await?;
    let cookie = access.cookie_of(&new, guarded.scheme);
    Ok(with_cookie(cookie, Json(SessionView::from(&new.login))))
}
