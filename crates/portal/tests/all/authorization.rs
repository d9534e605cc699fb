//! No route answers whom it should not.

use serde_json::json;
use web_access::Role;
use web_access::require::proof;

use crate::portal_api::{HOST, Portal};

#[tokio::test]
async fn no_operation_answers_without_a_login() {
    let portal = Portal::new().await;
    let faults = proof::without_login(&portal.router, &portal::api::openapi(), HOST).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn what_is_public_and_what_needs_which_role_was_said_aloud() {
    let operations = proof::operations(&portal::api::openapi());
    let of = |role: Option<Role>| {
        let operations = operations.iter().filter(move |operation| operation.role == role);
        operations.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        of(None),
        ["POST /api/v1/session", "POST /api/v1/setup", "GET /healthz", "GET /readyz"]
    );
    assert_eq!(
        of(Some(Role::Operator)),
        [
            "DELETE /api/v1/commands/{id}",
            "POST /api/v1/gateways/{id}/addresses",
            "POST /api/v1/gateways/{id}/readouts",
            "POST /api/v1/meters/{id}/readouts",
        ]
    );
    let changes = of(Some(Role::Viewer));
    let changes: Vec<_> = changes.iter().filter(|words| !words.starts_with("GET ")).collect();
    // Only what is somebody's own: his session, his password, his tokens.
    assert!(
        changes
            .iter()
            .all(|words| ["session", "password", "tokens"].iter().any(|own| words.contains(own))),
        "{changes:?}"
    );
}

#[tokio::test]
async fn who_may_only_look_changes_nothing() {
    let portal = Portal::new().await;
    let document = portal::api::openapi();
    for role in [Role::Viewer, Role::Operator] {
        // Tokens are made with a password, which the portal of the tests has just set.
        let token = portal.token_of(role).await;
        let faults = proof::below_role(&portal.router, &document, HOST, role, &token).await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        let refused = portal.as_role(&token, "/api/v1/sites", &json!({"name": "x"})).await;
        assert_eq!(refused.as_u16(), 403);
    }
    assert_eq!(portal.fleet.db.sites().await.unwrap().len(), 1);
}
