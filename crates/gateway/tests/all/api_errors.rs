//! What is asked wrongly is answered with a sentence.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};

use crate::house::{HEAT, HEAT_METER, House, Wire};

#[tokio::test]
async fn wrong_requests_are_answered_with_problems() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let readouts = "/api/v1/buses/cellar-1/readouts";
    let cases = [
        // (path, body, status, code, a part of the sentence)
        ("/api/v1/buses/roof/readouts", r#"{"address":"1"}"#, 404, "unknown_bus", "\"roof\""),
        ("/api/v1/meters/roof/readouts", "", 404, "unknown_meter", "\"roof\""),
        (readouts, r#"{"address":"251"}"#, 422, "bad_address", "251 is no primary address"),
        (readouts, r#"{"address":"2031651G"}"#, 422, "bad_address", "position 7"),
        (readouts, r#"{"address":""}"#, 422, "bad_address", "The address is empty"),
        (readouts, r#"{"address":"1","baudrate":2401}"#, 422, "bad_baudrate", "300, 600"),
        (readouts, r#"{"address":1}"#, 422, "bad_body", "address"),
        (readouts, r#"{"baudrate":2400}"#, 422, "bad_body", "address"),
        (readouts, r#"{"address":"#, 400, "bad_json", "EOF"),
        ("/api/v1/nothing", "{}", 404, "unknown_path", "/api/v1/nothing"),
        ("/api/v1/meters/%FF/readouts", "", 400, "bad_id", "UTF-8"),
        ("/api/v1/buses", "{}", 405, "wrong_method", "POST"),
    ];
    for (path, body, status, code, part) in cases {
        let answer = house.post(path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:busmeister:problem:{code}"));
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{detail}");
    }
    assert_eq!(house.get("/api/v1/meters/roof").await.status, StatusCode::NOT_FOUND);
    house.stop().await;
}

#[tokio::test]
async fn a_body_must_be_json_and_of_a_sensible_size() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    let path = "/api/v1/buses/cellar-1/readouts";
    let plain = house.request(Method::POST, path).body(Body::from(r#"{"address":"1"}"#)).unwrap();
    assert_eq!(house.send(plain).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let huge = format!(r#"{{"address":"{}"}}"#, "1".repeat(100_000));
    let answer = house.post(path, &huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "body_too_large");
    house.stop().await;
}

#[tokio::test]
async fn the_gateway_tells_who_and_how_it_is() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    let gateway = house.get("/api/v1/gateway").await.json();
    assert_eq!(gateway["name"], "Building 7");
    assert_eq!(gateway["version"], env!("CARGO_PKG_VERSION"));
    assert!(gateway["time_zone"].is_string() && gateway["started_at"].is_string());
    for path in ["/healthz", "/readyz"] {
        assert_eq!(house.get(path).await.json()["status"], "ok");
    }
    let description = house.get("/api/openapi.json").await;
    assert_eq!(description.header("content-type"), "application/json");
    assert_eq!(description.json()["openapi"], "3.1.0");
    house.stop().await;
}

#[tokio::test]
async fn it_answers_over_its_listener_too() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    let mut stream = tokio::net::TcpStream::connect(house.app.local_addr()).await.unwrap();
    let host = house.host();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(r#"{"status":"ok"}"#), "{answer}");
    house.stop().await;
}

#[tokio::test]
async fn answers_tell_browsers_to_be_strict() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    for path in ["/", "/api/v1/gateway", "/api/v1/nothing"] {
        let answer = house.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    let answer = house.get("/api/v1/meters").await;
    assert_eq!(answer.header(header::CACHE_CONTROL.as_str()), "no-store");
    house.stop().await;
}
