//! Sites and gateways, and the claim code that is shown once.

use axum::http::StatusCode;
use fleet_link::ClaimCode;
use jiff::Timestamp;
use portal::live::Change;
use portal::token::{GatewayToken, claim_hash};
use serde_json::{Value, json};

use crate::portal_api::Portal;

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
