//! Sites and gateways, and the claim code that is shown once.

use axum::http::StatusCode;
use fleet_link::{ClaimCode, Status};
use jiff::Timestamp;
use portal::live::Change;
use portal::token::{GatewayToken, claim_hash};
use serde_json::{Value, json};

use crate::fleet::{batch, start};
use crate::portal_api::{Portal, heat};

#[tokio::test]
async fn a_gateway_is_added_with_a_claim_code_that_is_shown_once() {
    let portal = Portal::new().await;
    let wish = json!({"site": "site-1", "name": " Building 8 "});
    let answer = portal.post("/api/v1/gateways", &wish).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let text = answer.json["claim_code"].as_str().unwrap();
    let code = ClaimCode::parse(text).unwrap();
    assert_eq!(code.portal.to_string(), "http://127.0.0.1:8090");
    assert_eq!(code.certificate, None);
    let secret = code.secret.to_string();
    for path in ["/api/v1/gateways", "/api/v1/gateways/gateway-2", "/api/v1/audit"] {
        let shown = portal.get(path).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(!shown.text.contains(&secret), "{path} shows the secret");
    }
    let gateway = portal.get("/api/v1/gateways/gateway-2").await.json;
    assert_eq!((&gateway["name"], &gateway["state"]), (&json!("Building 8"), &json!("unclaimed")));
    // The code is one that works.
    let token = GatewayToken::new().unwrap();
    let claimed =
        portal.fleet.db.claim(claim_hash(&code.secret), token.hash(), "1".into(), Timestamp::now());
    assert_eq!(claimed.await.unwrap().to_string(), "gateway-2");
    let state = async || portal.get("/api/v1/gateways/gateway-2").await.json["state"].clone();
    assert_eq!(state().await, "offline");
    let connected = portal.live.connect("gateway-2".parse().unwrap());
    assert_eq!(state().await, "online");
    drop(connected);
    assert_eq!(portal.acts().await[0], ("gateway.create".to_owned(), "done".to_owned()));
}

#[tokio::test]
async fn another_claim_code_ends_the_one_before() {
    let portal = Portal::new().await;
    let mut changes = portal.live.listen();
    let codes = "/api/v1/gateways/gateway-1/claim-codes";
    let first = portal.post(codes, &Value::Null).await;
    let second = portal.post(codes, &Value::Null).await;
    let hash = |answer: &Value| {
        claim_hash(&ClaimCode::parse(answer["claim_code"].as_str().unwrap()).unwrap().secret)
    };
    let token = GatewayToken::new().unwrap().hash();
    let claim = |hash| portal.fleet.db.claim(hash, token, "1".into(), Timestamp::now());
    assert!(claim(hash(&first.json)).await.is_err());
    claim(hash(&second.json)).await.unwrap();
    assert_eq!(changes.recv().await.unwrap(), Change::Gateway(portal.fleet.gateway));
    let unknown = portal.post("/api/v1/gateways/gateway-9/claim-codes", &Value::Null).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let logged = portal.acts().await[0].clone();
    assert_eq!(logged, ("gateway.make_claim_code".to_owned(), "refused".to_owned()));
}

