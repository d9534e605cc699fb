//! The whole portal: it starts, answers gateways and people, and stops.

use std::time::{Duration, Instant};

use fleet_link::{CertificateHash, ClaimCode, PortalUrl};
use portal::{App, Config, StartError};
use serde_json::{Value, json};

use crate::fleet::batch;

fn anywhere() -> Config {
    Config::at("127.0.0.1:0".parse().unwrap())
}

/// Sends JSON over the network; status and answer.
async fn send(
    app: &App,
    method: &'static str,
    path: &str,
    authorization: &str,
    body: Value,
) -> (u16, Value) {
    let url = format!("http://{}{path}", app.local_addr());
    let authorization = authorization.to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = match method {
            "GET" => agent.get(url).header("Authorization", authorization).call().unwrap(),
            _ => agent.post(url).header("Authorization", authorization).send_json(body).unwrap(),
        };
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or_default())
    });
    answer.await.unwrap()
}

#[tokio::test]
async fn from_the_first_start_to_a_reading_of_a_gateway() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(&anywhere(), data.path()).await.unwrap();
    let code = app.setup_code().unwrap().reveal();
    let setup = json!({"code": code, "password": "correct horse battery staple"});
    let (status, _) = send(&app, "POST", "/api/v1/setup", "", setup).await;
    assert_eq!(status, 200);
    assert_eq!(send(&app, "GET", "/api/v1/sites", "", Value::Null).await.0, 401);

    // What a person does stands in other tests; here it goes straight to the store.
    let now = jiff::Timestamp::now();
    let soon = jiff::Timestamp::from_second(now.as_second() + 60).unwrap();
    let secret = portal::token::new_claim_secret().unwrap();
    let site = app.db().create_site("Hill Street".to_owned(), now).await.unwrap().id;
    let hash = portal::token::claim_hash(&secret);
    app.db().create_gateway(site, "Building 7".to_owned(), hash, soon, now).await.unwrap();

    let portal = fleet_link::PortalUrl::parse(&format!("http://{}", app.local_addr())).unwrap();
    let text = ClaimCode { portal, secret, certificate: None }.to_string();
    let code = ClaimCode::parse(&text).unwrap();
    let claim = json!({"code_secret": code.secret, "gateway_name": "b7", "version": "0.1.0"});
    let (status, claimed) = send(&app, "POST", "/fleet/v1/claim", "", claim).await;
    assert_eq!(status, 200, "{claimed}");
    let token = format!("Bearer {}", claimed["token"].as_str().unwrap());
    let readouts = serde_json::to_value(batch("heat-1", 1..=3)).unwrap();
    let (status, answer) = send(&app, "POST", "/fleet/v1/batches", &token, readouts.clone()).await;
    assert_eq!((status, answer), (200, json!({"acknowledged": 3})));
    // A gateway's token opens nothing else.
    assert_eq!(send(&app, "GET", "/api/v1/sites", &token, Value::Null).await.0, 401);
    assert_eq!(send(&app, "GET", "/nothing.js", "", Value::Null).await.0, 404);
    assert_eq!(send(&app, "GET", "/readyz", "", Value::Null).await.0, 204);
    app.stop().await;

    let app = App::start(&anywhere(), data.path()).await.unwrap();
    assert!(app.setup_code().is_none(), "a password is set");
    let (status, _) = send(&app, "POST", "/fleet/v1/batches", &token, readouts).await;
    assert_eq!(status, 200, "the gateway is still known");
    let gateway = claimed["gateway"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.db().readouts_of_gateway(gateway, 0, 10).await.unwrap().len(), 3);
    app.stop().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_those_who_listen() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(&anywhere(), data.path()).await.unwrap();
    let address = app.local_addr();
    // A client that begins a request and never ends it.
    let mut half = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut half, b"POST /fleet/v1/claim HTTP/1.1\r\n").unwrap();
    let begin = Instant::now();
    app.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert!(App::start(&anywhere(), data.path()).await.is_ok(), "the directory is free again");
}

