//! Where others reach the gateway, everybody needs a login, over HTTPS.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use gateway::Config;
use serde_json::json;
use web_server::WebSettings;

use crate::house::{Answer, House, start_quickly};

async fn house(change: impl FnOnce(&mut WebSettings)) -> House {
    let mut config = Config::parse("", "test.toml").unwrap();
    config.web.listen = "0.0.0.0:0".parse().unwrap();
    change(&mut config.web);
    let data = tempfile::tempdir().unwrap();
    let app = start_quickly(config, data.path()).await;
    House { app, data }
}

impl House {
    async fn get_as(&self, host: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::HOST, host);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The cookie that a first login at a host gets.
    async fn cookie_at(&self, host: &str) -> String {
        let code = self.app.setup_code().unwrap().reveal();
        let body = json!({ "code": code, "password": "correct horse battery" });
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/setup")
            .header(header::HOST, host)
            .header(header::ORIGIN, format!("https://{host}"))
            .header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.header("set-cookie").to_owned()
    }
}

#[tokio::test]
async fn on_another_address_looking_needs_a_login_and_names_must_be_its_own() {
    let house = house(|web| web.public_hosts = vec!["gateway.example:8443".to_owned()]).await;
    let port = house.app.local_addr().port();
    assert_eq!(house.app.url(), "https://gateway.example:8443");
    for host in [
        format!("localhost:{port}"),
        format!("192.168.1.17:{port}"),
        format!("gateway.example:{port}"),
        "gateway.example:8443".to_owned(),
    ] {
        let answer = house.get_as(&host, "/api/v1/meters").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{host}");
        assert_eq!(house.get_as(&host, "/").await.status, StatusCode::OK, "{host}");
    }
    for host in [format!("attacker.example:{port}"), "gateway.example".to_owned()] {
        let answer = house.get_as(&host, "/").await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let cookie = house.cookie_at("gateway.example:8443").await;
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let request = Request::get("/api/v1/meters")
        .header(header::HOST, format!("localhost:{port}"))
        .header(header::COOKIE, pair);
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let data = house.stop().await;
    assert!(data.path().join("certificate.pem").exists());
}

#[tokio::test]
async fn behind_a_proxy_it_answers_under_the_names_of_the_proxy() {
    let house = house(|web| {
        web.listen = "127.0.0.1:0".parse().unwrap();
        web.behind_proxy = true;
        web.public_hosts = vec!["gateway.example".to_owned()];
    })
    .await;
    assert_eq!(house.app.url(), "https://gateway.example");
    let answer = house.get_as("gateway.example", "/api/v1/meters").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = house.get_as("attacker.example", "/api/v1/meters").await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let cookie = house.cookie_at("gateway.example").await;
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    let data = house.stop().await;
    assert!(!data.path().join("certificate.pem").exists(), "the proxy has one");
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_whoever_asks_for_it() {
    let mut config = Config::parse("", "test.toml").unwrap();
    config.web.behind_proxy = true;
    let data = tempfile::tempdir().unwrap();
    let error = gateway::App::start(config, data.path()).await.unwrap_err().to_string();
    assert!(error.contains("behind_proxy needs public_hosts"), "{error}");
}
