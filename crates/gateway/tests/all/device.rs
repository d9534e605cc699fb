//! A meter as a device driver shows it.

use axum::http::StatusCode;
use gateway::Config;
use gateway::config::MeterId;
use gateway::device::Stage;
use gateway::latest::Event;
use mbus_io::SimulatedPty;
use mbus_sim::{Building, SimulatedBus};
use serde_json::{Value, json};

use crate::house::{
    HEAT, HEAT_METER, House, PATIENCE, SILENT, SILENT_METER, Wire, configuration, start,
    start_quickly, time,
};

/// Energy and volume now and at the due date of last year, and a text.
const WITH_DUE_DATE: &str = r#"
[[bus.meter]]
name = "Heat, flat 1"
primary = 1
identification = "13653120"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [
  { dib = "04", vib = "06", value = 12_345 },
  { dib = "04", vib = "13", value = 678_900 },
  { dib = "44", vib = "06", value = 11_000 },
  { dib = "44", vib = "13", value = 600_000 },
  { dib = "42", vib = "6C", date = "2020-12-31" },
]
"#;

const GENERIC_METER: &str = r#"
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1"
model = "generic_mbus"
[meter.parameters]
reg = "{'heat_energy_kwh': 2}"
"#;

/// The generic meter with another line in its table.
fn generic_meter(line: &str) -> String {
    GENERIC_METER.replace("[meter.parameters]", &format!("{line}\n[meter.parameters]"))
}

impl House {
    async fn device(&self, meter: &str) -> Value {
        self.get(&format!("/api/v1/meters/{meter}/device")).await.json()
    }

    async fn device_when(&self, meter: &str, wish: impl Fn(&Value) -> bool) -> Value {
        self.json_when(&format!("/api/v1/meters/{meter}/device"), wish).await
    }

    async fn history(&self, meter: &str) -> Vec<Value> {
        let history = self.get(&format!("/api/v1/meters/{meter}/history")).await.json();
        history["items"].as_array().unwrap().clone()
    }

    /// Takes the wire away and puts another with the same address there.
    async fn rewire(&self, wire: Wire, meters: &str) -> Wire {
        let address = wire.address.to_string();
        drop(wire);
        let is = |state: &'static str| move |json: &Value| json["items"][0]["state"] == state;
        self.json_when("/api/v1/buses", is("offline")).await;
        let wire = Wire::at(&address, 38_400, meters).await;
        self.json_when("/api/v1/buses", is("online")).await;
        wire
    }
}

fn settings(device: &Value) -> &Vec<Value> {
    device["settings"].as_array().unwrap()
}

/// Value and metadata fields of a setting, by its key.
fn setting<'a>(device: &'a Value, key: &str) -> &'a Value {
    let found = settings(device).iter().find(|setting| setting["key"] == key);
    found.unwrap_or_else(|| panic!("no {key} in {device:#}"))
}

const ENERGY: &str = "energy.watt_hour.instantaneous.int32";
const VOLUME: &str = "volume.cubic_metre.instantaneous.int32";

#[tokio::test]
async fn b01_the_driver_names_itself_and_defines_nothing_else() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let driver = &house.device("heat-1").await["driver"];
    let expected = json!({
        "name": "Meter Bus (M-Bus)", "id": "busmeister.meterbus",
        "global_settings": [], "user_settings": [], "assets": [], "operations": [], "events": []
    });
    assert_eq!(*driver, expected);
    assert_eq!(house.get("/api/v1/meters/nobody/device").await.status, StatusCode::NOT_FOUND);
    house.stop().await;
}

#[tokio::test]
async fn b02_b22_b23_b26_every_reading_appears_with_its_ten_fields_and_its_raw_text() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let device = house.device("heat-1").await;
    assert_eq!(settings(&device).len(), 10, "one for each record");
    let energy = setting(&device, ENERGY);
    let fields: Vec<_> = energy["metadata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| (field["name"].as_str().unwrap(), field["value"].as_str().unwrap()))
        .collect();
    let expected = [
        ("Data Field Code", "32 Bit Integer"),
        ("Function Field (Control Field)", "Instantaneous value"),
        ("Storage Number", "0"),
        ("Tariff", "0"),
        ("VIF Type", "primary"),
        ("Unit of Measurement", "Wh"),
        ("Sub-unit", "0"),
        ("Description", "Energy"),
        ("SI Prefix", "k"),
        ("Counter Exponent", "0"),
    ];
    assert_eq!(fields, expected);
    assert_eq!((&energy["value"], &energy["is_current"]), (&json!("12345"), &json!(true)));
    let meter = house.get("/api/v1/meters/heat-1").await.json();
    assert_eq!(time(&energy["updated_at"]), time(&meter["last_success_at"]));
    assert_eq!(setting(&device, VOLUME)["value"], "678900");
    house.stop().await;
}

