//! The first start: only who reads the console sets the first password.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::server::{PASSWORD, Server};

#[tokio::test]
async fn before_the_first_password_nobody_gets_in_and_is_told_why() {
    let server = Server::fresh();
    let mut browser = server.browser();
    for answer in [
        browser.get("/api/v1/session").await,
        browser.get("/api/v1/look").await,
        browser.log_in("admin", "").await,
        server.send_with_token(Method::GET, "/api/v1/look", "x").await,
    ] {
        assert_eq!(answer.refused(), (401, "setup_needed".to_owned()));
        assert!(answer.json()["detail"].as_str().unwrap().contains("console"));
    }
    assert!(server.access.needs_setup());
}

#[tokio::test]
async fn the_code_from_the_console_makes_the_first_account_and_works_once() {
    let server = Server::fresh();
    let code = server.code.as_ref().unwrap().reveal();
    let mut browser = server.browser();
    let body = json!({ "code": code.to_lowercase().replace('-', " "), "name": "Anna", "password": PASSWORD });
    let answer = browser.post("/api/v1/setup", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["name"], "Anna");
    assert_eq!(answer.json()["role"], "admin");
    assert!(browser.is_in().await, "it logs in");
    assert!(!server.access.needs_setup());

    let again = json!({ "code": code, "name": "Mallory", "password": "another password" });
    let answer = server.browser().post("/api/v1/setup", &again).await;
    assert_eq!(answer.refused(), (409, "already_set_up".to_owned()));
    let answer = server.browser().log_in("Mallory", "another password").await;
    assert_eq!(answer.refused().0, 401);
    assert_eq!(server.browser().log_in("anna", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_code_sets_nothing_and_tries_have_to_wait() {
    let server = Server::fresh();
    let mut browser = server.browser();
    let guess = json!({ "code": "00000-00000-00000-00000", "password": PASSWORD });
    for _ in 0..5 {
        let answer = browser.post("/api/v1/setup", &guess).await;
        assert_eq!(answer.refused(), (403, "wrong_setup_code".to_owned()));
    }
    let right = json!({ "code": server.code.as_ref().unwrap().reveal(), "password": PASSWORD });
    let answer = browser.post("/api/v1/setup", &right).await;
    assert_eq!(answer.refused(), (429, "too_many_tries".to_owned()));
    assert!(server.access.needs_setup());
    server.advance(Duration::from_secs(1));
    assert_eq!(browser.post("/api/v1/setup", &right).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_wrong_with_the_form_is_said_and_is_no_try_at_the_code() {
    let server = Server::fresh();
    let mut browser = server.browser();
    let code = server.code.as_ref().unwrap().reveal();
    for _ in 0..10 {
        let short = json!({ "code": code, "password": "123456789" });
        let answer = browser.post("/api/v1/setup", &short).await;
        assert_eq!(answer.refused(), (422, "bad_password".to_owned()));
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(
            detail,
            "The password has 9 characters and needs at least 10; a few words do well."
        );
        let unnamed = json!({ "code": code, "name": "", "password": PASSWORD });
        let answer = browser.post("/api/v1/setup", &unnamed).await;
        assert_eq!(answer.refused(), (422, "bad_name".to_owned()));
    }
    let good = json!({ "code": code, "password": PASSWORD });
    assert_eq!(browser.post("/api/v1/setup", &good).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_start_has_a_new_code_until_there_is_an_account() {
    let server = Server::fresh();
    let first = server.code.as_ref().unwrap().reveal();
    let server = server.restart().await;
    let old = json!({ "code": first, "password": PASSWORD });
    let answer = server.browser().post("/api/v1/setup", &old).await;
    assert_eq!(answer.refused(), (403, "wrong_setup_code".to_owned()));
    server.set_up().await;
    let server = server.restart().await;
    assert!(server.code.is_none() && !server.access.needs_setup());
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}
