//! What goes wrong on real buses (the building `trouble`), and what a person is told.

use crate::program::{Running, run};

/// Reads meter 1 of a bus of the building; exit code, and what was said or printed.
fn read(bus: &str, address: &str) -> (Option<i32>, String) {
    let mut running = Running::start(&[
        "simulate",
        "--building",
        "trouble",
        "--bus",
        bus,
        "--speed",
        "0",
        "--tcp",
        "127.0.0.1:0",
    ]);
    let tcp = running.line_after("tcp ");
    let ended = run(&["read", address, "--tcp", &tcp, "--timeout", "100ms"]);
    (ended.code, if ended.code == Some(0) { ended.stdout } else { ended.stderr })
}

#[test]
fn a11_each_fault_of_a_bus_is_a_sentence_with_cause_and_remedy() {
    for (bus, code, cause, remedy) in [
        ("collision", 5, "as by two meters that answer at once", "look for two meters"),
        ("echo-only", 3, "only the echo of the request came back", "check the address"),
        ("noise", 1, "the answer was damaged", "look for noise"),
        ("silent", 3, "the line was quiet", "check the address"),
        ("cut", 1, "broke off after 20 of 39 bytes", "raise the transport allowance"),
    ] {
        let (found, said) = read(bus, "1");
        assert_eq!(found, Some(code), "{bus}: {said}");
        assert!(said.contains(cause), "{bus}: {said}");
        assert!(said.contains(remedy), "{bus}: {said}");
    }
}

#[test]
fn what_a_master_can_overcome_gives_the_readings_all_the_same() {
    for bus in ["good", "echo", "stray", "sleepy"] {
        let (code, said) = read(bus, "1");
        assert_eq!(code, Some(0), "{bus}: {said}");
        assert!(said.contains("scaled value:12345000, unit:WATT_HOUR"), "{bus}: {said}");
    }
}

#[test]
fn another_meter_than_the_selected_one_is_never_taken_for_it() {
    let (code, said) = read("impostor", "13653120");
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("but meter 11111111C5140004 answered"), "{said}");
}
