//! Meters are configured at the gateway: written into its file, and read by from then on.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{FileHouse, HEAT, HEAT_METER, House, Wire, configuration};

const NULL: Value = Value::Null;

/// A comment above, one behind a value, and an entry in the middle.
fn commented(wire: &Wire) -> String {
    let meters = r#"
# The meters of the cellar

# flat 1, read yearly by hand, too
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1" # set in 2024
model = "integra_heat"
"#;
    configuration(wire.address, meters)
}

fn form(name: &str, address: &str) -> Value {
    json!({ "name": name, "bus": "cellar-1", "address": address, "model": "integra_heat" })
}

fn fields(problem: &Value) -> Vec<(&str, Option<u64>, Option<u64>)> {
    let fields = problem["fields"].as_array().unwrap().iter();
    fields
        .map(|one| (one["field"].as_str().unwrap(), one["row"].as_u64(), one["position"].as_u64()))
        .collect()
}

fn register(name: &'static str, text: &'static str) -> impl Fn(&Value) -> bool {
    move |meter| {
        let readings = meter["readings"].as_array();
        readings
            .is_some_and(|all| all.iter().any(|one| one["register"] == name && one["text"] == text))
    }
}

const CONFIGURATION: &str = "/api/v1/meters/heat-1/configuration";

#[tokio::test]
async fn a03_the_model_list_tells_parameters_and_registers() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let models = house.get("/api/v1/models").await.json();
    let items = models["items"].as_array().unwrap();
    let model = |name: &str| items.iter().find(|one| one["name"] == name).unwrap();
    for name in ["saphir_modularis", "manual_water_secondary_ad"] {
        assert!(!model(name)["description"].as_str().unwrap().is_empty());
    }
    let integra = &model("integra_heat")["registers"];
    assert_eq!(integra[0], json!({ "name": "heat_energy_kwh", "unit": "kWh" }));
    let manual = &model("manual_heat_secondary_ad")["parameters"];
    let keys: Vec<_> =
        manual.as_array().unwrap().iter().map(|one| (&one["key"], &one["required"])).collect();
    assert_eq!(keys, [(&json!("secondary_ad"), &json!(true)), (&json!("reg"), &json!(true))]);
    let generic = &model("generic_mbus")["parameters"];
    assert!(generic.as_array().unwrap().iter().any(|one| one["required"] == false));
    house.stop().await;
}

#[tokio::test]
async fn a28_a32_parameters_are_saved_shown_as_typed_and_read_and_the_file_keeps_its_comments() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let rows = json!([
        { "key": "secondary_ad", "value": "20316513FFFFFFFF" },
        { "key": "reg", "value": "{'flow_temp': 9, 'heat_energy_kwh': 3}" },
    ]);
    let typed = json!({
        "name": "Heat, flat 1",
        "bus": "cellar-1",
        "address": "1",
        "model": "manual_heat_secondary_ad",
        "parameters": rows,
        "interval": "15m",
        "process_historical_data": true,
    });
    let answer = at.put(CONFIGURATION, &typed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let shown = at.house.get(CONFIGURATION).await;
    assert_eq!(shown.text, answer.text);
    assert_eq!(shown.header("etag"), answer.header("etag"));
    let shown = shown.json();
    for key in ["name", "bus", "address", "model", "parameters", "interval"] {
        assert_eq!(shown[key], typed[key], "{key}");
    }
    assert_eq!((&shown["origin"], &shown["locked"]), (&json!("file"), &NULL));
    let meter = at.house.meter_when("heat-1", register("flow_temp", "62")).await;
    assert!(register("heat_energy_kwh", "12345")(&meter), "{meter:#}");
    assert_eq!(meter["readings"].as_array().unwrap().len(), 2);

    let text = at.text();
    for kept in [
        "# The meters of the cellar\n\n# flat 1, read yearly by hand, too\n[[meter]]\nid = \"heat-1\"\n",
        "address = \"1\" # set in 2024\nmodel = \"manual_heat_secondary_ad\"\n",
        "name = \"Building 7\"",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("suspended"), "what is usual is not written: {text}");
    let acts = at.house.acts(&at.session).await;
    assert_eq!((&acts[0]["action"], &acts[0]["result"]), (&json!("meter.change"), &json!("done")));
    assert!(acts[0].to_string().contains("20316513FFFFFFFF"), "{}", acts[0]);

    // The rows in another order are shown in that order.
    let mut turned = typed.clone();
    turned["parameters"].as_array_mut().unwrap().reverse();
    let answer = at.put(CONFIGURATION, &turned).await;
    assert_eq!(answer.json()["parameters"], turned["parameters"], "{}", at.text());
    at.house.stop().await;
}

