//! Tokens, with which programs come in.

use axum::Json;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Access, Login, NewApiToken, TokenInfo};
use crate::body::Body;
use crate::id::Id;
use crate::problem::{Problem, ProblemView};
use crate::role::Role;

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TokenRequest)]
pub(super) struct TokenRequest {
    /// What it is for.
    #[schema(example = "energy report")]
    name: String,
    /// What it may do: no more than its owner, and as much where nothing is said.
    role: Option<Role>,
    /// When it ends; never where nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A token, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenView {
    /// Its number.
    #[schema(example = "12")]
    id: String,
    /// What it is for.
    name: String,
    /// What it may do.
    role: Role,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was used last, to five minutes.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    /// When it ends, where it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A token that was just made. Its text is told only here. No `Debug`: it would be told there.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub(super) struct NewTokenView {
    /// For the header `Authorization: Bearer`.
    token: String,
    #[serde(flatten)]
    info: TokenView,
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenList)]
pub(super) struct TokenList {
    /// The newest first.
    items: Vec<TokenView>,
}

impl From<TokenInfo> for TokenView {
    fn from(info: TokenInfo) -> Self {
        let TokenInfo { id, name, role, created_at, last_used_at, expires_at } = info;
        Self { id: id.0.to_string(), name, role, created_at, last_used_at, expires_at }
    }
}

/// Your tokens
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    operation_id = "list_tokens",
    tag = "access",
    responses((status = OK, body = TokenList))
)]
pub(super) async fn list(access: Access, login: Login) -> Result<Json<TokenList>, Problem> {
    let items = access.tokens(&login).await?.into_iter().map(TokenView::from).collect();
    Ok(Json(TokenList { items }))
}

/// Make a token
///
/// Its text is told only in this answer.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    operation_id = "make_token",
    tag = "access",
    request_body = TokenRequest,
    responses(
        (status = CREATED, body = NewTokenView),
        (status = FORBIDDEN, description = "A program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "There are too many", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name, the role or the time does not fit", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn make(
    access: Access,
    login: Login,
    Body(TokenRequest { name, role, expires_at }): Body<TokenRequest>,
) -> Result<(StatusCode, Json<NewTokenView>), Problem> {
    let NewApiToken { info, token } = access.make_token(&login, name, role, expires_at).await?;
    let view = NewTokenView { token: token.reveal().to_owned(), info: info.into() };
    Ok((StatusCode::CREATED, Json(view)))
}

/// End a token
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    operation_id = "end_token",
    tag = "access",
    params(("id" = String, Path, description = "The number of the token")),
    responses(
        (status = NO_CONTENT, description = "It lets nobody in any more"),
        (status = FORBIDDEN, description = "A program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn end(access: Access, login: Login, Id(id): Id) -> Result<StatusCode, Problem> {
    access.end_token(&login, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