#[tokio::test]
async fn b07_b08_the_connection_has_13_properties_by_their_names_in_order() {
    let wire = Wire::start("").await;
    let house = House::start(wire.address, HEAT_METER).await;
    let device = house.device("heat-1").await;
    let properties = device["connection"].as_array().unwrap();
    let names: Vec<_> = properties.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let expected = "Connection Type, IP address or host name, Port, Baud Rate, Data Bits, Stop Bits, Parity, Meter Address, Use Secondary Addressing, Manufacturer, Version, Medium, Process Historical Data";
    assert_eq!(names.join(", "), expected);
    assert_eq!(properties[0], json!({"name": names[0], "value": "M-Bus TCP", "active": true}));
    assert_eq!(properties[2]["value"], wire.address.port().to_string());
    assert_eq!(properties[4], json!({"name": names[4], "value": null, "active": false}));
    house.stop().await;
}

#[tokio::test]
async fn b13_b14_b16_a_selection_goes_to_253_and_a_wrong_manufacturer_is_an_error_of_an_online_device()
 {
    let wire = Wire::start(HEAT).await;
    let by = |id: &str, address: &str| {
        HEAT_METER
            .replace("heat-1", id)
            .replace("address = \"1\"", &format!("address = \"{address}\""))
    };
    let meters = by("right", "20316513C5140004") + &by("wrong", "20316513C6140004");
    let house = House::start(wire.address, &meters).await;
    house.all_attempted().await;
    let answer = house.post("/api/v1/meters/right/readouts", "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let sent = answer.json()["sent"].as_str().unwrap().to_owned();
    assert!(sent.starts_with("10 5B FD") || sent.starts_with("10 7B FD"), "{sent}");
    let device = house.device("right").await;
    assert_eq!(device["synchronization"]["status"], "Synchronized");

    let answer = house.post("/api/v1/meters/wrong/readouts", "").await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    let problem = answer.json();
    let selection = "73 FD 52 20 31 65 13 C6 14 00 04";
    let trace = problem["trace"].as_array().unwrap();
    let selected = trace.iter().any(|entry| entry["hex"].as_str().unwrap().contains(selection));
    assert!(selected, "{problem:#}");
    let device = house.device("wrong").await;
    assert_eq!(device["connection_status"], "Online");
    assert_eq!(device["synchronization"]["status"], "Synchronization Error");
    assert_eq!(device["synchronization"]["problem"]["code"], "no_answer");
    house.stop().await;
}

#[tokio::test]
async fn b17_in_a_new_device_only_spot_values_are_processed() {
    let wire = Wire::start(WITH_DUE_DATE).await;
    let house = House::start(wire.address, GENERIC_METER).await;
    house.all_attempted().await;
    let device = house.device("heat-1").await;
    assert_eq!(device["connection"][12]["value"], false);
    assert_eq!(settings(&device).len(), 2, "{device:#}");
    assert!(settings(&device).iter().all(|setting| setting["historical"] == false));
    assert_eq!(house.history("heat-1").await, Vec::<Value>::new());
    house.stop().await;
}

#[tokio::test]
async fn b18_stored_values_are_kept_once_under_the_meters_own_date_and_outlive_a_restart() {
    let wire = Wire::start(WITH_DUE_DATE).await;
    let meter = generic_meter("process_historical_data = true");
    let house = House::start(wire.address, &meter).await;
    house.all_attempted().await;
    let first = house.history("heat-1").await;
    for _ in 0..2 {
        house.post("/api/v1/meters/heat-1/readouts", "").await;
    }
    assert_eq!(house.history("heat-1").await, first, "the same value and date is there once");
    let plain = |values: &[Value]| {
        let plain = |value: &Value| {
            let unit = value["unit"].as_str().unwrap();
            format!("{} {unit} {}", value["text"].as_str().unwrap(), value["measured_at"])
        };
        values.iter().map(plain).collect::<Vec<_>>()
    };
    let expected = ["11000000 Wh \"2020-12-31\"", "600.000 m³ \"2020-12-31\""];
    assert_eq!(plain(&first), expected);
    assert_eq!(first[1]["value"].to_string(), "600.000", "the digits that were sent");
    let stored = "volume.cubic_metre.instantaneous.storage_1.int32";
    let device = house.device("heat-1").await;
    let setting = setting(&device, stored);
    assert_eq!(
        (&setting["historical"], &setting["measured_at"]),
        (&json!(true), &json!("2020-12-31"))
    );
    assert_eq!(setting["value"], "600000");

    let data = house.stop().await;
    let app = start(wire.address, &meter, data.path()).await;
    let house = House { app, data };
    assert_eq!(house.history("heat-1").await, first);
    assert_eq!(settings(&house.device("heat-1").await), settings(&device));
    house.stop().await;
}

#[tokio::test]
async fn b18_what_the_last_telegrams_hold_is_history_from_the_moment_it_is_wanted() {
    let wire = Wire::start(WITH_DUE_DATE).await;
    let house = House::start(wire.address, GENERIC_METER).await;
    house.all_attempted().await;
    let data = house.stop().await;
    let address = wire.address;
    drop(wire);
    let app = start(address, &generic_meter("process_historical_data = true"), data.path()).await;
    let house = House { app, data };
    assert_eq!(house.history("heat-1").await.len(), 2);
    assert_eq!(settings(&house.device("heat-1").await).len(), 5);
    house.stop().await;
}

#[tokio::test]
async fn b03_b27_a_serial_port_that_opens_is_online_with_or_without_a_meter() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("meters");
    let building = format!("[[bus]]\nid = \"cellar-1\"\nbaudrate = 38400\n{HEAT}{SILENT}");
    let bus = SimulatedBus::new(Building::parse(&building).unwrap().buses.remove(0));
    let pty = SimulatedPty::open(&link, bus).unwrap();
    let serving = tokio::spawn(pty.run());
    let no_tcp = "127.0.0.1:1".parse().unwrap();
    let text = configuration(no_tcp, &format!("{HEAT_METER}{SILENT_METER}"))
        .replace("tcp = \"127.0.0.1:1\"", &format!("serial = \"{}\"", link.display()));
    let data = tempfile::tempdir().unwrap();
    let app = start_quickly(Config::parse(&text, "test.toml").unwrap(), data.path()).await;
    let house = House { app, data };
    house.all_attempted().await;
    let silent = house.device("heat-2").await;
    assert_eq!(silent["connection_status"], "Online");
    assert_eq!(silent["synchronization"]["status"], "Synchronization Error");
    assert_eq!(silent["connection"][0]["value"], "M-Bus Serial");
    assert_eq!(silent["connection"][2]["value"], link.display().to_string());
    let serial = house.device("heat-1").await;
    assert_eq!(serial["synchronization"]["status"], "Synchronized", "{serial:#}");
    house.stop().await;
    serving.abort();

    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let tcp = house.device("heat-1").await;
    let plain = |device: &Value| {
        let plain =
            |one: &Value| (one["key"].clone(), one["metadata"].clone(), one["value"].clone());
        settings(device).iter().map(plain).collect::<Vec<_>>()
    };
    assert_eq!(plain(&serial), plain(&tcp));
    house.stop().await;
}

