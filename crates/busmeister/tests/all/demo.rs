//! `busmeister demo`: the first command of the README.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

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
    let listen = ["demo", "--data", folder, "--listen", "127.0.0.1:0"];
    let mut demo = Running::start(&[&listen[..], &["--portal-listen", "127.0.0.1:0"]].concat());
    let page = demo.line_after("page ");
    let portal = demo.line_after("portal ");
    let gateway_link = demo.line_after("first login at the gateway: ");
    let portal_link = demo.line_after("first login at the portal: ");
    for (address, link) in [(&page, gateway_link), (&portal, portal_link)] {
        let code = link.strip_prefix(&format!("{address}/setup#")).expect(&link);
        assert!(code.len() > 8, "{link}");
    }
    demo.line_after("Open ");
    stop(demo);
    let mut demo = Running::start(&[&listen[..], &["--no-portal"]].concat());
    demo.line_after("page ");
    let opened = demo.line_after("Open ");
    assert!(!opened.contains("portal"), "{opened}");
    stop(demo);
}