#[tokio::test]
async fn sites_and_gateways_are_renamed_and_refused_with_the_reason() {
    let portal = Portal::new().await;
    let name = |name: &str| json!({ "name": name });
    let made = portal.post("/api/v1/sites", &name("Lake Street")).await;
    assert_eq!((made.status, &made.json["id"]), (StatusCode::CREATED, &json!("site-2")));
    let taken = portal.post("/api/v1/sites", &name("Lake Street")).await;
    assert_eq!((taken.status, &taken.json["code"]), (StatusCode::CONFLICT, &json!("name_taken")));
    assert_eq!(taken.headers["content-type"], "application/problem+json");
    let empty = portal.post("/api/v1/sites", &name(" ")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let renamed = portal.put("/api/v1/sites/site-2", &name("Lake Road")).await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT);
    let full = portal.delete("/api/v1/sites/site-1").await;
    assert_eq!((full.status, &full.json["code"]), (StatusCode::CONFLICT, &json!("not_empty")));
    assert_eq!(portal.delete("/api/v1/sites/site-2").await.status, StatusCode::NO_CONTENT);
    assert_eq!(portal.delete("/api/v1/sites/site-2").await.status, StatusCode::NOT_FOUND);
    let renamed = portal.put("/api/v1/gateways/gateway-1", &name("House 7")).await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT);
    assert_eq!(portal.get("/api/v1/gateways").await.json["items"][0]["name"], "House 7");
    for path in ["/api/v1/gateways/gateway-9", "/api/v1/gateways/x", "/api/v1/nothing"] {
        let answer = portal.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn a_gateway_is_moved_to_another_site_with_its_meters() {
    let portal = Portal::new().await;
    portal.post("/api/v1/sites", &json!({"name": "Lake Street"})).await;
    let made = portal.post("/api/v1/meters", &heat()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let place = |name: &str, site: &str| json!({ "name": name, "site": site });
    let path = "/api/v1/gateways/gateway-1";
    let moved = portal.put(path, &place("Building 7", "site-2")).await;
    assert_eq!(moved.status, StatusCode::NO_CONTENT, "{}", moved.text);
    assert_eq!(portal.get(path).await.json["site"], "site-2");
    assert_eq!(portal.get("/api/v1/meters/meter-1").await.json["site_name"], "Lake Street");
    assert_eq!(portal.acts().await[0], ("gateway.move".to_owned(), "done".to_owned()));
    // A name alone leaves it there.
    portal.put(path, &json!({ "name": "House 7" })).await;
    assert_eq!(portal.get(path).await.json["site"], "site-2");

    let wish = json!({"site": "site-1", "name": "House 7"});
    assert_eq!(portal.post("/api/v1/gateways", &wish).await.status, StatusCode::CREATED);
    let taken = portal.put(path, &place("House 7", "site-1")).await;
    assert_eq!((taken.status, &taken.json["code"]), (StatusCode::CONFLICT, &json!("name_taken")));
    for site in ["site-9", "x"] {
        let nowhere = portal.put(path, &place("House 7", site)).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "{site}");
    }
    assert_eq!(portal.get(path).await.json["site"], "site-2");
}

#[tokio::test]
async fn a_gateway_is_removed_with_its_meters_where_that_is_said_and_its_readings_stay() {
    let portal = Portal::new().await;
    let db = &portal.fleet.db;
    portal.post("/api/v1/meters", &heat()).await;
    let codes = "/api/v1/gateways/gateway-1/claim-codes";
    let code = portal.post(codes, &Value::Null).await;
    let code = ClaimCode::parse(code.json["claim_code"].as_str().unwrap()).unwrap();
    let token = GatewayToken::new().unwrap().hash();
    db.claim(claim_hash(&code.secret), token, "1".into(), Timestamp::now()).await.unwrap();
    let brought = batch("meter-1", 1..=3);
    db.store_batch(portal.fleet.claimed(), brought, start()).await.unwrap();
    portal.post(codes, &Value::Null).await;

    let path = "/api/v1/gateways/gateway-1";
    let refused = portal.delete(path).await;
    let found = (refused.status, &refused.json["code"]);
    assert_eq!(found, (StatusCode::CONFLICT, &json!("has_meters")));
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("gateway-1 still has a meter that is configured here"), "{said}");
    let unclear = portal.delete(&format!("{path}?meters=keep")).await;
    assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(portal.get("/api/v1/meters").await.json["items"].as_array().unwrap().len(), 1);

    let mut changes = portal.live.listen();
    let removed = portal.delete(&format!("{path}?meters=remove")).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);
    assert_eq!(portal.acts().await[0], ("gateway.remove".to_owned(), "done".to_owned()));
    assert_eq!(portal.acts().await[1], ("gateway.remove".to_owned(), "refused".to_owned()));
    assert_eq!(changes.recv().await.unwrap(), Change::Removed(portal.fleet.gateway));
    let meters = vec!["meter-1".parse().unwrap()];
    assert_eq!(changes.recv().await.unwrap(), Change::Meters(meters));
    for gone in [path, "/api/v1/meters/meter-1"] {
        assert_eq!(portal.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    for list in ["/api/v1/gateways", "/api/v1/meters"] {
        assert_eq!(portal.get(list).await.json["items"], json!([]), "{list}");
    }
    assert_eq!(portal.get("/api/v1/overview").await.status, StatusCode::OK);
    assert_eq!(portal.delete(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.put(path, &json!({"name": "x"})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.post(codes, &Value::Null).await.status, StatusCode::NOT_FOUND);
    // Nobody gets in as this gateway, and what it brought is there.
    assert!(db.gateway_by_token(token).await.unwrap().is_none());
    assert_eq!(db.readouts_of_gateway(portal.fleet.gateway, 0, 10).await.unwrap().len(), 3);
    // A status that was under way brings no meter back.
    let own = db.save_status(portal.fleet.gateway, status(), Vec::new(), start()).await.unwrap();
    assert!(own.is_empty() && portal.get(path).await.status == StatusCode::NOT_FOUND);

    // Its name and its site are free.
    let again = json!({"site": "site-1", "name": "Building 7"});
    let again = portal.post("/api/v1/gateways", &again).await;
    assert_eq!(again.json["gateway"], "gateway-2", "an id is never given again");
    assert_eq!(portal.delete("/api/v1/sites/site-1").await.status, StatusCode::CONFLICT);
    let empty = portal.delete("/api/v1/gateways/gateway-2").await;
    assert_eq!(empty.status, StatusCode::NO_CONTENT, "{}", empty.text);
    assert_eq!(portal.delete("/api/v1/sites/site-1").await.status, StatusCode::NO_CONTENT);
    assert_eq!(portal.get("/api/v1/sites").await.json["items"], json!([]));
    let named = portal.post("/api/v1/sites", &json!({"name": "Hill Street"})).await;
    assert_eq!(named.status, StatusCode::CREATED, "{}", named.text);
}

fn status() -> Status {
    Status {
        version: "1".to_owned(),
        buses: Vec::new(),
        meters: Vec::new(),
        configuration: None,
        problems: Vec::new(),
        waiting: 0,
        own_meters: Vec::new(),
    }
}
