//! The messages as they stand in the documentation: what is on the wire today must be read by
//! every later version.

use std::fmt::Debug;

use fleet_link::{
    Acknowledgement, Batch, BusState, ClaimAnswer, ClaimRequest, Command, CommandKind,
    CommandProgress, CommandReply, Configuration, ConfigurationResult, Mode, PendingCommands,
    Reading, ReadingValue, Severity, Status, StreamEvent,
};
use mbus::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads the text, and sees that it is written in the same way again.
fn exactly<T: Serialize + DeserializeOwned + Debug>(json: &str) -> T {
    let read: T = serde_json::from_str(json).unwrap();
    let written: serde_json::Value = serde_json::to_value(&read).unwrap();
    let given: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(written, given);
    read
}

#[test]
fn a_claim() {
    let request: ClaimRequest = exactly(
        r#"{"code_secret": "mpjtb9d5mpjtb9d5mpjtb9d5mpjtb9d5", "gateway_name": "Building 7",
            "version": "0.1.0"}"#,
    );
    assert_eq!(request.code_secret.as_bytes(), &[0xA5; 20]);
    let answer: ClaimAnswer = exactly(r#"{"gateway": "gateway-1", "token": "secret"}"#);
    assert!(!format!("{answer:?}").contains("secret"));
    let bad = serde_json::from_str::<ClaimRequest>(
        r#"{"code_secret": "short", "gateway_name": "", "version": ""}"#,
    );
    let error = bad.unwrap_err().to_string();
    assert!(
        error.starts_with("a claim code's secret has 32 characters, this one has 5"),
        "{error}"
    );
}

#[test]
fn a_batch_with_numbers_digit_by_digit() {
    let json = r#"{"boot": "2026-11-20T14:00:00Z-4711", "readouts": [{
        "sequence": 42, "meter": "meter-17", "bus": "cellar-1", "address": "1",
        "read_at": "2026-11-20T14:00:00.123Z", "outcome": "complete", "telegrams": ["680404680801"],
        "readings": [
          {"register": "vol_m3", "value": 600.000, "unit": "m³", "quality": "ok",
           "measured_at": "2021-06-11T10:30", "is_index": true,
           "source": {"telegram": 0, "line": 4, "dib": "04", "vib": "13"}},
          {"register": "energy", "value": 12345e3, "unit": "Wh", "quality": "ok",
           "measured_at": null, "is_index": false, "source": null},
          {"register": "text", "value": "09LA076755", "unit": null, "quality": "ok",
           "measured_at": null, "is_index": false, "source": null},
          {"register": "lost", "value": null, "unit": "kWh", "quality": "missing",
           "measured_at": null, "is_index": false, "source": null}],
        "mapping_revision": "a1b2",
        "problems": [{"code": "register_missing", "register": "lost", "what": "", "why": "",
                      "remedy": "", "severity": "attention", "since": null}]}]}"#;
    let batch: Batch = serde_json::from_str(json).unwrap();
    let value = |index: usize| batch.readouts[0].readings[index].value.clone();
    let Some(ReadingValue::Number(volume)) = value(0) else { panic!("{:?}", value(0)) };
    assert_eq!((volume.mantissa(), volume.exponent()), (600_000, -3));
    assert_eq!(value(1), Some(ReadingValue::Number(Decimal::new(12_345, 3))));
    assert_eq!(value(2), Some(ReadingValue::Text("09LA076755".to_owned())));
    assert_eq!(value(3), None);
    assert_eq!(batch.readouts[0].telegrams[0].0, [0x68, 4, 4, 0x68, 8, 1]);
    assert_eq!(batch.readouts[0].problems[0].severity, Severity::Attention);
    let written = serde_json::to_string(&batch).unwrap();
    assert!(written.contains(r#""value":600.000,"#), "{written}");
    let acknowledgement: Acknowledgement = exactly(r#"{"acknowledged": 42}"#);
    assert_eq!(acknowledgement.acknowledged, 42);
}

#[test]
fn numbers_that_cannot_be_held_exactly_are_refused_and_not_rounded() {
    let read = |value: &str| {
        let json = format!(r#"{{"register": "r", "value": {value}, "quality": "ok"}}"#);
        serde_json::from_str::<Reading>(&json)
    };
    let digits = "1234567890".repeat(4);
    for value in [digits.as_str(), "1e32000", "1e-32000", "1e99999", "true", "[]", "{}"] {
        assert!(read(value).is_err(), "{value}");
    }
    assert!(read("0.1234567890123456789012345678901234567").is_ok());
}

#[test]
fn fields_of_later_versions_are_passed_over() {
    let status: Status = serde_json::from_str(
        r#"{"version": "9.9.9", "buses": [{"id": "a", "name": "A", "state": "offline", "new": 1}],
            "meters": [], "later": {"deep": [1, 2.5]}}"#,
    )
    .unwrap();
    assert_eq!(status.buses[0].state, BusState::Offline);
    assert_eq!((status.configuration, status.waiting), (None, 0));
    assert_eq!(status.own_meters, []);
}

#[test]
fn a_status_with_the_meters_of_the_gateways_own_file() {
    let status: Status = exactly(
        r#"{"version": "0.1.0", "buses": [], "meters": [], "configuration": 3, "problems": [],
            "waiting": 7, "own_meters": [{"id": "heat-1", "name": "Heat, flat 1",
            "bus": "cellar-1", "address": "1", "model": "integra_heat", "parameters": {},
            "baudrate": 2400, "mode": "consumption", "interval": "15m"}]}"#,
    );
    assert_eq!(status.own_meters[0].id, "heat-1");
}

#[test]
fn a_configuration_and_its_result() {
    let configuration: Configuration = exactly(
        r#"{"revision": 3, "meters": [{"id": "meter-17", "name": "Heat, flat 1", "bus": null,
            "address": null, "model": "manual_heat_secondary_ad", "parameters":
            {"reg": "{'heat_energy_kwh': 3}", "secondary_ad": "20316513C5140004"},
            "baudrate": 2400, "mode": "consumption", "interval": "15m"}]}"#,
    );
    assert_eq!(configuration.meters[0].mode, Mode::Consumption);
    let result: ConfigurationResult = exactly(r#"{"applied": true, "problems": []}"#);
    assert!(result.applied);
}

