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
        answer.text.contains(r#"{"at":"2026-11-20T14:15:00Z","value":0.001,"after_gap":false}"#),
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

#[tokio::test]
async fn series_show_where_readings_are_missing_and_sum_up_by_periods() {
    let portal = Portal::new().await;
    let form = heat_form(portal.fleet.gateway);
    portal.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    // Each quarter of an hour from 14:15 to 15:30, nothing until 19:15, then to 20:00.
    let numbers = (1..=6).chain(21..=24);
    let some = batch("meter-1", numbers);
    portal.fleet.db.store_batch(portal.fleet.claimed(), some, after(1)).await.unwrap();
    let index = portal.get("/api/v1/meters/meter-1/index").await.json;
    let gaps: Vec<_> =
        index["points"].as_array().unwrap().iter().map(|one| one["after_gap"] == true).collect();
    assert_eq!(gaps, [false, false, false, false, false, false, true, false, false, false]);
    assert_eq!(index["registers"], json!(["heat_energy_kwh"]));
    let few = portal.get("/api/v1/meters/meter-1/index?points=3").await.json;
    let at = |one: &Value| one["at"].as_str().unwrap()[11..16].to_owned();
    let times: Vec<_> = few["points"].as_array().unwrap().iter().map(at).collect();
    assert_eq!(times, ["14:15", "15:15", "15:30", "19:15", "19:45", "20:00"]);
    assert_eq!(few["is_thinned"], true);

    let hours = portal.get("/api/v1/meters/meter-1/consumption?period=hour").await;
    let steps = hours.json["steps"].as_array().unwrap();
    let shown: Vec<_> = steps
        .iter()
        .map(|one| {
            (
                at(&json!({"at": one["from"]})),
                one["code"].as_str().unwrap(),
                one["amount"].to_string(),
            )
        })
        .collect();
    let row = |at: &str, code, amount: &str| (at.to_owned(), code, amount.to_owned());
    let wanted = [
        row("14:00", "consumed", "0.003"),
        row("15:00", "estimated", "0.002"),
        row("16:00", "gap", "null"),
        row("17:00", "gap", "null"),
        row("18:00", "gap", "null"),
        row("19:00", "estimated", "0.018"),
    ];
    assert_eq!(shown, wanted);
    assert!(hours.text.contains(r#""total":0.023"#), "{}", hours.text);
    for bad in ["period=week", "period=day&zone=Here/There"] {
        let answer = portal.get(&format!("/api/v1/meters/meter-1/consumption?{bad}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }

    let file = portal.get("/api/v1/meters/meter-1/consumption.csv?period=hour").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"meter-1-consumption.csv\""
    );
    let lines: Vec<_> = file.text.lines().collect();
    assert_eq!(lines[0], "from,to,register,amount,unit,kind,remark");
    assert_eq!(
        lines[3],
        "2026-11-20T16:00:00Z,2026-11-20T17:00:00Z,heat_energy_kwh,,kWh,gap,there is no reading in this time"
    );
    let file = portal.get("/api/v1/meters/meter-1/readings.csv?to=2026-11-20T14:30:00Z").await;
    let wanted = "read_at,outcome,register,value,unit,quality,measured_at\r\n\
                  2026-11-20T14:15:00Z,complete,heat_energy_kwh,0.001,kWh,ok,\r\n";
    assert_eq!(file.text, wanted);
}

#[tokio::test]
async fn a_stored_readout_is_shown_with_its_telegram_line_by_line() {
    let portal = with_readouts(1).await;
    let item = portal.get("/api/v1/meters/meter-1/readings").await.json["items"][0].clone();
    assert_eq!((&item["id"], &item["telegrams"]), (&json!("readout-1"), &json!(1)));
    let readout = portal.get("/api/v1/readouts/readout-1").await.json;
    assert_eq!((&readout["bus"], &readout["bytes"]), (&json!("cellar-1"), &json!(200)));
    assert_eq!(readout["sent"], Value::Null);
    assert_eq!(readout["lines"][0]["number"], 0);
    assert_eq!(readout["telegrams"][0]["hex"].as_str().unwrap().len(), 200 * 3 - 1);
    for other in ["readout-9", "meter-1", "1"] {
        let answer = portal.get(&format!("/api/v1/readouts/{other}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
}
