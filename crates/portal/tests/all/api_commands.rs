//! A person at the portal reads meters and changes addresses, by way of the gateway.

use axum::http::StatusCode;
use fleet_link::{CommandKind, CommandReply, MeterRead, TelegramBytes};
use jiff::Timestamp;
use portal::live::Change;
use serde_json::{Value, json};

use crate::fleet::{heat_form, start};
use crate::portal_api::Portal;

/// A meter with one record: 12345 kWh at line 2.
const TELEGRAM: [u8; 21] = [
    0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78, 0x78,
    0x56, 0x34, 0x12, 0x8C, 0x16,
];

async fn pending(portal: &Portal) -> Vec<CommandKind> {
    let open = portal.fleet.db.deliver_commands(portal.fleet.gateway, Timestamp::now()).await;
    open.unwrap().into_iter().map(|command| command.kind).collect()
}

#[tokio::test]
async fn a_meter_is_read_now_and_what_was_heard_is_shown_line_by_line() {
    let portal = Portal::new().await;
    let form = heat_form(portal.fleet.gateway);
    portal.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    let mut changes = portal.live.listen();
    let answer = portal.post("/api/v1/meters/meter-1/readouts", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    assert_eq!(
        (&answer.json["id"], &answer.json["state"]),
        (&json!("command-1"), &json!("queued"))
    );
    assert_eq!(answer.json["gateway_online"], false);
    let id = "command-1".parse().unwrap();
    assert_eq!(changes.recv().await.unwrap(), Change::CommandQueued(portal.fleet.gateway, id));
    let kind = CommandKind::ReadMeter { meter: "meter-1".to_owned() };
    assert_eq!(pending(&portal).await, [kind]);
    let reply = CommandReply::Read(MeterRead {
        bus: "cellar-1".to_owned(),
        address: "8".to_owned(),
        read_at: start(),
        elapsed_ms: 1_300,
        answered_after_ms: 62,
        tries: 1,
        telegrams: vec![TelegramBytes(TELEGRAM.to_vec())],
        findings: Vec::new(),
    });
    portal.fleet.db.save_reply(portal.fleet.gateway, id, reply, Timestamp::now()).await.unwrap();
    let shown = portal.get("/api/v1/commands/command-1").await.json;
    assert_eq!(shown["state"], "done");
    let lines = shown["heard"]["lines"].as_array().unwrap();
    assert_eq!(lines[0]["number"], 0);
    let record = &lines[2];
    assert!(record["text"].as_str().unwrap().contains("ENERGY"), "{record}");
    assert_eq!(
        (&record["selector"], &record["hex"]),
        (&json!("2 04/06"), &json!("04 06 39 30 00 00"))
    );
    assert_eq!(shown["heard"]["telegrams"][0]["decoded"]["ci"], "78");
    assert_eq!(portal.acts().await[0], ("meter.read".to_owned(), "done".to_owned()));
    let listed = portal.get("/api/v1/gateways/gateway-1/commands").await.json;
    assert_eq!(listed["items"][0]["id"], "command-1");
}

#[tokio::test]
async fn any_address_of_a_gateway_is_read() {
    let portal = Portal::new().await;
    let path = "/api/v1/gateways/gateway-1/readouts";
    assert_eq!(portal.post(path, &json!({})).await.status, StatusCode::ACCEPTED);
    let serial = json!({"address": "13653120", "bus": "cellar-1", "baudrate": 300});
    assert_eq!(portal.post(path, &serial).await.status, StatusCode::ACCEPTED);
    let read = |bus: Option<&str>, address: &str, baudrate| CommandKind::ReadAddress {
        bus: bus.map(str::to_owned),
        address: address.to_owned(),
        baudrate,
    };
    let wanted = [read(None, "0", None), read(Some("cellar-1"), "13653120", Some(300))];
    assert_eq!(pending(&portal).await, wanted);
    for bad in [json!({"address": "251"}), json!({"address": "x"}), json!({"baudrate": 2_401})] {
        let answer = portal.post(path, &bad).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    assert_eq!(pending(&portal).await.len(), 2, "nothing bad was queued");
}

#[tokio::test]
async fn a15_only_addresses_a_meter_can_have_are_sent_to_a_gateway() {
    let portal = Portal::new().await;
    let path = "/api/v1/gateways/gateway-1/addresses";
    let wish = |new: Value| json!({"current": "0", "new": new});
    for bad in [json!(0), json!(251), json!(255), json!(-1), json!("five"), json!(""), Value::Null]
    {
        let answer = portal.post(path, &wish(bad.clone())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_eq!(pending(&portal).await, []);
    for good in [1, 250] {
        assert_eq!(portal.post(path, &wish(json!(good))).await.status, StatusCode::ACCEPTED);
    }
    let new: Vec<_> = pending(&portal)
        .await
        .into_iter()
        .map(|kind| match kind {
            CommandKind::SetAddress { new, .. } => new,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(new, [1, 250]);
    assert_eq!(portal.acts().await[0], ("gateway.set_address".to_owned(), "done".to_owned()));
}
