//! Whoever listens for what changes, hears it as long as he is logged in.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode, header};
use futures_util::StreamExt;
use portal::live::Change;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::link::PATIENCE;
use crate::portal_api::{Portal, request};

const PASSWORD: &str = "correct horse battery staple";

struct Ears(BodyDataStream);

impl Ears {
    async fn open(portal: &Portal, name: header::HeaderName, value: &str) -> Self {
        let request = request(Method::GET, "/api/v1/events").header(name, value);
        let answer = portal.router.clone().oneshot(request.body(Body::empty()).unwrap()).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self(answer.into_body().into_data_stream())
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(PATIENCE, self.0.next()).await.unwrap()?;
        Some(String::from_utf8(piece.unwrap().to_vec()).unwrap())
    }

    /// Whether it ends within three heartbeats. They need no time here.
    async fn ends(&mut self, portal: &Portal) -> bool {
        for _ in 0..3 {
            tokio::time::pause();
            let word = self.next().await;
            tokio::time::resume();
            if word.is_none() {
                return true;
            }
            // The store looks up one login after the other: what was asked before is answered.
            portal.get("/api/v1/session").await;
        }
        false
    }
}

impl Portal {
    async fn as_session(&self, cookie: &str, method: Method, path: &str, body: &Value) {
        let request = request(method, path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, format!("http://{}", crate::portal_api::HOST));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.send(request.body(Body::from(body)).unwrap()).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
    }

    async fn log_in(&self, name: &str) -> String {
        let body = json!({ "name": name, "password": PASSWORD }).to_string();
        let request = request(Method::POST, "/api/v1/session").body(Body::from(body));
        let answer = self.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn events_end_with_the_login_they_were_asked_for_with() {
    let portal = Portal::new().await;
    let ada = portal.log_in("ada").await;
    let bob = json!({ "name": "bob", "role": "viewer", "password": PASSWORD });
    portal.as_session(&ada, Method::POST, "/api/v1/accounts", &bob).await;
    let bob = portal.log_in("bob").await;
    let listed = portal.get("/api/v1/accounts").await.json;
    let accounts = listed["items"].as_array().unwrap().iter();
    let id = accounts.filter(|one| one["name"] == "bob").map(|one| one["id"].to_string()).next();
    let bobs = format!("/api/v1/accounts/{}", id.unwrap().trim_matches('"'));

    let mut of_ada = Ears::open(&portal, header::COOKIE, &ada).await;
    let mut of_bob = Ears::open(&portal, header::COOKIE, &bob).await;
    let token = format!("Bearer {}", portal.token);
    let mut of_token = Ears::open(&portal, header::AUTHORIZATION, &token).await;
    portal.live.tell(Change::Sites);
    for ears in [&mut of_ada, &mut of_bob, &mut of_token] {
        assert_eq!(ears.next().await.unwrap(), "event: sites\ndata: {}\n\n");
    }
    assert!(!of_bob.ends(&portal).await, "he is logged in");
    portal.as_session(&ada, Method::DELETE, &bobs, &Value::Null).await;
    assert!(of_bob.ends(&portal).await, "his account was removed");
    assert!(!of_ada.ends(&portal).await, "it was another's");
    portal.as_session(&ada, Method::DELETE, "/api/v1/session", &Value::Null).await;
    assert!(of_ada.ends(&portal).await, "she logged out");
    assert!(!of_token.ends(&portal).await, "a program goes on");
}
