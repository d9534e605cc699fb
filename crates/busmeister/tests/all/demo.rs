//! `busmeister demo`: the first command of the README.

use std::io::{BufRead, BufReader};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::http::{get, post, reading};
use crate::program::Running;

fn start(data: &std::path::Path) -> (Running, String) {
    let data = data.to_str().unwrap();
    let mut demo = Running::start(&["demo", "--data", data, "--listen", "127.0.0.1:0"]);
    let page = demo.line_after("page ");
    let portal = demo.line_after("portal ");
    assert!(portal.starts_with("http://127.0.0.1:"), "{portal}");
    demo.line_after("Open ");
    (demo, page)
}

fn stop(mut demo: Running) {
    let pid = Pid::from_child(&demo.child);
    kill_process(pid, Signal::INT).unwrap();
    let status = demo.child.wait().unwrap();
    assert_eq!(status.code(), Some(0), "Ctrl-C ends the demo cleanly");
}

/// Sets the first password; the cookie of the login.
fn log_in(portal: &str, code: &str) -> String {
    let body = json!({"code": code, "name": "ada", "password": "correct horse battery staple"});
    let answer = ureq::post(format!("{portal}/api/v1/setup")).send_json(body).unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn ask(portal: &str, login: &str, path: &str) -> Value {
    let request = ureq::get(format!("{portal}{path}")).header("cookie", login);
    request.call().unwrap().body_mut().read_json().unwrap()
}

/// Waits until something holds of each of the ten meters; their names.
fn until_all_are_there(portal: &str, login: &str, holds: impl Fn(&Value) -> bool) -> Vec<String> {
    let events = ureq::get(format!("{portal}/api/v1/events")).header("cookie", login).call();
    let mut lines = BufReader::new(events.unwrap().into_body().into_reader()).lines();
    loop {
        let meters = ask(portal, login, "/api/v1/meters")["items"].as_array().unwrap().clone();
        if meters.len() == 10 && meters.iter().all(&holds) {
            return meters.iter().map(|meter| meter["name"].to_string()).collect();
        }
        lines.next().expect("the portal ended its events").unwrap();
    }
}

#[test]
fn a_building_is_read_and_the_demo_starts_again_on_the_data_it_left() {
    let data = tempfile::tempdir().unwrap();
    let (demo, page) = start(data.path());

    let meters = get(&page, "/api/v1/meters")["items"].as_array().unwrap().clone();
    assert_eq!(meters.len(), 10);
    let state = |id: &str| {
        let meter = meters.iter().find(|meter| meter["id"] == id).unwrap();
        (meter["state"].clone(), meter["problem"]["code"].clone())
    };
    assert_eq!(state("heat-flat-1").0, "ok");
    assert_eq!(state("heat-penthouse").0, "ok", "it answers on the second try");
    assert_eq!(state("heat-flat-3").0, "fault", "it is silent");
    assert_eq!(state("heat-flat-4").0, "fault", "its telegram does not fit its model");

    let energy = reading(&page, "heat-flat-1", "heat_energy_kwh").unwrap();
    assert_eq!(energy["unit"], "kWh");
    assert_eq!(energy["source"]["line"], 3);
    let third_telegram = reading(&page, "heat-transfer-station", "last_month_kwh").unwrap();
    assert_eq!(third_telegram["source"]["telegram"], 1);
    let import = reading(&page, "electricity-main", "en_im").unwrap();
    let export = reading(&page, "electricity-main", "en_ex").unwrap();
    assert_eq!((&import["unit"], &export["quality"]), (&json!("kWh"), &json!("ok")));
    let unfit = reading(&page, "heat-flat-4", "heat_energy_kwh").unwrap();
    assert_eq!(unfit["value"], json!(null), "no wrong number");

    let (status, readout) = post(
        &page,
        "/api/v1/buses/cellar-1/readouts",
        &json!({ "address": "1", "baudrate": 2400 }),
    );
    assert_eq!(status, 200, "{readout}");
    assert!(readout["lines"][3]["text"].as_str().unwrap().contains("descr:ENERGY"));
    let (status, problem) = post(
        &page,
        "/api/v1/buses/cellar-1/readouts",
        &json!({ "address": "99", "baudrate": 2400 }),
    );
    assert_eq!(status, 504, "{problem}");
    assert!(problem["finding"]["why"].as_str().unwrap().contains("the line was quiet"));
    stop(demo);

    // Its configuration is a file of its own, and what people change in it stays.
    let file = data.path().join("demo/gateway.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("Heat, flat 1", "Heat, ground floor")).unwrap();
    let (demo, page) = start(data.path());
    assert_eq!(get(&page, "/api/v1/meters/heat-flat-1")["name"], "Heat, ground floor");
    let later = reading(&page, "heat-flat-1", "vol_m3").unwrap()["value"].to_string();
    assert!(later.parse::<f64>().unwrap() >= 678.901, "counters do not fall back: {later}");
    stop(demo);
}

#[test]
fn the_first_logins_are_links_with_their_code_and_the_portal_can_be_left_out() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    let listen = ["demo", "--data", folder, "--listen", "localhost:0"];
    let mut demo = Running::start(&[&listen[..], &["--portal-listen", "127.0.0.1:0"]].concat());
    let page = demo.line_after("page ");
    let portal = demo.line_after("portal ");
    let gateway_link = demo.line_after("first login at the gateway: ");
    let portal_link = demo.line_after("first login at the portal: ");
    let code_in = |address: &str, link: &str| {
        let code = link.strip_prefix(&format!("{address}/setup#")).expect(link);
        assert!(code.len() > 8, "{link}");
        code.to_owned()
    };
    code_in(&page, &gateway_link);
    let login = log_in(&portal, &code_in(&portal, &portal_link));
    demo.line_after("Open ");
    // Nobody typed a claim code: the gateway is there with its meters and what they read.
    let names = until_all_are_there(&portal, &login, |meter| {
        meter["origin"] == "gateway" && !meter["last_attempt_at"].is_null()
    });
    assert_eq!(names.len(), 10);
    let overview = ask(&portal, &login, "/api/v1/overview");
    assert_eq!(overview["sites"][0]["gateways_online"], 1);
    assert_eq!(overview["sites"][0]["state"], "fault", "one of its meters is silent");
    stop(demo);
    let mut demo = Running::start(&[&listen[..], &["--no-portal"]].concat());
    demo.line_after("page ");
    let opened = demo.line_after("Open ");
    assert!(!opened.contains("portal"), "{opened}");
    stop(demo);
}
