//! How a session goes on and how it ends.

use std::time::Duration;

use axum::http::StatusCode;

use crate::server::{PASSWORD, Server};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_a_working_day() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    server.advance(8 * HOUR - Duration::from_millis(1));
    assert!(browser.is_in().await);
    server.advance(8 * HOUR - Duration::from_millis(1));
    assert!(browser.is_in().await, "the use before counts");
    server.advance(8 * HOUR);
    assert!(!browser.is_in().await);
    assert_eq!(browser.get("/api/v1/session").await.refused(), (401, "not_logged_in".to_owned()));
}

#[tokio::test]
async fn a_session_ends_after_a_week_however_much_it_is_used() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    for _ in 0..(7 * 24 - 1) {
        server.advance(HOUR);
        assert!(browser.is_in().await);
    }
    server.advance(HOUR);
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn who_logs_out_is_out_at_once_with_that_session_alone() {
    let server = Server::start().await;
    let mut phone = server.logged_in().await;
    let mut desk = server.logged_in().await;
    let kept = desk.clone();
    let answer = desk.delete("/api/v1/session").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
    assert!(desk.cookie.is_none(), "the browser forgets it");
    assert!(!kept.clone().is_in().await, "and a copy of the cookie is worth nothing");
    assert!(phone.is_in().await);
    assert_eq!(kept.clone().delete("/api/v1/session").await.refused().0, 401);
}

#[tokio::test]
async fn a_session_from_before_the_login_is_never_the_one_after() {
    let server = Server::start().await;
    // A stranger plants a cookie of his own choice, of the right form.
    let planted = format!("session={}", "ab".repeat(32));
    let mut victim = server.browser();
    victim.cookie = Some(planted.clone());
    assert_eq!(victim.log_in("admin", PASSWORD).await.status, StatusCode::OK);
    assert_ne!(victim.cookie.as_ref(), Some(&planted));
    let mut stranger = server.browser();
    stranger.cookie = Some(planted);
    assert!(!stranger.is_in().await);

    // Or one of a real session: that one ends with the login.
    let mut known = server.logged_in().await;
    let mut victim = known.clone();
    assert_eq!(victim.log_in("admin", PASSWORD).await.status, StatusCode::OK);
    assert!(victim.is_in().await && !known.is_in().await);
}

#[tokio::test]
async fn a_wrong_login_does_not_end_the_session_one_has() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    assert_eq!(browser.log_in("admin", "a wrong password").await.refused().0, 401);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn sessions_outlive_a_restart() {
    let server = Server::start().await;
    let cookie = server.logged_in().await.cookie;
    let server = server.restart().await;
    let mut browser = server.browser();
    browser.cookie = cookie;
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn what_goes_on_can_ask_whether_the_login_still_holds() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let login = login_of(&server, &browser).await;
    server.advance(7 * HOUR);
    assert!(server.access.still_holds(&login).await.unwrap());
    server.advance(HOUR);
    assert!(!server.access.still_holds(&login).await.unwrap(), "asking is no use of it");
    browser.log_in("admin", PASSWORD).await;
    let login = login_of(&server, &browser).await;
    browser.delete("/api/v1/session").await;
    assert!(!server.access.still_holds(&login).await.unwrap());
}

#[tokio::test]
async fn sessions_that_have_ended_are_swept_away() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.logged_in().await;
    }
    server.advance(9 * HOUR);
    server.logged_in().await;
    let left: i64 =
        server.file().query_row("SELECT count(*) FROM session", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}

/// What a handler finds.
async fn login_of(server: &Server, browser: &crate::server::Browser<'_>) -> web_access::Login {
    use std::sync::{Arc, Mutex};

    use axum::body::Body;
    use axum::http::Method;
    use tower::ServiceExt;
    use web_access::{AccessRouter, Guards, Hosts, Login, Role};

    #[utoipa::path(get, path = "/keep", responses((status = OK)))]
    async fn keep(
        axum::extract::State(kept): axum::extract::State<Arc<Mutex<Option<Login>>>>,
        login: Login,
    ) {
        *kept.lock().unwrap() = Some(login);
    }

    let kept = Arc::new(Mutex::new(None));
    let (router, _) = AccessRouter::new(utoipa::openapi::OpenApi::default())
        .needs(Role::Viewer, utoipa_axum::routes!(keep))
        .behind(server.access.clone());
    let router = router.with_state(Arc::clone(&kept));
    let service = Guards::new("test server", Hosts::loopback(8080)).protect(router);
    let request = browser.request(Method::GET, "/keep").body(Body::empty()).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap().status(), StatusCode::OK);
    kept.lock().unwrap().take().unwrap()
}
