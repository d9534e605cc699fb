//! `busmeister set-address`, against `busmeister simulate` and a server that goes away.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::spawn;

use crate::program::{Ended, Running, run};

/// Two meters with address 0, two with their own, and one that acknowledges writes and ignores
/// them.
const BUILDING: &str = "
[[bus]]
id = 'many'
baudrate = 38400
[[bus.meter]]
name = 'New, flat 1'
identification = '13653120'
manufacturer = 'EFE'
version = 0
device_type = 4
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '06', value = 1 }]
[[bus.meter]]
name = 'New, flat 2'
identification = '67412345'
manufacturer = 'KAM'
version = 8
device_type = 4
answer_after_bits = 200
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '06', value = 2 }]
[[bus.meter]]
name = 'Water'
primary = 7
identification = '00041893'
manufacturer = 'EFE'
version = 3
device_type = 7
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '13', value = 3 }]
[[bus.meter]]
name = 'Sealed'
primary = 9
identification = '00000009'
manufacturer = 'EFE'
version = 3
device_type = 2
quirks = { writes = 'ignored' }
[[bus.meter.telegram]]
records = [{ dib = '04', vib = '03', value = 4 }]
";

/// The meters on TCP, and the same at a pseudo terminal.
struct Many {
    tcp: String,
    serial: String,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Many {
    fn simulate() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("many.toml");
        std::fs::write(&file, BUILDING).unwrap();
        let link = folder.path().join("meters");
        let mut running = Running::start(&[
            "simulate",
            file.to_str().unwrap(),
            "--tcp",
            "127.0.0.1:0",
            "--pty",
            link.to_str().unwrap(),
        ]);
        let tcp = running.line_after("tcp ");
        let serial = running.line_after("serial ");
        Self { tcp, serial, _running: running, _folder: folder }
    }

    fn set_address(&self, current: &str, new: &str) -> Ended {
        run(&[
            "set-address",
            current,
            new,
            "--tcp",
            &self.tcp,
            "--baud",
            "38400",
            "--timeout",
            "100ms",
        ])
    }

    /// The exit code of a readout.
    fn read(&self, address: &str) -> Option<i32> {
        run(&["read", address, "--tcp", &self.tcp, "--baud", "38400", "--timeout", "100ms"]).code
    }
}

#[test]
fn a14_a_meter_gets_its_address_over_tcp_and_over_a_serial_port() {
    let many = Many::simulate();
    for (port, path) in [("--tcp", &many.tcp), ("--serial", &many.serial)] {
        let on_port = |arguments: &[&str]| {
            run(&[arguments, &[port, path, "--baud", "38400", "--timeout", "100ms"]].concat())
        };
        let ended = on_port(&["set-address", "7", "5"]);
        assert_eq!(ended.code, Some(0), "{port}: {}", ended.stderr);
        let headline = "Meter 00041893 (93180400C5140307) has primary address 5.\n";
        assert!(ended.stdout.starts_with(headline), "{}", ended.stdout);
        let sent = "  sent    68 06 06 68 53 07 51 01 7A 05 2B 16, acknowledged\n";
        assert!(ended.stdout.contains(sent), "{}", ended.stdout);
        assert!(ended.stderr.contains("2. nobody may answer at address 5\n"), "{}", ended.stderr);
        assert_eq!(on_port(&["read", "5"]).code, Some(0), "{port}");
        assert_eq!(on_port(&["read", "7"]).code, Some(3), "{port}");
    }
}

#[test]
fn a17_a_meter_called_by_its_serial_gets_one_beside_others_with_its_old_address() {
    let many = Many::simulate();
    let ended = many.set_address("67412345", "250");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("68 06 06 68 53 FD 51 01 7A FA"), "{}", ended.stdout);
    // The other one is alone at 0 now.
    assert_eq!((many.read("250"), many.read("0")), (Some(0), Some(0)));
    let again = many.set_address("67412345", "250");
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(again.stdout.contains("already had primary address 250"), "{}", again.stdout);
    assert!(!again.stdout.contains("sent"), "{}", again.stdout);
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let many = Many::simulate();
    for (current, new, code, cause) in [
        ("0", "5", 5, "connect only this meter"),
        ("13653120", "7", 5, "meter 00041893 (93180400C5140307) has the new address already"),
        ("8", "5", 3, "no meter answered"),
        ("99999999", "5", 3, "no meter answered"),
        ("9", "5", 1, "the meter acknowledged, but kept its old address"),
    ] {
        let ended = many.set_address(current, new);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(cause), "{}", ended.stderr);
        assert!(ended.stderr.contains("nothing was changed"), "{}", ended.stderr);
    }
    assert_eq!((many.read("7"), many.read("9"), many.read("5")), (Some(0), Some(0), Some(3)));
}

#[test]
fn a15_addresses_that_no_meter_can_have_are_refused_before_anything_is_sent() {
    for (current, new, cause) in [
        ("0", "0", "0 is the address of a meter that was given none yet"),
        ("0", "251", "251 is no address of a meter"),
        ("0", "255", "255 is no address of a meter"),
        ("0", "five", "'f' at position 0 is not a digit"),
        ("0", "", "the new address is empty"),
        ("254", "5", "254 is no primary address"),
        ("2031651GFFFFFFFF", "5", "'G' at position 7 is not a hex digit"),
    ] {
        let ended = run(&["set-address", current, new, "--tcp", "127.0.0.1:1"]);
        assert_eq!(ended.code, Some(2), "{current} {new}: {}", ended.stderr);
        assert!(ended.stderr.contains(cause), "{}", ended.stderr);
    }
}

#[test]
fn a_port_that_is_lost_at_the_write_leaves_it_open_which_address_the_meter_has() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serving = spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut request = [0; 5];
        // A meter with address 0, until somebody writes to it.
        while stream.read_exact(&mut request).is_ok() && request[0] == 0x10 {
            match request {
                [_, 0x40, 0, ..] => stream.write_all(&[0xE5]).unwrap(),
                [_, _, 0, ..] => stream.write_all(&TELEGRAM).unwrap(),
                _ => {}
            }
        }
    });
    let ended =
        run(&["set-address", "0", "5", "--tcp", &address, "--baud", "38400", "--timeout", "100ms"]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    let unknown = "which address the meter has now is not known";
    assert!(ended.stderr.contains(unknown), "{}", ended.stderr);
    assert!(ended.stderr.contains("read the new and the old address"), "{}", ended.stderr);
    serving.join().unwrap();
}

/// 1 kWh of meter 12345678.
const TELEGRAM: [u8; 27] = [
    0x68, 0x15, 0x15, 0x68, 0x08, 0x00, 0x72, 0x78, 0x56, 0x34, 0x12, 0x74, 0x52, 0x01, 0x04, 0x2A,
    0x00, 0x00, 0x00, 0x04, 0x06, 0x01, 0x00, 0x00, 0x00, 0x8E, 0x16,
];
