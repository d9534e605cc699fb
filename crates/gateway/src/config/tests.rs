use std::time::Duration;

use mbus::MeterAddress;
use mbus_io::{PortSettings, SerialSettings};

use super::*;

/// A good beginning for cases that are about one thing; 9 lines.
const BUS: &str = r#"
[[bus]]
id = "cellar-1"
tcp = "127.0.0.1:10001"
[[bus]]
id = "roof"
serial = "/dev/ttyUSB0"
baudrate = 300
interval = "1d"
"#;

fn problems(text: &str) -> Vec<String> {
    match Config::parse(text, "gateway.toml") {
        Err(ConfigError::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

fn problems_behind_buses(text: &str) -> Vec<String> {
    problems(&format!("{}{text}", BUS.trim_start_matches('\n')))
}

#[test]
fn the_template_is_a_right_configuration() {
    let config = Config::parse(TEMPLATE, "template").unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.name, "Building 7");
    assert_eq!(config.buses[0].interval, Duration::from_secs(900));
    assert_eq!(config.buses[0].port.to_string(), "127.0.0.1:10001");
    assert_eq!(config.meters[0].interval, Duration::from_secs(900));
    assert_eq!(config.meters[1].interval, Duration::from_secs(3600));
    let MeterAddress::Secondary(address) = config.meters[1].address else { panic!() };
    assert_eq!(address.to_string(), "20316513C5140004");
    assert_eq!(config.meters[1].expected, Some(address));
}

#[test]
fn the_commented_part_of_the_template_is_right_too() {
    let uncommented: String = TEMPLATE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with("[[") || rest.contains(" = ") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = Config::parse(&uncommented, "template").unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.buses[0].transport_allowance, Some(Duration::from_millis(500)));
    assert_eq!(
        config.buses[1].port,
        PortSettings::Serial(SerialSettings::new("/dev/serial/by-id/usb-converter"))
    );
}

#[test]
fn an_empty_file_is_a_gateway_without_buses() {
    let config = Config::parse("", "gateway.toml").unwrap();
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert!(config.buses.is_empty() && config.meters.is_empty());
}

#[test]
fn each_fault_names_place_and_cause() {
    let cases = [
        // (text behind the buses, the whole message)
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"cellar-9\"\naddress = \"1\"\nmodel = \"integra_heat\"",
            "gateway.toml:11:7: meter \"heat-1\": bus \"cellar-9\" is not defined; defined are cellar-1, roof",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"2031651G\"\nmodel = \"integra_heat\"",
            "gateway.toml:12:19: meter \"heat-1\": address \"2031651G\": 'G' at position 7 is not a hex digit (0-9, A-F)",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"251\"\nmodel = \"integra_heat\"",
            "gateway.toml:12:11: meter \"heat-1\": address \"251\": 251 is no primary address; meters have 0 to 250 (251 to 255 are reserved by the standard)",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = 1\nmodel = \"integra_heat\"",
            "gateway.toml:12:11: meter \"heat-1\": address is a whole number, but it must be text in quotes",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\nmodel = \"integra_heat\"",
            "gateway.toml:9:1: meter \"heat-1\": address is missing",
        ),
        (
            "[[meter]]\nid = \"Heat\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"",
            "gateway.toml:10:7: meter \"Heat\": id: 'H' at position 1 cannot stand in an id; use a to z, 0 to 9 and -",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"\ninterval = \"15\"",
            "gateway.toml:14:12: meter \"heat-1\": interval \"15\" is no length of time: write a number and a unit: 500ms, 30s, 15m, 1h or 1d",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"\ninterval = \"0s\"",
            "gateway.toml:14:12: meter \"heat-1\": interval is \"0s\", but it must be from 1s to 31d",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra\"",
            "gateway.toml:13:9: meter \"heat-1\": there is no model \"integra\"; the models are {models}",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\nmodel = \"manual_heat_secondary_ad\"\n[meter.parameters]\nsecondary_ad = \"2031651\u{e4}\"\nreg = \"{'heat_energy_kwh': 3}\"",
            "gateway.toml:14:24: meter \"heat-1\": secondary_ad: '\\u{e4}' at position 7 is not a hex digit (0-9, A-F)",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\nmodel = \"manual_heat_secondary_ad\"\n[meter.parameters]\nsecondary_ad = \"20316513FFFFFFFF\"\nreg = \"{'heat_energy_kwh': x}\"",
            "gateway.toml:15:28: meter \"heat-1\": reg: a line such as 3, or a selector is expected, but 'x' stands there (position 20)",
        ),
        (
            "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"generic_mbus\"",
            "gateway.toml:9:1: meter \"heat-1\": the model generic_mbus needs the parameter reg, such as {'heat_energy_kwh': 3}",
        ),
        (
            "[[bus]]\nid = \"cellar-2\"\ntcp = \"127.0.0.1:10001\"",
            "gateway.toml:11:7: bus \"cellar-2\": the port 127.0.0.1:10001 belongs to bus \"cellar-1\"; one port has one bus, put the meters of both there",
        ),
        (
            "[[bus]]\nid = \"roof\"\ntcp = \"10.0.0.1:10001\"",
            "gateway.toml:10:6: bus \"roof\": the id is taken by another bus; give it its own",
        ),
        (
            "[[bus]]\nid = \"x\"\ntcp = \"10.0.0.1\"",
            "gateway.toml:11:7: bus \"x\": tcp: '10.0.0.1' names no port; write host and port, such as 192.168.1.17:10001",
        ),
        (
            "[[bus]]\nid = \"x\"\ntcp = \"fe80::1:502\"",
            "gateway.toml:11:7: bus \"x\": tcp: 'fe80::1:502' has several colons; write an IPv6 address in brackets, such as [fd00::17]:10001",
        ),
        (
            "[[bus]]\nid = \"x\"",
            "gateway.toml:9:1: bus \"x\": it has no port; write tcp = \"host:port\" or serial = \"/dev/serial/by-id/...\"",
        ),
        (
            "[[bus]]\nid = \"x\"\ntcp = \"a:1\"\nserial = \"/dev/ttyS0\"",
            "gateway.toml:12:10: bus \"x\": it has both tcp and serial; a bus hangs on one port, remove the other",
        ),
        (
            "[[bus]]\nid = \"x\"\nserial = \"/dev/ttyS0\"\nparity = \"mark\"",
            "gateway.toml:12:10: bus \"x\": parity: 'mark' is no parity; use none, even or odd",
        ),
        (
            "[[bus]]\nid = \"x\"\ntcp = \"a:1\"\nbaudrate = 2401",
            "gateway.toml:12:12: bus \"x\": baudrate is 2401, but buses have 300, 600, 1200, 2400, 4800, 9600, 19200, 38400",
        ),
        (
            "[[bus]]\nid = \"x\"\ntcp = \"a:1\"\ntransport_allowance = \"1h\"",
            "gateway.toml:12:23: bus \"x\": transport_allowance is \"1h\", but it must be from 0s to 30s",
        ),
        (
            "[web]\nbehind_proxy = true",
            "gateway.toml:9:1: web: behind_proxy needs public_hosts, the names under which browsers reach the proxy: as in public_hosts = [\"gateway.example\"]",
        ),
        (
            "[web]\npublic_hosts = [\"gateway.example\", \"http://a\"]",
            "gateway.toml:10:36: web: public_hosts: \"http://a\" is no host; write host or host:port, as in gateway.example",
        ),
        (
            "[web]\ncertificate = \"a.pem\"",
            "gateway.toml:9:1: web: certificate and key belong together; give both files, or none",
        ),
        (
            "[web]\npublic_hosts = \"a\"",
            "gateway.toml:10:16: web: public_hosts is text, but it must be a list of texts, as in [\"a\", \"b\"]",
        ),
        (
            "[web]\nlisten = \"8080\"",
            "gateway.toml:10:10: web: listen \"8080\" is no address; write address:port, as in 127.0.0.1:8080",
        ),
    ];
    let models = Models::builtin().names().collect::<Vec<_>>().join(", ");
    for (text, expected) in cases {
        let expected = expected.replace("{models}", &models);
        assert_eq!(problems_behind_buses(text), [expected], "{text}");
    }
}

