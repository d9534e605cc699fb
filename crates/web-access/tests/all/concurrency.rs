//! Many at once: no more gets through than one after the other.

use axum::http::StatusCode;
use serde_json::json;

use crate::server::{PASSWORD, Server};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_guesses_at_once_are_no_way_around_the_throttle() {
    let server = std::sync::Arc::new(Server::start().await);
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let server = std::sync::Arc::clone(&server);
            tokio::spawn(async move {
                let mut browser = server.browser();
                browser.address = format!("203.0.113.{number}:1").parse().unwrap();
                browser.log_in("admin", "a guess of it").await.status
            })
        })
        .collect();
    let (mut looked_at, mut waiting) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            StatusCode::UNAUTHORIZED => looked_at += 1,
            StatusCode::TOO_MANY_REQUESTS => waiting += 1,
            status => panic!("{status}"),
        }
    }
    assert_eq!((looked_at, waiting), (5, 95));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_have_the_code_one_makes_the_first_account() {
    let server = std::sync::Arc::new(Server::fresh());
    let code = server.code.as_ref().unwrap().reveal();
    let tasks: Vec<_> = (0..5)
        .map(|number| {
            let (server, code) = (std::sync::Arc::clone(&server), code.clone());
            tokio::spawn(async move {
                let name = format!("name{number}");
                let body = json!({ "code": code, "name": name, "password": PASSWORD });
                server.browser().post("/api/v1/setup", &body).await.status
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            StatusCode::OK => made += 1,
            StatusCode::CONFLICT | StatusCode::FORBIDDEN => {}
            status => panic!("{status}"),
        }
    }
    assert_eq!(made, 1);
    let accounts: i64 =
        server.file().query_row("SELECT count(*) FROM account", [], |row| row.get(0)).unwrap();
    assert_eq!(accounts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_a_logout_is_answered_no_request_gets_through() {
    let server = std::sync::Arc::new(Server::start().await);
    let cookie = server.logged_in().await.cookie;
    let over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (server, cookie) = (std::sync::Arc::clone(&server), cookie.clone());
            let over = std::sync::Arc::clone(&over);
            tokio::spawn(async move {
                let mut browser = server.browser();
                browser.cookie = cookie;
                loop {
                    let was_over = over.load(std::sync::atomic::Ordering::SeqCst);
                    let is_in = browser.is_in().await;
                    assert!(!(was_over && is_in));
                    if was_over {
                        return;
                    }
                }
            })
        })
        .collect();
    let mut leaving = server.browser();
    leaving.cookie = cookie;
    assert_eq!(leaving.delete("/api/v1/session").await.status, StatusCode::NO_CONTENT);
    over.store(true, std::sync::atomic::Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
}
