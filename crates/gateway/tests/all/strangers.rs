//! What other sites can make a browser of this machine send is not let in.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::house::{HEAT, HEAT_METER, House, Wire};

const READ_NOW: &str = "/api/v1/meters/heat-1/readouts";

#[tokio::test]
async fn dns_rebinding_gets_nothing() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let port = house.app.local_addr().port();
    let foreign = [
        format!("attacker.example:{port}"),
        "attacker.example".to_owned(),
        format!("127.0.0.1.attacker.example:{port}"),
        format!("192.168.1.17:{port}"),
        format!("127.0.0.1:{}", port ^ 1),
    ];
    for host in &foreign {
        for path in ["/", "/api/v1/meters", "/api/v1/events", "/healthz", "/api/openapi.json"] {
            let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
            let answer = house.send(request).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert_eq!(answer.json()["code"], "wrong_host");
            assert!(!answer.text.contains("heat-1"));
        }
    }
    // Naming the target in full goes before the header.
    let in_full = Request::get(format!("http://attacker.example:{port}/api/v1/meters"))
        .header("host", house.host())
        .body(Body::empty())
        .unwrap();
    assert_eq!(house.send(in_full).await.status, StatusCode::MISDIRECTED_REQUEST);
    let without = Request::get("/api/v1/meters").body(Body::empty()).unwrap();
    assert_eq!(house.send(without).await.status, StatusCode::MISDIRECTED_REQUEST);
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
        let request = Request::get("/api/v1/meters").header("host", host);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    house.stop().await;
}

#[tokio::test]
async fn the_page_of_another_site_cannot_make_a_meter_be_read() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let before = house.get("/api/v1/meters/heat-1").await.json()["last_attempt_at"].clone();
    let other_origins =
        ["http://attacker.example", "null", "http://localhost", "https://127.0.0.1"];
    for origin in other_origins {
        let request = house.request(Method::POST, READ_NOW).header("origin", origin);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        assert_eq!(answer.json()["code"], "wrong_origin");
    }
    let request = house.request(Method::POST, READ_NOW).header("sec-fetch-site", "cross-site");
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let after = house.get("/api/v1/meters/heat-1").await.json()["last_attempt_at"].clone();
    assert_eq!(before, after, "nothing was read");

    let own = format!("http://{}", house.host());
    let request = house
        .request(Method::POST, READ_NOW)
        .header("origin", own)
        .header("sec-fetch-site", "same-origin");
    let answer = house.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "its own page can");
    house.stop().await;
}
