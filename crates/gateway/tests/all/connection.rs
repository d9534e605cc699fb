//! Edit Device Properties: the connection of a meter changes while the gateway runs.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{FileHouse, HEAT, HEAT_METER, SILENT, SILENT_METER, Wire, configuration};

const CONNECTION: &str = "/api/v1/meters/heat-1/connection";

fn form(properties: &[(&str, Value)]) -> Value {
    let properties = properties.iter().map(|(name, value)| json!({ "name": name, "value": value }));
    json!({ "properties": properties.collect::<Vec<_>>() })
}

fn property<'j>(connection: &'j Value, name: &str) -> &'j Value {
    let properties = connection["properties"].as_array().unwrap();
    properties.iter().find(|one| one["name"] == name).unwrap()
}

fn values(connection: &Value, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| property(connection, name)["value"].clone()).collect()
}

#[tokio::test]
async fn b05_b08_b09_b29_a_bus_whose_port_was_changed_comes_online_with_all_its_meters() {
    let wire = Wire::start(&format!("{HEAT}{SILENT}")).await;
    let text = configuration(
        "127.0.0.1:1".parse().unwrap(),
        &format!("{HEAT_METER}{SILENT_METER}suspended = true\n"),
    );
    let at = FileHouse::start(&text).await;
    let offline = at.house.get("/api/v1/buses").await.json();
    assert_eq!(offline["items"][0]["state"], "offline");
    let shown = at.house.get(CONNECTION).await.json();
    assert_eq!(shown["properties"].as_array().unwrap().len(), 13);
    assert_eq!(shown["shared_with"], json!([{ "id": "heat-2", "name": "Heat, flat 2" }]));
    assert_eq!(property(&shown, "Connection Type")["value"], "M-Bus TCP");
    assert_eq!(property(&shown, "Parity")["active"], false);

    let port = wire.address.port();
    let answer = at.put(CONNECTION, &form(&[("Port", json!(port))])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(property(&answer.json(), "Port")["value"], port.to_string());
    let meter = at.house.meter_when("heat-1", |meter| meter["last_success_at"].is_string()).await;
    assert_eq!(meter["state"], "ok");
    assert_eq!(at.house.get("/api/v1/buses").await.json()["items"][0]["state"], "online");
    assert!(at.text().contains(&format!("tcp = \"{}\"", wire.address)), "{}", at.text());
    let acts = at.house.acts(&at.session).await;
    assert_eq!(acts[0]["action"], "meter.change_connection");
    at.house.stop().await;
}

#[tokio::test]
async fn b08_b10_a_connection_becomes_a_serial_one_and_its_line_is_in_the_file() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&configuration(wire.address, HEAT_METER)).await;
    let serial = form(&[
        ("Connection Type", json!("M-Bus Serial")),
        ("Port", json!("/dev/no-such-port")),
        ("Baud Rate", json!(300)),
        ("Data Bits", json!("7")),
        ("Stop Bits", json!(2)),
        ("Parity", json!("odd")),
    ]);
    let answer = at.put(CONNECTION, &serial).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let shown = answer.json();
    let names = ["Connection Type", "Port", "Baud Rate", "Data Bits", "Stop Bits", "Parity"];
    let expected = ["M-Bus Serial", "/dev/no-such-port", "300", "7", "2", "odd"];
    assert_eq!(values(&shown, &names), expected);
    assert_eq!(property(&shown, "IP address or host name")["active"], false);
    let text = at.text();
    for line in [
        "serial = \"/dev/no-such-port\"\n",
        "baudrate = 300\n",
        "data_bits = 7\n",
        "stop_bits = 2\n",
        "parity = \"odd\"\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("tcp = "), "{text}");
    let bus = at.house.json_when("/api/v1/buses", |buses| buses["items"][0]["state"] == "offline");
    assert_eq!(bus.await["items"][0]["transport"], "serial");

    let host = wire.address.ip().to_string();
    let tcp = form(&[
        ("Connection Type", json!("M-Bus TCP")),
        ("IP address or host name", json!(host)),
        ("Port", json!(wire.address.port().to_string())),
        // It has no effect here, and is passed over.
        ("Data Bits", json!("77")),
    ]);
    let answer = at.put(CONNECTION, &tcp).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(!at.text().contains("parity"), "{}", at.text());
    at.house.json_when("/api/v1/buses", |buses| buses["items"][0]["state"] == "online").await;
    at.house.stop().await;
}

