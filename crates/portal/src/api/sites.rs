//! Sites.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login, Problem, ProblemView};

use super::acts::{Act, logged};
use super::{ApiState, refusal};
use crate::live::Change;
use crate::site::Site;

/// All sites.
#[derive(Serialize, ToSchema)]
pub(super) struct SiteList {
    /// By name.
    items: Vec<SiteView>,
}

/// A place with gateways.
#[derive(Serialize, ToSchema)]
#[schema(as = Site)]
pub(super) struct SiteView {
    /// Its id.
    #[schema(example = "site-1")]
    id: String,
    /// Its name.
    name: String,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// The name of a site.
#[derive(Deserialize, ToSchema)]
pub(super) struct SiteRequest {
    /// No other site has it.
    #[schema(example = "Hill Street")]
    name: String,
}

impl From<Site> for SiteView {
    fn from(site: Site) -> Self {
        Self { id: site.id.to_string(), name: site.name, created_at: site.created_at }
    }
}

/// All sites
#[utoipa::path(get, path = "/api/v1/sites", operation_id = "list_sites", tag = "sites",
    responses((status = OK, body = SiteList)))]
pub(super) async fn list(State(state): State<ApiState>) -> Result<Json<SiteList>, Problem> {
    let sites = state.db.sites().await.map_err(refusal::db)?;
    Ok(Json(SiteList { items: sites.into_iter().map(SiteView::from).collect() }))
}

/// Add a site
#[utoipa::path(post, path = "/api/v1/sites", operation_id = "create_site", tag = "sites",
    request_body = SiteRequest,
    responses(
        (status = CREATED, body = SiteView),
        (status = CONFLICT, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn create(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Body(request): Body<SiteRequest>,
) -> Result<(StatusCode, Json<SiteView>), Problem> {
    let name = refusal::name(&request.name)?;
    let work =
        async { state.db.create_site(name.clone(), Timestamp::now()).await.map_err(refusal::save) };
    let site = logged(&access, &login, Act::CreateSite { name: &name }, work).await?;
    state.live.tell(Change::Sites);
    Ok((StatusCode::CREATED, Json(site.into())))
}

/// Give a site another name
#[utoipa::path(put, path = "/api/v1/sites/{id}", operation_id = "rename_site", tag = "sites",
    params(("id" = String, Path, description = "The id of the site")),
    request_body = SiteRequest,
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn rename(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Body(request): Body<SiteRequest>,
) -> Result<StatusCode, Problem> {
    let name = refusal::name(&request.name)?;
    let act = Act::RenameSite { site: &id, name: &name };
    let work = async {
        state.db.rename_site(refusal::id(&id)?, name.clone()).await.map_err(refusal::save)
    };
    logged(&access, &login, act, work).await?;
    state.live.tell(Change::Sites);
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a site that has no gateways
#[utoipa::path(delete, path = "/api/v1/sites/{id}", operation_id = "remove_site", tag = "sites",
    params(("id" = String, Path, description = "The id of the site")),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn remove(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let work = async {
        state.db.delete_site(refusal::id(&id)?, Timestamp::now()).await.map_err(refusal::save)
    };
    logged(&access, &login, Act::RemoveSite { site: &id }, work).await?;
    state.live.tell(Change::Sites);
    Ok(StatusCode::NO_CONTENT)
}
