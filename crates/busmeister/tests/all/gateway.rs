//! `busmeister gateway` and its checks.

use crate::http::{get, reading, until};
use crate::program::{Running, run};

#[test]
fn the_template_is_a_configuration_that_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    std::fs::write(&path, run(&["gateway", "config-template"]).stdout).unwrap();
    let ended = run(&["gateway", "check-config", "--config", path.to_str().unwrap()]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("is right"), "{}", ended.stdout);
}

#[test]
fn every_fault_of_a_configuration_is_named_with_file_line_and_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text = r#"
[[bus]]
id = "cellar-1"
name = "Cellar"
tcp = "127.0.0.1:10001"

[[meter]]
id = "heat-1"
name = "Heat 1"
bus = "cellar-9"
address = "1"
model = "integra_heat"

[[meter]]
id = "heat-2"
name = "Heat 2"
bus = "cellar-1"
address = "2031651G"
model = "integra_heet"
"#;
    std::fs::write(&path, text).unwrap();
    let ended = run(&["gateway", "check-config", "--config", path.to_str().unwrap()]);
    assert_eq!(ended.code, Some(1));
    for cause in [
        "gateway.toml:10:",
        "\"cellar-9\" is not defined",
        "gateway.toml:18:",
        "'G' at position 7 is not a hex digit",
        "gateway.toml:19:",
        "integra_heet",
    ] {
        assert!(ended.stderr.contains(cause), "no {cause:?} in {}", ended.stderr);
    }
}

#[test]
fn settings_that_do_not_fit_together_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let ended = run(&["gateway", "--behind-proxy", "--config", "/dev/null", "--data", data]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("behind_proxy needs public_hosts"), "{}", ended.stderr);
    let missing = folder.path().join("missing.pem");
    let missing = missing.to_str().unwrap();
    let ended = run(&[
        "gateway",
        "--certificate",
        missing,
        "--key",
        missing,
        "--config",
        "/dev/null",
        "--data",
        data,
    ]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("missing.pem cannot be read"), "{}", ended.stderr);
}

#[test]
fn a_forgotten_password_is_set_anew_with_a_code_from_the_console() {
    use rustix::process::{Pid, Signal, kill_process};
    use serde_json::json;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for server in ["gateway", "portal"] {
        let data = format!("{data}/{server}");
        let reset = || run(&[server, "reset-password", "--data", &data]);
        let nobody = reset();
        assert_eq!(nobody.code, Some(2), "{nobody:?}");
        assert!(nobody.stderr.contains("nobody has a password"), "{nobody:?}");
        let start = || {
            let mut arguments = vec![server, "--listen", "127.0.0.1:0", "--data", &data];
            if server == "gateway" {
                arguments.extend(["--config", "/dev/null"]);
            }
            let mut running = Running::start(&arguments);
            let page = format!("http://{}", running.line_after("http://"));
            (running, page)
        };
        let (mut running, page) = start();
        let code = running.line_after("setup code ");
        let link = running.line_after("setup link ");
        assert_eq!(link, format!("{page}/setup#{code}"));
        let first = json!({ "code": code, "password": "correct horse battery" });
        assert_eq!(crate::http::post(&page, "/api/v1/setup", &first).0, 200);
        let busy = reset();
        assert_eq!(busy.code, Some(1), "{busy:?}");
        assert!(busy.stderr.contains("belongs to a program that is running"), "{busy:?}");
        kill_process(Pid::from_child(&running.child), Signal::TERM).unwrap();
        assert!(running.child.wait().unwrap().success());

        let made = reset();
        assert_eq!(made.code, Some(0), "{made:?}");
        assert!(made.stderr.contains("one of admin"), "{made:?}");
        let code = made.stdout.trim().strip_prefix("setup code ").unwrap().to_owned();
        let (_running, page) = start();
        let second = json!({ "code": code, "password": "another good password" });
        assert_eq!(crate::http::post(&page, "/api/v1/setup", &second).0, 200);
        let login = json!({ "name": "admin", "password": "correct horse battery" });
        assert_eq!(crate::http::post(&page, "/api/v1/session", &login).0, 401);
    }
}

