//! A readout as a device driver shows it: ten fields of metadata and a text for every reading.

use std::collections::BTreeSet;

use mbus::Decimal;
use metering::{
    DeviceSetting, HistoricalData, LineKind, VariableContent, device_settings, history, line_view,
};
use proptest::prelude::*;

use crate::frames::{ELECTRICITY, HEAT, WATER, bytes, frame, telegram, telegrams_of};

fn all(frames: &[Vec<u8>]) -> Vec<DeviceSetting> {
    device_settings(frames, HistoricalData::On)
}

fn of_records(records: &str) -> Vec<DeviceSetting> {
    all(&[telegram(HEAT, records)])
}

fn keys(settings: &[DeviceSetting]) -> Vec<&str> {
    settings.iter().map(|setting| setting.key.as_str()).collect()
}

/// The ten fields and the value of the only setting; a field that does not apply is `none`.
fn only(records: &str) -> [String; 11] {
    let settings = of_records(records);
    assert_eq!(settings.len(), 1, "{records}");
    let mut fields = settings[0].metadata.fields().into_iter();
    let value = &settings[0].value;
    std::array::from_fn(|_| match fields.next() {
        Some((_, field)) => field.unwrap_or_else(|| "none".to_owned()),
        None => value.clone(),
    })
}

const INST: &str = "Instantaneous value";

#[test]
fn b17_process_historical_data_is_off_in_a_new_device_and_shows_spot_values_only() {
    assert_eq!(HistoricalData::default(), HistoricalData::Off);
    let frames = telegrams_of("RAM/saphir_modularis");
    let spot = device_settings(&frames, HistoricalData::default());
    assert!(spot.iter().all(DeviceSetting::is_spot));
    assert_eq!(
        keys(&spot),
        [
            "volume.cubic_metre.instantaneous.int32",
            "date_time.instantaneous.int32",
            "fabrication_number.instantaneous.bcd8",
            "manufacturer_data",
        ]
    );
    let all = device_settings(&frames, HistoricalData::On);
    let historical = all.iter().filter(|setting| !setting.is_spot());
    // Due date, the one to come, and thirteen month ends with their dates.
    assert_eq!(historical.count(), 3 + 2 * 13);
    let kept: Vec<_> = all.iter().filter(|setting| setting.is_spot()).collect();
    assert_eq!(kept, spot.iter().collect::<Vec<_>>(), "the same keys, whatever is asked for");
}

#[test]
fn b22_every_reading_makes_exactly_two_variables() {
    for model in
        ["EFE/integra_heat", "RAM/saphir_modularis", "generic/generic_mbus.three_telegrams"]
    {
        let frames = telegrams_of(model);
        let readings = line_view(&frames);
        let is_reading = |kind| kind == LineKind::Record;
        let records = readings.iter().filter(|line| is_reading(line.kind)).count();
        let blocks = usize::from(model == "RAM/saphir_modularis");
        let settings = all(&frames);
        assert_eq!(settings.len(), records + blocks, "{model}");
        let mut names = BTreeSet::new();
        for setting in &settings {
            let [metadata, value] = setting.variables();
            assert_eq!(metadata.content, VariableContent::Metadata(&setting.metadata));
            assert_eq!(value.content, VariableContent::Value(&setting.value));
            names.extend([metadata.name, value.name]);
        }
        assert_eq!(names.len(), 2 * settings.len(), "{model}: each variable has its own name");
    }
}

