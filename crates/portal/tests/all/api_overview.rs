//! Which sites are in trouble, and why.

use fleet_link::{BusState, BusStatus, ConfigurationResult, Finding, Outcome, Severity, Status};
use portal::meter::Menu;
use serde_json::{Value, json};

use crate::fleet::{after, batch, heat_form, primary_form, start};
use crate::portal_api::Portal;

fn finding(code: &str, what: &str, severity: Severity) -> Finding {
    Finding {
        code: code.to_owned(),
        register: None,
        meter: None,
        what: what.to_owned(),
        why: "The line was quiet.".to_owned(),
        remedy: "Check its wiring.".to_owned(),
        severity,
        since: None,
    }
}

/// Codes and sentences of what is wrong at the first site.
fn troubles(overview: &Value) -> Vec<(String, String)> {
    let troubles = overview["sites"][0]["troubles"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    troubles.map(|one| (word(&one["finding"]["code"]), word(&one["finding"]["what"]))).collect()
}

#[tokio::test]
async fn a_site_says_what_ails_it_the_worst_first_and_counts_what_is_alike() {
    let portal = Portal::new().await;
    let (db, gateway) = (&portal.fleet.db, portal.fleet.gateway);
    let unclaimed = portal.get("/api/v1/overview").await.json;
    assert_eq!(troubles(&unclaimed)[0].0, "gateway_unclaimed");
    assert_eq!(unclaimed["sites"][0]["state"], "attention");

    // Claimed: the hash of the claim code is that of the fleet's tests.
    let code = portal::secret_hash::SecretHash::of(b"Building 7");
    let token = portal::secret_hash::SecretHash::of(b"token");
    db.claim(code, token, "0.1.0".to_owned(), start()).await.unwrap();
    let offline = portal.get("/api/v1/overview").await.json;
    assert_eq!(
        troubles(&offline),
        [("gateway_offline".to_owned(), "Building 7 is not connected".to_owned())]
    );
    assert_eq!(offline["sites"][0]["state"], "fault");
    let _connected = portal.live.connect(gateway);
    assert_eq!(troubles(&portal.get("/api/v1/overview").await.json), []);

    for number in 1..=5 {
        let form = primary_form(gateway, &format!("Heat, flat {number}"), &number.to_string());
        db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    }
    let water = portal::meter::MeterForm { menu: Menu::ColdWater, ..heat_form(gateway) };
    db.create_meter(water, "ada".to_owned(), start()).await.unwrap();
    let mut readouts = Vec::new();
    for number in 1..=4_u64 {
        let mut readout = batch(&format!("meter-{number}"), [number]).readouts.remove(0);
        if number == 2 || number == 3 {
            readout.outcome = Outcome::Failed;
            let what = format!("Heat, flat {number} did not answer");
            readout.problems = vec![finding("no_answer", &what, Severity::Fault)];
        }
        if number == 4 {
            let what = "Heat, flat 4 has no vol_m3";
            readout.problems = vec![finding("register_missing", what, Severity::Attention)];
        }
        readouts.push(readout);
    }
    let readouts = fleet_link::Batch { boot: "boot-1".to_owned(), readouts };
    db.store_batch(portal.fleet.claimed(), readouts, after(1)).await.unwrap();
    let result = ConfigurationResult {
        applied: false,
        problems: vec![finding("address_taken", "Two meters have address 1", Severity::Fault)],
    };
    db.save_configuration_result(gateway, 6, result, after(5)).await.unwrap();
    let status = Status {
        version: "0.1.0".to_owned(),
        buses: vec![BusStatus {
            id: "roof".to_owned(),
            name: "Roof".to_owned(),
            state: BusState::Offline,
            problem: Some(finding("no_such_port", "roof cannot be opened", Severity::Fault)),
        }],
        meters: Vec::new(),
        configuration: None,
        problems: Vec::new(),
        waiting: 0,
        own_meters: Vec::new(),
    };
    db.save_status(gateway, status, Vec::new(), after(5)).await.unwrap();

    let overview = portal.get("/api/v1/overview").await.json;
    let site = &overview["sites"][0];
    assert_eq!((&site["name"], &site["state"]), (&json!("Hill Street"), &json!("fault")));
    assert_eq!((&site["gateways"], &site["gateways_online"]), (&json!(1), &json!(1)));
    let counts = json!({"all": 6, "ok": 1, "attention": 1, "fault": 2, "waiting": 2});
    assert_eq!((&site["meters"], &overview["meters"]), (&counts, &counts));
    let wanted = [
        ("configuration_refused", "Building 7 does not take revision 6 of its configuration"),
        ("no_such_port", "roof cannot be opened"),
        ("no_answer", "2 meters of Building 7 have the same trouble"),
        ("register_missing", "Heat, flat 4 has no vol_m3"),
    ];
    assert_eq!(troubles(&overview), wanted.map(|(code, what)| (code.to_owned(), what.to_owned())));
    let alike = &site["troubles"][2];
    assert_eq!((&alike["meters"], &alike["meter"]), (&json!(2), &json!("meter-2")));
    assert_eq!(
        alike["finding"]["why"],
        "One of them: Heat, flat 2 did not answer. The line was quiet."
    );
    let menus = overview["menus"].as_array().unwrap();
    assert_eq!((&menus[0]["menu"], &menus[0]["meters"]["all"]), (&json!("heat"), &json!(5)));
    assert_eq!(
        menus[2]["meters"],
        json!({"all": 1, "ok": 0, "attention": 0, "fault": 0, "waiting": 1})
    );
    // Another site has its own.
    db.create_site("Zoo".to_owned(), start()).await.unwrap();
    let overview = portal.get("/api/v1/overview").await.json;
    assert_eq!(
        (&overview["sites"][1]["state"], &overview["sites"][1]["meters"]["all"]),
        (&json!("waiting"), &json!(0))
    );
}

#[tokio::test]
async fn the_state_of_a_meter_is_that_of_its_newest_readout_and_says_since_when() {
    let portal = Portal::new().await;
    let (db, gateway) = (&portal.fleet.db, portal.fleet.gateway);
    db.create_meter(heat_form(gateway), "ada".to_owned(), start()).await.unwrap();
    let state = || async {
        let meter = portal.get("/api/v1/meters/meter-1").await.json;
        let word = |key: &str| meter[key].as_str().unwrap_or_default().to_owned();
        (word("state"), word("state_since"), meter["problem"]["code"].clone())
    };
    assert_eq!(state().await, ("waiting".to_owned(), String::new(), Value::Null));
    let store = |sequence: u64, outcome: Outcome| {
        let mut some = batch("meter-1", [sequence]);
        some.readouts[0].outcome = outcome;
        db.store_batch(portal.fleet.claimed(), some, after(1))
    };
    store(1, Outcome::Complete).await.unwrap();
    let since_first = "2026-11-20T14:15:00Z".to_owned();
    assert_eq!(state().await, ("ok".to_owned(), since_first.clone(), Value::Null));
    store(2, Outcome::Complete).await.unwrap();
    assert_eq!(state().await.1, since_first);
    store(4, Outcome::Failed).await.unwrap();
    let failing = ("fault".to_owned(), "2026-11-20T15:00:00Z".to_owned(), json!("no_answer"));
    assert_eq!(state().await, failing);
    // A readout that was caught up later is older and changes nothing.
    let mut late = batch("meter-1", [5]);
    late.readouts[0].read_at = after(2_700);
    db.store_batch(portal.fleet.claimed(), late, after(2)).await.unwrap();
    assert_eq!(state().await, failing);
    let meter = portal.get("/api/v1/meters/meter-1").await.json;
    assert_eq!(meter["last_success_at"], "2026-11-20T14:45:00Z");
}
