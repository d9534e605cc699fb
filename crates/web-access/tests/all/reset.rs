//! A forgotten password is set anew by whoever has the data directory.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use web_access::{Access, Clock, PasswordReset};

use crate::server::{PASSWORD, Server, settings};

const NEW: &str = "a password to remember";

impl Server {
    /// As the command does it, while the server is not running.
    async fn reset(self) -> (Self, PasswordReset) {
        self.access.close().await;
        let now = self.now();
        let path = self.folder.path().join("access.sqlite");
        let reset = Access::reset_password(&path, Clock::new(move || now)).await.unwrap();
        (self.restart().await, reset.unwrap())
    }
}

#[tokio::test]
async fn the_code_sets_another_password_once_and_ends_the_sessions() {
    let server = Server::start().await;
    let mut before = server.logged_in().await;
    let cookie = before.cookie.clone();
    assert!(before.is_in().await);
    let (server, reset) = server.reset().await;
    assert_eq!(reset.accounts, ["admin"]);
    assert!(server.code.is_none(), "an ordinary start: everybody else can log in");
    let mut browser = server.browser();
    let wrong = json!({ "code": "00000-00000-00000-00000", "password": NEW });
    assert_eq!(browser.post("/api/v1/setup", &wrong).await.refused().1, "wrong_setup_code");
    let right = json!({ "code": reset.code.reveal(), "password": NEW });
    let answer = browser.post("/api/v1/setup", &right).await;
    assert_eq!((answer.status, &answer.json()["name"]), (StatusCode::OK, &json!("admin")));
    assert!(browser.is_in().await);
    let mut old = server.browser();
    old.cookie = cookie;
    assert!(!old.is_in().await, "who was logged in is no more");
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status.as_u16(), 401);
    assert_eq!(server.browser().log_in("admin", NEW).await.status, StatusCode::OK);
    let again = server.browser().post("/api/v1/setup", &right).await;
    assert_eq!(again.refused(), (409, "already_set_up".to_owned()));

    let log = server.audit().await;
    let resets: Vec<_> =
        log.iter().rev().filter(|entry| entry.code == "access.reset_password").collect();
    assert_eq!(resets.len(), 2, "made and used");
    assert_eq!(resets[0].actor.who.as_deref(), Some("console"));
    assert_eq!(resets[1].details["account"], "admin");
}

#[tokio::test]
async fn it_makes_an_admin_of_whom_it_names() {
    let server = Server::start().await;
    let mut admin = server.logged_in().await;
    let bert = json!({ "name": "Bert", "role": "viewer", "password": PASSWORD });
    admin.post("/api/v1/accounts", &bert).await;
    let (server, reset) = server.reset().await;
    let body = json!({ "code": reset.code.reveal(), "name": "bert", "password": NEW });
    let answer = server.browser().post("/api/v1/setup", &body).await.json();
    assert_eq!((&answer["name"], &answer["role"]), (&json!("Bert"), &json!("admin")));
    let (server, reset) = server.reset().await;
    let body = json!({ "code": reset.code.reveal(), "name": "Clara", "password": NEW });
    let answer = server.browser().post("/api/v1/setup", &body).await.json();
    assert_eq!((&answer["name"], &answer["role"]), (&json!("Clara"), &json!("admin")));
}

#[tokio::test]
async fn the_code_works_for_a_day_and_a_second_one_ends_the_first() {
    let server = Server::start().await;
    let (server, first) = server.reset().await;
    let (server, second) = server.reset().await;
    let with = |reset: &PasswordReset| json!({ "code": reset.code.reveal(), "password": NEW });
    let answer = server.browser().post("/api/v1/setup", &with(&first)).await;
    assert_eq!(answer.refused().1, "wrong_setup_code");
    server.advance(Duration::from_secs(24 * 3600));
    let answer = server.browser().post("/api/v1/setup", &with(&second)).await;
    assert_eq!(answer.refused(), (409, "already_set_up".to_owned()));
}

#[tokio::test]
async fn the_code_is_nowhere_in_the_file_and_without_an_account_there_is_none() {
    let server = Server::start().await;
    let (server, reset) = server.reset().await;
    server.access.close().await;
    let bytes = std::fs::read(server.folder.path().join("access.sqlite")).unwrap();
    for text in [reset.code.reveal(), reset.code.reveal().replace('-', "")] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
    }
    let fresh = tempfile::tempdir().unwrap();
    let path = fresh.path().join("access.sqlite");
    assert!(Access::reset_password(&path, Clock::system()).await.unwrap().is_none());
    let (_, code) = Access::open(&path, settings(), Clock::system()).unwrap();
    assert!(code.is_some());
}