#[tokio::test]
async fn a_portal_that_cannot_start_says_why() {
    let data = tempfile::tempdir().unwrap();
    let public_url = Some(PortalUrl::parse("https://portal.example").unwrap());
    let nobody = Config { public_url, ..anywhere() };
    let error = App::start(&nobody, data.path()).await.unwrap_err();
    assert!(matches!(error, StartError::PublicUrl(_)));
    assert!(error.to_string().contains("speaks plain HTTP"), "{error}");
    let app = App::start(&anywhere(), data.path()).await.unwrap();
    let error = App::start(&anywhere(), data.path()).await.unwrap_err().to_string();
    assert!(error.contains("belongs to a program that is running"), "{error}");
    let other = tempfile::tempdir().unwrap();
    let taken = Config::at(app.local_addr());
    let error = App::start(&taken, other.path()).await.unwrap_err().to_string();
    assert!(error.contains("another program has this port"), "{error}");
    app.stop().await;
}

#[tokio::test]
async fn the_pages_are_public_and_the_api_is_not() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(&anywhere(), data.path()).await.unwrap();
    let url = format!("http://{}/", app.local_addr());
    let page = tokio::task::spawn_blocking(move || {
        let mut answer = ureq::get(url).call().unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (kind, answer.body_mut().read_to_string().unwrap())
    });
    let (kind, page) = page.await.unwrap();
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(page.to_lowercase().starts_with("<!doctype html>"), "{page}");
    assert_eq!(send(&app, "GET", "/api/v1/meters", "", Value::Null).await.0, 401);
    // What is no page and no route is said so by whoever it belongs to.
    for path in [
        "/nothing.js",
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/fleet",
        "/fleet/v1/nothing",
        "/metrics",
    ] {
        let (status, answer) = send(&app, "GET", path, "", Value::Null).await;
        assert_eq!((status, &answer["code"]), (404, &json!("unknown_path")), "{path}");
    }
    // What can be done with it instead is said, too.
    for (path, allowed) in
        [("/", "GET, HEAD"), ("/meters", "GET, HEAD"), ("/api/v1/overview", "GET,HEAD")]
    {
        let url = format!("http://{}{path}", app.local_addr());
        let answer = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent =
                ureq::Agent::config_builder().http_status_as_error(false).build().into();
            agent.delete(url).call().unwrap()
        });
        let answer = answer.await.unwrap();
        let headers = answer.headers();
        assert_eq!((answer.status().as_u16(), &headers["allow"]), (405, &allowed.parse().unwrap()));
        assert_eq!(headers["content-type"], "application/problem+json", "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn claim_codes_say_where_gateways_reach_it_and_which_certificate_it_has() {
    let data = tempfile::tempdir().unwrap();
    let public_url = Some(PortalUrl::parse("https://portal.example:8443").unwrap());
    let config = Config { public_url, ..Config::at("0.0.0.0:0".parse().unwrap()) };
    let app = App::start(&config, data.path()).await.unwrap();
    assert_eq!(app.url(), "https://portal.example:8443");
    let host = format!("localhost:{}", app.local_addr().port());
    let as_browser = |method: &'static str, path: &str, cookie: &str, body: Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path.to_owned())
            .header("host", host.clone())
            .header("content-type", "application/json")
            .header("cookie", cookie.to_owned());
        let request = request.body(axum::body::Body::from(body.to_string())).unwrap();
        tower::ServiceExt::oneshot(app.router(), request)
    };
    let code = app.setup_code().unwrap().reveal();
    let body = json!({ "code": code, "password": "correct horse battery" });
    let answer = as_browser("POST", "/api/v1/setup", "", body).await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-session_portal="), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let site = as_browser("POST", "/api/v1/sites", cookie, json!({ "name": "Home" })).await;
    assert_eq!(site.unwrap().status().as_u16(), 201);
    let body = json!({ "site": "site-1", "name": "Building 7" });
    let answer = as_browser("POST", "/api/v1/gateways", cookie, body).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let made: Value = serde_json::from_slice(&bytes).unwrap();
    let code = ClaimCode::parse(made["claim_code"].as_str().unwrap()).unwrap();
    assert_eq!(code.portal.to_string(), "https://portal.example:8443");
    let path = data.path().join("certificate.pem");
    let shown = web_server::Certificate::load(&path, &path).unwrap();
    assert_eq!(code.certificate, Some(CertificateHash(shown.sha256())));
    app.stop().await;
}
