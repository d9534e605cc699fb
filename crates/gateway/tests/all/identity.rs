//! No value is ever stored under a meter that is not the one that answered.

use axum::http::StatusCode;

use crate::house::{HEAT, HEAT_METER, House, Wire, start};

#[tokio::test]
async fn a_meter_that_was_exchanged_gets_no_values_under_the_old_name() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let old = house.get("/api/v1/meters/heat-1").await.json();
    let data = house.stop().await;
    drop(wire);

    let exchanged = HEAT.replace("identification = \"13653120\"", "identification = \"13653999\"");
    let wire = Wire::start(&exchanged).await;
    let app = start(wire.address, HEAT_METER, data.path()).await;
    let house = House { app, data };
    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, StatusCode::OK, "its telegram is shown: {}", answer.text);
    let finding = &answer.json()["findings"][0];
    assert_eq!(finding["code"], "other_meter");
    let why = finding["why"].as_str().unwrap();
    assert!(why.starts_with("13653120 (EFE) is expected; 13653999 (EFE) answered."), "{why}");

    let now = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(now["state"], "fault");
    assert_eq!(now["problem"]["code"], "other_meter");
    assert_eq!(now["readings"], old["readings"], "the old values stay as they were");
    assert_eq!(now["identification"], old["identification"]);

    // What answered is kept all the same: the raw telegram is the record.
    let data = house.stop().await;
    let path = data.path().join("readings.sqlite");
    let database = gateway::store::Database::open(&path, jiff::Timestamp::now()).unwrap();
    let last = database.last_readouts("heat-1").unwrap().last.unwrap();
    assert_eq!(last.outcome, gateway::store::StoredOutcome::Refused);
    assert!(last.readings.is_empty() && last.telegrams.len() == 1);
}

#[tokio::test]
async fn the_new_meter_is_read_under_an_id_of_its_own() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let data = house.stop().await;
    drop(wire);
    let exchanged = HEAT.replace("identification = \"13653120\"", "identification = \"13653999\"");
    let wire = Wire::start(&exchanged).await;
    let renamed = HEAT_METER.replace("heat-1", "heat-1b");
    let app = start(wire.address, &renamed, data.path()).await;
    let house = House { app, data };
    house.all_attempted().await;
    let meter = house.get("/api/v1/meters/heat-1b").await.json();
    assert_eq!(
        (&meter["state"], &meter["identification"]["id"]),
        (&"ok".into(), &"13653999".into())
    );
    house.stop().await;
}

#[tokio::test]
async fn secondary_ad_beside_a_primary_address_says_who_must_answer() {
    let wire = Wire::start(HEAT).await;
    let meter = r#"
[[meter]]
id = "heat-1"
bus = "cellar-1"
address = "1"
model = "manual_heat_secondary_ad"
[meter.parameters]
secondary_ad = "99996513FFFFFFFF"
reg = "{'heat_energy_kwh': 3}"
"#;
    let house = House::start(wire.address, meter).await;
    house.all_attempted().await;
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["problem"]["code"], "other_meter", "{meter:#}");
    assert_eq!(meter["readings"].as_array().unwrap().len(), 0);
    house.stop().await;
}
