//! The meter form, as people and programs use it.

use axum::http::{Method, StatusCode};
use fleet_link::{BusState, BusStatus, Status};
use portal::live::Change;
use serde_json::{Value, json};

use crate::fleet::start;
use crate::portal_api::{Portal, heat, with};

const METERS: &str = "/api/v1/meters";

async fn refused(portal: &Portal, form: &Value) -> Value {
    let answer = portal.post(METERS, form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json["code"], "bad_form");
    answer.json["errors"].clone()
}

fn parameters(rows: &[(&str, &str)]) -> Value {
    rows.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

const ADDRESS: (&str, &str) = ("secondary_ad", "20316513C5140004");

#[tokio::test]
async fn a03_the_model_list_has_the_models_of_the_document() {
    let portal = Portal::new().await;
    let models = portal.get("/api/v1/models").await.json;
    let model = |name: &str| {
        let mut items = models["items"].as_array().unwrap().iter();
        items.find(|model| model["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
    };
    for name in ["integra_heat", "saphir_modularis", "generic_mbus", "manual_water_secondary_ad"] {
        model(name);
    }
    let manual = model("manual_heat_secondary_ad");
    let parameters = manual["parameters"].as_array().unwrap();
    let keys: Vec<_> = parameters.iter().map(|one| (&one["key"], &one["required"])).collect();
    assert_eq!(keys, [(&json!("secondary_ad"), &json!(true)), (&json!("reg"), &json!(true))]);
    assert!(parameters[1]["description"].as_str().unwrap().contains("{'heat_energy_kwh': 3}"));
    assert_eq!(manual["registers"], json!([]));
    let water = model("saphir_modularis");
    assert_eq!(water["registers"][0], json!({"name": "vol_m3", "unit": "m³"}));
}

#[tokio::test]
async fn a28_a_meter_is_saved_shown_again_as_typed_and_its_gateway_is_told() {
    let portal = Portal::new().await;
    let mut changes = portal.live.listen();
    let rows = parameters(&[("reg", "{'heat_energy_kwh':   3}"), ADDRESS]);
    let typed = with(heat(), "parameters", rows);
    let answer = portal.post(METERS, &typed).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.headers["etag"], "\"1\"");
    assert_eq!(changes.recv().await.unwrap(), Change::Configuration(portal.fleet.gateway, 1));
    let shown = portal.get("/api/v1/meters/meter-1").await.json;
    for (key, value) in typed.as_object().unwrap() {
        assert_eq!(&shown["form"][key], value, "{key}");
    }
    let form = &shown["form"];
    assert_eq!((&form["protocol"], &form["baudrate"]), (&json!("mbus"), &json!(2_400)));
    assert_eq!((&form["mode"], &form["address"]), (&json!("consumption"), &json!("")));
    let revisions = portal.get("/api/v1/gateways/gateway-1/revisions").await.json;
    assert_eq!(revisions["items"][0]["revision"], 1);
    assert_eq!(revisions["items"][0]["created_by"], "ada");
    assert_eq!(portal.acts().await[0], ("meter.create".to_owned(), "done".to_owned()));
}

#[tokio::test]
async fn a06_a_taken_primary_address_is_refused_with_the_name_of_the_other_meter() {
    let portal = Portal::new().await;
    let primary = |name: &str| {
        let form = with(with(heat(), "name", json!(name)), "address", json!("1"));
        with(with(form, "model", json!("integra_heat")), "parameters", json!([]))
    };
    assert_eq!(portal.post(METERS, &primary("Heat, flat 1")).await.status, StatusCode::CREATED);
    let answer = portal.post(METERS, &primary("Heat, flat 2")).await;
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (StatusCode::CONFLICT, &json!("address_taken"))
    );
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains("belongs to \"Heat, flat 1\""), "{detail}");
}

#[tokio::test]
async fn a23_a_wrong_secondary_address_is_refused_with_row_and_position() {
    let portal = Portal::new().await;
    let rows =
        parameters(&[("reg", "{'heat_energy_kwh': 3}"), ("secondary_ad", "2031651GC5140004")]);
    let errors = refused(&portal, &with(heat(), "parameters", rows)).await;
    let error = &errors[0];
    assert_eq!((&error["field"], &error["row"]), (&json!("value"), &json!(1)));
    assert_eq!(error["position"], 7);
    assert!(error["message"].as_str().unwrap().contains("'G' at position 7"));
    let rows = parameters(&[("reg", "{'heat_energy_kwh': 3}"), ("secondary_ad", "20316513C514")]);
    let errors = refused(&portal, &with(heat(), "parameters", rows)).await;
    assert!(errors[0]["message"].as_str().unwrap().contains("12 digits"), "{errors}");
}

#[tokio::test]
async fn a32_the_whole_list_of_the_document_is_taken_as_pasted() {
    let portal = Portal::new().await;
    let list = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, \
                'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";
    let texts = [list.to_owned(), list.replace('\'', "\"")];
    for (text, address) in texts.into_iter().zip(["20316513C5140004", "92811594FFFFFFFF"]) {
        let rows = parameters(&[("secondary_ad", address), ("reg", &text)]);
        let form = with(heat(), "parameters", rows);
        let answer = portal.post(METERS, &form).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        assert_eq!(answer.json["form"]["parameters"][1]["value"], text);
    }
}

