//! A bus that is away is told in words, and comes back by itself.

use axum::http::StatusCode;

use crate::house::{HEAT, HEAT_METER, House, Wire, time};

#[tokio::test]
async fn a_bus_goes_offline_and_comes_back_without_help() {
    let wire = Wire::start(HEAT).await;
    let address = wire.address;
    let house = House::start(address, HEAT_METER).await;
    house.all_attempted().await;
    drop(wire);
    let offline = |json: &serde_json::Value| json["items"][0]["state"] == "offline";
    let buses = house.json_when("/api/v1/buses", offline).await;
    let problem = &buses["items"][0]["problem"];
    assert_eq!(problem["what"], "Bus cellar-1 is offline");
    assert!(!problem["remedy"].as_str().unwrap().is_empty() && problem["since"].is_string());

    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let problem = answer.json();
    assert_eq!(problem["code"], "bus_offline");
    let title = problem["title"].as_str().unwrap();
    assert_eq!(title, "Meter Heat, flat 1 on cellar-1 was not read: bus cellar-1 is offline");
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["state"], "fault");
    assert!(meter["readings"][0]["register"].is_string(), "the last values stay");

    let _wire = Wire::at(&address.to_string(), 38_400, HEAT).await;
    let online = |json: &serde_json::Value| json["items"][0]["state"] == "online";
    house.json_when("/api/v1/buses", online).await;
    // Its meter was not reached meanwhile, so it is read at once and not at its next slot.
    house.meter_when("heat-1", |meter| meter["state"] == "ok").await;
    house.stop().await;
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_an_online_bus_with_silent_meters() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    let house = House::start(address, HEAT_METER).await;
    house.all_attempted().await;
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["problem"]["code"], "no_answer");
    assert_eq!(house.get("/api/v1/buses").await.json()["items"][0]["state"], "online");
    house.stop().await;
    server.abort();
}

#[tokio::test]
async fn a_bus_that_never_was_there_stops_nobody() {
    // A port that was free a moment ago.
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let house = House::start(address, HEAT_METER).await;
    house.all_attempted().await;
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["problem"]["code"], "bus_offline");
    let why = meter["problem"]["why"].as_str().unwrap();
    assert!(why.contains("refused the connection"), "{why}");
    assert_eq!(house.get("/readyz").await.status, StatusCode::OK);
    house.stop().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_slow_meter() {
    // At 300 baud this readout takes more than three seconds.
    let wire = Wire::at("127.0.0.1:0", 300, HEAT).await;
    let house = House::start(wire.address, "").await;
    let reading = house.app.router();
    let request = house
        .request(axum::http::Method::POST, "/api/v1/buses/cellar-1/readouts")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(r#"{"address":"1","baudrate":300}"#))
        .unwrap();
    let reading = tokio::spawn(tower::ServiceExt::oneshot(reading, request));
    // It has begun when the bus is online.
    let online = |json: &serde_json::Value| json["items"][0]["state"] == "online";
    house.json_when("/api/v1/buses", online).await;
    let begin = std::time::Instant::now();
    house.stop().await;
    assert!(begin.elapsed() < std::time::Duration::from_secs(3), "{:?}", begin.elapsed());
    let answer = reading.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_bus_that_stays_away_does_not_fill_the_store() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let house = House::start(address, HEAT_METER).await;
    house.all_attempted().await;
    let first = house.get("/api/v1/meters/heat-1").await.json();
    for _ in 0..3 {
        let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let last = house.get("/api/v1/meters/heat-1").await.json();
    assert!(time(&last["last_attempt_at"]) > time(&first["last_attempt_at"]));
    assert_eq!(last["problem"]["since"], first["problem"]["since"]);
    let data = house.stop().await;
    let path = data.path().join("readings.sqlite");
    let database = gateway::store::Database::open(&path, jiff::Timestamp::now()).unwrap();
    let stored = database.last_readouts("heat-1").unwrap();
    assert_eq!(stored.last.unwrap().id, gateway::store::ReadoutId(1));
    assert_eq!(stored.failures, 0, "the meter was never asked");
}
