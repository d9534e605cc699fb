//! The REST interface for people and programs: one file per noun, and the router, a short list.
//!
//! The structs here are the JSON that goes over the wire, and nothing else. Each route says which
//! role it needs; what changes anything is in the audit log before it is answered.

mod acts;
mod addresses;
mod commands;
mod csv;
mod events;
mod findings;
mod form_problem;
mod gateways;
mod health;
mod identification;
mod meters;
mod models;
mod overview;
mod query;
mod readings;
mod readout_view;
mod readouts;
mod refusal;
mod series;
mod sites;
mod state;

use axum::Router;
use axum::http::{Method, StatusCode, Uri, header};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::routes;
use web_access::{Access, AccessRouter, Problem, Role};

pub use state::ApiState;

/// Where the description of the API is served.
const OPENAPI_PATH: &str = "/api/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Busmeister portal",
        description = "Sites, gateways, meters and readings of a fleet. Numbers are exact: read them as decimals, not as binary floating point.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "sites", description = "The places with gateways"),
        (name = "gateways", description = "The gateways, and what they are told to do"),
        (name = "meters", description = "The meters and their readings"),
        (name = "access", description = "Logging in, tokens, the audit log"),
        (name = "portal", description = "The portal itself, and what changes as it changes")
    )
)]
struct Description;

fn routes() -> AccessRouter<ApiState> {
    let router = AccessRouter::new(Description::openapi())
        .needs(Role::Viewer, routes!(overview::show))
        .needs(Role::Viewer, routes!(sites::list))
        .needs(Role::Admin, routes!(sites::create))
        .needs(Role::Admin, routes!(sites::rename, sites::remove))
        .needs(Role::Viewer, routes!(gateways::list))
        .needs(Role::Admin, routes!(gateways::create))
        .needs(Role::Viewer, routes!(gateways::show))
        .needs(Role::Admin, routes!(gateways::change, gateways::remove))
        .needs(Role::Admin, routes!(gateways::renew_claim))
        .needs(Role::Viewer, routes!(gateways::revisions))
        .needs(Role::Viewer, routes!(models::list))
        .needs(Role::Viewer, routes!(meters::list))
        .needs(Role::Admin, routes!(meters::create))
        .needs(Role::Viewer, routes!(meters::show))
        .needs(Role::Admin, routes!(meters::update, meters::remove))
        .needs(Role::Admin, routes!(meters::adopt))
        .needs(Role::Viewer, routes!(readings::list))
        .needs(Role::Viewer, routes!(readouts::show))
        .needs(Role::Viewer, routes!(series::index))
        .needs(Role::Viewer, routes!(series::consumption))
        .needs(Role::Viewer, routes!(csv::readings))
        .needs(Role::Viewer, routes!(csv::consumption))
        .needs(Role::Operator, routes!(readouts::read_meter))
        .needs(Role::Operator, routes!(readouts::read_address))
        .needs(Role::Operator, routes!(addresses::set))
        .needs(Role::Viewer, routes!(commands::show))
        .needs(Role::Operator, routes!(commands::withdraw))
        .needs(Role::Viewer, routes!(commands::list))
        .needs(Role::Viewer, routes!(events::listen))
        .public(routes!(health::alive))
        .public(routes!(health::ready));
    web_access::routes::add(router)
}

/// The description of the API (OpenAPI 3.1).
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The API behind its door. What is no route of it is an error in the API's own form.
pub fn router(state: ApiState, access: Access) -> Router {
    let (router, description) = routes().behind(access);
    let description = description.to_json().unwrap_or_default();
    router
        .route(
            OPENAPI_PATH,
            get(|| async move { ([(header::CONTENT_TYPE, "application/json")], description) }),
        )
        .route("/api/{*rest}", axum::routing::any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .with_state(state)
}

async fn unknown(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "There is nothing here",
        format!("The API has no {path}; {OPENAPI_PATH} describes what it has."),
    )
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This cannot be done here",
        format!("{path} does not take {method}; {OPENAPI_PATH} describes what it takes."),
    )
}
