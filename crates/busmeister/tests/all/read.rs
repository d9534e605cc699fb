//! `busmeister read`, against `busmeister simulate` and against servers that misbehave.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{JoinHandle, spawn};

use crate::program::{Running, run};

/// The cellar of the demo building at standstill, on TCP and at a pseudo terminal.
struct Cellar {
    tcp: String,
    serial: String,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Cellar {
    fn simulate() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("meters");
        let mut running = Running::start(&[
            "simulate",
            "--building",
            "demo",
            "--speed",
            "0",
            "--tcp",
            "127.0.0.1:0",
            "--pty",
            link.to_str().unwrap(),
        ]);
        let tcp = running.line_after("tcp ");
        let serial = running.line_after("serial ");
        Self { tcp, serial, _running: running, _folder: folder }
    }
}

#[test]
fn a12_a20_a21_b03_tcp_and_serial_give_equal_readings_by_every_kind_of_address() {
    let cellar = Cellar::simulate();
    for address in ["1", "13653120", "20316513C5140004", "printed:13653120FFFFFFFF"] {
        let over_tcp = run(&["read", address, "--tcp", &cellar.tcp]);
        let over_serial = run(&["read", address, "--serial", &cellar.serial]);
        assert_eq!(over_tcp.code, Some(0), "{address}: {}", over_tcp.stderr);
        assert_eq!(over_serial.code, Some(0), "{address}: {}", over_serial.stderr);
        assert!(over_tcp.stdout.contains("scaled value:12345000, unit:WATT_HOUR"), "{address}");
        assert_eq!(records_of(&over_tcp.stdout), records_of(&over_serial.stdout), "{address}");
    }
}

/// The lines without the header, whose access number counts on.
fn records_of(lines: &str) -> Vec<&str> {
    lines.lines().filter(|line| !line.contains("Short Header")).collect()
}

#[test]
fn a01_all_telegrams_of_a_readout_are_numbered_on() {
    let cellar = Cellar::simulate();
    let ended = run(&["read", "4", "--tcp", &cellar.tcp, "--format", "json"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let telegrams: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(telegrams.len(), 3);
    let last_of_first =
        telegrams[0]["records"].as_array().unwrap().last().unwrap()["line"].as_u64();
    let first_of_second = telegrams[1]["records"][0]["line"].as_u64();
    // In between: the line that says more follow, and the two header lines.
    assert_eq!(first_of_second, last_of_first.map(|line| line + 4));
    assert_eq!(telegrams[2]["more_records_follow"], false);
}

#[test]
fn a_silent_meter_is_no_answer() {
    let cellar = Cellar::simulate();
    let ended = run(&["read", "99", "--tcp", &cellar.tcp, "--retries", "0", "--timeout", "50ms"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""));
    assert!(ended.stderr.contains("the line was quiet"), "{}", ended.stderr);
    assert!(ended.stderr.contains("check the address"), "{}", ended.stderr);
}

#[test]
fn b04_a_missing_port_says_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let ended = run(&["read", "1", "--tcp", &address]);
    assert_eq!(ended.code, Some(4));
    assert!(ended.stderr.contains("refused the connection"), "{}", ended.stderr);
    assert!(ended.stderr.contains("Check the port number"), "{}", ended.stderr);
    let ended = run(&["read", "1", "--serial", "/dev/no-such-port"]);
    assert_eq!(ended.code, Some(4));
    assert!(ended.stderr.contains("there is no serial port /dev/no-such-port"), "{}", ended.stderr);
}

#[test]
fn b04_a_port_in_use_says_so() {
    let cellar = Cellar::simulate();
    let device = std::fs::File::open(&cellar.serial).unwrap();
    device.try_lock().unwrap();
    let ended = run(&["read", "1", "--serial", &cellar.serial]);
    assert_eq!(ended.code, Some(4));
    assert!(ended.stderr.contains("in use by another program"), "{}", ended.stderr);
}

#[test]
fn wrong_calls_are_refused_before_anything_is_sent() {
    for (address, cause) in [
        ("251", "251 is no primary address"),
        ("2031651GFFFFFFFF", "'G' at position 7 is not a hex digit"),
        ("20316513FFFFFFF", "15 digits make no address"),
    ] {
        let ended = run(&["read", address, "--tcp", "127.0.0.1:1"]);
        assert_eq!(ended.code, Some(2), "{address}");
        assert!(ended.stderr.contains(cause), "{}", ended.stderr);
    }
    for (timeout, cause) in [("61s", "at most 60s are taken"), ("2h", "at most 60s are taken")] {
        let ended = run(&["read", "1", "--tcp", "127.0.0.1:1", "--timeout", timeout]);
        assert_eq!(ended.code, Some(2), "{timeout}");
        assert!(ended.stderr.contains(cause), "{}", ended.stderr);
    }
    assert_eq!(run(&["read", "1", "--tcp", "127.0.0.1:1", "--timeout", "60s"]).code, Some(4));
    assert_eq!(run(&["read", "1"]).code, Some(2));
    assert_eq!(run(&["read", "1", "--tcp", "127.0.0.1:1", "--baud", "1234"]).code, Some(2));
}

/// A server that takes one connection and does with it what it is told.
fn server(serve: impl FnOnce(std::net::TcpStream) + Send + 'static) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, spawn(move || serve(listener.accept().unwrap().0)))
}

#[test]
fn a_server_that_says_nothing_is_no_answer() {
    let (address, serving) = server(|mut stream| {
        // Reads until the client goes away, and never answers.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let ended = run(&["read", "1", "--tcp", &address, "--retries", "1", "--timeout", "100ms"]);
    assert_eq!(ended.code, Some(3));
    assert!(ended.stderr.contains("2 tries"), "{}", ended.stderr);
    serving.join().unwrap();
}

#[test]
fn a_server_that_closes_in_the_middle_of_a_frame_is_a_lost_connection() {
    let (address, serving) = server(|mut stream| {
        let mut request = [0; 5];
        stream.read_exact(&mut request).unwrap();
        stream.write_all(&[0xE5]).unwrap();
        stream.read_exact(&mut request).unwrap();
        stream.write_all(&[0x68, 0x1F, 0x1F, 0x68, 0x08, 0x01, 0x72]).unwrap();
    });
    let ended = run(&["read", "1", "--tcp", &address]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(ended.stderr.contains("7 of 37 bytes"), "{}", ended.stderr);
    serving.join().unwrap();
}
