//! The power goes at any moment: what the gateway has shown is on disk.

use std::path::Path;

use serde_json::Value;

use crate::http::{get, reading, until};
use crate::program::Running;

const METERS: [&str; 2] = ["heat", "water"];

fn configuration(tcp: &str) -> String {
    format!(
        r#"
[web]
listen = "127.0.0.1:0"
[[bus]]
id = "cellar-1"
name = "Cellar"
tcp = "{tcp}"
interval = "1s"
[[meter]]
id = "heat"
name = "Heat"
bus = "cellar-1"
address = "1"
model = "integra_heat"
[[meter]]
id = "water"
name = "Water"
bus = "cellar-1"
address = "2"
model = "saphir_modularis"
"#
    )
}

fn start_gateway(config: &Path, data: &Path) -> (Running, String) {
    let (config, data) = (config.to_str().unwrap(), data.to_str().unwrap());
    let mut gateway = Running::start(&["gateway", "--config", config, "--data", data]);
    let page = gateway.line_after("http://");
    (gateway, format!("http://{page}"))
}

fn shown(page: &str) -> Vec<Option<Value>> {
    let registers = ["heat_energy_kwh", "vol_m3"];
    METERS.iter().zip(registers).map(|(meter, name)| reading(page, meter, name)).collect()
}

#[test]
fn nothing_that_was_shown_is_lost_by_kill_9_during_reading() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("gateway.toml");
    let data = folder.path().join("data");
    let mut building = Running::start(&[
        "simulate",
        "--building",
        "demo",
        "--speed",
        "3600",
        "--tcp",
        "127.0.0.1:0",
    ]);
    std::fs::write(&config, configuration(&building.line_after("tcp "))).unwrap();

    let mut last = Vec::new();
    for round in 0..3 {
        let (mut gateway, page) = start_gateway(&config, &data);
        let before = shown(&page);
        if round > 0 {
            for (was, is) in std::iter::zip(&last, &before) {
                assert!(read_at(is) >= read_at(was), "round {round}: {was:?} became {is:?}");
            }
        }
        // Kill as soon as a newer reading was shown, while the next is under way.
        let mut now = before.clone();
        until(&page, || {
            now = shown(&page);
            read_at(&now[0]) > read_at(&before[0]) && read_at(&now[1]).is_some()
        });
        gateway.child.kill().unwrap();
        gateway.child.wait().unwrap();
        last = now;
    }

    // Without the bus, so nothing can be read again: what was shown last is what is there.
    drop(building);
    let (_gateway, page) = start_gateway(&config, &data);
    for (was, is) in std::iter::zip(&last, &shown(&page)) {
        assert!(read_at(is) >= read_at(was), "{was:?} became {is:?}");
        assert!(is.is_some());
    }
    let buses = get(&page, "/api/v1/buses");
    assert_eq!(buses["items"][0]["id"], "cellar-1");
}

/// When a reading was made; ISO times in UTC sort as text.
fn read_at(reading: &Option<Value>) -> Option<String> {
    reading.as_ref().and_then(|reading| reading["read_at"].as_str()).map(str::to_owned)
}