#[test]
fn a_dead_bus_costs_no_other_meter_its_reading() {
    let folder = tempfile::tempdir().unwrap();
    let mut building = Running::start(&[
        "simulate",
        "--building",
        "demo",
        "--bus",
        "roof",
        "--tcp",
        "127.0.0.1:0",
    ]);
    let tcp = building.line_after("tcp ");
    // Bound and never accepted from: connects, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_address = silent.local_addr().unwrap();
    let config = folder.path().join("gateway.toml");
    let bus = |id: &str, port: &str| {
        format!("[[bus]]\nid = \"{id}\"\nname = \"{id}\"\n{port}\ninterval = \"2s\"\n")
    };
    let meter = |id: &str, bus: &str, address: u8| {
        format!(
            "[[meter]]\nid = \"{id}\"\nname = \"{id}\"\nbus = \"{bus}\"\naddress = \"{address}\"\nmodel = \"generic_mbus\"\n[meter.parameters]\nreg = \"{{'vol_m3': 3}}\"\n"
        )
    };
    let text = [
        "[web]\nlisten = \"127.0.0.1:0\"\n".to_owned(),
        bus("good", &format!("tcp = \"{tcp}\"")),
        bus("missing", "serial = \"/dev/no-such-port\""),
        bus("refused", "tcp = \"127.0.0.1:1\""),
        bus("silent", &format!("tcp = \"{silent_address}\"")),
        meter("gas", "good", 9),
        meter("a", "missing", 1),
        meter("b", "refused", 1),
        meter("c", "silent", 1),
    ]
    .concat();
    std::fs::write(&config, text).unwrap();
    let data = folder.path().join("data");
    let mut gateway = Running::start(&[
        "gateway",
        "--config",
        config.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ]);
    let page = format!("http://{}", gateway.line_after("http://"));
    let problem = |meter: &str| get(&page, &format!("/api/v1/meters/{meter}"))["problem"].clone();
    let has_all = || {
        reading(&page, "gas", "vol_m3").is_some()
            && ["a", "b", "c"].iter().all(|meter| !problem(meter).is_null())
    };
    until(&page, has_all);
    assert!(reading(&page, "gas", "vol_m3").unwrap()["value"].is_number());
    for (meter, cause) in [
        ("a", "no serial port /dev/no-such-port"),
        ("b", "refused the connection"),
        ("c", "the line was quiet"),
    ] {
        let problem = problem(meter);
        let why = problem["why"].as_str().unwrap();
        assert!(why.contains(cause), "{meter}: {problem}");
        assert!(!problem["remedy"].as_str().unwrap().is_empty(), "{meter}: {problem}");
    }
}

#[test]
fn a_converter_that_breaks_off_is_not_asked_again_each_time_it_is_back() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tcp = listener.local_addr().unwrap();
    let (requests, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Acknowledges, begins an answer and closes, on every connection.
        for stream in listener.incoming() {
            let (mut stream, mut request) = (stream.unwrap(), [0; 5]);
            if stream.read_exact(&mut request).is_err() || stream.write_all(&[0xE5]).is_err() {
                continue;
            }
            if stream.read_exact(&mut request).is_ok() {
                let _ = requests.send(request);
                let _ = stream.write_all(&[0x68, 0x1F, 0x1F, 0x68, 0x08, 0x01, 0x72]);
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let (config, data) = (folder.path().join("gateway.toml"), folder.path().join("data"));
    let text = format!(
        "[web]\nlisten = \"127.0.0.1:0\"\n[[bus]]\nid = \"a\"\ntcp = \"{tcp}\"\ninterval = \"1h\"\n\
         [[meter]]\nid = \"m\"\nname = \"m\"\nbus = \"a\"\naddress = \"1\"\nmodel = \"integra_heat\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut gateway = Running::start(&[
        "gateway",
        "--config",
        config.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ]);
    let page = format!("http://{}", gateway.line_after("http://"));
    assert_eq!(asked.recv().unwrap(), [0x10, 0x7B, 0x01, 0x7C, 0x16]);
    let state = || get(&page, "/api/v1/buses")["items"][0]["state"].clone();
    until(&page, || state() == "offline");
    until(&page, || state() == "online");
    // Address 9 is asked behind whatever was due before it.
    let body = serde_json::json!({ "address": "9", "baudrate": 2400 });
    let (status, _) = crate::http::post(&page, "/api/v1/buses/a/readouts", &body);
    assert_eq!(status, 503);
    assert_eq!(asked.recv().unwrap(), [0x10, 0x7B, 0x09, 0x84, 0x16]);
}
