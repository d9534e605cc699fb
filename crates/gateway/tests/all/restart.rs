//! What is known outlives the process.

use gateway::{App, Config, StartError};

use crate::house::{HEAT, HEAT_METER, House, SILENT, SILENT_METER, Wire, configuration, start};

#[tokio::test]
async fn after_a_restart_the_values_are_there_before_the_first_readout() {
    let wire = Wire::start(&format!("{HEAT}{SILENT}")).await;
    let address = wire.address;
    let meters = format!("{HEAT_METER}{SILENT_METER}");
    let house = House::start(address, &meters).await;
    house.all_attempted().await;
    let before = house.get("/api/v1/meters").await.json();
    let data = house.stop().await;
    drop(wire);

    let app = start(address, &meters, data.path()).await;
    let house = House { app, data };
    let after = house.get("/api/v1/meters").await.json();
    let (old, new) = (&before["items"][0], &after["items"][0]);
    assert_eq!(new["readings"], old["readings"]);
    assert_eq!(new["identification"], old["identification"]);
    assert_eq!(new["last_success_at"], old["last_success_at"]);
    assert_eq!(new["state"], "ok");
    assert!(house.app.progress().is_complete());
    let (old, new) = (&before["items"][1], &after["items"][1]);
    assert_eq!(new["problem"]["code"], "no_answer");
    assert_eq!(new["problem"]["since"], old["problem"]["since"]);
    house.stop().await;
}

#[tokio::test]
async fn a_changed_mapping_shows_the_old_telegram_anew_and_never_the_old_values() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let data = house.stop().await;
    let address = wire.address;
    drop(wire);

    let changed = r#"
[[meter]]
id = "heat-1"
bus = "cellar-1"
address = "1"
model = "generic_mbus"
[meter.parameters]
reg = "{'flow': 9}"
"#;
    let app = start(address, changed, data.path()).await;
    let house = House { app, data };
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    let readings = meter["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 1, "{meter:#}");
    assert_eq!((&readings[0]["register"], &readings[0]["text"]), (&"flow".into(), &"62".into()));
    house.stop().await;
}

#[tokio::test]
async fn a_data_directory_has_one_gateway_at_a_time() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let config = Config::parse(&configuration(wire.address, ""), "test.toml").unwrap();
    let error = App::start(config.clone(), house.data.path()).await.unwrap_err();
    assert!(matches!(error, StartError::DataDir(_)));
    assert!(error.to_string().contains("belongs to a program that is running"), "{error}");
    let data = house.stop().await;
    App::start(config, data.path()).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_taken_address_is_told_before_any_meter_is_asked() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let wire = Wire::start(HEAT).await;
    let text = configuration(wire.address, HEAT_METER)
        .replace("listen = \"127.0.0.1:0\"", &format!("listen = \"{address}\""));
    let config = Config::parse(&text, "test.toml").unwrap();
    let data = tempfile::tempdir().unwrap();
    let error = App::start(config, data.path()).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("the pages cannot be served at {address}: another program")),
        "{error}"
    );
}
