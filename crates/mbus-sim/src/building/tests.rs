use core::time::Duration;

use super::*;
use crate::bus_description::Transport;
use crate::quirks::{Frozen, WriteFault};

const METER: &str = "
[[bus]]
id = 'cellar-1'
[[bus.meter]]
name = 'Gas'
primary = 5
identification = '12345678'
manufacturer = 'EFE'
version = 1
device_type = 3
";

fn fault(toml: &str) -> (String, String) {
    let error = Building::parse(toml).unwrap_err();
    (error.key().to_owned(), error.cause().to_owned())
}

/// The fault of a gas meter with this behind its identity.
fn meter_fault(more: &str) -> (String, String) {
    let (key, cause) = fault(&format!("{METER}{more}"));
    let key = key.strip_prefix("bus[cellar-1].meter[Gas].").unwrap_or(&key).to_owned();
    (key, cause)
}

fn record_fault(record: &str) -> String {
    let (key, _) = meter_fault(&format!("[[bus.meter.telegram]]\nrecords = [{{ {record} }}]"));
    key.strip_prefix("telegram[1].records[1].").unwrap_or(&key).to_owned()
}

#[test]
fn everything_that_is_written_is_read() {
    let toml = format!(
        "{METER}
baudrate = 300
answer_after_bits = 100
access_number = 7
status = 0x10
[bus.meter.quirks]
answer_on_try = 2
frozen = 'until_initialized'
late_by = '300ms'
truncate_after = 40
answers_as = '20316513C5140004'
writes = 'ignored'
"
    );
    let toml = toml.replace(
        "id = 'cellar-1'",
        "id = 'cellar-1'\nname = 'Cellar'\ntransport = 'pseudo_terminal'\nbaudrate = 9600\necho = true\nstray = '00 40'\nflip_every = 9",
    );
    let building = Building::parse(&toml).unwrap();
    let bus = building.bus("cellar-1").unwrap();
    assert_eq!((bus.name.as_str(), bus.transport), ("Cellar", Transport::PseudoTerminal));
    assert_eq!(bus.baudrate.get(), 9600);
    assert!(bus.disturbance.echo);
    assert_eq!((&bus.disturbance.stray[..], bus.disturbance.flip_every), (&[0, 0x40][..], 9));
    let meter = &bus.meters[0];
    assert_eq!(meter.secondary_address.to_string(), "78563412C5140103");
    assert_eq!((meter.primary_address.get(), meter.answer_after_bits), (5, 100));
    assert_eq!((meter.access_number, meter.status), (7, 0x10));
    assert_eq!(meter.baudrate.map(|baudrate| baudrate.get()), Some(300));
    assert_eq!(meter.quirks.answer_on_try, 2);
    assert_eq!(meter.quirks.frozen, Some(Frozen::UntilInitialized));
    assert_eq!(meter.quirks.late_by, Duration::from_millis(300));
    assert_eq!(meter.quirks.truncate_after, Some(40));
    assert_eq!(meter.quirks.answers_as.unwrap().to_string(), "20316513C5140004");
    assert_eq!(meter.quirks.writes, Some(WriteFault::Ignored));
}

#[test]
fn a_replayed_telegram_tells_the_identity() {
    let frame = "68 15 15 68 08 01 72 78 56 34 13 74 52 01 04 2A 00 00 00 04 06 01 00 00 00 90 16";
    let toml = format!(
        "[[bus]]\nid = 'a'\n[[bus.meter]]\nname = 'Old'\n[[bus.meter.telegram]]\nreplay = '{frame}'\nmoving = [{{ record = 0, per_hour = 4.2 }}]"
    );
    let building = Building::parse(&toml).unwrap();
    assert_eq!(building.buses[0].meters[0].secondary_address.to_string(), "7856341374520104");
    let (key, cause) = fault(&toml.replace("90 16", "91 16"));
    assert_eq!(key, "bus[a].meter[Old].telegram[1].replay");
    assert!(cause.contains("checksum"), "{cause}");
}

