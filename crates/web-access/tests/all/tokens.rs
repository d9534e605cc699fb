//! Tokens of programs.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::server::{PASSWORD, Server};

async fn make(server: &Server, body: &Value) -> Value {
    let answer = server.logged_in().await.post("/api/v1/tokens", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()
}

fn text(made: &Value) -> String {
    made["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_shown_once_and_lets_a_program_in() {
    let server = Server::start().await;
    let made = make(&server, &json!({ "name": "energy report" })).await;
    let token = text(&made);
    assert!(token.starts_with("busmeister_") && token.len() == 75, "{token}");
    let answer = server.send_with_token(Method::GET, "/api/v1/session", &token).await;
    assert_eq!(
        answer.json(),
        json!({ "name": "admin", "role": "admin", "token": "energy report", "expires_at": null })
    );
    let list = server.logged_in().await.get("/api/v1/tokens").await;
    assert!(!list.text.contains(&token) && !list.text.contains("busmeister_"));
    assert_eq!(
        list.json()["items"],
        json!([{
            "id": made["id"], "name": "energy report", "role": "admin",
            "created_at": "2026-11-20T14:00:00Z", "last_used_at": "2026-11-20T14:00:00Z",
            "expires_at": null
        }])
    );
}

#[tokio::test]
async fn a_token_may_do_less_than_its_owner_and_never_more() {
    let server = Server::start().await;
    let token = text(&make(&server, &json!({ "name": "display", "role": "viewer" })).await);
    let ask = |method, path| server.send_with_token(method, path, &token);
    assert_eq!(ask(Method::GET, "/api/v1/look").await.status, StatusCode::OK);
    let refused = ask(Method::POST, "/api/v1/touch/1").await;
    assert_eq!(refused.refused(), (403, "role_too_low".to_owned()));
    assert_eq!(
        refused.json()["detail"],
        "This needs the role operator, and you are logged in as viewer."
    );
    // Where its owner becomes less, so does the token, from the next request on.
    let admin = text(&make(&server, &json!({ "name": "all", "role": "admin" })).await);
    server.file().execute("UPDATE account SET role = 'operator'", []).unwrap();
    let answer = server.send_with_token(Method::PUT, "/api/v1/configuration", &admin).await;
    assert_eq!(answer.refused().0, 403);
    let mut browser = server.logged_in().await;
    let answer = browser.post("/api/v1/tokens", &json!({ "name": "x", "role": "admin" })).await;
    assert_eq!(answer.refused(), (422, "token_role_too_high".to_owned()));
}

#[tokio::test]
async fn a_token_ends_at_its_date_or_when_its_owner_says_so() {
    let server = Server::start().await;
    let dated = json!({ "name": "a day", "expires_at": "2026-11-21T14:00:00Z" });
    let dated = text(&make(&server, &dated).await);
    let forever = make(&server, &json!({ "name": "for ever" })).await;
    let look = |token: String| {
        let server = &server;
        async move { server.send_with_token(Method::GET, "/api/v1/look", &token).await.status }
    };
    server.advance(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(look(dated.clone()).await, StatusCode::OK);
    server.advance(Duration::from_secs(1));
    assert_eq!(look(dated).await, StatusCode::UNAUTHORIZED);
    server.advance(Duration::from_secs(400 * 24 * 3600));
    assert_eq!(look(text(&forever)).await, StatusCode::OK);

    let path = format!("/api/v1/tokens/{}", forever["id"].as_str().unwrap());
    let mut browser = server.logged_in().await;
    assert_eq!(browser.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(look(text(&forever)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.delete(&path).await.refused(), (404, "unknown_token".to_owned()));
    for path in ["/api/v1/tokens/x", "/api/v1/tokens/-1", "/api/v1/tokens/99999999999999999999"] {
        assert_eq!(browser.delete(path).await.refused().0, 404);
    }
}

#[tokio::test]
async fn the_session_of_a_browser_is_no_token_to_end() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let session = server
        .file()
        .query_row("SELECT max(id) FROM session", [], |row| row.get::<_, i64>(0))
        .unwrap();
    let answer = browser.delete(&format!("/api/v1/tokens/{session}")).await;
    assert_eq!(answer.refused().0, 404);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn who_finds_a_token_cannot_stay_with_it() {
    let server = Server::start().await;
    let token = text(&make(&server, &json!({ "name": "found" })).await);
    let attempts = [
        (Method::POST, "/api/v1/tokens", r#"{"name":"mine"}"#.to_owned()),
        (Method::DELETE, "/api/v1/tokens/1", String::new()),
        (Method::DELETE, "/api/v1/session", String::new()),
        (
            Method::POST,
            "/api/v1/password",
            json!({ "current": PASSWORD, "new": "another password" }).to_string(),
        ),
    ];
    for (method, path, body) in attempts {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, server.host())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("bearer {token}"))
            .body(Body::from(body))
            .unwrap();
        let answer = server.send(request).await;
        assert_eq!(answer.refused(), (403, "needs_session".to_owned()), "{path}");
    }
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_in_the_header_goes_before_a_cookie_even_where_it_is_wrong() {
    let server = Server::start().await;
    let browser = server.logged_in().await;
    let token = text(&make(&server, &json!({ "name": "x", "role": "viewer" })).await);
    for (line, status) in [
        (format!("Bearer {token}"), StatusCode::OK),
        (format!("Bearer {token}0"), StatusCode::UNAUTHORIZED),
        (format!("Basic {token}"), StatusCode::UNAUTHORIZED),
        ("Bearer".to_owned(), StatusCode::UNAUTHORIZED),
        (String::new(), StatusCode::UNAUTHORIZED),
    ] {
        let request = browser.request(Method::GET, "/api/v1/look");
        let request = request.header(header::AUTHORIZATION, &line).body(Body::empty()).unwrap();
        assert_eq!(server.send(request).await.status, status, "{line}");
    }
    let twice = browser
        .request(Method::GET, "/api/v1/look")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = server.send(twice.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // A token in the cookie is none either.
    let mut browser = server.browser();
    browser.cookie = Some(format!("session={token}"));
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn a_token_that_makes_no_sense_is_not_made() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let cases = [
        (json!({ "name": "" }), "bad_name"),
        (json!({ "name": "a\nb" }), "bad_name"),
        (json!({ "name": "x", "expires_at": "2026-11-20T14:00:00Z" }), "token_in_the_past"),
        (json!({ "name": "x", "expires_at": "tomorrow" }), "bad_body"),
        (json!({ "name": "x", "role": "king" }), "bad_body"),
    ];
    for (body, code) in cases {
        let answer = browser.post("/api/v1/tokens", &body).await;
        assert_eq!(answer.refused(), (422, code.to_owned()), "{body}");
    }
    for number in 0..100 {
        let answer = browser.post("/api/v1/tokens", &json!({ "name": number.to_string() })).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    let answer = browser.post("/api/v1/tokens", &json!({ "name": "one more" })).await;
    assert_eq!(answer.refused(), (409, "too_many_tokens".to_owned()));
}

#[tokio::test]
async fn everybody_has_his_own_tokens() {
    let server = Server::start().await;
    let made = make(&server, &json!({ "name": "admin's" })).await;
    // Making further accounts is not built yet: a second one is put beside the first.
    server
        .file()
        .execute(
            "INSERT INTO account (key, name, role, password, created_at, password_set_at)
             SELECT 'anna', 'Anna', 'admin', password, created_at, password_set_at FROM account",
            [],
        )
        .unwrap();
    let mut anna = server.browser();
    assert_eq!(anna.log_in("anna", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(anna.get("/api/v1/tokens").await.json(), json!({ "items": [] }));
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(anna.delete(&path).await.refused().0, 404);
    let answer = server.send_with_token(Method::GET, "/api/v1/look", &text(&made)).await;
    assert_eq!(answer.status, StatusCode::OK);
}