#[tokio::test]
async fn a27_a_line_becomes_a_register_of_the_meter() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let read = at.house.post("/api/v1/buses/cellar-1/readouts", r#"{"address":"1"}"#).await.json();
    let index = read["index"]["line"].as_u64().unwrap();
    let record = &read["telegrams"][0]["decoded"]["records"][usize::try_from(index - 2).unwrap()];
    let selector =
        format!("{index} {}/{}", record["dib"].as_str().unwrap(), record["vib"].as_str().unwrap());
    let mut form = form("Heat, flat 1", "1");
    form["model"] = json!("generic_mbus");
    form["parameters"] =
        json!([{ "key": "reg", "value": json!({ "index": selector }).to_string() }]);
    let answer = at.put(CONFIGURATION, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let meter = at.house.meter_when("heat-1", register("index", "12345000")).await;
    assert_eq!(meter["readings"][0]["unit"], "Wh", "{meter:#}");
    at.house.stop().await;
}

#[tokio::test]
async fn a06_a33_a34_what_is_wrong_is_told_field_by_field_and_nothing_changes() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let before = at.text();
    let add = async |form: Value| {
        let answer = at.change(Method::POST, "/api/v1/meters", None, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        answer.json()
    };
    let taken = add(form("Heat, flat 2", "1")).await;
    assert_eq!(fields(&taken), [("address", None, None)]);
    let said = taken["fields"][0]["message"].as_str().unwrap();
    assert!(said.contains("belongs to meter \"heat-1\" (Heat, flat 1) already"), "{said}");

    let mut manual = form("Heat, flat 2", "");
    manual["model"] = json!("manual_heat_secondary_ad");
    let empty = add(manual.clone()).await;
    assert_eq!(fields(&empty), [("parameters", None, None), ("parameters", None, None)]);

    for (reg, position) in [
        ("{'heat_energy_kwh': x}", 20),
        ("{\"heat_energy_kwh\": 1}", 20),
        ("{'a': 3, 'a': 4}", 9),
        ("{'a': -3}", 6),
    ] {
        manual["parameters"] = json!([
            { "key": "secondary_ad", "value": "2031651G" },
            { "key": "reg", "value": reg },
        ]);
        let problem = add(manual.clone()).await;
        let expected = [("value", Some(0), Some(7)), ("value", Some(1), Some(position))];
        assert_eq!(fields(&problem), expected, "{reg}: {problem:#}");
    }
    let mut all = form(" ", "251");
    all["id"] = json!("Heat");
    all["bus"] = json!("roof");
    all["model"] = json!("integra");
    all["interval"] = json!("15");
    all["baudrate"] = json!(2401);
    let names: Vec<_> =
        fields(&add(all).await).into_iter().map(|(name, ..)| name.to_owned()).collect();
    assert_eq!(names, ["id", "name", "interval", "baudrate", "model", "address", "bus"]);
    assert_eq!(at.text(), before);
    let acts = at.house.acts(&at.session).await;
    assert!(acts.iter().all(|act| act["result"] == "refused"), "{acts:#?}");
    at.house.stop().await;
}

#[tokio::test]
async fn a_meter_is_added_read_and_taken_out_again_and_its_readouts_stay() {
    let second = HEAT
        .replace("primary = 1", "primary = 2")
        .replace("\"13653120\"", "\"13653121\"")
        .replace("value = 12_345 ", "value = 777 ");
    let wire = Wire::start(&format!("{HEAT}{second}")).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let before = at.house.get("/api/v1/meters/heat-1").await.json();
    let answer = at.change(Method::POST, "/api/v1/meters", None, &form("Wärme, OG 2", "2")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["id"], "waerme-og-2");
    assert_eq!(answer.header("location"), "/api/v1/meters/waerme-og-2");
    at.house.meter_when("waerme-og-2", register("heat_energy_kwh", "777")).await;
    assert_eq!(at.house.get("/api/v1/meters/heat-1").await.json(), before, "nothing noticed");

    let path = "/api/v1/meters/waerme-og-2";
    let etag = at.etag(&format!("{path}/configuration")).await;
    let without = at.change(Method::DELETE, path, None, &NULL).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    let removed = at.change(Method::DELETE, path, Some(&etag), &NULL).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);
    assert_eq!(at.house.get(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(at.text(), commented(&wire), "the file is as it was");

    // Its readouts stay under its id, so a new meter of that name gets another one.
    let again = at.change(Method::POST, "/api/v1/meters", None, &form("Wärme, OG 2", "2")).await;
    assert_eq!(again.json()["id"], "waerme-og-2-2");
    let acts: Vec<_> = at
        .house
        .acts(&at.session)
        .await
        .iter()
        .map(|act| act["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(acts, ["meter.add", "meter.remove", "meter.add"], "the newest first");
    at.house.stop().await;
}

#[tokio::test]
async fn whoever_has_not_seen_the_last_change_overwrites_nothing_not_even_one_by_hand() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let etag = at.etag(CONFIGURATION).await;
    let by_hand = at.text().replace("Building 7", "Building 8");
    std::fs::write(&at.file, &by_hand).unwrap();
    let form = form("Heat, ground floor", "1");
    let late = at.change(Method::PUT, CONFIGURATION, Some(&etag), &form).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text);
    assert_eq!((&late.json()["code"], at.text()), (&json!("changed"), by_hand));
    // Looked at again, both changes stand.
    let answer = at.put(CONFIGURATION, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(at.house.get("/api/v1/gateway").await.json()["name"], "Building 8");
    assert!(at.text().contains("Building 8") && at.text().contains("ground floor"));

    // A file that somebody is about to change by hand is left alone.
    let broken = at.text().replace("model = \"integra_heat\"", "model = \"integra_");
    let etag = at.etag(CONFIGURATION).await;
    std::fs::write(&at.file, &broken).unwrap();
    let refused = at.change(Method::PUT, CONFIGURATION, Some(&etag), &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(refused.json()["finding"]["code"], "file_faulty");
    let shown = at.house.get(CONFIGURATION).await.json();
    assert_eq!(shown["locked"]["code"], "file_faulty", "it is shown as it is read");
    assert_eq!((at.text(), &shown["name"]), (broken, &json!("Heat, ground floor")));
    at.house.stop().await;
}

#[tokio::test]
async fn a_gateway_without_a_file_and_a_file_that_cannot_be_written_say_so() {
    let wire = Wire::start(HEAT).await;
    let house = House::start(wire.address, HEAT_METER).await;
    let shown = house.get(CONFIGURATION).await.json();
    assert_eq!((&shown["locked"]["code"], &shown["address"]), (&json!("no_file"), &json!("1")));
    house.stop().await;

    let at = FileHouse::start(&commented(&wire)).await;
    let mut rights = std::fs::metadata(&at.file).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&at.file, rights).unwrap();
    let before = at.text();
    let refused = at.put(CONFIGURATION, &form("Other", "1")).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", refused.text);
    assert_eq!(refused.json()["finding"]["code"], "not_written");
    assert_eq!(at.text(), before);
    assert_eq!(at.house.get("/api/v1/meters/heat-1").await.json()["name"], "Heat, flat 1");
    at.house.stop().await;
}

#[tokio::test]
async fn a_meter_of_the_portal_is_shown_and_not_changed_here() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&commented(&wire)).await;
    let mut meters = at.house.app.configurator().own_meters();
    meters[0].name = "Heat, by the portal".to_owned();
    at.house.app.configurator().apply_portal(3, meters).await.unwrap();
    let shown = at.house.get(CONFIGURATION).await.json();
    assert_eq!(
        (&shown["origin"], &shown["name"]),
        (&json!("portal"), &json!("Heat, by the portal"))
    );
    assert_eq!(shown["locked"]["code"], "configured_by_portal");
    assert_eq!(at.house.get("/api/v1/meters/heat-1").await.json()["origin"], "portal");
    let before = at.text();
    let refused = at.put(CONFIGURATION, &form("Other", "1")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(at.text(), before);
    // Another meter at its address is refused by its name.
    let clash = at.change(Method::POST, "/api/v1/meters", None, &form("Two", "1")).await.json();
    let said = clash["fields"][0]["message"].as_str().unwrap();
    assert!(said.contains("Heat, by the portal"), "{said}");
    at.house.stop().await;
}