#[test]
fn two_meters_with_one_primary_address_are_refused_by_name() {
    let meter = |id: &str, name: &str, bus: &str| {
        format!(
            "[[meter]]\nid = \"{id}\"\nname = \"{name}\"\nbus = \"{bus}\"\naddress = \"7\"\nmodel = \"integra_heat\"\n"
        )
    };
    let text = meter("a", "Heat, flat 1", "roof") + &meter("b", "Heat, flat 2", "roof");
    assert_eq!(
        problems_behind_buses(&text),
        [
            "gateway.toml:19:11: meter \"b\": the primary address 7 on bus \"roof\" belongs to meter \"a\" (Heat, flat 1) already; each meter of a bus needs its own"
        ]
    );
    let text = meter("a", "Heat, flat 1", "roof") + &meter("b", "Heat, flat 2", "cellar-1");
    assert_eq!(problems_behind_buses(&text), [""; 0], "on two buses the same address is fine");
}

#[test]
fn all_faults_come_at_once_in_the_order_of_the_file() {
    let text = r#"
[[meter]]
id = "a"
bus = "nowhere"
address = "300"
model = "integra_heat"
[[bus]]
id = "x"
tcp = "a:0"
baudrate = 1
"#;
    let lines: Vec<String> = problems(text)
        .iter()
        .map(|problem| problem.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        lines,
        [
            "gateway.toml:4:7: meter \"a\"",
            "gateway.toml:5:11: meter \"a\"",
            "gateway.toml:9:7: bus \"x\"",
            "gateway.toml:10:12: bus \"x\""
        ]
    );
}

