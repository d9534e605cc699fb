//! What writes to a meter needs a login, and is in the audit log before it is answered.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use web_access::Role;
use web_access::require::proof;

use crate::house::{Answer, HEAT, HEAT_METER, House, SILENT, SILENT_METER, Wire};

const PASSWORD: &str = "correct horse battery";

/// A meter as it comes from the factory.
const NEW: &str = r#"
[[bus.meter]]
name = "New"
identification = "00000001"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [{ dib = "04", vib = "06", value = 1 }]
"#;

/// The session of the first account.
pub(crate) struct Session(String);

impl House {
    pub(crate) async fn set_up(&self) -> Session {
        let code = self.app.setup_code().expect("it is the first start").reveal();
        let body = json!({ "code": code, "password": PASSWORD }).to_string();
        let answer = self.post("/api/v1/setup", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let cookie = answer.header("set-cookie");
        Session(cookie.split(';').next().unwrap().to_owned())
    }

    /// Whether no password is set yet.
    async fn is_fresh(&self) -> bool {
        self.get("/api/v1/session").await.json()["code"] == "setup_needed"
    }

    async fn log_in(&self) -> Session {
        let body = json!({ "name": "admin", "password": PASSWORD }).to_string();
        let answer = self.post("/api/v1/session", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Session(answer.header("set-cookie").split(';').next().unwrap().to_owned())
    }

    async fn as_admin(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let request = self
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, &session.0);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn token(&self, session: &Session, role: &str) -> String {
        let asked = json!({ "name": format!("a {role}"), "role": role });
        let answer = self.as_admin(session, Method::POST, "/api/v1/tokens", &asked).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    async fn post_with(&self, token: &str, path: &str, body: &Value) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// The acts on buses and meters in the audit log, the newest first.
    pub(crate) async fn acts(&self, session: &Session) -> Vec<Value> {
        let answer = self.as_admin(session, Method::GET, "/api/v1/audit", &json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let mut entries = answer.json()["items"].as_array().unwrap().clone();
        entries.retain(|entry| !entry["action"].as_str().unwrap().starts_with("access."));
        entries
    }
}

const ADDRESSES: &str = "/api/v1/buses/cellar-1/addresses";

#[tokio::test]
async fn only_what_a_login_needs_and_health_are_public() {
    let public: Vec<_> = proof::operations(&gateway::openapi())
        .into_iter()
        .filter(|operation| operation.role.is_none())
        .map(|operation| operation.to_string())
        .collect();
    // Whoever adds to this list says that everybody may do it who reaches the gateway.
    let expected = ["POST /api/v1/session", "POST /api/v1/setup", "GET /healthz", "GET /readyz"];
    assert_eq!(public, expected);
}

#[tokio::test]
async fn every_route_refuses_strangers_and_too_small_a_role_whether_or_not_looking_is_open() {
    let wire = Wire::start(HEAT).await;
    let document = gateway::openapi();
    for login_for_reading in [false, true] {
        let data = tempfile::tempdir().unwrap();
        let text = crate::house::configuration(wire.address, HEAT_METER);
        let mut config = gateway::Config::parse(&text, "test.toml").unwrap();
        config.web.login_for_reading = login_for_reading;
        let app = crate::house::start_quickly(config, data.path()).await;
        let house = House { app, data };
        house.all_attempted().await;
        let (service, host) = (house.app.router(), house.host());
        for _ in ["before the first password", "after it"] {
            let faults = if login_for_reading {
                proof::without_login(&service, &document, &host).await
            } else {
                proof::without_login_where_looking_is_open(&service, &document, &host).await
            };
            assert!(faults.is_empty(), "login_for_reading = {login_for_reading}: {faults:#?}");
            if house.app.setup_code().is_some() && house.is_fresh().await {
                house.set_up().await;
            }
        }
        let session = house.log_in().await;
        for role in [Role::Viewer, Role::Operator] {
            let token = house.token(&session, role.as_str()).await;
            let faults = proof::below_role(&service, &document, &host, role, &token).await;
            assert!(faults.is_empty(), "{faults:#?}");
        }
        house.stop().await;
    }
}

#[tokio::test]
async fn until_a_password_is_set_nobody_writes_and_everybody_reads() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let answer = house.post(ADDRESSES, r#"{"current":"1","new":5}"#).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (StatusCode::UNAUTHORIZED, &json!("setup_needed"))
    );
    let answer = house.post("/api/v1/buses/cellar-1/readouts", r#"{"address":"1"}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "reading needs no login");
    let data = house.stop().await;
    // Each start without a password has a code; afterwards there is none.
    let app = crate::house::start(wire.address, HEAT_METER, data.path()).await;
    let house = House { app, data };
    house.set_up().await;
    let data = house.stop().await;
    let app = crate::house::start(wire.address, HEAT_METER, data.path()).await;
    assert!(app.setup_code().is_none());
    app.stop().await;
}

#[tokio::test]
async fn a14_a16_an_operator_sets_an_address_and_the_audit_log_says_so() {
    let wire = Wire::start(NEW).await;
    let house = House::start(wire.address, "").await;
    let session = house.set_up().await;
    let operator = house.token(&session, "operator").await;
    let answer = house.post_with(&operator, ADDRESSES, &json!({ "current": "0", "new": 5 })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let set = answer.json();
    assert_eq!((&set["address"], &set["was"]), (&json!(5), &json!("0")));
    assert_eq!(set["identification"]["id"], "00000001");
    let write =
        json!({ "frame": "68 06 06 68 53 00 51 01 7A 05 24 16", "acknowledged": true, "tries": 1 });
    assert_eq!(set["write"], write);
    let checks: Vec<_> =
        set["checks"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let said = [
        "address 0: meter 00000001",
        "address 5: nobody",
        "address 0: meter 00000001",
        "address 5: meter 00000001",
        "address 0: nobody",
    ];
    assert_eq!(checks.len(), said.len());
    assert!(checks.iter().zip(said).all(|(check, said)| check.starts_with(said)), "{checks:#?}");
    assert!(set["trace"].as_array().unwrap().len() > 10 && set["findings"] == json!([]));

    let acts = house.acts(&session).await;
    assert_eq!(acts.len(), 1, "{acts:#?}");
    let act = acts[0].to_string();
    for part in ["bus.set_address", "\"done\"", "cellar-1", "\"new\":5", "a operator"] {
        assert!(act.contains(part), "{part}: {act}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a15_addresses_that_no_meter_can_have_are_refused_with_the_reason_and_nothing_is_logged() {
    let wire = Wire::start(NEW).await;
    let house = House::start(wire.address, "").await;
    let session = house.set_up().await;
    let operator = house.token(&session, "operator").await;
    for (current, new, said) in [
        ("0", json!(0), "new: 0 is the address of a meter that was given none"),
        ("0", json!(251), "new: 251 is no address of a meter"),
        ("0", json!(255), "new: 255 is no address of a meter"),
        ("0", json!("five"), "new: 'f' at position 0 is not a digit"),
        ("0", json!("1x"), "new: 'x' at position 1 is not a digit"),
        ("0", json!(-1), "new: '-' at position 0 is not a digit"),
        ("0", json!(1.5), "new: '.' at position 1 is not a digit"),
        ("0", json!(""), "new: The new address is empty"),
        ("0", json!(null), "new: The new address is empty"),
        ("251", json!(5), "current: "),
        ("2031651G", json!(5), "current: 'G' at position 7"),
    ] {
        let body = json!({ "current": current, "new": new });
        let answer = house.post_with(&operator, ADDRESSES, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}: {}", answer.text);
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with(said), "{new}: {detail}");
        assert_eq!(
            (&problem["code"], &problem["state"]),
            (&json!("bad_address"), &json!("unchanged"))
        );
    }
    let body = json!({ "current": "0", "new": 5 });
    let unknown = house.post_with(&operator, "/api/v1/buses/roof/addresses", &body).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(house.acts(&session).await, Vec::<Value>::new(), "nothing was begun");
    house.stop().await;
}

#[tokio::test]
async fn a06_a16_refusals_name_the_other_meter_and_are_in_the_audit_log() {
    let wire = Wire::start(&format!("{NEW}{HEAT}")).await;
    let house = House::start(wire.address, HEAT_METER).await;
    house.all_attempted().await;
    let session = house.set_up().await;
    let operator = house.token(&session, "operator").await;
    let set = |current: &'static str, new: u8| {
        let body = json!({ "current": current, "new": new });
        let (house, operator) = (&house, &operator);
        async move { house.post_with(operator, ADDRESSES, &body).await }
    };
    let configured = set("0", 1).await;
    assert_eq!(configured.status, StatusCode::CONFLICT, "{}", configured.text);
    let problem = configured.json();
    assert_eq!(problem["code"], "address_configured");
    let what = "Address 1 on cellar-1 belongs to meter Heat, flat 1";
    assert_eq!(
        (&problem["finding"]["what"], &problem["state"]),
        (&json!(what), &json!("unchanged"))
    );

    let nobody = set("17", 5).await;
    assert_eq!(nobody.status, StatusCode::GATEWAY_TIMEOUT, "{}", nobody.text);
    let problem = nobody.json();
    assert_eq!((&problem["code"], &problem["state"]), (&json!("no_meter"), &json!("unchanged")));
    assert!(problem["checks"][0].as_str().unwrap().starts_with("address 17: nobody answered"));
    assert!(problem["write"].is_null() && problem["trace"].as_array().unwrap().len() > 2);

    let results: Vec<_> =
        house.acts(&session).await.iter().map(|act| act["result"].clone()).collect();
    assert_eq!(results, ["failed", "refused"], "the newest first");
    house.stop().await;
}

#[tokio::test]
async fn b33_an_operator_synchronizes_now_and_the_audit_log_says_so() {
    let wire = Wire::start(&format!("{HEAT}{SILENT}")).await;
    let house = House::start(wire.address, &format!("{HEAT_METER}{SILENT_METER}")).await;
    house.all_attempted().await;
    let session = house.set_up().await;
    let operator = house.token(&session, "operator").await;
    let path = "/api/v1/meters/heat-1/synchronization";
    let before = house.get("/api/v1/meters/heat-1/device").await.json();
    let answer = house.post_with(&operator, path, &json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let after = answer.json();
    assert_eq!(after["synchronization"]["status"], "Synchronized");
    assert!(
        after["synchronization"]["last_at"].as_str()
            > before["synchronization"]["last_at"].as_str()
    );

    let path = "/api/v1/meters/heat-2/synchronization";
    let silent = house.post_with(&operator, path, &json!({})).await;
    assert_eq!(silent.status, StatusCode::GATEWAY_TIMEOUT);
    let results: Vec<_> =
        house.acts(&session).await.iter().map(|act| act["result"].clone()).collect();
    assert_eq!(results, ["failed", "done"]);
    house.stop().await;
}
