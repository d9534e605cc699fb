//! Logging in with a password.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::json;
use web_access::{PasswordCost, Scheme};

use crate::server::{PASSWORD, Server, settings};

#[tokio::test]
async fn who_has_the_password_gets_in_and_sees_who_he_is() {
    let server = Server::start().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/api/v1/session").await.refused(), (401, "not_logged_in".to_owned()));
    let answer = browser.log_in("ADMIN", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
    let session = browser.get("/api/v1/session").await.json();
    assert_eq!(session, answer.json());
    assert_eq!(
        session,
        json!({ "name": "admin", "role": "admin", "token": null, "expires_at": "2026-11-27T14:00:00Z" })
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let wrong = browser.log_in("admin", "a wrong password").await;
    assert_eq!(wrong.refused(), (401, "wrong_login".to_owned()));
    assert_eq!(wrong.headers[header::WWW_AUTHENTICATE], "Bearer");
    let seen = |headers: &HeaderMap| format!("{headers:?}");
    let long = "x".repeat(1000);
    for name in ["nobody", "", " admin", "admin\u{0}", &long, "' OR 1=1 --"] {
        let answer = browser.log_in(name, "a wrong password").await;
        assert_eq!(answer.status, wrong.status);
        assert_eq!(answer.text, wrong.text);
        assert_eq!(seen(&answer.headers), seen(&wrong.headers), "{name}");
    }
    assert!(browser.cookie.is_none());
}

#[tokio::test]
async fn after_a_few_wrong_tries_each_has_to_wait_even_the_right_one() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for _ in 0..5 {
        assert_eq!(browser.log_in("admin", "a guess of it").await.refused().0, 401);
    }
    let mut elsewhere = server.browser();
    elsewhere.address = "198.51.100.7:1".parse().unwrap();
    let answer = elsewhere.log_in("admin", PASSWORD).await;
    assert_eq!(answer.refused(), (429, "too_many_tries".to_owned()));
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert_eq!(answer.json()["detail"], "Too many tries were wrong; wait 1 s before the next one.");
    server.advance(Duration::from_millis(999));
    assert_eq!(elsewhere.log_in("admin", "a guess of it").await.refused().0, 429);
    server.advance(Duration::from_millis(1));
    assert_eq!(elsewhere.log_in("admin", "a guess of it").await.refused().0, 401);
    assert_eq!(elsewhere.log_in("admin", PASSWORD).await.headers[header::RETRY_AFTER], "2");
    server.advance(Duration::from_secs(2));
    assert_eq!(elsewhere.log_in("admin", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(browser.log_in("admin", "a guess of it").await.refused().0, 401, "cleared");
}

#[tokio::test]
async fn unknown_names_have_to_wait_like_known_ones() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for _ in 0..5 {
        assert_eq!(browser.log_in("nobody", "a guess of it").await.refused().0, 401);
    }
    assert_eq!(browser.log_in("nobody", "a guess of it").await.refused().0, 429);
}

#[tokio::test]
async fn one_address_cannot_try_all_names() {
    let server = Server::start().await;
    let mut browser = server.browser();
    browser.address = "203.0.113.9:1".parse().unwrap();
    for number in 0..10 {
        let name = format!("name{number}");
        assert_eq!(browser.log_in(&name, "a guess of it").await.refused().0, 401);
    }
    assert_eq!(browser.log_in("another", "a guess of it").await.refused().0, 429);
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_hash_of_before_is_made_anew_at_the_next_login() {
    let server = Server::start().await;
    let hash = |server: &Server| {
        server.file().query_row("SELECT password FROM account", [], |row| row.get::<_, String>(0))
    };
    assert!(hash(&server).unwrap().contains("m=64,t=1"));
    server.access.close().await;
    let dearer = PasswordCost { memory_kib: 128, passes: 2 };
    let dearer = web_access::Settings { password_cost: dearer, ..settings() };
    let server = Server::new(server.folder, Scheme::Http, dearer);
    assert_eq!(server.browser().log_in("admin", "a wrong password").await.refused().0, 401);
    assert!(hash(&server).unwrap().contains("m=64,t=1"));
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
    assert!(hash(&server).unwrap().contains("m=128,t=2"));
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_a_problem_in_words() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for body in [json!({}), json!({ "name": "admin" }), json!({ "name": 1, "password": "x" })] {
        let answer = browser.post("/api/v1/session", &body).await;
        assert_eq!(answer.refused(), (422, "bad_body".to_owned()));
    }
}