#[test]
fn meters_of_a_faulty_bus_are_not_called_faulty_too() {
    let text = "[[bus]]\nid = \"x\"\ntcp = \"a\"\n[[meter]]\nid = \"m\"\nbus = \"x\"\naddress = \"1\"\nmodel = \"integra_heat\"";
    assert_eq!(problems(text).len(), 1);
}

#[test]
fn a_text_that_is_no_toml_is_refused_with_its_position() {
    let found = problems("[gateway]\nname = Building 7\n");
    assert!(found[0].starts_with("gateway.toml:2:8: "), "{found:?}");
}

#[test]
fn columns_count_characters_and_not_bytes() {
    let found = problems("gateway = { name = \"Gebäude 7\", nam = 3 }\nweb = 1");
    assert_eq!(
        found,
        [
            "gateway.toml:1:33: warning: gateway: the key nam is not known and does nothing; known are name",
            "gateway.toml:2:7: web is a whole number, but it must be a table"
        ]
    );
    let config = Config::parse("gateway = { name = \"Gebäude 7\", nam = 3 }", "g").unwrap();
    assert_eq!(config.warnings[0].column, 33);
}

#[test]
fn unknown_keys_warn_with_their_line() {
    let config = Config::parse(
        "[gateway]\nnmae = \"x\"\n[[bus]]\nid = \"x\"\ntcp = \"a:1\"\nparity = \"even\"\n",
        "gateway.toml",
    )
    .unwrap();
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "gateway.toml:2:1: warning: gateway: the key nmae is not known and does nothing; known are name",
            "gateway.toml:6:10: warning: bus \"x\": parity is for serial ports and does nothing with tcp",
        ]
    );
}

#[test]
fn secondary_ad_beside_an_address_says_who_must_answer() {
    let text = format!(
        "{BUS}[[meter]]\nid = \"m\"\nbus = \"roof\"\naddress = \"5\"\nmodel = \"manual_heat_secondary_ad\"\n[meter.parameters]\nsecondary_ad = \"20316513FFFFFFFF\"\nreg = \"{{'heat_energy_kwh': 3}}\""
    );
    let config = Config::parse(&text, "gateway.toml").unwrap();
    assert_eq!(config.meters[0].address.to_string(), "5");
    assert_eq!(config.meters[0].expected.unwrap().to_string(), "20316513FFFFFFFF");
}

