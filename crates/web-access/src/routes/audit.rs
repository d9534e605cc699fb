//! The audit log.

use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::access::Access;
use crate::audit::{AuditResult, Entry, EntryId, Via};
use crate::problem::{Problem, ProblemView};

/// How many entries a page has where nothing is said.
const USUAL_PAGE: u16 = 50;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Only entries before this one: `next` of the page before.
    before: Option<i64>,
    /// How many, up to 200.
    #[param(default = 50, minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Entries of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(super) struct AuditPageView {
    /// The newest first.
    items: Vec<AuditEntryView>,
    /// What to ask for the next page with; `null` on the last one.
    next: Option<i64>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct AuditEntryView {
    /// Its number.
    id: i64,
    /// When it was done, or begun.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The account as it was called then, or the part of the program that acts by itself; `null`
    /// where nobody was logged in.
    who: Option<String>,
    /// By what he was known.
    via: ViaView,
    /// The name of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The address it came from.
    source: Option<String>,
    /// The kind of act, as a stable word.
    #[schema(example = "access.log_in")]
    action: String,
    /// What exactly was done.
    #[schema(value_type = Object)]
    details: Value,
    /// How it ended.
    result: AuditResult,
    /// Why it was not done.
    reason: Option<String>,
    /// When it ended, where it took its time.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

/// By what somebody was known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditVia)]
#[serde(rename_all = "snake_case")]
enum ViaView {
    /// By nothing: before a login.
    Nothing,
    /// By the session of a browser.
    Session,
    /// By a token.
    Token,
    /// It was the program itself.
    Program,
}

impl From<Entry> for AuditEntryView {
    fn from(entry: Entry) -> Self {
        let (via, token) = match entry.actor.via {
            Via::Nothing => (ViaView::Nothing, None),
            Via::Session => (ViaView::Session, None),
            Via::Token(name) => (ViaView::Token, Some(name)),
            Via::Program => (ViaView::Program, None),
        };
        Self {
            id: entry.id.number(),
            at: entry.at,
            who: entry.actor.who,
            via,
            token,
            source: entry.actor.source.map(|source| source.to_string()),
            action: entry.code,
            details: entry.details,
            result: entry.result,
            reason: entry.reason,
            ended_at: entry.ended_at,
        }
    }
}

/// Who did what, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "list_audit",
    tag = "access",
    params(AuditQuery),
    responses(
        (status = OK, body = AuditPageView),
        (status = BAD_REQUEST, description = "The query cannot be read", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    access: Access,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<AuditPageView>, Problem> {
    let Query(AuditQuery { before, limit }) = query.map_err(|rejection| {
        let detail = rejection.body_text();
        Problem::new(StatusCode::BAD_REQUEST, "bad_query", "The query cannot be read", detail)
    })?;
    let before = before.map(EntryId::from_number);
    let page = access.audit(before, limit.unwrap_or(USUAL_PAGE)).await?;
    let items = page.entries.into_iter().map(AuditEntryView::from).collect();
    Ok(Json(AuditPageView { items, next: page.next.map(EntryId::number) }))
}
