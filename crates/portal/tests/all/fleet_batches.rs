//! What a gateway brings is stored once and then acknowledged, whatever happens on the way.

use axum::http::{Method, StatusCode};
use fleet_link::{BusState, BusStatus, Status};
use jiff::Timestamp;
use portal::live::Change;
use portal::token::claim_hash;
use serde_json::json;

use crate::fleet::{Fleet, after, batch, heat_form, start};
use crate::link::{Link, secret};

const BATCHES: &str = "/fleet/v1/batches";

async fn sequences(fleet: &Fleet) -> Vec<u64> {
    let stored = fleet.db.readouts_of_gateway(fleet.gateway, 0, 10_000).await.unwrap();
    stored.iter().map(|readout| readout.sequence).collect()
}

#[tokio::test]
async fn a39_the_portal_catches_up_after_days_of_outage() {
    let link = Link::new().await;
    let form = heat_form(link.fleet.gateway);
    link.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    // Three days, four meters, every 15 minutes. Each batch's first answer is lost, some come
    // once more when later ones are through.
    let all = 3 * 96 * 4;
    let batches: Vec<_> =
        (0..all / 96).map(|part| batch("meter-1", part * 96 + 1..=(part + 1) * 96)).collect();
    for (index, one) in batches.iter().enumerate() {
        for _ in 0..2 {
            let (status, answer) = link.post(BATCHES, one).await;
            let last = one.readouts.last().unwrap().sequence;
            assert_eq!((status, answer), (StatusCode::OK, json!({"acknowledged": last})));
        }
        if index % 3 == 2 {
            link.post(BATCHES, &batches[index - 2]).await;
        }
    }
    assert_eq!(sequences(&link.fleet).await, (1..=all).collect::<Vec<_>>());
}

#[tokio::test]
async fn batches_out_of_order_are_all_stored() {
    let link = Link::new().await;
    for range in [7..=9, 1..=3, 4..=8] {
        let (status, answer) = link.post(BATCHES, &batch("meter-1", range.clone())).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({"acknowledged": range.end()})));
    }
    assert_eq!(sequences(&link.fleet).await, (1..=9).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_no_batch_is_refused_with_the_reason_and_stores_nothing() {
    let link = Link::new().await;
    let refused = async |body: String| {
        let (status, answer) = link.send(Method::POST, BATCHES, Some(&link.token), &body).await;
        (status.as_u16(), answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let body = |batch: &fleet_link::Batch| serde_json::to_string(batch).unwrap();
    assert_eq!(refused(body(&batch("meter-1", []))).await, (422, "bad_batch".to_owned()));
    assert_eq!(refused(body(&batch("meter-1", [2, 1]))).await, (422, "bad_batch".to_owned()));
    assert_eq!(refused("{".to_owned()).await, (400, "no_message".to_owned()));
    assert_eq!(refused("{}".to_owned()).await, (422, "bad_message".to_owned()));
    let inexact = body(&batch("meter-1", [1])).replace("0.001", &"1234567890".repeat(4));
    assert_eq!(refused(inexact).await, (422, "bad_message".to_owned()));
    let huge = format!("{{\"boot\": \"{}\"}}", "x".repeat(fleet_link::MAX_BATCH_BYTES));
    assert_eq!(refused(huge).await, (413, "message_too_large".to_owned()));
    link.post(BATCHES, &batch("meter-1", [5])).await;
    let reused = batch("meter-2", [5]);
    assert_eq!(refused(body(&reused)).await, (409, "sequence_reused".to_owned()));
    assert_eq!(sequences(&link.fleet).await, [5]);
}

#[tokio::test]
async fn a_batch_larger_than_usual_bodies_is_taken() {
    let link = Link::new().await;
    let large = batch("meter-1", 1..=500);
    assert!(serde_json::to_string(&large).unwrap().len() > 200_000);
    let (status, _) = link.post(BATCHES, &large).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_token_of_its_own_nobody_brings_or_gets_anything() {
    let link = Link::new().await;
    let posts = [
        BATCHES,
        "/fleet/v1/status",
        "/fleet/v1/configuration/1/result",
        "/fleet/v1/commands/command-1/progress",
        "/fleet/v1/commands/command-1/reply",
    ];
    let gets = ["/fleet/v1/stream", "/fleet/v1/configuration", "/fleet/v1/commands"];
    let requests = posts
        .map(|path| (Method::POST, path))
        .into_iter()
        .chain(gets.map(|path| (Method::GET, path)));
    let unknown = format!("busmeister_gateway_{}", "0".repeat(64));
    let body = serde_json::to_string(&batch("meter-1", [1])).unwrap();
    for (method, path) in requests {
        for token in [None, Some("x"), Some(unknown.as_str()), Some(&link.token[1..])] {
            let (status, answer) = link.send(method.clone(), path, token, &body).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path} with {token:?}");
            assert_eq!(answer["code"], "unknown_token");
        }
    }
    assert_eq!(sequences(&link.fleet).await, Vec::<u64>::new());
    let (status, answer) = link.get("/fleet/v1/everything").await;
    assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("unknown_path")));
    let (status, _) = link.get(BATCHES).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn claim_codes_that_are_used_expired_or_unknown_are_refused() {
    let mut link = Link::new().await;
    let (status, answer) = link.claim(1).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("used_claim_code")));
    let (status, answer) = link.claim(2).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("unknown_claim_code")));
    let past = Timestamp::from_second(Timestamp::now().as_second() - 1).unwrap();
    let renewed = link.fleet.db.renew_claim(link.fleet.gateway, claim_hash(&secret(3)), past);
    renewed.await.unwrap();
    let (status, answer) = link.claim(3).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("expired_claim_code")));
    let log = link.state.access.audit(None, 10).await.unwrap().entries;
    let log: Vec<_> = log.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(log, ["gateway.claim"], "only the first was one");
    // None of it has cost the gateway its token; a new claim does.
    assert_eq!(link.get("/fleet/v1/configuration").await.0, StatusCode::OK);
    let old = link.token.clone();
    link.token = link.claim_with(4).await;
    assert_eq!(link.get("/fleet/v1/configuration").await.0, StatusCode::OK);
    let (status, _) = link.send(Method::GET, "/fleet/v1/configuration", Some(&old), "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_gateway_says_how_it_is() {
    let link = Link::new().await;
    let mut changes = link.state.live.listen();
    let status = Status {
        version: "0.2.0".to_owned(),
        buses: vec![BusStatus {
            id: "cellar-1".to_owned(),
            name: "Cellar".to_owned(),
            state: BusState::Online,
            problem: None,
        }],
        meters: Vec::new(),
        configuration: Some(3),
        problems: Vec::new(),
        waiting: 7,
        own_meters: Vec::new(),
    };
    let (answer, _) = link.post("/fleet/v1/status", &status).await;
    assert_eq!(answer, StatusCode::NO_CONTENT);
    assert_eq!(changes.recv().await.unwrap(), Change::Gateway(link.fleet.gateway));
    let gateway = link.fleet.db.gateway(link.fleet.gateway).await.unwrap().unwrap();
    assert_eq!(gateway.buses().collect::<Vec<_>>(), ["cellar-1"]);
    assert_eq!(gateway.version.as_deref(), Some("0.2.0"));
    assert_eq!(gateway.status.unwrap().0, status);
    assert!(gateway.last_seen_at.unwrap() > after(-1_000_000));
}
