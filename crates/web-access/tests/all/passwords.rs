//! Setting another password.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::server::{PASSWORD, Server};

const NEW: &str = "another horse entirely";

#[tokio::test]
async fn another_password_ends_every_session_and_gives_a_new_one() {
    let server = Server::start().await;
    let mut phone = server.logged_in().await;
    let mut desk = server.logged_in().await;
    let before = desk.clone();
    let body = json!({ "current": PASSWORD, "new": NEW });
    let answer = desk.post("/api/v1/password", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(desk.is_in().await, "with the new cookie");
    assert_ne!(desk.cookie, before.cookie);
    assert!(!before.clone().is_in().await && !phone.is_in().await);
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.refused().0, 401);
    assert_eq!(server.browser().log_in("admin", NEW).await.status, StatusCode::OK);
    let entry = &server.audit().await[2];
    assert_eq!(entry.code, "access.change_password");
    // Two browsers, and the session that the setup began.
    assert_eq!(entry.details, json!({ "sessions_ended": 3, "tokens_ended": 0 }));
}

#[tokio::test]
async fn tokens_stay_unless_they_are_to_end() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let token = browser.post("/api/v1/tokens", &json!({ "name": "report" })).await.json();
    let token = token["token"].as_str().unwrap();
    let look = || server.send_with_token(Method::GET, "/api/v1/look", token);
    let keep = json!({ "current": PASSWORD, "new": NEW });
    assert_eq!(browser.post("/api/v1/password", &keep).await.status, StatusCode::OK);
    assert_eq!(look().await.status, StatusCode::OK);
    let end = json!({ "current": NEW, "new": PASSWORD, "end_tokens": true });
    assert_eq!(browser.post("/api/v1/password", &end).await.status, StatusCode::OK);
    assert_eq!(look().await.refused(), (401, "not_logged_in".to_owned()));
    assert_eq!(browser.get("/api/v1/tokens").await.json(), json!({ "items": [] }));
}

#[tokio::test]
async fn without_the_current_password_a_session_sets_no_other() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let body = json!({ "current": "a wrong password", "new": NEW });
    for _ in 0..5 {
        let answer = browser.post("/api/v1/password", &body).await;
        assert_eq!(answer.refused(), (403, "wrong_password".to_owned()));
    }
    assert!(browser.is_in().await);
    let entry = &server.audit().await[0];
    assert_eq!(entry.reason.as_deref(), Some("wrong current password"));
    assert_eq!(entry.actor.who.as_deref(), Some("admin"));
    // From an address the account was never used from, tries have to wait.
    browser.address = "203.0.113.9:1".parse().unwrap();
    assert_eq!(browser.post("/api/v1/password", &body).await.refused().0, 429);
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_short_password_is_not_set() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let body = json!({ "current": PASSWORD, "new": "123456789" });
    assert_eq!(
        browser.post("/api/v1/password", &body).await.refused(),
        (422, "bad_password".to_owned())
    );
    let longest = "x".repeat(128);
    let body = json!({ "current": PASSWORD, "new": longest });
    assert_eq!(browser.post("/api/v1/password", &body).await.status, StatusCode::OK);
    assert_eq!(server.browser().log_in("admin", &longest).await.status, StatusCode::OK);
    assert_eq!(server.browser().log_in("admin", &longest[..127]).await.refused().0, 401);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_done() {
    let server = Server::start().await;
    let (mut one, mut other) = (server.logged_in().await, server.logged_in().await);
    let (body, other_body) = (
        json!({ "current": PASSWORD, "new": "the password of one" }),
        json!({ "current": PASSWORD, "new": "the password of other" }),
    );
    let (first, second) = tokio::join!(
        one.post("/api/v1/password", &body),
        other.post("/api/v1/password", &other_body)
    );
    let done = [&first, &second].map(|answer| answer.status == StatusCode::OK);
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{first:?} {second:?}");
    let (set, not_set) = if done[0] {
        ("the password of one", "the password of other")
    } else {
        ("the password of other", "the password of one")
    };
    assert_eq!(server.browser().log_in("admin", not_set).await.refused().0, 401);
    assert_eq!(server.browser().log_in("admin", set).await.status, StatusCode::OK);
}
