//! Meters that behave as real ones do.

use std::time::Duration;

use mbus_sim::{Baudrate, Quirks};

use crate::virtual_master::{ACK, VirtualMaster, access_number, count, telegram};

fn meter_with(quirks: &str) -> VirtualMaster {
    VirtualMaster::at_toml(&format!(
        "
[[bus]]
id = 'a'
[[bus.meter]]
name = 'Odd'
primary = 7
identification = '12345678'
manufacturer = 'EFE'
version = 1
device_type = 4
quirks = {{ {quirks} }}
[[bus.meter.telegram]]
records = [
  {{ dib = '04', vib = '06', counter = 100, per_hour = 3600 }},
  {{ dib = '04', vib = '6D', clock = true }},
]
"
    ))
}

#[test]
fn a_silent_meter_says_nothing_at_all() {
    let mut master = meter_with("silent = true");
    assert_eq!(master.initialize(7), []);
    assert_eq!(master.request(7, true), []);
    assert_eq!(master.select("78563412FFFFFFFF"), []);
    assert_eq!(master.bus.poll_timeout(), None);
}

#[test]
fn a_sleepy_meter_answers_the_second_try() {
    let mut master = meter_with("answer_on_try = 2");
    assert_eq!(master.initialize(7), []);
    assert_eq!(master.request(7, true), []);
    let first = master.request(7, true);
    assert_eq!(master.request(7, true), first, "awake, it repeats at once");
    master.wait(Duration::from_secs(60));
    assert_eq!(master.request(7, true), [], "asleep again");
    let second = master.request(7, true);
    assert_eq!(access_number(&second), access_number(&first) + 1, "sleep forgets the link");
}

#[test]
fn a_frozen_meter_tells_the_same_until_its_own_address_is_initialized() {
    let mut master = meter_with("frozen = 'until_initialized'");
    let first = master.request(7, true);
    master.wait(Duration::from_secs(600));
    master.initialize(0xFD);
    assert_eq!(master.request(7, false), first, "access number, clock and counter stand still");
    master.initialize(7);
    let thawed = master.request(7, true);
    assert!(count(&thawed, 0) >= count(&first, 0) + 600);
}

#[test]
fn a_frozen_meter_may_stay_so() {
    let mut master = meter_with("frozen = 'always'");
    let first = master.request(7, true);
    master.wait(Duration::from_secs(600));
    master.initialize(7);
    assert_eq!(master.request(7, true), first);
}

#[test]
fn a_late_meter_answers_that_much_later() {
    let delay = |quirks: &str| {
        let mut master = meter_with(quirks);
        let (arrived, byte) = master.ask_timed(&[0x10, 0x40, 0x07, 0x47, 0x16])[0];
        assert_eq!(byte, ACK[0]);
        arrived
    };
    let late_by = delay("late_by = '500ms'") - delay("");
    assert_eq!(late_by, Duration::from_millis(500));
}

#[test]
fn a_truncating_meter_breaks_off() {
    let whole = meter_with("").request(7, true);
    let mut master = meter_with("truncate_after = 20");
    assert_eq!(master.request(7, true), whole[..20]);
    assert_eq!(master.initialize(7), ACK, "short answers stay whole");
}

#[test]
fn a_meter_may_answer_as_somebody_else() {
    let mut master = meter_with("answers_as = '87654321C5140104'");
    assert_eq!(master.select("87654321FFFFFFFF"), []);
    assert_eq!(master.select("78563412FFFFFFFF"), ACK);
    let answer = master.request(0xFD, true);
    let identity = telegram(&answer).secondary_address().unwrap();
    assert_eq!(identity.to_string(), "87654321C5140104");
}

#[test]
fn quirks_can_come_and_go_while_the_bus_runs() {
    let mut master = meter_with("");
    let first = master.request(7, true);
    assert!(master.bus.set_quirks(0, Quirks { silent: true, ..Quirks::default() }));
    assert_eq!(master.request(7, false), []);
    assert!(master.bus.set_quirks(0, Quirks::default()));
    let second = master.request(7, false);
    assert_eq!(access_number(&second), access_number(&first) + 1);
    assert!(!master.bus.set_quirks(1, Quirks::default()), "there is no second meter");
}

#[test]
fn an_answer_comes_after_the_bit_times_that_are_set() {
    let mut master = meter_with("");
    let (arrived, _) = master.ask_timed(&[0x10, 0x40, 0x07, 0x47, 0x16])[0];
    let baudrate = Baudrate::DEFAULT;
    let expected = baudrate.bytes(5) + baudrate.bits(33) + baudrate.bytes(1);
    assert!(arrived.abs_diff(expected) < Duration::from_micros(1), "{arrived:?} {expected:?}");
}
