//! A meter gets another primary address through the one door of its bus.

use axum::http::StatusCode;
use gateway::address_setting::{AddressError, AddressReport};
use gateway::config::BusId;
use gateway::job::JobError;
use mbus_master::{AddressState, NewAddress, SetAddress};
use tokio_util::sync::CancellationToken;

use crate::house::{HEAT, HEAT_METER, House, Wire, time};

/// A meter as it comes from the factory, and another one.
fn new_meter(identification: &str, primary: u8) -> String {
    format!(
        r#"
[[bus.meter]]
name = "New {identification}"
primary = {primary}
identification = "{identification}"
manufacturer = "EFE"
version = 0
device_type = 0x04
answer_after_bits = {delay}
[[bus.meter.telegram]]
records = [{{ dib = "04", vib = "06", value = 1 }}]
"#,
        // Two meters that answer at the very same bit would look like one with other digits.
        delay = if identification.ends_with('2') { 200 } else { 50 },
    )
}

const DUE_EVERY_SECOND: &str = r#"
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1"
model = "integra_heat"
interval = "1s"
"#;

const CONFIGURED_AT_5: &str = r#"
[[meter]]
id = "new-5"
name = "New, flat 5"
bus = "cellar-1"
address = "5"
model = "generic_mbus"
[meter.parameters]
reg = "{'heat_energy_kwh': 2}"
"#;

impl House {
    async fn set_address(&self, current: &str, new: u8) -> Result<AddressReport, JobError> {
        let order = SetAddress::new(current.parse().unwrap(), NewAddress::new(new).unwrap());
        let bus = self.app.bus(&BusId::new("cellar-1").unwrap()).unwrap();
        bus.set_address(order, None, CancellationToken::new()).await
    }

    async fn read_status(&self, address: &str) -> StatusCode {
        let body = format!(r#"{{"address":"{address}"}}"#);
        self.post("/api/v1/buses/cellar-1/readouts", &body).await.status
    }
}

#[tokio::test]
async fn a14_from_0_to_5_a_read_at_5_succeeds_and_one_at_0_fails() {
    let wire = Wire::start(&new_meter("00000001", 0)).await;
    let house = House::start(wire.address, "").await;
    let report = house.set_address("0", 5).await.unwrap();
    let set = report.result.unwrap();
    assert_eq!(set.identification.identification.to_string(), "00000001");
    assert_eq!(set.write.unwrap().frame, [0x68, 6, 6, 0x68, 0x53, 0, 0x51, 1, 0x7A, 5, 0x24, 0x16]);
    assert_eq!(set.checks.len(), 5, "before: at 0, at 5, at 0; after: at 5, at 0");
    assert_eq!((report.findings, report.bus.as_str()), (Vec::new(), "cellar-1"));
    assert_eq!(house.read_status("5").await, StatusCode::OK);
    assert_eq!(house.read_status("0").await, StatusCode::GATEWAY_TIMEOUT);
    house.stop().await;
}

#[tokio::test]
async fn a16_two_meters_at_the_current_address_are_told_in_four_parts_and_nothing_is_written() {
    let meters = new_meter("00000001", 0) + &new_meter("87654322", 0);
    let wire = Wire::start(&meters).await;
    let house = House::start(wire.address, "").await;
    let report = house.set_address("0", 5).await.unwrap();
    let error = report.result.unwrap_err();
    assert_eq!(error.state(), AddressState::Unchanged);
    let [finding] = report.findings.try_into().unwrap();
    assert_eq!(finding.what, "The meter at address 0 on cellar-1 did not get address 5");
    assert!(finding.why.ends_with("; nothing was changed."), "{}", finding.why);
    assert!(finding.remedy.starts_with("Connect only this meter"), "{}", finding.remedy);
    assert!(finding.since.is_some());
    assert_eq!(house.read_status("5").await, StatusCode::GATEWAY_TIMEOUT);
    house.stop().await;
}

#[tokio::test]
async fn a06_an_address_at_which_a_configured_meter_answers_is_refused_by_its_name() {
    let wire = Wire::start(&(new_meter("00000001", 0) + HEAT)).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    // Its own meter may be switched off: then the bus alone would not show that the address is
    // taken.
    let address = wire.address.to_string();
    drop(wire);
    let offline = |json: &serde_json::Value| json["items"][0]["state"] == "offline";
    house.json_when("/api/v1/buses", offline).await;
    let _wire = Wire::at(&address, 38_400, &new_meter("00000001", 0)).await;
    let error = house.set_address("0", 1).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "address 1 on bus cellar-1 belongs to meter \"heat-1\" (Heat, flat 1), which has answered there; nothing was sent; choose another address, or give that meter another one first"
    );
    // Called by the identification it was known with, it is that meter itself.
    let report = house.set_address("13653120", 1).await.unwrap();
    assert_eq!(report.findings[0].code, "no_meter");
    house.stop().await;
}