#[test]
fn b23_metadata_has_ten_fields_in_their_order() {
    let settings = of_records("0406 39300000");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        settings[0].metadata.fields(),
        [
            ("Data Field Code", text("32 Bit Integer")),
            ("Function Field (Control Field)", text(INST)),
            ("Storage Number", text("0")),
            ("Tariff", text("0")),
            ("VIF Type", text("primary")),
            ("Unit of Measurement", text("Wh")),
            ("Sub-unit", text("0")),
            ("Description", text("Energy")),
            ("SI Prefix", text("k")),
            ("Counter Exponent", text("0")),
        ]
    );
    let other = only("94E0402B 48260000");
    assert_eq!(other[1..8], ["Maximum value", "0", "2", "primary", "W", "3", "Power"]);
    assert_eq!(only("0223 A401")[8..], ["none", "none", "420"], "what is not scaled says so");
    assert_eq!(only("042B 68100000")[8..], ["", "0", "4200"], "an empty prefix is one");
}

#[test]
fn b24_the_value_is_text_for_every_reading() {
    let values: Vec<_> = all(&telegrams_of("EFE/integra_heat"))
        .into_iter()
        .take(12)
        .map(|setting| setting.value)
        .collect();
    assert_eq!(
        values,
        [
            "13653120",
            "12345",
            "678901",
            "4200",
            "9800",
            "512",
            "1210",
            "62",
            "41",
            "2053",
            "420",
            "2021-06-11T10:30:00",
        ]
    );
}

#[test]
fn b25_what_is_no_number_is_shown_as_text_and_nothing_becomes_0() {
    for (record, code, value) in [
        ("3C2B BDEBDDDD", "8 digit BCD", "    Ebb "),
        ("0D78 04 41303145", "variable length", "E10A"),
        ("0D78 00", "variable length", ""),
        ("426C 9F2C", "16 Bit Integer", "2020-12-31"),
        ("426C 0000", "16 Bit Integer", "invalid"),
        ("046D 9E0AAB26", "32 Bit Integer", "invalid"),
        ("0006", "No Data", ""),
        ("0806", "Selection for readout", "(selected for read out)"),
        ("0506 0000C07F", "32 Bit Real", "0000C07F"),
        ("4C13 00000080", "8 digit BCD", "80000000"),
        ("0413 00000080", "32 Bit Integer", "00000080"),
        ("049315 00000000", "32 Bit Integer", "00000000"),
        ("0406 3930", "32 Bit Integer", "3930"),
        (
            "0D06 F0 0102030405060708090A0B0C0D0E0F10",
            "variable length",
            "0102030405060708090A0B0C0D0E0F10",
        ),
        ("0D9313 06 14FE01000200", "variable length", "14FE01000200"),
        ("046F 01000000", "32 Bit Integer", "1"),
        ("04FF01 FEFFFFFF", "32 Bit Integer", "-2"),
        ("0779 20316513C5140004", "64 Bit Integer", "20316513C5140004"),
        ("0F 010000", "Special Function Manufacturer specific data", "010000"),
    ] {
        let fields = only(record);
        assert_eq!((fields[0].as_str(), fields[10].as_str()), (code, value), "{record}");
    }
    assert_eq!(of_records("2F2F2F"), [], "fillers are no readings");
    assert_eq!(of_records("1F"), [], "no bytes, no reading");
    let more = &of_records("1F AABB")[0].metadata.data_field_code;
    assert!(more.ends_with("more records follow in next telegram"), "{more}");
}

