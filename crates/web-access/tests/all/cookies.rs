//! The cookie of a session, under HTTP and HTTPS.

use axum::http::{StatusCode, header};
use web_access::session::CookieName;
use web_access::{Scheme, Settings};

use crate::server::{PASSWORD, Server, settings};

async fn cookie_line(server: &Server) -> String {
    let answer = server.browser().log_in("admin", PASSWORD).await;
    let mut lines = answer.headers.get_all(header::SET_COOKIE).iter();
    let line = lines.next().unwrap().to_str().unwrap().to_owned();
    assert!(lines.next().is_none());
    line
}

async fn server(scheme: Scheme, settings: Settings) -> Server {
    let server = Server::new(tempfile::tempdir().unwrap(), scheme, settings);
    server.set_up().await;
    server
}

#[tokio::test]
async fn on_loopback_the_cookie_is_hidden_from_scripts_and_other_sites() {
    let server = Server::start().await;
    let line = cookie_line(&server).await;
    let (pair, flags) = line.split_once("; ").unwrap();
    assert_eq!(flags, "Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
    let token = pair.strip_prefix("session=").unwrap();
    assert_eq!(token.len(), 64);
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[tokio::test]
async fn under_https_it_is_secure_and_bound_to_the_host() {
    let server = server(Scheme::Https, settings()).await;
    let line = cookie_line(&server).await;
    let (pair, flags) = line.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-session="), "{pair}");
    // What the prefix asks for: Secure, Path=/, no Domain.
    assert_eq!(flags, "Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure");
    let mut browser = server.logged_in().await;
    assert!(browser.is_in().await);
    // A neighbour can plant a cookie without the prefix; it counts nothing.
    let token = browser.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
    browser.cookie = Some(format!("session={token}"));
    assert!(!browser.is_in().await);
    let mut leaving = server.logged_in().await;
    let answer = leaving.delete("/api/v1/session").await;
    assert_eq!(
        answer.headers[header::SET_COOKIE],
        "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
    );
}

#[tokio::test]
async fn a_planted_second_cookie_makes_neither_count() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let own = browser.cookie.clone().unwrap();
    let strangers = server.logged_in().await.cookie.unwrap();
    for both in [format!("{own}; {strangers}"), format!("{strangers}; {own}")] {
        browser.cookie = Some(both);
        assert!(!browser.is_in().await);
    }
    browser.cookie = Some(format!("theme=dark; {own}; language=de"));
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn two_servers_on_one_host_can_have_names_of_their_own() {
    let cookie = CookieName::new("session_portal").unwrap();
    let server = server(Scheme::Http, Settings { cookie, ..settings() }).await;
    assert!(cookie_line(&server).await.starts_with("session_portal="));
    assert!(server.logged_in().await.is_in().await);
}

#[tokio::test]
async fn answers_about_a_login_are_kept_out_of_caches() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let answer = browser.log_in("admin", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let answer = browser.get("/api/v1/session").await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}