/// A server that takes every connection and counts what it is sent.
struct Listener {
    address: std::net::SocketAddr,
    received: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    async fn start() -> Self {
        use std::sync::atomic::Ordering;
        use tokio::io::AsyncReadExt;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
        let counted = std::sync::Arc::clone(&received);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let counted = std::sync::Arc::clone(&counted);
                tokio::spawn(async move {
                    let mut bytes = [0; 64];
                    while let Ok(count @ 1..) = stream.read(&mut bytes).await {
                        counted.fetch_add(count, Ordering::SeqCst);
                    }
                });
            }
        });
        Self { address, received, task }
    }

    fn received(&self) -> usize {
        self.received.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn b28_a_silent_tcp_server_is_online_with_a_synchronization_error() {
    let server = Listener::start().await;
    let house = House::start(server.address, HEAT_METER).await;
    house.all_attempted().await;
    assert!(server.received() > 0);
    let device = house.device("heat-1").await;
    assert_eq!(device["connection_status"], "Online");
    let synchronization = &device["synchronization"];
    assert_eq!(synchronization["status"], "Synchronization Error");
    assert!(
        synchronization["problem"]["remedy"].is_string() && synchronization["last_at"].is_null()
    );
    house.stop().await;
}

#[tokio::test]
async fn b29_a_lost_connection_is_offline_and_comes_back_without_a_restart() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    assert_eq!(house.device("heat-1").await["connection_status"], "Online");
    let address = wire.address.to_string();
    drop(wire);
    house.device_when("heat-1", |device| device["connection_status"] == "Offline").await;
    let _wire = Wire::at(&address, 38_400, HEAT).await;
    house.device_when("heat-1", |device| device["connection_status"] == "Online").await;
    house.stop().await;
}

