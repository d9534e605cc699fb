//! Whoever listens hears what changes, after it is stored.

use axum::body::Body;
use axum::http::Method;
use futures_util::StreamExt;
use tower::ServiceExt;

use crate::house::{HEAT, HEAT_METER, House, PATIENCE, Wire};

#[tokio::test]
async fn a_readout_is_announced_when_it_can_be_asked_for() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let before = house.get("/api/v1/meters/heat-1").await.json()["last_success_at"].clone();
    let request = house.request(Method::GET, "/api/v1/events").body(Body::empty()).unwrap();
    let answer = house.app.router().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut stream = answer.into_body().into_data_stream();
    house.post("/api/v1/meters/heat-1/readouts", "").await;
    let mut heard = String::new();
    loop {
        let piece = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap();
        heard.push_str(std::str::from_utf8(&piece).unwrap());
        if heard.contains("event: readout\ndata: {\"meter\":\"heat-1\"}\n\n") {
            let now = house.get("/api/v1/meters/heat-1").await.json()["last_success_at"].clone();
            if now != before {
                break;
            }
        }
    }
    // The stream ends when the gateway does, or stopping would wait for the listener.
    let begin = std::time::Instant::now();
    house.stop().await;
    assert!(begin.elapsed() < std::time::Duration::from_secs(3));
    while let Some(rest) = stream.next().await {
        rest.unwrap();
    }
}
