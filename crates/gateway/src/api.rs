//! The REST interface: one file per noun, and the router, a short list.
//!
//! The structs here are the JSON that goes over the wire, and nothing else; what they are made
//! from lives elsewhere. Numbers are written with their own digits.

mod act;
mod addresses;
mod buses;
mod configuration;
mod connection;
mod device;
mod events;
mod findings;
mod gateway;
mod health;
mod history;
mod identification;
mod if_match;
mod meters;
mod models;
mod portal;
mod problem;
mod readouts;
mod state;
mod synchronization;

use axum::Router;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::routes;
use web_access::{Access, AccessRouter, Role};

pub(crate) use addresses::LIMIT as ADDRESS_LIMIT;
pub(crate) use problem::Problem;
pub(crate) use state::{ApiState, Shared};

/// Where the description of the API is served.
const OPENAPI_PATH: &str = "/api/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Busmeister gateway",
        description = "Buses, meters and readings of one gateway. Numbers are exact: read them as decimals, not as binary floating point.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "gateway", description = "The gateway itself"),
        (name = "buses", description = "The wires with the meters"),
        (name = "meters", description = "The meters and their readings"),
        (name = "portal", description = "The portal this gateway belongs to"),
        (name = "events", description = "What changes, as it changes"),
        (name = "access", description = "Logging in, and what was done by whom")
    )
)]
struct Description;

/// Every route of the API, with who may use it. A readout is looking: it changes nothing. What
/// writes to a meter or changes a configuration needs more.
fn routes() -> AccessRouter<ApiState> {
    let router = AccessRouter::new(Description::openapi())
        .needs(Role::Viewer, routes!(gateway::show))
        .needs(Role::Viewer, routes!(buses::list))
        .needs(Role::Viewer, routes!(meters::list))
        .needs(Role::Viewer, routes!(meters::show))
        .needs(Role::Viewer, routes!(device::show))
        .needs(Role::Viewer, routes!(history::show))
        .needs(Role::Viewer, routes!(readouts::read_address))
        .needs(Role::Viewer, routes!(readouts::read_meter))
        .needs(Role::Viewer, routes!(models::list))
        .needs(Role::Viewer, routes!(configuration::show))
        .needs(Role::Viewer, routes!(connection::show))
        .needs(Role::Admin, routes!(configuration::add))
        .needs(Role::Admin, routes!(configuration::change))
        .needs(Role::Admin, routes!(configuration::remove))
        .needs(Role::Admin, routes!(connection::change))
        .needs(Role::Operator, routes!(addresses::set))
        .needs(Role::Operator, routes!(synchronization::start))
        .needs(Role::Viewer, routes!(portal::show))
        .needs(Role::Admin, routes!(portal::claim))
        .needs(Role::Admin, routes!(portal::release))
        .needs(Role::Viewer, routes!(events::listen))
        .public(routes!(health::alive))
        .public(routes!(health::ready));
    web_access::routes::add(router)
}

/// The description of the API (OpenAPI 3.1).
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The API behind the door, ready to be served. What is no route of it is an error in the API's
/// own form.
pub(crate) fn router(state: ApiState, access: Access) -> Router {
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

async fn unknown(uri: Uri) -> impl IntoResponse {
    let path = uri.path();
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "There is nothing here",
        format!("The API has no {path}; {OPENAPI_PATH} describes what it has."),
    )
}

async fn wrong_method(method: Method, uri: Uri) -> impl IntoResponse {
    let path = uri.path();
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This cannot be done here",
        format!("{path} does not take {method}; {OPENAPI_PATH} describes what it takes."),
    )
}