#[test]
fn keys_tell_records_apart_by_what_they_are_and_not_by_their_place() {
    let records = "0406 01000000 4406 02000000 1406 03000000 841006 04000000 844006 05000000 \
                   04863C 06000000 0C06 07000000 04FB09 08000000";
    let keys_of = |records: &str| -> Vec<String> {
        keys(&of_records(records)).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(
        keys_of(records),
        [
            "energy.watt_hour.instantaneous.int32",
            "energy.watt_hour.instantaneous.storage_1.int32",
            "energy.watt_hour.maximum.int32",
            "energy.watt_hour.instantaneous.tariff_1.int32",
            "energy.watt_hour.instantaneous.subunit_1.int32",
            "energy.watt_hour.negative_contributions.instantaneous.int32",
            "energy.watt_hour.instantaneous.bcd8",
            "energy.joule.instantaneous.int32",
        ]
    );
    // Equal records are counted; phases, texts and private codes make them different.
    assert_eq!(
        keys_of("02FD48 0809 02FD48 0909 02FDC8FC01 0A09"),
        [
            "voltage.volt.instantaneous.int16",
            "voltage.volt.instantaneous.int16.2",
            "voltage.volt.phase_l1.instantaneous.int16",
        ]
    );
    assert_eq!(
        keys_of("04FF01 01000000 04FF02 01000000 047C 024449 01000000 046F 01000000"),
        [
            "manufacturer_specific.vib_ff01.instantaneous.int32",
            "manufacturer_specific.vib_ff02.instantaneous.int32",
            "user_defined.text_4449.instantaneous.int32",
            "reserved.vib_6f.instantaneous.int32",
        ]
    );
    // Another power of ten, a factor of ten and a fault of the moment change no key.
    let energy = keys_of("0406 01000000");
    for record in ["0403 01000000", "04FB00 01000000", "048677 01000000", "048618 01000000"] {
        assert_eq!(keys_of(record), energy, "{record}");
    }
    assert_eq!(keys_of("0F AABB"), ["manufacturer_data"]);
}

#[test]
fn b18_a_setting_finds_its_history_by_the_series() {
    let frames = telegrams_of("RAM/saphir_modularis");
    let settings = device_settings(&frames, HistoricalData::Off);
    let values = history(&frames);
    assert!(values.iter().all(|value| value.series == settings[0].series));
}

#[test]
fn c01_line_and_setting_are_the_same_record() {
    for model in ["EFE/integra_heat", "generic/generic_mbus.three_telegrams"] {
        let frames = telegrams_of(model);
        let lines = line_view(&frames);
        let records: Vec<_> = lines.iter().filter(|line| line.kind == LineKind::Record).collect();
        let settings = all(&frames);
        assert_eq!(records.len(), settings.len());
        for (line, setting) in records.into_iter().zip(&settings) {
            assert_eq!((line.number, line.telegram), (setting.line, setting.telegram), "{model}");
        }
    }
    // Line 3 of the manual's heat meter: scaled there, raw with its scale here.
    let frames = telegrams_of("EFE/integra_heat");
    let line = &line_view(&frames)[3];
    assert!(line.text.contains("ENERGY") && line.text.contains("scaled value:12345000"));
    let settings = all(&frames);
    let setting = settings.iter().find(|setting| setting.line == 3).unwrap();
    assert_eq!(
        (setting.value.as_str(), setting.metadata.si_prefix.as_deref()),
        ("12345", Some("k"))
    );
}

#[test]
fn c03_a_fixed_structure_has_lines_and_settings() {
    let fixed = [frame(0x73, &bytes("78563412 0A 00 E97E 01000000 BDEBDDDD"))];
    assert_eq!(line_view(&fixed).iter().filter(|line| line.kind == LineKind::Record).count(), 2);
    let settings = all(&fixed);
    assert_eq!(
        keys(&settings),
        [
            "volume.cubic_metre.instantaneous.bcd8",
            "volume.cubic_metre.instantaneous.storage_1.bcd8",
        ]
    );
    let fields = settings[0].metadata.fields().map(|(_, field)| field.unwrap_or_default());
    assert_eq!(fields, ["8 digit BCD", INST, "0", "0", "primary", "m³", "0", "Volume", "", "-3"]);
    let values: Vec<_> = settings.iter().map(|setting| setting.value.as_str()).collect();
    assert_eq!(values, ["00000001", "    Ebb "], "error digits stay visible");
    assert_eq!(device_settings(&fixed, HistoricalData::Off).len(), 1, "3E: a stored value");
}

#[test]
fn c03_telegrams_that_others_refuse_have_lines_and_settings() {
    // The signature word FFFF of old meters, binary of variable length, reserved codes.
    let mut signature = bytes(HEAT);
    signature.extend(bytes("2A 00 FFFF 0406 39300000"));
    for (what, telegram) in [
        ("signature", frame(0x72, &signature)),
        ("binary", telegram(ELECTRICITY, "0D06 E2 3930")),
        ("reserved VIF", telegram(WATER, "047D 39300000")),
        ("reserved VIFE", telegram(WATER, "049310 39300000")),
    ] {
        let frames = [telegram];
        let lines = line_view(&frames);
        assert_eq!(lines[2].kind, LineKind::Record, "{what}: {}", lines[2].text);
        let settings = all(&frames);
        assert_eq!((settings.len(), settings[0].line), (1, 2), "{what}");
        assert_eq!(settings[0].value, "12345", "{what}");
    }
}

/// Value times power of ten times prefix.
fn true_value(setting: &DeviceSetting) -> Option<Decimal> {
    let power = match setting.metadata.si_prefix.as_deref() {
        Some("k") => 3,
        Some("M") => 6,
        Some("G") => 9,
        _ => 0,
    };
    // A real may have more zeros at its end than digits can be read.
    let (digits, zeros) = match setting.value.trim_end_matches('0') {
        digits if !digits.is_empty() && !setting.value.contains('.') => {
            (digits, setting.value.len() - digits.len())
        }
        _ => (setting.value.as_str(), 0),
    };
    let power = power + i16::try_from(zeros).ok()?;
    let number: Decimal = digits.parse().or_else(|_| setting.value.parse()).ok()?;
    Some(number.shift(setting.metadata.counter_exponent.unwrap_or(0) + power))
}

proptest! {
    /// Prefix and exponent lead from the text to the number that readings are made of.
    #[test]
    fn b26_the_true_value_is_the_text_times_exponent_and_prefix(
        coding in prop::sample::select(vec![("04", 4), ("07", 8), ("05", 4), ("0C", 4), ("0E", 6)]),
        vib in prop_oneof![
            (0_u8..0x7C).prop_map(|vif| vec![vif]),
            (0_u8..0x7C, 0_u8..0x7C).prop_map(|(vif, vife)| vec![0x80 | vif, vife]),
            (0_u8..0x80).prop_map(|code| vec![0xFB, code]),
            (0_u8..0x80).prop_map(|code| vec![0xFD, code]),
        ],
        data in prop::collection::vec(any::<u8>(), 8),
    ) {
        let (dif, length) = coding;
        let record = [bytes(dif), vib, data[..length].to_vec()].concat();
        let frames = [frame(0x78, &record)];
        let settings = all(&frames);
        prop_assert_eq!(settings.len(), 1);
        let Some(record) = mbus::Telegram::parse(&frames[0]).unwrap().records().next() else {
            return Err(TestCaseError::fail("no record"));
        };
        // A text that happens to be digits is no number.
        if let (mbus::record::Value::Number(number), true) = (record.value, record.quality.is_ok()) {
            prop_assert_eq!(true_value(&settings[0]), Some(number), "{:?}", &settings[0]);
        }
    }

    /// Whatever a meter sends: no panic, keys of their own, and a line that shows the same.
    #[test]
    fn b25_any_bytes_have_settings_with_keys_of_their_own(
        pages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..3)
    ) {
        let frames: Vec<_> = pages.into_iter().map(|page| frame(0x78, &page)).collect();
        let settings = all(&frames);
        let keys: BTreeSet<_> = settings.iter().map(|setting| &setting.key).collect();
        prop_assert_eq!(keys.len(), settings.len());
        let lines = line_view(&frames);
        let records = lines.iter().filter(|line| line.kind == LineKind::Record).count();
        prop_assert!(settings.len() >= records);
        for setting in &settings {
            prop_assert_eq!(lines[usize::from(setting.line)].telegram, setting.telegram);
            let is_plain = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.".contains(letter)
            };
            prop_assert!(setting.key.as_str().chars().all(is_plain), "{}", setting.key);
        }
    }
}
