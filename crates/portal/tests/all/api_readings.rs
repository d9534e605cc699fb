//! What meters said, in pages and as series.

use axum::http::StatusCode;
use fleet_link::Outcome;
use serde_json::{Value, json};

use crate::fleet::{after, batch, heat_form, start};
use crate::portal_api::Portal;

async fn with_readouts(numbers: u64) -> Portal {
    let portal = Portal::new().await;
    let form = heat_form(portal.fleet.gateway);
    portal.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    let mut batch = batch("meter-1", 1..=numbers);
    if let Some(failed) = batch.readouts.get_mut(3) {
        failed.outcome = Outcome::Failed;
        failed.telegrams.clear();
        failed.readings.clear();
    }
    portal.fleet.db.store_batch(portal.fleet.claimed(), batch, after(1)).await.unwrap();
    portal
}

#[tokio::test]
async fn a29_a_reading_is_shown_with_its_digits_time_and_source() {
    let portal = with_readouts(2).await;
    let answer = portal.get("/api/v1/meters/meter-1").await;
    let reading = &answer.json["readings"][0];
    assert_eq!(reading["register"], "heat_energy_kwh");
    assert!(
        answer.text.contains(r#""value":0.002,"text":"0.002","unit":"kWh""#),
        "{}",
        answer.text
    );
    assert_eq!(reading["read_at"], "2026-11-20T14:30:00Z");
    assert_eq!(reading["source"], json!({"telegram": 0, "line": 3, "dib": "04", "vib": "06"}));
    assert_eq!(reading["is_index"], true);
    assert_eq!(answer.json["last_success_at"], "2026-11-20T14:30:00Z");
}

#[tokio::test]
async fn readings_come_in_pages_without_doubles_or_gaps() {
    let portal = with_readouts(10).await;
    let path = "/api/v1/meters/meter-1/readings";
    let mut next = Value::Null;
    let mut texts = Vec::new();
    loop {
        let after = next.as_str().map(|next| format!("&after={next}")).unwrap_or_default();
        let page = portal.get(&format!("{path}?limit=3{after}")).await.json;
        for item in page["items"].as_array().unwrap() {
            texts.push(item["readings"][0]["text"].as_str().unwrap_or("none").to_owned());
        }
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    let wanted =
        ["0.010", "0.009", "0.008", "0.007", "0.006", "0.005", "none", "0.003", "0.002", "0.001"];
    assert_eq!(texts, wanted);
    let some =
        portal.get(&format!("{path}?from=2026-11-20T14:30:00Z&to=2026-11-20T15:00:00Z")).await;
    let some = some.json["items"].as_array().unwrap().len();
    assert_eq!(some, 2);
    for bad in ["after=x", "from=yesterday", "limit=-1"] {
        let answer = portal.get(&format!("{path}?{bad}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_eq!(portal.get("/api/v1/meters/meter-9/readings").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_series_of_index_and_consumption_are_exact_and_show_gaps() {
    let portal = with_readouts(6).await;
    let answer = portal.get("/api/v1/meters/meter-1/index").await;
    assert_eq!(
        (&answer.json["register"], &answer.json["unit"]),
        (&json!("heat_energy_kwh"), &json!("kWh"))
    );
    assert!(
        answer.text.contains(r#"{"at":"2026-11-20T14:15:00Z","value":0.001}"#),
        "{}",
        answer.text
    );
    let points = answer.json["points"].as_array().unwrap();
    assert_eq!((points.len(), &points[3]["value"]), (6, &Value::Null));

    let answer = portal.get("/api/v1/meters/meter-1/consumption").await;
    assert!(answer.text.contains(r#""total":0.005"#), "{}", answer.text);
    let steps = answer.json["steps"].as_array().unwrap();
    let codes: Vec<_> = steps.iter().map(|step| step["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["consumed", "consumed", "across_gap", "consumed"]);
    assert!(answer.text.contains(r#""amount":0.002"#), "{}", answer.text);
    let part = portal.get("/api/v1/meters/meter-1/consumption?from=2026-11-20T15:15:00Z").await;
    assert_eq!(part.json["steps"].as_array().unwrap().len(), 1);
}
