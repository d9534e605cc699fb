//! Meters and buses come, go and change while the gateway runs.

use fleet_link::{ConfiguredMeter, Mode};
use serde_json::Value;

use crate::house::{HEAT, HEAT_METER, House, SILENT, SILENT_METER, Wire, start};

/// A second meter that answers.
const WATER: &str = r#"
[[bus.meter]]
name = "Water"
primary = 3
identification = "28071034"
manufacturer = "RAM"
version = 16
device_type = 0x07
[[bus.meter.telegram]]
records = [ { dib = "0C", vib = "13", value = 10_116 } ]
"#;

fn water(id: &str, address: &str) -> ConfiguredMeter {
    ConfiguredMeter {
        id: id.to_owned(),
        name: "Water, flat 3".to_owned(),
        bus: None,
        address: Some(address.to_owned()),
        model: "generic_mbus".to_owned(),
        parameters: [("reg".to_owned(), "{'vol_m3': 2}".to_owned())].into(),
        baudrate: 38_400,
        mode: Mode::Consumption,
        interval: None,
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

fn reads(text: &'static str) -> impl Fn(&Value) -> bool {
    move |meter| meter["readings"][0]["text"] == text
}

#[tokio::test]
async fn a28_a39_a_revision_of_the_portal_is_read_at_once_and_after_a_restart_without_network() {
    let wire = Wire::start(&format!("{HEAT}{WATER}")).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let configurator = house.app.configurator();
    assert_eq!(configurator.portal_revision(), None);
    let before = house.get("/api/v1/meters/heat-1").await.json();

    configurator.apply_portal(7, vec![water("water-1", "3")]).await.unwrap();
    assert_eq!(configurator.portal_revision(), Some(7));
    house.meter_when("water-1", reads("10.116")).await;
    let list = house.get("/api/v1/meters").await.json();
    assert_eq!(ids(&list), ["heat-1", "water-1"]);
    assert_eq!(list["items"][0], before, "the other meter noticed nothing");

    let data = house.stop().await;
    drop(wire);
    let app = start("127.0.0.1:1".parse().unwrap(), HEAT_METER, data.path()).await;
    let house = House { app, data };
    assert_eq!(house.app.configurator().portal_revision(), Some(7));
    let list = house.get("/api/v1/meters").await.json();
    assert_eq!(ids(&list), ["heat-1", "water-1"]);
    assert_eq!(list["items"][1]["readings"][0]["text"], "10.116");
    house.stop().await;
}

#[tokio::test]
async fn a39_a_meter_written_by_hand_costs_only_the_portals_meter_it_clashes_with() {
    let wire = Wire::start(&format!("{HEAT}{WATER}")).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let revision = vec![water("water-1", "3"), water("water-2", "7")];
    house.app.configurator().apply_portal(2, revision.clone()).await.unwrap();
    let data = house.stop().await;

    let by_hand =
        HEAT_METER.replace("heat-1", "own-7").replace(r#"address = "1""#, r#"address = "7""#);
    assert!(by_hand.contains(r#"address = "7""#));
    let app = start(wire.address, &format!("{HEAT_METER}{by_hand}"), data.path()).await;
    let house = House { app, data };
    house.meter_when("water-1", reads("10.116")).await;
    let list = house.get("/api/v1/meters").await.json();
    assert_eq!(ids(&list), ["heat-1", "own-7", "water-1"]);
    let problem = house.get("/api/v1/portal").await.json()["problem"].clone();
    assert_eq!(problem["code"], "bad_configuration");
    assert!(problem["remedy"].as_str().unwrap().contains("other meters are read"), "{problem}");
    // The portal hears it each time it says what it wants.
    let refused = house.app.configurator().apply_portal(2, revision).await.unwrap_err();
    assert_eq!(refused[0].meter.as_deref(), Some("water-2"));
    // As soon as the portal has another revision that holds, all is well.
    house.app.configurator().apply_portal(3, vec![water("water-1", "3")]).await.unwrap();
    assert_eq!(house.get("/api/v1/portal").await.json()["problem"], Value::Null);
    house.stop().await;
}

#[tokio::test]
async fn a_revision_takes_the_place_of_the_files_meter_and_gives_it_back() {
    let wire = Wire::start(&format!("{HEAT}{WATER}")).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let configurator = house.app.configurator();
    let own = configurator.own_meters();
    assert_eq!((own[0].id.as_str(), own[0].address.as_deref()), ("heat-1", Some("1")));
    assert_eq!((own[0].bus.as_deref(), own[0].baudrate), (Some("cellar-1"), 38_400));

    configurator.apply_portal(1, vec![water("heat-1", "3")]).await.unwrap();
    let meter = house.meter_when("heat-1", reads("10.116")).await;
    assert_eq!((&meter["name"], &meter["address"]), (&"Water, flat 3".into(), &"3".into()));
    assert_eq!(configurator.own_meters(), own, "the entry of the file stays");

    configurator.forget_portal().await.unwrap();
    assert_eq!(configurator.portal_revision(), None);
    house.meter_when("heat-1", reads("12345")).await;
    house.stop().await;
}

#[tokio::test]
async fn a06_a34_a_revision_with_a_fault_is_refused_as_a_whole_and_names_the_other_meter() {
    let wire = Wire::start(&format!("{HEAT}{WATER}")).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let configurator = house.app.configurator();
    configurator.apply_portal(1, vec![water("water-1", "3")]).await.unwrap();

    let mut broken = water("water-3", "4");
    broken.parameters = [("reg".to_owned(), "{'vol_m3': 1}".to_owned())].into();
    broken.model = "manual_water_secondary_ad".to_owned();
    let revision = vec![water("water-1", "5"), water("water-2", "1"), broken];
    let problems = configurator.apply_portal(2, revision).await.unwrap_err();
    let said: Vec<_> =
        problems.iter().map(|one| (one.meter.as_deref().unwrap(), one.why.as_str())).collect();
    assert_eq!(said.len(), 3, "{said:#?}");
    let clash = "the primary address 1 on bus \"cellar-1\" belongs to meter \"heat-1\" (Heat, flat 1) already; each meter of a bus needs its own.";
    assert_eq!(said[0], ("water-2", clash));
    assert!(said[1].1.starts_with("the model manual_water_secondary_ad needs"), "{said:#?}");
    assert!(said[2].1.starts_with("reg: line 1 "), "{said:#?}");
    assert_eq!(configurator.portal_revision(), Some(1));
    let meter = house.get("/api/v1/meters/water-1").await.json();
    assert_eq!(meter["address"], "3", "everything goes on as before");
    house.stop().await;
}

#[tokio::test]
async fn a_meter_that_is_taken_away_is_read_no_more_and_costs_the_others_nothing() {
    let wire = Wire::start(&format!("{HEAT}{SILENT}{WATER}")).await;
    let house = House::start(wire.address, &format!("{HEAT_METER}{SILENT_METER}")).await;
    let configurator = house.app.configurator();
    configurator.apply_portal(1, vec![water("water-1", "3")]).await.unwrap();
    house.all_attempted().await;
    // It is taken away while a readout of the silent one keeps the bus.
    let busy = house.app.bus(&gateway::config::BusId::new("cellar-1").unwrap()).unwrap();
    let silent = gateway::config::MeterId::new("heat-2").unwrap();
    let reading = tokio::spawn(async move { busy.read(gateway::job::Order::Meter(silent)).await });
    house.meter_when("heat-2", |meter| meter["reading_now"] == true).await;
    configurator.apply_portal(2, Vec::new()).await.unwrap();
    assert_eq!(house.get("/api/v1/meters/water-1").await.status, 404);
    assert!(reading.await.unwrap().is_ok(), "what was under way ended first");
    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let list = house.get("/api/v1/meters").await.json();
    assert_eq!(ids(&list), ["heat-1", "heat-2"]);
    let order = gateway::job::Order::Meter(gateway::config::MeterId::new("water-1").unwrap());
    let bus = house.app.bus(&gateway::config::BusId::new("cellar-1").unwrap()).unwrap();
    let refused = bus.read(order).await;
    assert!(matches!(refused, Err(gateway::job::JobError::NoSuchMeter { .. })), "{refused:?}");
    house.stop().await;
}