#[tokio::test]
async fn a33_broken_registers_are_refused_with_the_position_of_the_fault() {
    let portal = Portal::new().await;
    for (text, position) in [
        ("{'heat_energy_kwh': 0}", 20),
        ("{'heat_energy_kwh': -3}", 20),
        ("{'heat_energy_kwh': 3", 21),
        ("{'a': 3, 'a': 4}", 9),
    ] {
        let form = with(heat(), "parameters", parameters(&[ADDRESS, ("reg", text)]));
        let errors = refused(&portal, &form).await;
        assert_eq!(
            (&errors[0]["row"], &errors[0]["position"]),
            (&json!(1), &json!(position)),
            "{text}"
        );
    }
    assert_eq!(portal.get(METERS).await.json["items"], json!([]), "nothing was saved");
    let logged = portal.acts().await[0].clone();
    assert_eq!(logged, ("meter.create".to_owned(), "refused".to_owned()));
}

#[tokio::test]
async fn a34_a_manual_model_without_its_parameters_is_not_saved() {
    let portal = Portal::new().await;
    let errors = refused(&portal, &with(heat(), "parameters", parameters(&[ADDRESS]))).await;
    assert_eq!(errors[0]["field"], "parameters");
    assert!(errors[0]["message"].as_str().unwrap().contains("needs the parameter reg"));
    let rows = parameters(&[("reg", "{'heat_energy_kwh': 3}")]);
    let errors = refused(&portal, &with(heat(), "parameters", rows)).await;
    assert!(errors[1]["message"].as_str().unwrap().contains("needs the parameter secondary_ad"));
}

#[tokio::test]
async fn a42_each_menu_has_its_meters() {
    let portal = Portal::new().await;
    let menus = ["heat", "cold", "cold_water", "hot_water", "electricity", "gas", "other"];
    for (address, menu) in (1..).zip(menus) {
        let form = with(with(heat(), "menu", json!(menu)), "name", json!(menu));
        let form = with(form, "address", json!(i32::to_string(&address)));
        assert_eq!(portal.post(METERS, &form).await.status, StatusCode::CREATED);
    }
    for menu in menus {
        let found = portal.get(&format!("{METERS}?menu={menu}")).await.json;
        let items = found["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["form"]["name"]), (1, &json!(menu)));
    }
    assert_eq!(portal.get(METERS).await.json["items"].as_array().unwrap().len(), 7);
    let unknown = portal.get(&format!("{METERS}?menu=steam")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_meter_is_changed_and_removed_with_the_etag_of_what_was_seen() {
    let portal = Portal::new().await;
    portal.post(METERS, &heat()).await;
    let path = "/api/v1/meters/meter-1";
    let renamed = with(heat(), "name", json!("Heat, ground floor"));
    let seen = [("if-match", "\"1\"")];
    let answer = portal.ask(Method::PUT, path, &renamed, &seen).await;
    assert_eq!((answer.status, &answer.json["edition"]), (StatusCode::OK, &json!(2)));
    let late = portal.ask(Method::PUT, path, &heat(), &seen).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    let late = portal.ask(Method::DELETE, path, &Value::Null, &seen).await;
    assert_eq!(
        (late.status, &late.json["code"]),
        (StatusCode::PRECONDITION_FAILED, &json!("changed_meanwhile"))
    );
    let nonsense = portal.ask(Method::PUT, path, &heat(), &[("if-match", "x")]).await;
    assert_eq!(nonsense.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(portal.put(path, &heat()).await.status, StatusCode::OK);
    assert_eq!(portal.delete(path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(portal.get(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.fleet.db.configuration(portal.fleet.gateway).await.unwrap().revision, 4);
}

#[tokio::test]
async fn a_meter_hangs_on_a_bus_that_its_gateway_has() {
    let portal = Portal::new().await;
    let bus = |id: &str| BusStatus {
        id: id.to_owned(),
        name: id.to_owned(),
        state: BusState::Online,
        problem: None,
    };
    let status = Status {
        version: "0.1.0".to_owned(),
        buses: vec![bus("cellar-1"), bus("cellar-2")],
        meters: Vec::new(),
        configuration: None,
        problems: Vec::new(),
        waiting: 0,
        own_meters: Vec::new(),
    };
    portal.fleet.db.save_status(portal.fleet.gateway, status, Vec::new(), start()).await.unwrap();
    let errors = refused(&portal, &heat()).await;
    assert_eq!(errors[0]["field"], "gateway");
    let message = errors[0]["message"].as_str().unwrap();
    assert_eq!(message, "Building 7 has several buses; choose one of cellar-1, cellar-2");
    refused(&portal, &with(heat(), "bus", json!("attic"))).await;
    let answer = portal.post(METERS, &with(heat(), "bus", json!("cellar-2"))).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let unknown = portal.post(METERS, &with(heat(), "gateway", json!("gateway-9"))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