#[test]
fn commands_and_replies() {
    let pending: PendingCommands = exactly(
        r#"{"commands": [{"id": "command-1", "created_at": "2026-11-20T14:00:00Z",
            "expires_at": "2026-11-20T14:10:00Z", "command":
            {"kind": "set_address", "bus": "cellar-1", "current": "0", "new": 5, "baudrate": 2400}}]}"#,
    );
    assert!(matches!(pending.commands[0].command, CommandKind::SetAddress { new: 5, .. }));
    let later: Command = serde_json::from_str(
        r#"{"id": "command-2", "created_at": "2026-11-20T14:00:00Z",
            "expires_at": "2026-11-20T14:10:00Z", "command": {"kind": "self_destruct", "delay": 3}}"#,
    )
    .unwrap();
    assert_eq!(later.command, CommandKind::Unknown);
    let progress: CommandProgress = exactly(
        r#"{"at": "2026-11-20T14:00:01Z", "step": "reading", "text": "Reading address 0"}"#,
    );
    assert_eq!(progress.step, "reading");
    let reply: CommandReply = exactly(
        r#"{"outcome": "address_changed", "bus": "cellar-1", "previous": "0", "new": 5,
            "identification": "20316513C5140004", "steps": ["One meter answers at 0."]}"#,
    );
    assert!(matches!(reply, CommandReply::AddressChanged(_)));
    let failed: CommandReply = exactly(
        r#"{"outcome": "failed", "finding": {"code": "no_answer", "what": "a", "why": "b",
            "remedy": "c", "severity": "fault", "since": null}}"#,
    );
    assert!(matches!(failed, CommandReply::Failed { .. }));
}

#[test]
fn events_of_later_versions_are_passed_over() {
    assert_eq!(StreamEvent::parse("weather", "rain").unwrap(), None);
    assert!(StreamEvent::parse("command", "rain").is_err());
    let event = StreamEvent::Configuration { revision: 3 };
    assert_eq!((event.name(), event.data().as_str()), ("configuration", r#"{"revision":3}"#));
}
