//! What cannot be stored is not shown: nobody may act on a value that a power cut would undo.

use axum::http::StatusCode;
use serde_json::Value;

use crate::house::{HEAT, HEAT_METER, House, Wire, start};

/// Makes every readout fail to be stored, as a full disk does.
fn fill_the_disk(data: &std::path::Path) {
    let connection = rusqlite::Connection::open(data.join("readings.sqlite")).unwrap();
    connection
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON readout
             BEGIN SELECT raise(ABORT, 'there is no room'); END",
        )
        .unwrap();
}

#[tokio::test]
async fn a_readout_that_is_not_stored_is_not_shown_and_the_gateway_says_so() {
    let wire = Wire::start(HEAT).await;
    let data = House::start(wire.address, "").await.stop().await;
    fill_the_disk(data.path());
    let app = start(wire.address, HEAT_METER, data.path()).await;
    let house = House { app, data };
    house.all_attempted().await;

    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let problem = answer.json();
    assert_eq!(problem["code"], "not_stored");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("there is no room"), "{detail}");
    assert!(!answer.text.contains("12345"));

    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["readings"], Value::Array(Vec::new()));
    assert_eq!(
        (&meter["state"], &meter["problem"]["code"]),
        (&"fault".into(), &"not_stored".into())
    );
    let ready = house.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["code"], "store_failing");
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
    house.stop().await;
}