#[tokio::test]
async fn b30_nothing_is_sent_to_a_suspended_meter_whoever_asks() {
    let server = Listener::start().await;
    let meter = HEAT_METER.to_owned() + "interval = \"1s\"\nsuspended = true\n";
    let house = House::start(server.address, &meter).await;
    let online = |json: &Value| json["items"][0]["state"] == "online";
    house.json_when("/api/v1/buses", online).await;
    let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let problem = answer.json();
    assert_eq!(problem["code"], "meter_suspended");
    assert!(problem["detail"].as_str().unwrap().contains("take suspended = true out"));
    let device = house.device("heat-1").await;
    assert_eq!(device["connection_status"], "Suspended");
    assert_eq!(device["synchronization"]["status"], "Suspended");
    assert!(device["synchronization"]["next_at"].is_null());
    assert_eq!(server.received(), 0);
    assert!(house.app.progress().is_complete(), "nobody waits for it");
    house.stop().await;
}

#[tokio::test]
async fn b31_a_synchronization_goes_through_its_stages_in_order() {
    let wire = Wire::start(WITH_DUE_DATE).await;
    for (historical, expected) in [
        (true, vec![Stage::Connecting, Stage::Metadata, Stage::History, Stage::Values]),
        (false, vec![Stage::Connecting, Stage::Metadata, Stage::Values]),
    ] {
        let meter = generic_meter(&format!("process_historical_data = {historical}"));
        let house = House::start(wire.address, &meter).await;
        house.all_attempted().await;
        house.device_when("heat-1", |device| device["synchronization"]["stage"].is_null()).await;
        let mut events = house.app.latest().events();
        house.post("/api/v1/meters/heat-1/readouts", "").await;
        let mut stages = Vec::new();
        loop {
            match tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap() {
                Event::Synchronization(meter, Some(stage)) => {
                    assert_eq!(meter, MeterId::new("heat-1").unwrap());
                    stages.push(stage);
                }
                Event::Synchronization(_, None) => break,
                Event::Readout(_) | Event::Bus(_) | Event::Configuration => {}
            }
        }
        assert_eq!(stages, expected);
        house.stop().await;
    }
}

#[tokio::test]
async fn b31_the_stage_is_seen_while_the_meter_is_read() {
    // A server that never answers keeps it reading.
    let server = Listener::start().await;
    let house = House::start(server.address, HEAT_METER).await;
    let reading = |device: &Value| device["synchronization"]["stage"] == "metadata";
    let device = house.device_when("heat-1", reading).await;
    assert_eq!(device["synchronization"]["status"], "Synchronizing");
    house.stop().await;
}

#[tokio::test]
async fn b32_settings_are_looked_at_without_traffic_and_stay_when_the_device_is_off() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let on = house.device("heat-1").await;
    drop(wire);
    let off = |device: &Value| device["connection_status"] == "Offline";
    let off = house.device_when("heat-1", off).await;
    assert_eq!(off["settings"], on["settings"], "with the times they are from");
    house.stop().await;
}

#[tokio::test]
async fn b33_settings_are_synchronized_now_and_by_period() {
    let wire = Wire::start(HEAT).await;
    let meter = HEAT_METER.to_owned() + "interval = \"1s\"\n";
    let house = House::start(wire.address, &meter).await;
    house.all_attempted().await;
    let updated_at = |device: &Value| time(&setting(device, ENERGY)["updated_at"]);
    let first = updated_at(&house.device_when("heat-1", |one| !settings(one).is_empty()).await);
    let second = house.device_when("heat-1", |device| updated_at(device) > first).await;
    let second = updated_at(&second);
    assert_eq!(house.post("/api/v1/meters/heat-1/readouts", "").await.status, StatusCode::OK);
    assert!(updated_at(&house.device("heat-1").await) > second);
    house.stop().await;
}

#[tokio::test]
async fn b34_b36_a_reading_that_is_missing_is_not_updated_not_deleted_and_outlives_restarts() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let before = house.device("heat-1").await;
    let volume = "  { dib = \"04\", vib = \"13\", value = 678_900 },\n";
    let wire = house.rewire(wire, &HEAT.replace(volume, "")).await;
    // Twice: the readout that had it is older than the last one before.
    for _ in 0..2 {
        let answer = house.post("/api/v1/meters/heat-1/readouts", "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let after = house.device("heat-1").await;
    let (old, missing) = (setting(&before, VOLUME), setting(&after, VOLUME));
    assert_eq!((&missing["value"], &missing["is_current"]), (&json!("678900"), &json!(false)));
    assert_eq!(missing["updated_at"], old["updated_at"]);
    let energy = setting(&after, ENERGY);
    assert_eq!(energy["is_current"], true);
    assert!(time(&energy["updated_at"]) > time(&missing["updated_at"]));

    let data = house.stop().await;
    let address = wire.address;
    drop(wire);
    let app = start(address, HEAT_METER, data.path()).await;
    let house = House { app, data };
    let again = house.device("heat-1").await;
    assert_eq!(again["settings"], after["settings"], "before any readout");
    house.stop().await;
}