#[tokio::test]
async fn b14_b15_secondary_addressing_takes_the_printed_number_and_the_parts_of_the_selection() {
    let wire = Wire::start(HEAT).await;
    let at = FileHouse::start(&configuration(wire.address, HEAT_METER)).await;
    let secondary = form(&[
        ("Use Secondary Addressing", json!(true)),
        ("Meter Address", json!("13653120")),
        ("Manufacturer", json!("efe")),
        ("Version", json!(0)),
        ("Medium", json!("heat meter")),
        ("Process Historical Data", json!(true)),
    ]);
    let answer = at.put(CONNECTION, &secondary).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(at.text().contains("address = \"20316513C5140004\""), "{}", at.text());
    assert!(at.text().contains("process_historical_data = true"), "{}", at.text());
    let names = ["Meter Address", "Manufacturer", "Version", "Medium"];
    assert_eq!(values(&answer.json(), &names), ["13653120", "EFE", "0", "heat meter"]);
    assert_eq!(property(&answer.json(), "Use Secondary Addressing")["value"], true);
    at.house.meter_when("heat-1", |meter| meter["last_success_at"].is_string()).await;

    // What is left empty selects any.
    let open = form(&[("Manufacturer", json!("C514")), ("Version", json!("")), ("Medium", NULL)]);
    let answer = at.put(CONNECTION, &open).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(at.text().contains("address = \"20316513C514FFFF\""), "{}", at.text());
    let primary = form(&[("Use Secondary Addressing", json!(false)), ("Meter Address", json!(1))]);
    let answer = at.put(CONNECTION, &primary).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(at.text().contains("address = \"1\""), "{}", at.text());
    at.house.stop().await;
}

const NULL: Value = Value::Null;

#[tokio::test]
async fn b05_what_is_wrong_is_told_property_by_property_and_nothing_changes() {
    let wire = Wire::start(HEAT).await;
    let other = "[[bus]]\nid = \"roof\"\ntcp = \"10.0.0.1:10001\"\n";
    let at = FileHouse::start(&configuration(wire.address, &format!("{HEAT_METER}{other}"))).await;
    let before = at.text();
    let wrong = async |properties: &[(&str, Value)]| {
        let answer = at.put(CONNECTION, &form(properties)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        let problem = answer.json();
        let fields = problem["fields"].as_array().unwrap().iter();
        let said = fields.map(|one| {
            let field = one["field"].as_str().unwrap();
            format!("{field}: {}", one["message"].as_str().unwrap())
        });
        said.collect::<Vec<_>>()
    };
    let said = wrong(&[
        ("Port", json!(0)),
        ("IP address or host name", json!("a b")),
        ("Meter Address", json!("251")),
        ("Process Historical Data", json!("maybe")),
        ("Colour", json!("red")),
    ])
    .await;
    let starts = [
        "Colour: there is no such property",
        "Port: '0' is no TCP port",
        "IP address or host name: 'a b' is no host name",
        "Meter Address: 251 is no primary address",
        "Process Historical Data: it is on or off",
    ];
    assert_eq!(said.len(), starts.len(), "{said:#?}");
    assert!(said.iter().zip(starts).all(|(said, start)| said.starts_with(start)), "{said:#?}");

    let said = wrong(&[
        ("Connection Type", json!("M-Bus Serial")),
        ("Baud Rate", json!(2401)),
        ("Data Bits", json!(9)),
        ("Stop Bits", json!(3)),
        ("Parity", json!("mark")),
    ])
    .await;
    let names: Vec<_> = said.iter().map(|one| one.split(':').next().unwrap()).collect();
    assert_eq!(names, ["Port", "Baud Rate", "Data Bits", "Stop Bits", "Parity"], "{said:#?}");

    let said = wrong(&[
        ("Use Secondary Addressing", json!(true)),
        ("Meter Address", json!("1365312G")),
        ("Manufacturer", json!("EF")),
        ("Version", json!(256)),
        ("Medium", json!("heat")),
    ])
    .await;
    let names: Vec<_> = said.iter().map(|one| one.split(':').next().unwrap()).collect();
    assert_eq!(names, ["Meter Address", "Manufacturer", "Version", "Medium"], "{said:#?}");

    let said =
        wrong(&[("IP address or host name", json!("10.0.0.1")), ("Port", json!(10_001))]).await;
    assert!(
        said[0].starts_with("Port: the port 10.0.0.1:10001 belongs to bus \"roof\""),
        "{said:?}"
    );
    assert_eq!(at.text(), before);

    let without = at.change(Method::PUT, CONNECTION, None, &form(&[])).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    at.house.stop().await;
}
