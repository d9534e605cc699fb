//! Meters of a gateway's own file: shown, joined with their readings, and taken over.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use fleet_link::{CommandKind, ConfiguredMeter, Mode, Status};
use jiff::Timestamp;
use metering::Models;
use portal::live::Change;
use portal::meter::OwnMeter;
use serde_json::{Value, json};

use crate::fleet::{after, batch, primary_form, start};
use crate::portal_api::{Portal, heat, with};

fn own(id: &str, name: &str, address: &str) -> ConfiguredMeter {
    ConfiguredMeter {
        id: id.to_owned(),
        name: name.to_owned(),
        bus: Some("cellar-1".to_owned()),
        address: Some(address.to_owned()),
        model: "integra_heat".to_owned(),
        parameters: BTreeMap::new(),
        baudrate: 2_400,
        mode: Mode::Consumption,
        interval: Some("15s".to_owned()),
    }
}

/// The gateway tells which meters its file has.
async fn tell(portal: &Portal, meters: &[ConfiguredMeter]) -> usize {
    let status = Status {
        version: "0.1.0".to_owned(),
        buses: Vec::new(),
        meters: Vec::new(),
        configuration: None,
        problems: Vec::new(),
        waiting: 0,
        own_meters: meters.to_vec(),
    };
    let (models, gateway) = (Models::builtin(), portal.fleet.gateway);
    let own = meters.iter().map(|meter| OwnMeter::new(meter.clone(), gateway, &models)).collect();
    portal.fleet.db.save_status(gateway, status, own, start()).await.unwrap().len()
}

