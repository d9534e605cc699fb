//! Accounts, which admins keep.

use axum::Json;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Access, AccountChange, AccountInfo, Login};
use crate::body::Body;
use crate::id::Id;
use crate::problem::{Problem, ProblemView};
use crate::role::Role;
use crate::secret::Secret;

/// An account to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AccountRequest)]
pub(super) struct AccountRequest {
    /// What it is called; upper and lower case are the same.
    #[schema(example = "anna.brandt")]
    name: String,
    /// What it may do.
    role: Role,
    /// The password it begins with: at least ten characters. Its owner sets another one.
    #[schema(value_type = String, format = Password, min_length = 10)]
    password: Secret,
}

/// What is to be another about an account; what is not said stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AccountChange)]
pub(super) struct AccountChangeRequest {
    /// What it may do.
    role: Option<Role>,
    /// Another password. Whoever is logged in there is logged out.
    #[schema(value_type = Option<String>, format = Password, min_length = 10)]
    password: Option<Secret>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountView {
    /// Its number.
    #[schema(example = "2")]
    id: String,
    /// What it is called.
    name: String,
    /// What it may do.
    role: Role,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountList)]
pub(super) struct AccountList {
    /// By name.
    items: Vec<AccountView>,
}

impl From<AccountInfo> for AccountView {
    fn from(info: AccountInfo) -> Self {
        let AccountInfo { account, created_at } = info;
        let id = account.id.0.to_string();
        Self { id, name: account.name.to_string(), role: account.role, created_at }
    }
}

/// All accounts
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    operation_id = "list_accounts",
    tag = "access",
    responses((status = OK, body = AccountList))
)]
pub(super) async fn list(access: Access) -> Result<Json<AccountList>, Problem> {
    let items = access.accounts().await?.into_iter().map(AccountView::from).collect();
    Ok(Json(AccountList { items }))
}

/// Add an account
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    operation_id = "add_account",
    tag = "access",
    request_body = AccountRequest,
    responses(
        (status = CREATED, body = AccountView),
        (status = FORBIDDEN, description = "The role does not suffice, or a program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The name belongs to another account", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name or the password cannot be set", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn add(
    access: Access,
    login: Login,
    Body(AccountRequest { name, role, password }): Body<AccountRequest>,
) -> Result<(StatusCode, Json<AccountView>), Problem> {
    let info = access.add_account(&login, &name, role, password).await?;
    Ok((StatusCode::CREATED, Json(info.into())))
}

/// Give an account another role or another password
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{id}",
    operation_id = "change_account",
    tag = "access",
    params(("id" = String, Path, description = "The number of the account")),
    request_body = AccountChangeRequest,
    responses(
        (status = OK, body = AccountView),
        (status = FORBIDDEN, description = "The role does not suffice, or a program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the only admin, or your own password", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The password cannot be set", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn change(
    access: Access,
    login: Login,
    Id(id): Id,
    Body(AccountChangeRequest { role, password }): Body<AccountChangeRequest>,
) -> Result<Json<AccountView>, Problem> {
    let info = access.change_account(&login, &id, AccountChange { role, password }).await?;
    Ok(Json(info.into()))
}

/// Remove an account
///
/// Whoever is logged in there is logged out, and its tokens end.
#[utoipa::path(
    delete,
    path = "/api/v1/accounts/{id}",
    operation_id = "remove_account",
    tag = "access",
    params(("id" = String, Path, description = "The number of the account")),
    responses(
        (status = NO_CONTENT, description = "It lets nobody in any more"),
        (status = FORBIDDEN, description = "The role does not suffice, or a program came with a token", body = ProblemView, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the only admin, or your own account", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn remove(
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    access.remove_account(&login, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