#[test]
fn a_file_that_is_missing_or_no_text_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let error = Config::load(&path).unwrap_err().to_string();
    assert!(error.contains("gateway.toml cannot be read: No such file"), "{error}");
    assert!(error.contains("config-template"), "{error}");
    std::fs::write(&path, b"[gateway]\nname = \"\xFF\"").unwrap();
    let error = Config::load(&path).unwrap_err().to_string();
    assert!(error.contains("gateway.toml:2:9: a byte here is not UTF-8"), "{error}");
}

#[test]
fn b17_historical_data_and_suspension_are_off_unless_a_meter_says_otherwise() {
    let meter = |more: &str| {
        let text = format!(
            "{BUS}[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"\n{more}"
        );
        Config::parse(&text, "gateway.toml").unwrap().meters.remove(0)
    };
    let plain = meter("");
    assert_eq!((plain.historical_data, plain.suspended), (metering::HistoricalData::Off, false));
    let other = meter("process_historical_data = true\nsuspended = true");
    assert_eq!((other.historical_data, other.suspended), (metering::HistoricalData::On, true));
    let faults = problems_behind_buses(
        "[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"\nsuspended = \"yes\"",
    );
    assert_eq!(
        faults,
        [
            "gateway.toml:14:13: meter \"heat-1\": suspended is text, but it must be true or false, without quotes"
        ]
    );
}

#[test]
fn all_faults_of_one_meter_come_at_once_and_the_warnings_beside_them() {
    let text = r#"[[meter]]
id = "Heat"
name = ""
bus = "roof"
adress = "1"
model = "manual_heat_secondary_ad"
interval = "15"
baudrate = 2401
suspended = "no"
[meter.parameters]
reg = "{'heat_energy_kwh': 1}"
medium = "heat"
"#;
    let expected = [
        "10:7: meter \"Heat\": id: 'H' at position 1",
        "11:8: meter \"Heat\": name is empty",
        "13:1: warning: meter \"Heat\": the key adress is not known",
        "15:12: meter \"Heat\": interval \"15\" is no length of time",
        "16:12: meter \"Heat\": baudrate is 2401, but buses have 300",
        "17:13: meter \"Heat\": suspended is text, but it must be",
        "18:1: meter \"Heat\": the model manual_heat_secondary_ad needs the parameter secondary_ad",
        "19:28: meter \"Heat\": reg: line 1",
        "20:1: meter \"Heat\": the model manual_heat_secondary_ad has no parameter",
    ];
    let found = problems_behind_buses(text);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("gateway.toml:{expected}")), "{expected}: {found}");
    }
}

#[test]
fn c02_a_meter_has_a_speed_of_its_own_where_it_says_so() {
    let meter = |more: &str| {
        let text = format!(
            "{BUS}[[meter]]\nid = \"heat-1\"\nbus = \"roof\"\naddress = \"1\"\nmodel = \"integra_heat\"\n{more}"
        );
        Config::parse(&text, "gateway.toml").unwrap().meters.remove(0)
    };
    assert_eq!(meter("").baudrate, None);
    let own = meter("baudrate = 2400");
    assert_eq!(own.baudrate.map(mbus_master::Baudrate::get), Some(2400));
    assert!(!own.reads_like(&meter("")) && own.is_placed_like(&meter("")));
}

#[test]
fn how_the_pages_are_reached_is_read_and_what_does_nothing_is_said() {
    let text = r#"
[web]
listen = "0.0.0.0:8443"
login_for_reading = false
public_hosts = ["gateway.example", "gateway.example:443"]
certificate = "cert.pem"
key = "key.pem"
"#;
    let config = Config::parse(text, "gateway.toml").unwrap();
    let web = &config.web;
    assert!(web.is_https() && web.needs_login_for_reading());
    assert_eq!(web.public_hosts, ["gateway.example", "gateway.example:443"]);
    assert_eq!(web.certificate.as_deref(), Some(std::path::Path::new("cert.pem")));
    let warnings: Vec<_> = config.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("login_for_reading = false does nothing here"), "{warnings:?}");
    let here = Config::parse("[web]\nlogin_for_reading = false", "gateway.toml").unwrap();
    assert!(here.warnings.is_empty() && !here.web.needs_login_for_reading());
}