#[test]
fn a_text_that_is_no_toml_names_its_line() {
    assert_eq!(fault("name = 'x'\n[[bus]\n").0, "line 2");
    let (key, cause) = fault("[[bus]]\nid = 'a'\ncolour = 'red'");
    assert_eq!(key, "line 3");
    assert!(cause.contains("colour"), "{cause}");
    assert_eq!(meter_fault("access_number = 256").0, "line 11");
}

#[test]
fn faults_of_bus_and_meter_name_their_key() {
    assert_eq!(fault("[[bus]]\nid = 'Cellar 1'").0, "bus[Cellar 1].id");
    assert_eq!(fault("[[bus]]\nid = 'a'\n[[bus]]\nid = 'a'").0, "bus[a].id");
    assert_eq!(fault("[[bus]]\nid = 'a'\nstray = '4'").0, "bus[a].stray");
    let at = "bus[cellar-1].meter[Gas]";
    assert_eq!(fault(&METER.replace("= 5", "= 251")).0, format!("{at}.primary"));
    assert_eq!(fault(&METER.replace("12345678", "1234567X")).0, format!("{at}.identification"));
    assert_eq!(fault(&METER.replace("EFE", "EF")).0, format!("{at}.manufacturer"));
    assert_eq!(fault(&METER.replace("version = 1", "")).0, format!("{at}.version"));
    assert_eq!(meter_fault("baudrate = 1").0, "baudrate");
    assert_eq!(meter_fault("quirks = { late_by = '3' }").0, "quirks.late_by");
    assert_eq!(meter_fault("quirks = { answers_as = '7' }").0, "quirks.answers_as");
}

#[test]
fn faults_of_telegrams_and_records_name_their_key() {
    let telegram = |text: &str| meter_fault(&format!("[[bus.meter.telegram]]\n{text}")).0;
    assert_eq!(telegram("replay = 'E5'"), "telegram[1].replay");
    assert_eq!(telegram("moving = [{ record = 0, per_hour = 1 }]"), "telegram[1].moving");
    assert_eq!(telegram("manufacturer_data = 'X'"), "telegram[1].manufacturer_data");
    let long = "{ dib = '07', vib = '06', value = 1 },".repeat(25);
    assert_eq!(telegram(&format!("records = [{long}]")), "telegram[1].records");

    let record = |rest: &str| record_fault(&format!("dib = '04', vib = '06', {rest}"));
    assert_eq!(record_fault("dib = '0', vib = '06', value = 1"), "dib");
    assert_eq!(record_fault("dib = '04', vib = 'FD', value = 1"), "vib");
    assert_eq!(record("start = 1"), "value");
    assert_eq!(record("value = 1, clock = true"), "clock");
    assert_eq!(record("clock = false"), "clock");
    assert_eq!(record("value = 1, per_hour = 2"), "per_hour");
    assert_eq!(record("counter = 1"), "per_hour");
    assert_eq!(record("counter = 1, per_hour = 'x'"), "per_hour");
    assert_eq!(record("counter = 1, per_hour = 1, daily = 'moon'"), "daily");
    assert_eq!(record("counter = 1, per_hour = 1, daily = [1, 2]"), "daily");
    assert_eq!(record("between = [1], period = '1m'"), "between");
    assert_eq!(record("between = [1, 2]"), "period");
    assert_eq!(record("between = [1, 2], period = '1m', start = 3"), "start");
    assert_eq!(record("date = '2026-02-30'"), "date");
    assert_eq!(record("data = '00'"), "data");
}

#[test]
fn every_embedded_building_is_read() {
    for name in Building::names() {
        let (_, toml) = EMBEDDED.iter().find(|(known, _)| *known == name).unwrap();
        let building = Building::parse(toml).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Building::named(name), Some(building));
    }
    assert_eq!(Building::named("nowhere"), None);
}
