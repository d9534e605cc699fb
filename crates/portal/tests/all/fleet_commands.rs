//! Configurations and commands go down, results and replies come up.

use axum::http::StatusCode;
use fleet_link::{CommandKind, CommandReply, Configuration, PendingCommands};
use jiff::Timestamp;
use portal::command::CommandState;
use portal::live::Change;
use serde_json::json;

use crate::fleet::{heat_form, start};
use crate::link::Link;

#[tokio::test]
async fn a28_a_gateway_fetches_its_configuration_and_reports() {
    let link = Link::new().await;
    let (_, answer) = link.get("/fleet/v1/configuration").await;
    assert_eq!(answer, json!({"revision": 0, "meters": []}));
    let form = heat_form(link.fleet.gateway);
    link.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    let (status, answer) = link.get("/fleet/v1/configuration").await;
    assert_eq!(status, StatusCode::OK);
    let configuration: Configuration = serde_json::from_value(answer).unwrap();
    let meter = &configuration.meters[0];
    assert_eq!(meter.model, "manual_heat_secondary_ad");
    assert_eq!(meter.parameters["secondary_ad"], "20316513C5140004");
    assert_eq!(meter.parameters["reg"], "{'heat_energy_kwh': 3}");
    let result = json!({"applied": true, "problems": []});
    let (status, _) = link.post("/fleet/v1/configuration/1/result", &result).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let gateway = link.fleet.db.gateway(link.fleet.gateway).await.unwrap().unwrap();
    assert_eq!((gateway.wanted_revision, gateway.reported.unwrap().revision), (1, 1));
    for revision in ["2", "0", "x", "-1", "99999999999999999999"] {
        let path = format!("/fleet/v1/configuration/{revision}/result");
        assert_eq!(link.post(&path, &result).await.0, StatusCode::NOT_FOUND, "{revision}");
    }
}

#[tokio::test]
async fn a_command_is_fetched_carried_out_and_answered() {
    let link = Link::new().await;
    let (db, gateway) = (&link.fleet.db, link.fleet.gateway);
    let kind = CommandKind::SetAddress {
        bus: None,
        current: "0".to_owned(),
        new: 5,
        baudrate: Some(2_400),
    };
    let now = Timestamp::now();
    let soon = Timestamp::from_second(now.as_second() + 600).unwrap();
    let queued = db.create_command(gateway, kind.clone(), None, "ada".to_owned(), soon, now);
    let id = queued.await.unwrap().id;
    let (_, answer) = link.get("/fleet/v1/commands").await;
    let pending: PendingCommands = serde_json::from_value(answer).unwrap();
    assert_eq!(
        (pending.commands[0].id.as_str(), &pending.commands[0].command),
        ("command-1", &kind)
    );

    let mut changes = link.state.live.listen();
    let progress = json!({"at": now, "step": "writing", "text": "Writing address 5"});
    let (status, _) = link.post("/fleet/v1/commands/command-1/progress", &progress).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(changes.recv().await.unwrap(), Change::CommandAdvanced(gateway, id));
    let state = db.command(id).await.unwrap().unwrap().state(now);
    assert_eq!(state, CommandState::Running);
    let (_, answer) = link.get("/fleet/v1/commands").await;
    assert_eq!(answer, json!({"commands": []}), "what was begun is not told twice");

    let reply = json!({"outcome": "address_changed", "bus": "cellar-1", "previous": "0", "new": 5});
    // The answer to the first one was lost.
    for _ in 0..2 {
        let (status, _) = link.post("/fleet/v1/commands/command-1/reply", &reply).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let command = db.command(id).await.unwrap().unwrap();
    assert_eq!(command.state(now), CommandState::Done);
    let Some((CommandReply::AddressChanged(changed), _)) = command.reply else { panic!() };
    assert_eq!(changed.new, 5);
    for unknown in ["command-2", "command-0", "x"] {
        let path = format!("/fleet/v1/commands/{unknown}/reply");
        assert_eq!(link.post(&path, &reply).await.0, StatusCode::NOT_FOUND, "{unknown}");
    }
}