#[tokio::test]
async fn a17_a_meter_picked_by_its_serial_gets_one_and_the_others_go_on_being_read() {
    let meters = new_meter("00000001", 0) + &new_meter("87654322", 0) + HEAT;
    let wire = Wire::start(&meters).await;
    let house = House::start(wire.address, DUE_EVERY_SECOND).await;
    house.all_attempted().await;
    let report = house.set_address("87654322", 7).await.unwrap();
    report.result.unwrap();
    assert_eq!(house.read_status("7").await, StatusCode::OK);
    assert_eq!(house.read_status("0").await, StatusCode::OK, "the other one is alone there now");
    // The schedule waited: the meter that is due every second was not asked in between.
    let for_heat_1 = |bytes: &[u8]| matches!(bytes, [0x10, _, 1, ..]);
    let trace = report.trace.entries().iter();
    assert_eq!(trace.filter(|entry| for_heat_1(&entry.bytes)).count(), 0);
    let ended_at = report.ended_at;
    house.meter_when("heat-1", |meter| time(&meter["last_success_at"]) > ended_at).await;
    house.stop().await;
}

#[tokio::test]
async fn a_meter_that_is_configured_at_its_new_address_is_read_there_at_once() {
    let wire = Wire::start(&new_meter("00000001", 0)).await;
    let house = House::start(wire.address, CONFIGURED_AT_5).await;
    house.all_attempted().await;
    let before = house.get("/api/v1/meters/new-5").await.json();
    assert_eq!(before["problem"]["code"], "no_answer");
    let report = house.set_address("0", 5).await.unwrap();
    assert!(report.result.is_ok() && report.findings.is_empty(), "{report:?}");
    house.meter_when("new-5", |meter| meter["state"] == "ok").await;
    house.stop().await;
}

#[tokio::test]
async fn whoever_is_configured_at_the_old_address_is_named_with_what_to_do() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let report = house.set_address("1", 9).await.unwrap();
    report.result.unwrap();
    let [finding] = report.findings.try_into().unwrap();
    assert_eq!(finding.what, "Meter Heat, flat 1 on cellar-1 is still configured at address 1");
    assert_eq!(finding.remedy, "Configure meter \"heat-1\" with address 9.");
    house.stop().await;
}

#[tokio::test]
async fn a_port_that_is_not_there_changes_nothing_and_says_so() {
    let wire = Wire::start("").await;
    let house = House::start(wire.address, "").await;
    drop(wire);
    let report = house.set_address("0", 5).await.unwrap();
    let error = report.result.unwrap_err();
    assert!(matches!(error, AddressError::Port { .. }), "{error:?}");
    let [finding] = report.findings.try_into().unwrap();
    assert_eq!(finding.code, "bus_offline");
    assert!(finding.why.ends_with("; nothing was changed."), "{}", finding.why);
    house.stop().await;
}

#[tokio::test]
async fn c02_a_change_that_is_given_up_while_it_waits_in_the_queue_is_not_begun() {
    let wire = Wire::start(&new_meter("00000001", 0)).await;
    let house = House::start(wire.address, "").await;
    let bus = house.app.bus(&BusId::new("cellar-1").unwrap()).unwrap();
    let order = SetAddress::new("0".parse().unwrap(), NewAddress::new(5).unwrap());
    let given_up = CancellationToken::new();
    // Nobody answers at 9, which takes three tries; the change waits behind them.
    let (read, changed) = tokio::join!(house.read_status("9"), async {
        let change = bus.set_address(order, None, given_up.clone());
        let (changed, ()) = tokio::join!(change, async { given_up.cancel() });
        changed
    });
    assert_eq!(read, StatusCode::GATEWAY_TIMEOUT);
    assert!(matches!(changed, Err(JobError::GivenUp)), "{changed:?}");
    assert_eq!(house.read_status("0").await, StatusCode::OK, "it has its address still");
    house.stop().await;
}

#[tokio::test]
async fn stopping_ends_a_slow_change_and_says_what_is_known() {
    // At 300 baud reading the meter twice takes longer than stopping may.
    let wire = Wire::at("127.0.0.1:0", 300, HEAT).await;
    let house = House::start(wire.address, "").await;
    let bus = house.app.bus(&BusId::new("cellar-1").unwrap()).unwrap();
    let order = SetAddress::new("1".parse().unwrap(), NewAddress::new(5).unwrap());
    let slow = mbus_master::Baudrate::new(300);
    let change =
        tokio::spawn(async move { bus.set_address(order, slow, CancellationToken::new()).await });
    let online = |json: &serde_json::Value| json["items"][0]["state"] == "online";
    house.json_when("/api/v1/buses", online).await;
    let began = std::time::Instant::now();
    house.stop().await;
    assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
    match change.await.unwrap() {
        Err(JobError::Stopping) => {}
        Ok(report) => {
            let error = report.result.unwrap_err();
            assert!(matches!(error, AddressError::Interrupted { written: false }), "{error:?}");
            assert!(report.findings[0].why.ends_with("nothing was changed."));
        }
        Err(error) => panic!("{error}"),
    }
}
