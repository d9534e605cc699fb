//! The demo building: ten meters on two buses, as the documentation promises.

use std::time::Duration;

use mbus::record::Value;
use mbus::view::lines::Lines;
use mbus::{Quality, SecondaryAddress};
use mbus_sim::{Building, ClockSettings, SimulatedBus};

use crate::virtual_master::{ACK, VirtualMaster, count, telegram};

/// The Integra of the documentation; the meter's own address stands in its A field.
const INTEGRA: &str = "68 B3 B3 68 08 01 72 20 31 65 13 C5 14 00 04 2A 00 00 00 04 78 80 54 D0 00
    04 06 39 30 00 00 04 13 F5 5B 0A 00 04 2B 68 10 00 00 14 2B 48 26 00 00 04 3B 00 02 00 00
    14 3B BA 04 00 00 02 5B 3E 00 02 5F 29 00 02 61 05 08 02 23 A4 01 04 6D 1E 0A AB 26
    44 06 F8 2A 00 00 44 13 C0 27 09 00 42 6C 9F 2C 01 FD 17 00 03 FD 0C 05 00 00
    84 20 06 00 00 00 00 C4 20 06 00 00 00 00 84 30 06 00 00 00 00 C4 30 06 00 00 00 00
    84 40 13 00 00 00 00 C4 40 13 00 00 00 00 84 80 40 13 00 00 00 00 C4 80 40 13 00 00 00 00
    84 C0 40 13 00 00 00 00 C4 C0 40 13 00 00 00 00 9E 16";

fn master_at(bus: &str) -> VirtualMaster {
    let start = "2021-06-11T10:30".parse().unwrap();
    let settings = ClockSettings { start, ..ClockSettings::default() };
    let building = Building::named("demo").unwrap();
    VirtualMaster::new(SimulatedBus::new(building.bus(bus).unwrap().clone()).with_clock(settings))
}

/// All telegrams of one readout.
fn read_out(master: &mut VirtualMaster, address: u8) -> Vec<Vec<u8>> {
    let mut telegrams = Vec::new();
    loop {
        let fcb = telegrams.len() % 2 == 0;
        let mut answer = master.request(address, fcb);
        if answer.is_empty() {
            answer = master.request(address, fcb);
        }
        if answer.is_empty() {
            return telegrams;
        }
        let more_follow = end_of(&answer).1;
        telegrams.push(answer);
        if !more_follow {
            return telegrams;
        }
    }
}

/// Number of records, and whether more follow; a fault fails the test.
fn end_of(answer: &[u8]) -> (usize, bool) {
    let mut records = telegram(answer).records();
    let count = records.by_ref().count();
    let end = records.end();
    assert_eq!(end.fault, None, "{answer:02X?}");
    (count, end.more_records_follow)
}

#[test]
fn every_meter_answers_telegrams_without_a_fault_but_the_silent_one() {
    let building = Building::named("demo").unwrap();
    let mut meters = 0;
    for bus in &building.buses {
        for meter in &bus.meters {
            let mut master = master_at(&bus.id);
            let telegrams = read_out(&mut master, meter.primary_address.get());
            assert_eq!(telegrams.is_empty(), meter.quirks.silent, "{}", meter.name);
            assert_eq!(telegrams.len(), meter.telegrams.len(), "{}", meter.name);
            for answer in &telegrams {
                let telegram = telegram(answer);
                assert_eq!(telegram.address, meter.primary_address.get());
                assert_eq!(telegram.secondary_address(), Some(meter.secondary_address));
                assert!(end_of(answer).0 > 0);
                for record in telegram.records() {
                    let is_flow_error = record.quality == Quality::ErrorBcd;
                    let is_studio = meter.name.contains("studio");
                    assert!(
                        record.quality == Quality::Ok || is_studio && is_flow_error,
                        "{record:?}"
                    );
                }
            }
            meters += 1;
        }
    }
    assert_eq!(meters, 10);
}

#[test]
fn the_integra_starts_with_the_telegram_of_the_documentation() {
    let mut buffer = [0; 261];
    let expected = mbus::hex::decode(INTEGRA, &mut buffer).unwrap();
    assert_eq!(master_at("cellar-1").request(1, true), expected);
}