async fn meters(portal: &Portal) -> Vec<Value> {
    portal.get("/api/v1/meters").await.json["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_meter_of_the_gateways_file_is_shown_with_what_it_read_before() {
    let portal = Portal::new().await;
    // Its readouts come before anybody knows that there is such a meter.
    let early = batch("heat-flat-1", 1..=3);
    let stored = portal.fleet.db.store_batch(portal.fleet.claimed(), early, after(1)).await;
    assert_eq!(stored.unwrap().meters, []);
    assert_eq!(tell(&portal, &[own("heat-flat-1", "Heat, flat 1", "1")]).await, 1);
    let late = batch("heat-flat-1", 4..=4);
    let stored = portal.fleet.db.store_batch(portal.fleet.claimed(), late, after(2)).await;
    assert_eq!(stored.unwrap().meters.len(), 1);

    let all = meters(&portal).await;
    let meter = &all[0];
    assert_eq!(all.len(), 1);
    assert_eq!(
        (&meter["name"], &meter["menu"], &meter["origin"], &meter["id_at_gateway"]),
        (&json!("Heat, flat 1"), &json!("heat"), &json!("gateway"), &json!("heat-flat-1"))
    );
    assert_eq!((&meter["address"], &meter["interval"]), (&json!("1"), &json!("15s")));
    assert_eq!((&meter["state"], &meter["readings"][0]["text"]), (&json!("ok"), &json!("0.004")));
    let index = portal.get("/api/v1/meters/meter-1/index").await.json;
    assert_eq!(index["points"].as_array().unwrap().len(), 4);
    // Nothing of it goes into a revision, and telling the same again changes nothing.
    assert_eq!(portal.fleet.db.configuration(portal.fleet.gateway).await.unwrap().revision, 0);
    assert_eq!(tell(&portal, &[own("heat-flat-1", "Heat, flat 1", "1")]).await, 0);
    assert_eq!(tell(&portal, &[own("heat-flat-1", "Heat, ground floor", "1")]).await, 1);
    assert_eq!(meters(&portal).await[0]["name"], "Heat, ground floor");
}

#[tokio::test]
async fn what_is_configured_at_the_gateway_is_only_shown_until_it_is_adopted() {
    let portal = Portal::new().await;
    tell(&portal, &[own("heat-flat-1", "Heat, flat 1", "1")]).await;
    let form = meters(&portal).await[0]["form"].clone();
    let path = "/api/v1/meters/meter-1";
    for answer in [portal.put(path, &form).await, portal.delete(path).await] {
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
        assert_eq!(answer.json["code"], "configured_at_gateway");
    }
    let stale = [("if-match", "\"7\"")];
    let adoption = "/api/v1/meters/meter-1/adoption";
    let answer = portal.ask(Method::POST, adoption, &Value::Null, &stale).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{}", answer.text);
    let mut changes = portal.live.listen();
    let answer = portal.post(adoption, &Value::Null).await;
    assert_eq!((answer.status, &answer.json["origin"]), (StatusCode::OK, &json!("portal")));
    assert_eq!(changes.recv().await.unwrap(), Change::Configuration(portal.fleet.gateway, 1));
    assert_eq!(portal.acts().await[0], ("meter.adopt".to_owned(), "done".to_owned()));

    // The gateway gets it under the id it knows, as it was.
    let told = portal.fleet.db.configuration(portal.fleet.gateway).await.unwrap().meters;
    assert_eq!(told, [own("heat-flat-1", "Heat, flat 1", "1")]);
    // Its file still has the entry, and its readings go on.
    assert_eq!(tell(&portal, &[own("heat-flat-1", "Heat, flat 1", "1")]).await, 0);
    let some = batch("heat-flat-1", 1..=1);
    let stored = portal.fleet.db.store_batch(portal.fleet.claimed(), some, after(1)).await;
    assert_eq!(stored.unwrap().meters.len(), 1);
    let renamed = with(form, "name", json!("Heat, ground floor"));
    assert_eq!(portal.put(path, &renamed).await.status, StatusCode::OK);
    let told = portal.fleet.db.configuration(portal.fleet.gateway).await.unwrap();
    let told = (told.revision, told.meters[0].id.as_str(), told.meters[0].name.as_str());
    assert_eq!(told, (2, "heat-flat-1", "Heat, ground floor"));
    // It is read now under that id too.
    portal.post("/api/v1/meters/meter-1/readouts", &Value::Null).await;
    let kind = CommandKind::ReadMeter { meter: "heat-flat-1".to_owned() };
    let open = portal.fleet.db.deliver_commands(portal.fleet.gateway, Timestamp::now()).await;
    assert_eq!(open.unwrap()[0].kind, kind);
    assert_eq!(portal.get("/api/v1/commands/command-1").await.json["meter"], "meter-1");
}

#[tokio::test]
async fn a_meter_removed_here_is_the_gateways_again_and_one_removed_there_goes() {
    let portal = Portal::new().await;
    let file = [own("heat-flat-1", "Heat, flat 1", "1"), own("heat-flat-2", "Heat, flat 2", "2")];
    tell(&portal, &file).await;
    portal
        .fleet
        .db
        .store_batch(portal.fleet.claimed(), batch("heat-flat-1", [1]), after(1))
        .await
        .unwrap();
    portal.post("/api/v1/meters/meter-1/adoption", &Value::Null).await;
    assert_eq!(portal.delete("/api/v1/meters/meter-1").await.status, StatusCode::NO_CONTENT);
    assert_eq!(meters(&portal).await.len(), 1);
    assert_eq!(tell(&portal, &file).await, 1, "its entry counts again");
    let all = meters(&portal).await;
    let (id, origin) = (&all[0]["id"], &all[0]["origin"]);
    assert_eq!((id, origin), (&json!("meter-1"), &json!("gateway")));
    assert_eq!(all[0]["readings"][0]["text"], "0.001", "with what it read");
    assert_eq!(tell(&portal, &file[..1]).await, 1);
    let names: Vec<_> = meters(&portal).await.iter().map(|meter| meter["id"].clone()).collect();
    assert_eq!(names, [json!("meter-1")]);
    // A gateway that says nothing of them, as an older one does, has none.
    assert_eq!(tell(&portal, &[]).await, 1);
    let readings = portal.fleet.db.readouts_of_gateway(portal.fleet.gateway, 0, 10).await.unwrap();
    assert_eq!(readings.len(), 1, "the readings stay");
}

#[tokio::test]
async fn a06_an_address_of_the_gateways_own_meter_is_refused_by_its_name() {
    let portal = Portal::new().await;
    let mut by_secondary = own("water-1", "Water, riser 1", "");
    by_secondary.address = None;
    by_secondary.model = "manual_heat_secondary_ad".to_owned();
    by_secondary.parameters = BTreeMap::from([
        ("secondary_ad".to_owned(), "20316513C5140004".to_owned()),
        ("reg".to_owned(), "{'heat_energy_kwh': 3}".to_owned()),
    ]);
    tell(&portal, &[own("heat-flat-1", "Heat, flat 1", "1"), by_secondary]).await;
    let primary = with(with(heat(), "model", json!("integra_heat")), "address", json!("1"));
    let primary = with(primary, "parameters", json!([]));
    for (form, name) in [(primary, "Heat, flat 1"), (heat(), "Water, riser 1")] {
        let answer = portal.post("/api/v1/meters", &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
        assert_eq!(answer.json["code"], "address_taken");
        assert!(answer.text.contains(name), "{}", answer.text);
        // On another bus nobody has it.
        let elsewhere = with(form, "bus", json!("roof"));
        assert_eq!(portal.post("/api/v1/meters", &elsewhere).await.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_meter_that_moves_to_another_gateway_leaves_its_name_behind() {
    let portal = Portal::new().await;
    let file = [own("heat-flat-1", "Heat, flat 1", "1")];
    tell(&portal, &file).await;
    portal.post("/api/v1/meters/meter-1/adoption", &Value::Null).await;
    let other = portal.fleet.add_gateway("Building 8").await;
    let moved = primary_form(other, "Heat, flat 1", "1");
    let by = "ada".to_owned();
    let moved = portal.fleet.db.update_meter("meter-1".parse().unwrap(), moved, None, by, start());
    let moved = moved.await.unwrap();
    assert_eq!((moved.id_at_gateway.as_str(), &moved.interval), ("meter-1", &None));
    // What its first gateway reads from now on belongs to a meter of that gateway.
    assert_eq!(tell(&portal, &file).await, 1);
    let some = batch("heat-flat-1", [1]);
    let stored = portal.fleet.db.store_batch(portal.fleet.claimed(), some, after(1)).await;
    assert_eq!(stored.unwrap().meters, ["meter-2".parse().unwrap()]);
}
