//! No route answers whom it should not, and the proof of that finds one that does.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;
use web_access::require::proof;
use web_access::{AccessRouter, Guards, Hosts, Role};

use crate::server::Server;

#[tokio::test]
async fn no_operation_answers_without_a_login() {
    for server in [Server::fresh(), Server::start().await] {
        let faults = proof::without_login(&server.service, &server.document, server.host()).await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[tokio::test]
async fn no_operation_answers_below_its_role() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    for role in [Role::Viewer, Role::Operator] {
        let made = browser.post("/api/v1/tokens", &json!({ "name": "x", "role": role })).await;
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let (service, document) = (&server.service, &server.document);
        let faults = proof::below_role(service, document, server.host(), role, &token).await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[tokio::test]
async fn what_is_public_was_said_aloud() {
    let server = Server::fresh();
    let operations = proof::operations(&server.document);
    let public: Vec<_> = operations
        .iter()
        .filter(|operation| operation.role.is_none())
        .map(ToString::to_string)
        .collect();
    assert_eq!(public, ["POST /api/v1/session", "POST /api/v1/setup", "GET /healthz"]);
    let needs = |words: &str| {
        operations.iter().find(|operation| operation.to_string() == words).unwrap().role
    };
    assert_eq!(needs("GET /api/v1/look"), Some(Role::Viewer));
    assert_eq!(needs("POST /api/v1/touch/{id}"), Some(Role::Operator));
    assert_eq!(needs("GET /api/v1/audit"), Some(Role::Admin));
}

/// Forgot its role
#[utoipa::path(get, path = "/api/v1/forgotten", responses((status = OK, body = String)))]
async fn forgotten() -> Json<&'static str> {
    Json("for all to see")
}

/// A role too low
#[utoipa::path(get, path = "/api/v1/low", responses((status = OK, body = String)))]
async fn low() -> Json<&'static str> {
    Json("for too many to see")
}

#[tokio::test]
async fn a_route_that_forgot_its_role_is_found() {
    let server = Server::start().await;
    // The document says what should be, the router what is.
    let should = || {
        AccessRouter::<()>::new(OpenApi::default())
            .needs(Role::Viewer, routes!(forgotten))
            .needs(Role::Admin, routes!(low))
    };
    let document = should().into_openapi();
    let (is, _) = AccessRouter::<()>::new(OpenApi::default())
        .needs(Role::Viewer, routes!(low))
        .behind(server.access.clone());
    let is = is.route("/api/v1/forgotten", get(forgotten));
    let service = Guards::new("test server", Hosts::loopback(8080)).protect(is);
    let faults = proof::without_login(&service, &document, server.host()).await;
    assert_eq!(faults.len(), 5, "{faults:?}");
    assert_eq!(faults[0], "GET /api/v1/forgotten without a login answers 200 OK");

    let made = server
        .logged_in()
        .await
        .post("/api/v1/tokens", &json!({ "name": "x", "role": "viewer" }))
        .await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let faults = proof::below_role(&service, &document, server.host(), Role::Viewer, &token).await;
    assert_eq!(faults, ["GET /api/v1/low as viewer answers 200 OK"]);
}

#[tokio::test]
async fn an_operation_that_is_only_in_the_document_is_found_too() {
    let server = Server::start().await;
    let nothing = Guards::new("test server", Hosts::loopback(8080)).protect(Router::new());
    let faults = proof::without_login(&nothing, &server.document, server.host()).await;
    assert!(faults.iter().any(|fault| fault.ends_with("answers 404 Not Found")), "{faults:?}");
}