#[test]
fn the_modularis_has_its_volume_on_line_2_and_keeps_the_shape_of_its_kind() {
    let answer = master_at("cellar-1").request(2, true);
    let telegram = telegram(&answer);
    let lines: Vec<String> = Lines::new(&telegram, 0).map(|line| line.to_string()).collect();
    assert!(lines[2].starts_with("DIB:04, VIB:13 -> descr:VOLUME"), "{}", lines[2]);
    assert!(lines[3].contains("value:2021-06-11T10:30"), "{}", lines[3]);
    assert!(lines[6].starts_with("DIB:42, VIB:EC7E"), "{}", lines[6]);
    assert!(lines[7].starts_with("DIB:0C, VIB:78"), "{}", lines[7]);
    assert_eq!(telegram.records().count(), 30);
    assert_eq!(answer.len(), 202);
    let mut records = telegram.records();
    records.by_ref().for_each(drop);
    assert_eq!(records.end().manufacturer_data, Some(&[0x01, 0x00, 0x00][..]));
}

#[test]
fn the_meter_without_an_address_is_found_by_its_serial() {
    let mut master = master_at("cellar-1");
    assert_eq!(master.select("45234167FFFFFFFF"), ACK);
    let answer = master.request(0xFD, true);
    let meter = telegram(&answer).secondary_address().unwrap();
    assert_eq!(meter, SecondaryAddress::parse_printed("674123452D2C0804").unwrap());
}

#[test]
fn the_substation_takes_three_telegrams_with_storage_numbers_in_order() {
    let mut master = master_at("cellar-1");
    let telegrams = read_out(&mut master, 4);
    assert_eq!(telegrams.len(), 3);
    let storages: Vec<u64> = telegrams[1..]
        .iter()
        .flat_map(|answer| {
            telegram(answer).records().map(|record| record.dib.storage()).collect::<Vec<_>>()
        })
        .collect();
    let expected: Vec<u64> = (2..26).flat_map(|storage| [storage, storage]).collect();
    assert_eq!(storages, expected);
}

#[test]
fn the_electricity_meter_tells_import_and_export() {
    let answer = master_at("roof").request(6, true);
    let telegram = telegram(&answer);
    let lines: Vec<String> = Lines::new(&telegram, 0).map(|line| line.to_string()).collect();
    assert!(lines[3].starts_with("DIB:04, VIB:03 -> descr:ENERGY"), "{}", lines[3]);
    assert!(lines[4].starts_with("DIB:04, VIB:833C -> descr:ENERGY"), "{}", lines[4]);
}

#[test]
fn the_studio_has_negative_power_and_an_error_for_its_flow() {
    let answer = master_at("roof").request(10, true);
    let telegram = telegram(&answer);
    let power = telegram.records().nth(4).unwrap();
    assert!(matches!(power.value, Value::Number(watts) if watts.is_negative()), "{power:?}");
    let flow = telegram.records().nth(5).unwrap();
    assert_eq!(flow.quality, Quality::ErrorBcd);
    assert!(telegram.header.unwrap().status.flags().any(|flag| flag == "temporary_error"));
}

/// Record, counted from 0, whose count must have moved after a minute.
const MOVING: [(&str, u8, usize); 9] = [
    ("cellar-1", 1, 2),
    ("cellar-1", 2, 0),
    ("cellar-1", 0, 2),
    ("cellar-1", 4, 1),
    ("roof", 6, 1),
    ("roof", 7, 2),
    ("roof", 8, 2),
    ("roof", 9, 1),
    ("roof", 10, 3),
];

#[test]
fn counters_never_fall_and_each_meter_moves_within_any_minute_of_the_day() {
    for (bus, address, record) in MOVING {
        let mut master = master_at(bus);
        let mut read_after = |minutes: u64| {
            master.wait(Duration::from_secs(60 * minutes));
            master.initialize(address);
            count(&read_out(&mut master, address)[0], record)
        };
        let mut last = 0;
        for hour in 0..24 {
            let (first, second) = (read_after(59), read_after(1));
            assert!(last <= first && first < second, "{bus} {address}, hour {hour}");
            last = second;
        }
    }
}

#[test]
fn a_new_start_goes_on_where_the_counters_stood() {
    let building = Building::named("demo").unwrap();
    let volume = |ran_before| {
        let settings = ClockSettings { ran_before, ..ClockSettings::default() };
        let bus = SimulatedBus::new(building.bus("roof").unwrap().clone()).with_clock(settings);
        count(&VirtualMaster::new(bus).request(9, true), 1)
    };
    let day = Duration::from_secs(86_400);
    assert_eq!(volume(day) - volume(Duration::ZERO), 24 * 2_850);
}
