//! A portal that others reach, with a certificate of its own, and a gateway far from it.

use std::net::TcpListener;
use std::path::Path;
use std::time::Instant;

use fleet_link::{CertificateHash, ClaimCode};
use gateway::fleet::LinkState;
use serde_json::{Value, json};

use crate::fleet::{Gateway, HEAT, HEAT_METER, PATIENCE, Wire};
use crate::https::Browser;

/// A port that nobody has. The portal has to be told it before it is there.
fn free_port() -> u16 {
    TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port()
}

async fn start(port: u16, data: &Path) -> portal::App {
    let file = data.join("portal.toml");
    let public_url = format!("https://localhost:{port}");
    let text =
        format!("[web]\nlisten = \"0.0.0.0:{port}\"\n[portal]\npublic_url = \"{public_url}\"\n");
    std::fs::write(&file, text).unwrap();
    let config = portal::Config::load(&file).unwrap();
    portal::App::start(&config, &data.join("data")).await.unwrap()
}

fn certificate_of(data: &Path) -> CertificateHash {
    let path = data.join("data/certificate.pem");
    CertificateHash(web_server::Certificate::load(&path, &path).unwrap().sha256())
}

/// Someone at the portal's pages. Asking waits, so it is done beside the runtime.
struct Person(Browser);

impl Person {
    fn ask(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let answer = tokio::task::block_in_place(|| self.0.ask(method, path, body));
        let json = if answer.text.is_empty() { Value::Null } else { answer.json() };
        (answer.status, json)
    }

    fn post(&mut self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask("POST", path, body);
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    fn get(&mut self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// What is at a path, when it is as wished.
    async fn get_when(&mut self, path: &str, wish: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let answer = self.get(path);
            if wish(&answer) {
                return answer;
            }
            assert!(begin.elapsed() < PATIENCE, "{answer}");
            tokio::time::sleep(crate::fleet::LOOK_AGAIN).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_and_its_portal_work_over_https_and_another_certificate_ends_that() {
    let wire = Wire::start(HEAT).await;
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let portal = start(port, data.path()).await;
    assert_eq!(portal.url(), format!("https://localhost:{port}"));
    let mut person = Person(Browser::trusting(&data.path().join("data"), port));
    let code = portal.setup_code().unwrap().reveal();
    person.post("/api/v1/setup", &json!({ "code": code, "password": "correct horse battery" }));
    assert!(person.0.cookie.as_ref().unwrap().starts_with("__Host-session_portal="));

    // The code of the page says where the portal is and which certificate it has.
    let site = person.post("/api/v1/sites", &json!({ "name": "Hill Street" }));
    let body = json!({ "site": site["id"], "name": "Building 7" });
    let made = person.post("/api/v1/gateways", &body);
    let text = made["claim_code"].as_str().unwrap().to_owned();
    let code = ClaimCode::parse(&text).unwrap();
    assert_eq!(code.portal.to_string(), format!("https://localhost:{port}"));
    assert_eq!(code.certificate, Some(certificate_of(data.path())));
    // And so does one that the portal gives a gateway in its own process.
    let (invited, invitation) = portal.invite(None, "Hill Street", "Annex").await.unwrap();
    assert_eq!(
        (&invitation.portal, invitation.certificate, invited.to_string().as_str()),
        (&code.portal, code.certificate, "gateway-2")
    );

    // Up: what the gateway reads.
    let gateway = Gateway::start(wire.address, HEAT_METER).await;
    gateway.app.claim(&text).await.unwrap();
    gateway.link_when(LinkState::Connected).await;
    assert_eq!(gateway.shown().await["portal_url"], format!("https://localhost:{port}"));
    let has_reading = |meters: &Value| !meters["items"][0]["last_success_at"].is_null();
    let meters = person.get_when("/api/v1/meters", has_reading).await;
    assert_eq!(meters["items"][0]["origin"], "gateway");

    // Down: a meter that is configured at the portal.
    let form = json!({
        "menu": "heat", "name": "Heat, flat 1", "gateway": "gateway-1", "address": "13653120",
        "model": "integra_heat", "parameters": [],
    });
    let meter = person.post("/api/v1/meters", &form)["id"].as_str().unwrap().to_owned();
    let is_applied = |gateway: &Value| gateway["applied_revision"] == 1;
    person.get_when("/api/v1/gateways/gateway-1", is_applied).await;
    assert_eq!(gateway.app.configurator().portal_revision(), Some(1));
    let path = format!("/api/v1/meters/{meter}");
    let read = |meter: &Value| !meter["last_success_at"].is_null();
    let shown = person.get_when(&path, read).await;
    assert_eq!(shown["id_at_gateway"], meter);

    // A readout from afar.
    let body = json!({ "bus": "cellar-1", "address": "1" });
    let command = person.post("/api/v1/gateways/gateway-1/readouts", &body);
    let path = format!("/api/v1/commands/{}", command["id"].as_str().unwrap());
    let done = person.get_when(&path, |command| !command["replied_at"].is_null()).await;
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(done["heard"]["address"], "1");

    // The portal is set up anew, and only its stores are kept.
    portal.stop().await;
    let before = certificate_of(data.path());
    std::fs::remove_file(data.path().join("data/certificate.pem")).unwrap();
    let portal = start(port, data.path()).await;
    let found = certificate_of(data.path());
    assert_ne!(found, before);
    gateway.read_now("heat-1").await;
    let problem = gateway.link_when(LinkState::Refused).await.problem.unwrap();
    assert_eq!(problem.code, "other_certificate", "{problem:?}");
    for part in [before, found] {
        assert!(problem.why.contains(&part.to_string()), "{}", problem.why);
    }
    assert!(problem.remedy.contains("claim this gateway again"), "{}", problem.remedy);
    let cookie = person.0.cookie;
    let mut person = Person(Browser::trusting(&data.path().join("data"), port));
    person.0.cookie = cookie;
    let path = "/api/v1/gateways/gateway-1";
    assert_eq!(person.get(path)["state"], "offline");
    assert!(gateway.shown().await["waiting_readouts"].as_u64().unwrap() > 0, "nothing was sent");

    // A new claim code heals it, and nothing was lost.
    let made = person.post(&format!("{path}/claim-codes"), &Value::Null);
    gateway.app.claim(made["claim_code"].as_str().unwrap()).await.unwrap();
    gateway.link_when(LinkState::Connected).await;
    person.get_when(path, |gateway| gateway["state"] == "online").await;
    gateway.shown_when(|shown| shown["waiting_readouts"] == 0).await;
    gateway.stop().await;
    portal.stop().await;
}
