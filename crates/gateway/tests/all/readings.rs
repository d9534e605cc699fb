//! From the wire to the page.

use axum::http::StatusCode;
use serde_json::Value;

use crate::house::{HEAT, HEAT_METER, House, SILENT, SILENT_METER, Wire, time};

fn reading<'j>(meter: &'j Value, register: &str) -> &'j Value {
    let readings = meter["readings"].as_array().unwrap();
    readings.iter().find(|reading| reading["register"] == register).unwrap()
}

#[tokio::test]
async fn a_meter_is_read_by_itself_and_its_numbers_keep_their_digits() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let answer = house.get("/api/v1/meters/heat-1").await;
    let meter = answer.json();
    assert_eq!(meter["state"], "ok", "{meter:#}");
    assert_eq!(reading(&meter, "heat_energy_kwh")["text"], "12345");
    assert_eq!(reading(&meter, "heat_energy_kwh")["is_index"], true);
    assert_eq!(reading(&meter, "heat_energy_kwh")["source"]["line"], 3);
    assert_eq!(reading(&meter, "vol_m3")["unit"], "m³");
    assert!(answer.text.contains(r#""value":678.900,"text":"678.900""#), "{}", answer.text);
    assert_eq!(meter["identification"]["id"], "13653120");
    assert_eq!(meter["identification"]["secondary_address"]["wire"], "20316513C5140004");
    assert_eq!(meter["last_success_at"], meter["last_attempt_at"]);
    assert!(meter["next_at"].is_string());
    let list = house.get("/api/v1/meters").await.json();
    assert_eq!(list["items"][0]["readings"], meter["readings"]);
    house.stop().await;
}

#[tokio::test]
async fn a_silent_meter_is_told_in_words_and_costs_the_others_nothing() {
    let wire = Wire::start(&format!("{SILENT}{HEAT}")).await;
    let house = House::start(wire.address, &format!("{SILENT_METER}{HEAT_METER}")).await;
    house.all_attempted().await;
    let silent = house.get("/api/v1/meters/heat-2").await.json();
    assert_eq!(silent["state"], "fault");
    let problem = &silent["problem"];
    assert_eq!(problem["code"], "no_answer");
    assert_eq!(problem["what"], "Meter Heat, flat 2 on cellar-1 did not answer");
    assert!(problem["why"].as_str().unwrap().ends_with("the line was quiet."), "{problem:#}");
    assert!(problem["why"].as_str().unwrap().starts_with("3 tries, "), "{problem:#}");
    assert_eq!(silent["findings"][0], *problem);
    assert_eq!(silent["readings"], Value::Array(Vec::new()));
    assert_eq!(house.get("/api/v1/meters/heat-1").await.json()["state"], "ok");
    let bus = &house.get("/api/v1/buses").await.json()["items"][0];
    assert_eq!(bus["state"], "online", "a silent meter is no offline bus");
    assert_eq!((&bus["meters"], &bus["transport"]), (&Value::from(2), &Value::from("tcp")));
    house.stop().await;
}

#[tokio::test]
async fn any_address_can_be_looked_at_and_nothing_of_it_is_stored() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    for address in ["1", "13653120", "20316513FFFFFFFF", "printed:13653120C5140004"] {
        let body = format!(r#"{{"address":"{address}","baudrate":38400}}"#);
        let answer = house.post("/api/v1/buses/cellar-1/readouts", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let view = answer.json();
        let sent = if address == "1" { "10 5B 01 5C 16" } else { "10 5B FD 58 16" };
        let sent_otherwise = if address == "1" { "10 7B 01 7C 16" } else { "10 7B FD 78 16" };
        assert!(view["sent"] == sent || view["sent"] == sent_otherwise, "{}", view["sent"]);
        assert_eq!(view["identification"]["manufacturer"], "EFE");
        assert_eq!(view["tries"], 1);
        let telegram = &view["telegrams"][0];
        let hex = telegram["hex"].as_str().unwrap();
        assert!(hex.starts_with("68 ") && hex.ends_with(" 16"));
        assert_eq!(view["bytes"], hex.split(' ').count());
        assert_eq!(telegram["decoded"]["meter"]["id"], "13653120");
        assert!(answer.text.contains(r#""unit":"m³","value":678.900,"#), "{}", answer.text);
        let lines = view["lines"].as_array().unwrap();
        assert!(lines[0]["text"].as_str().unwrap().starts_with("Secondary address: {"));
        assert_eq!(lines[3]["text"].as_str().unwrap().split(" -> ").next(), Some("DIB:04, VIB:06"));
        assert_eq!((&lines[3]["index"], &lines[3]["kind"]), (&true.into(), &"record".into()));
        assert_eq!(view["index"], serde_json::json!({"line": 3, "value": "12345", "unit": "kWh"}));
        assert_eq!(view["findings"], Value::Array(Vec::new()));
    }
    assert_eq!(house.app.progress().answered, 0);
    house.stop().await;
}

#[tokio::test]
async fn nobody_at_an_address_is_an_answer_with_what_was_on_the_wire() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, "").await;
    let answer = house.post("/api/v1/buses/cellar-1/readouts", r#"{"address":"9"}"#).await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["code"], "no_answer");
    assert_eq!(problem["title"], "Nobody answered at address 9 on cellar-1");
    assert_eq!(problem["finding"]["what"], problem["title"]);
    let trace = problem["trace"].as_array().unwrap();
    assert!(trace.iter().all(|entry| entry["direction"] == "sent"), "{trace:?}");
    assert_eq!(trace[0]["at_ms"], 0);
    assert!(
        trace
            .iter()
            .filter(|entry| entry["hex"] == "10 7B 09 84 16" || entry["hex"] == "10 5B 09 64 16")
            .count()
            == 3
    );
    house.stop().await;
}

#[tokio::test]
async fn a_readout_a_person_asks_for_is_stored_before_it_is_shown() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let before = house.get("/api/v1/meters/heat-1").await.json();
    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let after = house.get("/api/v1/meters/heat-1").await.json();
    assert!(time(&after["last_success_at"]) > time(&before["last_success_at"]));
    let data = house.stop().await;
    let path = data.path().join("readings.sqlite");
    let database = gateway::store::Database::open(&path, jiff::Timestamp::now()).unwrap();
    let last = database.last_readouts("heat-1").unwrap().last.unwrap();
    assert_eq!(after["last_success_at"], last.read_at.to_string());
    assert_eq!(last.readings.len(), after["readings"].as_array().unwrap().len());
    assert_eq!(last.telegrams.len(), 1);
}

#[tokio::test]
async fn a_telegram_of_another_shape_gives_findings_and_no_wrong_number() {
    let water = r#"
[[bus.meter]]
name = "Water"
primary = 1
identification = "28071034"
manufacturer = "RAM"
version = 16
device_type = 0x07
[[bus.meter.telegram]]
records = [ { dib = "04", vib = "13", value = 10_116 }, { dib = "04", vib = "13", value = 5 } ]
"#;
    let wire = Wire::start(water).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(meter["state"], "fault", "{meter:#}");
    assert!(!meter["findings"].as_array().unwrap().is_empty());
    for reading in meter["readings"].as_array().unwrap() {
        assert_eq!(reading["value"], Value::Null, "{reading:#}");
        assert_ne!(reading["quality"], "ok");
    }
    house.stop().await;
}
