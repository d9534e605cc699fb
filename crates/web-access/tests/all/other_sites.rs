//! What the pages of other sites can make a browser send does nothing, even where its person is
//! logged in.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

use crate::server::{PASSWORD, Server, routes};

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let before = server.audit().await.len();
    let origins = ["http://attacker.example", "null", "http://127.0.0.1", "https://127.0.0.1:8080"];
    for origin in origins {
        for (method, path) in [
            (Method::POST, "/api/v1/touch/1"),
            (Method::PUT, "/api/v1/configuration"),
            (Method::POST, "/api/v1/tokens"),
            (Method::POST, "/api/v1/session"),
            (Method::DELETE, "/api/v1/session"),
        ] {
            let mut request = browser.request(method, path).body(Body::from("{}")).unwrap();
            request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
            let answer = server.send(request).await;
            assert_eq!(answer.refused(), (403, "wrong_origin".to_owned()), "{origin} {path}");
        }
    }
    for site in ["cross-site", "same-site"] {
        let mut request = browser.request(Method::GET, "/api/v1/look").body(Body::empty()).unwrap();
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        assert_eq!(server.send(request).await.refused().0, 403);
    }
    assert_eq!(server.audit().await.len(), before, "nothing was done");
    assert!(browser.is_in().await);
    assert_eq!(browser.post("/api/v1/touch/1", &json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_another_site_cannot_log_anybody_in() {
    let server = Server::start().await;
    // A form can send text, not JSON, and names its origin.
    let body = json!({ "name": "admin", "password": PASSWORD }).to_string();
    let request = Request::post("/api/v1/session")
        .header(header::HOST, server.host())
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(body))
        .unwrap();
    let answer = server.send(request).await;
    assert_eq!(answer.refused(), (415, "not_json".to_owned()));
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn dns_rebinding_gets_nothing_with_a_cookie_either() {
    let server = Server::start().await;
    let browser = server.logged_in().await;
    for path in ["/api/v1/look", "/api/v1/session", "/healthz"] {
        let mut request = browser.request(Method::GET, path).body(Body::empty()).unwrap();
        request.headers_mut().insert(header::HOST, "attacker.example:8080".parse().unwrap());
        assert_eq!(server.send(request).await.refused(), (421, "wrong_host".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn routes_served_without_their_guards_answer_nobody() {
    let server = Server::start().await;
    let browser = server.logged_in().await;
    let (unguarded, _) = routes().behind(server.access.clone());
    for path in ["/api/v1/look", "/api/v1/session"] {
        let request = browser.request(Method::GET, path).body(Body::empty()).unwrap();
        let answer = unguarded.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
