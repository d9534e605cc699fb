//! Admins keep the accounts, and there is always one.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{PASSWORD, Server};

const ACCOUNTS: &str = "/api/v1/accounts";

fn new(name: &str, role: &str) -> Value {
    json!({ "name": name, "role": role, "password": "a password to begin with" })
}

#[tokio::test]
async fn an_account_is_added_changed_and_removed_and_the_log_says_so() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    let added = admin.post(ACCOUNTS, &new("Bert", "viewer")).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let path = format!("{ACCOUNTS}/{}", added.json()["id"].as_str().unwrap());
    let mut bert = server.browser();
    assert_eq!(bert.log_in("bert", "a password to begin with").await.status, StatusCode::OK);
    assert_eq!(bert.get(ACCOUNTS).await.refused(), (403, "role_too_low".to_owned()));

    let listed = admin.get(ACCOUNTS).await.json()["items"].clone();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["admin", "Bert"]);
    assert!(!listed.to_string().contains("argon2") && listed[1]["created_at"].is_string());

    let changed = admin.put(&path, &json!({ "role": "operator" })).await;
    assert_eq!((changed.status, &changed.json()["role"]), (StatusCode::OK, &json!("operator")));
    assert!(bert.is_in().await, "another role logs nobody out");
    let changed = admin.put(&path, &json!({ "password": "quite another password" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert!(!bert.is_in().await, "another password does");
    assert_eq!(bert.log_in("bert", "a password to begin with").await.status.as_u16(), 401);
    assert_eq!(bert.log_in("bert", "quite another password").await.status, StatusCode::OK);

    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert!(!bert.is_in().await);
    assert_eq!(bert.log_in("bert", "quite another password").await.status.as_u16(), 401);
    assert_eq!(admin.delete(&path).await.refused(), (404, "unknown_account".to_owned()));

    let codes: Vec<_> = server.audit().await.into_iter().map(|entry| entry.code).collect();
    let codes: Vec<_> = codes.iter().filter(|code| code.ends_with("_account")).collect();
    let expected = ["remove_account", "change_account", "change_account", "add_account"];
    assert_eq!(codes, expected.map(|code| format!("access.{code}")).each_ref());
}

#[tokio::test]
async fn a_lower_role_counts_at_once() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    let added = admin.post(ACCOUNTS, &new("bert", "operator")).await;
    let path = format!("{ACCOUNTS}/{}", added.json()["id"].as_str().unwrap());
    let mut bert = server.browser();
    bert.log_in("bert", "a password to begin with").await;
    assert_eq!(bert.post("/api/v1/touch/1", &json!({})).await.status, StatusCode::OK);
    admin.put(&path, &json!({ "role": "viewer" })).await;
    assert_eq!(bert.post("/api/v1/touch/1", &json!({})).await.refused().0, 403);
}

#[tokio::test]
async fn there_is_always_an_admin_and_nobody_removes_himself() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    let own = admin.get(ACCOUNTS).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let own = format!("{ACCOUNTS}/{own}");
    let lower = admin.put(&own, &json!({ "role": "operator" })).await;
    assert_eq!(lower.refused(), (409, "last_admin".to_owned()));
    assert_eq!(admin.delete(&own).await.refused(), (409, "own_account".to_owned()));
    let taken = admin.put(&own, &json!({ "password": "quite another password" })).await;
    assert_eq!(taken.refused(), (409, "own_account".to_owned()));
    // With a second admin he may go down, and then the second one is the last.
    let second = admin.post(ACCOUNTS, &new("Anna", "admin")).await;
    let second = format!("{ACCOUNTS}/{}", second.json()["id"].as_str().unwrap());
    let mut anna = server.browser();
    anna.log_in("anna", "a password to begin with").await;
    assert_eq!(anna.put(&own, &json!({ "role": "operator" })).await.status, StatusCode::OK);
    assert_eq!(anna.put(&second, &json!({ "role": "viewer" })).await.refused().1, "last_admin");
    assert_eq!(anna.delete(&own).await.status, StatusCode::NO_CONTENT);
    assert!(!admin.is_in().await);
}

#[tokio::test]
async fn of_two_admins_who_remove_each_other_one_stays() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    let own = admin.get(ACCOUNTS).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let second = admin.post(ACCOUNTS, &new("Anna", "admin")).await;
    let (own, second) = (
        format!("{ACCOUNTS}/{own}"),
        format!("{ACCOUNTS}/{}", second.json()["id"].as_str().unwrap()),
    );
    let mut anna = server.browser();
    anna.log_in("anna", "a password to begin with").await;
    let (one, other) = tokio::join!(anna.delete(&own), admin.delete(&second));
    let removed = [one, other].iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(removed, 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    for (body, status, code) in [
        (new("ADMIN", "viewer"), 409, "name_taken"),
        (new("", "viewer"), 422, "bad_name"),
        (new("bert", "king"), 422, "bad_body"),
        (json!({ "name": "bert", "role": "viewer", "password": "short" }), 422, "bad_password"),
    ] {
        assert_eq!(admin.post(ACCOUNTS, &body).await.refused(), (status, code.to_owned()));
    }
    for id in ["99", "x", "-1"] {
        let answer = admin.put(&format!("{ACCOUNTS}/{id}"), &json!({ "role": "viewer" })).await;
        assert_eq!(answer.refused(), (404, "unknown_account".to_owned()));
    }
    // Whoever finds a token of an admin must not be able to stay.
    let made = admin.post("/api/v1/tokens", &json!({ "name": "x", "role": "admin" })).await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let listed = server.send_with_token(Method::GET, ACCOUNTS, &token).await;
    assert_eq!(listed.status, StatusCode::OK);
    let removed = server.send_with_token(Method::DELETE, &format!("{ACCOUNTS}/1"), &token).await;
    assert_eq!(removed.refused(), (403, "needs_session".to_owned()));
    assert_eq!(admin.log_in("admin", PASSWORD).await.status, StatusCode::OK);
}
