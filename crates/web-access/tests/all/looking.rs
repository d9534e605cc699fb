//! Where everybody may look, only looking needs no login.

use axum::http::{Method, StatusCode};
use serde_json::json;
use web_access::require::proof;
use web_access::{Scheme, Settings};

use crate::server::{PASSWORD, Server, settings};

fn open() -> Server {
    let settings = Settings { login_for_reading: false, ..settings() };
    Server::new(tempfile::tempdir().unwrap(), Scheme::Http, settings)
}

#[tokio::test]
async fn only_what_is_looking_answers_without_a_login() {
    let server = open();
    let (service, document) = (&server.service, &server.document);
    for _ in 0..2 {
        let faults =
            proof::without_login_where_looking_is_open(service, document, server.host()).await;
        // Its handler asks for a login, which the proof finds.
        assert_eq!(faults, ["GET /api/v1/look without a login is refused"]);
        if server.access.needs_setup() {
            server.set_up().await;
        }
    }
    let looking: Vec<_> = proof::operations(document)
        .into_iter()
        .filter(|operation| operation.is_looking)
        .map(|operation| operation.to_string())
        .collect();
    assert_eq!(looking, ["GET /api/v1/look", "GET /api/v1/maybe"]);
}

#[tokio::test]
async fn a_login_that_is_there_counts_and_one_that_has_ended_does_not_hinder() {
    let server = open();
    server.set_up().await;
    let mut admin = server.logged_in().await;
    assert_eq!(admin.get("/api/v1/maybe").await.json(), "admin");
    admin.delete("/api/v1/session").await;
    assert_eq!(admin.get("/api/v1/maybe").await.json(), "nobody");
    let ended = server.send_with_token(Method::GET, "/api/v1/maybe", "busmeister_0").await;
    assert_eq!(ended.json(), "nobody");
    // A handler that cannot do without a login asks for one.
    assert_eq!(admin.get("/api/v1/look").await.refused(), (401, "not_logged_in".to_owned()));
    let session = admin.get("/api/v1/session").await;
    assert_eq!(session.refused(), (401, "not_logged_in".to_owned()));
    let login = json!({ "name": "admin", "password": PASSWORD });
    assert_eq!(admin.post("/api/v1/session", &login).await.status, StatusCode::OK);
}
