//! Numbered lines for people, with the index marked.

use metering::{LineKind, Models, index_of, line_view};

use crate::frames::{ELECTRICITY, HEAT, WATER, bytes, frame, telegram};

fn index(meter: &str, records: &str) -> Option<(u16, Option<String>, &'static str)> {
    index_of(&[telegram(meter, records)])
        .map(|index| (index.line, index.value.map(|value| value.to_string()), index.unit))
}

fn some(line: u16, value: &str, unit: &'static str) -> Option<(u16, Option<String>, &'static str)> {
    Some((line, Some(value.to_owned()), unit))
}

#[test]
fn a25_a_heat_meters_index_is_its_energy() {
    // Volume, energy of storage 1, of tariff 1, the greatest, and the energy itself.
    let records =
        "0413 01000000 4406 02000000 841006 03000000 1406 04000000 0406 39300000 0407 01000000";
    assert_eq!(index(HEAT, records), some(6, "12345", "kWh"));
    let view = line_view(&[telegram(HEAT, records)]);
    let marked: Vec<_> = view.iter().filter(|line| line.is_index).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!((marked[0].number, marked[0].register), (6, Some("heat_energy_kwh")));
}

#[test]
fn a26_a_water_meters_index_is_its_volume() {
    let records = "4413 01000000 1413 02000000 0406 01000000 0413 F55B0A00";
    assert_eq!(index(WATER, records), some(5, "678.901", "m³"));
    let warm = "9381159496151006";
    assert_eq!(index(warm, records), some(5, "678.901", "m³"));
}

#[test]
fn an_electricity_meters_index_is_what_it_imported() {
    let records = "04833C 01000000 04833B 39300000";
    assert_eq!(index(ELECTRICITY, records), some(3, "12.345", "kWh"));
    let view = line_view(&[telegram(ELECTRICITY, records)]);
    assert_eq!((view[2].register, view[3].register), (Some("en_ex"), Some("en_im")));
}

#[test]
fn the_only_part_is_the_index_but_one_of_several_is_not() {
    assert_eq!(index(ELECTRICITY, "841003 39300000"), some(2, "12.345", "kWh"));
    assert_eq!(index(ELECTRICITY, "841003 39300000 842003 39300000"), None);
}

#[test]
fn a40_limits_counts_and_dates_of_the_energy_are_no_index() {
    // Lower limit, exceed count, date of the first exceed, a future value, energy per hour.
    for vife in ["40", "41", "42", "7E", "22"] {
        assert_eq!(index(HEAT, &format!("0486{vife} 39300000")), None, "VIFE {vife}");
    }
}

#[test]
fn a40_an_index_without_a_value_to_trust_shows_none() {
    assert_eq!(index(HEAT, "0C06 BDEBDDDD"), Some((2, None, "kWh")), "error digits");
    assert_eq!(index(HEAT, "0406 9CFFFFFF"), Some((2, None, "kWh")), "below zero");
}

#[test]
fn a_meter_of_unknown_kind_shows_energy_before_volume() {
    let without_header = frame(0x78, &bytes("0413 01000000 0406 39300000"));
    let index = index_of(std::slice::from_ref(&without_header)).unwrap();
    assert_eq!((index.line, index.unit), (3, "kWh"));
    let view = line_view(&[without_header]);
    assert_eq!((view[3].is_index, view[3].register), (true, None), "heat or electricity?");
}

#[test]
fn a_heat_cost_allocator_counts_units() {
    assert_eq!(index("2031651324400108", "036E 640000 436E 630000"), some(2, "100", ""));
}

#[test]
fn a24_numbers_start_at_0_run_on_and_each_line_knows_its_bytes() {
    let frames = [telegram(HEAT, "0406 39300000 1F"), telegram(HEAT, "0413 F55B0A00 0F AABB")];
    let view = line_view(&frames);
    assert!(view.iter().map(|line| line.number).eq(0..view.len() as u16));
    let kinds: Vec<_> = view.iter().map(|line| (line.telegram, line.kind.name())).collect();
    assert_eq!(
        kinds,
        [
            (0, "address"),
            (0, "header"),
            (0, "record"),
            (0, "more"),
            (1, "address"),
            (1, "header"),
            (1, "record"),
            (1, "manufacturer"),
            (1, "manufacturer"),
        ]
    );
    let volume = &view[6];
    assert_eq!(volume.hex, "04 13 F5 5B 0A 00");
    let frame = &frames[usize::from(volume.telegram)];
    assert_eq!(frame[volume.offset..volume.offset + volume.length], bytes(&volume.hex));
    assert_eq!(volume.selector.as_deref(), Some("6 04/13"));
    assert_eq!(
        volume.text,
        "DIB:04, VIB:13 -> descr:VOLUME, function:INST_VAL, scaled value:678.901, unit:CUBIC_METRE, m³"
    );
}

#[test]
fn a27_every_selector_offered_finds_its_own_line() {
    use std::collections::BTreeMap;
    let telegrams = [telegram(
        ELECTRICITY,
        "02FDC8FC01 0809 02FDC8FC02 0A09 0C78 45230150 0D78 0441303145 84C04013 01000000 04ABFF01 01000000",
    )];
    for line in line_view(&telegrams).iter().filter(|line| line.kind == LineKind::Record) {
        let reg = format!("{{'own': '{}'}}", line.selector.as_ref().unwrap());
        let parameters = BTreeMap::from([("reg".to_owned(), reg)]);
        let mapping =
            metering::Mapping::new(&Models::builtin(), "generic_mbus", &parameters).unwrap();
        let found = metering::interpret(&mapping, &telegrams);
        assert_eq!(found.readings[0].source.as_ref().unwrap().line, line.number, "{}", line.text);
    }
}

#[test]
fn bytes_that_are_no_telegram_have_a_line_that_says_why() {
    let mut broken = telegram(HEAT, "0406 39300000");
    let checksum = broken.len() - 2;
    broken[checksum] ^= 1;
    let view = line_view(&[broken.clone(), telegram(HEAT, "0413 01000000")]);
    assert_eq!((view[0].kind, view[0].length), (LineKind::Fault, broken.len()));
    assert!(view[0].text.contains("checksum"), "{}", view[0].text);
    assert_eq!((view[1].number, view[1].telegram), (1, 1));
    assert!(line_view(&[]).is_empty());
}

#[test]
fn a_counter_of_the_fixed_structure_is_chosen_by_its_line() {
    let fixed = frame(0x73, &bytes("78563412 0A 00 E97E 01000000 35010000"));
    let view = line_view(&[fixed]);
    assert_eq!(view[2].selector.as_deref(), Some("2"));
    assert_eq!((view[2].is_index, view[2].register), (true, Some("vol_m3")));
}
