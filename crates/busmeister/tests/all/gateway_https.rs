//! `busmeister gateway` where others reach it: HTTPS, a login for everything, its own names only.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::fleet::PATIENCE;
use crate::https::Browser;
use crate::program::Running;

/// A meter that nobody asks: there is nothing at its bus.
const CONFIGURATION: &str = r#"
[web]
listen = "0.0.0.0:0"
[[bus]]
id = "cellar-1"
name = "Cellar"
tcp = "127.0.0.1:9"
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1"
model = "integra_heat"
"#;

#[test]
fn on_another_address_it_is_https_with_a_login_for_every_look_and_its_own_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let (config, data) = (folder.path().join("gateway.toml"), folder.path().join("data"));
    std::fs::write(&config, CONFIGURATION).unwrap();
    let arguments =
        ["gateway", "--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let mut gateway = Running::start(&arguments);
    let url = gateway.line_after("https://");
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let code = gateway.line_after("setup code ");
    let mut browser = Browser::trusting(&data, port);

    // Everything that the description of the API has to look at.
    let description = browser.get("/api/openapi.json").json();
    let mut looked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("get") else { continue };
        let path = path.replace("{id}", "heat-1");
        let answer = browser.get(&path);
        if operation["security"].as_array().is_some_and(Vec::is_empty) {
            assert!(["/healthz", "/readyz"].contains(&path.as_str()), "{path} is public");
        } else {
            assert_eq!(answer.status, 401, "{path}: {answer:?}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert!(!answer.text.contains("Heat, flat 1"), "{}", answer.text);
            looked += 1;
        }
    }
    assert!(looked > 10, "{looked} operations were asked");
    // The page is there, for it has the login.
    assert_eq!(browser.get("/").status, 200);
    let read = json!({ "address": "1" });
    assert_eq!(browser.post("/api/v1/buses/cellar-1/readouts", &read).status, 401);

    // Only by its own names, logged in or not.
    let attacker = format!("attacker.example:{port}");
    for path in ["/", "/api/v1/meters", "/healthz"] {
        let answer = browser.ask_as(&attacker, "GET", path, &Value::Null);
        assert_eq!(answer.status, 421, "{path}: {answer:?}");
    }

    let body = json!({ "code": code, "password": "correct horse battery" });
    let answer = browser.post("/api/v1/setup", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.split("; ").any(|found| found == part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(browser.get("/api/v1/meters").json()["items"][0]["id"], "heat-1");
    let answer = browser.ask_as(&attacker, "GET", "/api/v1/meters", &Value::Null);
    assert_eq!(answer.status, 421, "{answer:?}");

    // Out, and in again with the password.
    assert_eq!(browser.ask("DELETE", "/api/v1/session", &Value::Null).status, 204);
    assert_eq!(browser.get("/api/v1/meters").status, 401);
    let wrong = json!({ "name": "admin", "password": "wrong horse battery" });
    assert_eq!(browser.post("/api/v1/session", &wrong).status, 401);
    let right = json!({ "name": "admin", "password": "correct horse battery" });
    assert_eq!(browser.post("/api/v1/session", &right).status, 200);
    assert_eq!(browser.get("/api/v1/meters").status, 200);

    // Without TLS nothing is answered but how to come.
    let mut plain = TcpStream::connect(("127.0.0.1", port)).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("GET /api/v1/meters HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    plain.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    plain.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"), "{answer}");
}
