//! From telegrams to readings: what is taken, what is refused, and what is said about it.

use std::collections::BTreeMap;

use metering::{Interpretation, Mapping, Models, ProblemKind, Reading, interpret, line_view};
use proptest::prelude::*;

use crate::frames::{ELECTRICITY, HEAT, WATER, bytes, frame, telegram};

fn mapping(model: &str, parameters: &[(&str, &str)]) -> Mapping {
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Mapping::new(&Models::builtin(), model, &parameters).unwrap()
}

/// What the generic model makes of telegrams with this list.
fn generic(reg: &str, frames: &[Vec<u8>]) -> Interpretation {
    interpret(&mapping("generic_mbus", &[("reg", reg)]), frames)
}

fn value(reading: &Reading) -> String {
    let value = reading.value.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{value} {}", reading.unit.as_deref().unwrap_or_default())
}

fn codes(found: &Interpretation) -> Vec<&'static str> {
    found.problems.iter().map(metering::RegisterProblem::code).collect()
}

/// The only reading has no value, with this quality and problem; returns the problem in words.
fn refused(found: &Interpretation, quality: &str, code: &str) -> String {
    assert_eq!(found.readings.len(), 1);
    assert_eq!(found.readings[0].value, None);
    assert_eq!(found.readings[0].quality.name(), quality);
    assert_eq!(codes(found), [code]);
    assert!(!found.problems[0].remedy().is_empty());
    found.problems[0].to_string()
}

const RECORDS: &str = "0C78 20316513 0406 39300000 0413 F55B0A00 1406 48260000 046D 1E0AAB26";

#[test]
fn a07_another_record_at_the_line_of_a_model_is_named_and_gives_no_number() {
    // The records of line 3 and 4 have changed places.
    let frames = [telegram(HEAT, "0C78 20316513 0413 F55B0A00 0406 39300000")];
    let found = interpret(&mapping("integra_heat", &[]), &frames);
    assert!(found.readings.iter().all(|reading| reading.value.is_none()));
    assert_eq!(
        found.problems[0].to_string(),
        "heat_energy_kwh: at line 3 04/06 (instantaneous energy in Wh) was expected, but 04/13 (instantaneous volume in m³) stands there"
    );
    assert_eq!(
        found.problems[2].to_string(),
        "power_kw: line 5 does not exist: the last line is 4; 04/2B (instantaneous power in W) was expected there"
    );
    assert_eq!(found.unmapped_records, 3);
}

#[test]
fn a07_a_meter_of_another_kind_is_refused_as_a_whole() {
    let frames = [telegram(WATER, RECORDS)];
    let found = interpret(&mapping("integra_heat", &[]), &frames);
    assert!(found.readings.iter().all(|reading| reading.value.is_none()));
    assert_eq!(codes(&found), ["other_device_type"]);
    let text = found.problems[0].to_string();
    assert!(text.contains("integra_heat") && text.ends_with("water meter"), "{text}");
    assert_eq!(found.problems[0].register, None);
}

#[test]
fn a38_a_line_typed_with_its_record_is_an_alarm_when_the_record_moves() {
    let found = generic("{'heat_energy_kwh': '4 04/06'}", &[telegram(HEAT, RECORDS)]);
    let text = refused(&found, "other_record", "other_record_at_line");
    assert!(text.contains("04/13 (instantaneous volume in m³) stands there"), "{text}");
}

#[test]
fn a35_a_line_beyond_the_telegram_costs_that_register_only() {
    let found = generic("{'vol_m3': 7, 'heat_energy_kwh': 3}", &[telegram(HEAT, RECORDS)]);
    assert_eq!(value(&found.readings[1]), "12345 kWh");
    assert_eq!(codes(&found), ["line_missing"]);
    assert_eq!(found.problems[0].register.as_deref(), Some("vol_m3"));
    assert_eq!(value(&found.readings[0]), " m³", "the unit is that of the name");
}

#[test]
fn a_line_without_a_record_is_no_register() {
    let frames = [telegram(HEAT, "0406 39300000 0F AABB")];
    let text = refused(&generic("{'a': 4}", &frames), "missing", "no_record_at_line");
    assert!(text.contains("AABB"), "{text}");
    let pages = [telegram(HEAT, "0406 39300000 1F"), telegram(HEAT, "0413 01000000")];
    let text = refused(&generic("{'a': 4}", &pages), "missing", "no_record_at_line");
    assert!(text.contains("Secondary address"), "{text}");
}

#[test]
fn a38_meaning_and_dib_vib_survive_another_order_of_records() {
    let reg = "{'heat_energy_kwh': {'quantity': 'energy'}, 'vol_m3': '04/13', 'max_kwh': {'quantity': 'energy', 'function': 'maximum'}}";
    let found = generic(reg, &[telegram(HEAT, "0413 F55B0A00 0C78 20316513 0406 39300000")]);
    assert_eq!(value(&found.readings[0]), "12345 kWh");
    assert_eq!(value(&found.readings[1]), "678.901 m³");
    assert_eq!(codes(&found), ["record_missing"]);
    assert!(found.problems[0].to_string().contains("'function': 'maximum'"));
}

#[test]
fn of_several_records_that_could_be_meant_none_is_taken() {
    let frames = [telegram(HEAT, "0406 01000000 0407 02000000 0413 01000000 0413 02000000")];
    let text = refused(
        &generic("{'a_kwh': {'quantity': 'energy'}}", &frames),
        "other_record",
        "ambiguous",
    );
    assert!(text.ends_with("lines 2, 3"), "{text}");
    refused(&generic("{'vol_m3': '04/13'}", &frames), "other_record", "ambiguous");
    let found = generic("{'vol_m3': '5 04/13'}", &frames);
    assert_eq!(value(&found.readings[0]), "0.002 m³", "the line tells them apart");
}

#[test]
fn the_plain_record_wins_over_other_directions_and_limits() {
    // Negative contributions, lower limit, and the plain energy.
    let frames = [telegram(HEAT, "04863C 01000000 048640 02000000 0406 03000000")];
    let found = generic("{'heat_energy_kwh': {'quantity': 'energy'}}", &frames);
    assert_eq!(value(&found.readings[0]), "3 kWh");
    let cold = "{'cold_energy_kwh': {'quantity': 'energy', 'qualifier': 'negative_contributions'}}";
    assert_eq!(value(&generic(cold, &frames).readings[0]), "1 kWh");
    let only_limit = [telegram(HEAT, "048640 02000000")];
    let found = generic("{'heat_energy_kwh': {'quantity': 'energy'}}", &only_limit);
    refused(&found, "missing", "record_missing");
}

#[test]
fn a40_a_maximum_minimum_or_error_value_is_no_counter() {
    for (dif, function) in [("14", "MAX_VAL"), ("24", "MIN_VAL"), ("34", "ERROR_VAL")] {
        let frames = [telegram(HEAT, &format!("{dif}06 39300000"))];
        let text =
            refused(&generic("{'heat_energy_kwh': 2}", &frames), "unsuitable", "not_current");
        assert!(text.contains(function), "{text}");
    }
    // The only register of a generic meter is its index, whatever its name.
    let frames = [telegram(ELECTRICITY, "1403 39300000")];
    refused(&generic("{'total': 2}", &frames), "unsuitable", "not_current");
    // Beside an index, a name of one's own may show a maximum.
    let frames = [telegram(HEAT, "0406 39300000 142B 48260000")];
    let found = generic("{'heat_energy_kwh': 2, 'peak': 3}", &frames);
    assert_eq!(value(&found.readings[1]), "9800 W");
    assert_eq!(found.readings[1].source.as_ref().unwrap().function.name(), "maximum");
}

#[test]
fn a40_a_limit_or_a_value_to_come_is_no_counter() {
    for (vife, mark) in [("40", "lower_limit"), ("48", "upper_limit"), ("7E", "future_value")] {
        let frames = [telegram(HEAT, &format!("0486{vife} 39300000"))];
        let text =
            refused(&generic("{'heat_energy_kwh': 2}", &frames), "unsuitable", "not_current");
        assert!(text.contains(mark), "{text}");
    }
}

#[test]
fn a40_a_value_of_an_error_state_is_no_power() {
    let frames = [telegram(HEAT, "0406 39300000 342B 48260000")];
    let found = generic("{'heat_energy_kwh': 2, 'power_kw': 3}", &frames);
    assert_eq!(codes(&found), ["not_current"]);
    assert_eq!(found.readings[1].value, None);
}

#[test]
fn a40_a_counter_below_zero_is_refused_but_a_negative_power_is_not() {
    let frames = [telegram(HEAT, "0405 9CFFFFFF 022B 9CFF")];
    let found = generic("{'heat_energy_kwh': 2, 'power_kw': 3}", &frames);
    assert_eq!(codes(&found), ["negative"]);
    assert!(found.problems[0].to_string().contains("-10000 Wh"), "{}", found.problems[0]);
    assert_eq!(value(&found.readings[1]), "-0.1 kW");
    let room = [telegram("611501249615161B", "0265 18FC")];
    assert_eq!(value(&generic("{'room': 2}", &room).readings[0]), "-10.00 °C");
}

#[test]
fn a_value_the_meter_marks_as_bad_is_absent_with_its_quality() {
    let found = generic("{'heat_energy_kwh': 2}", &[telegram(HEAT, "0C06 BDEBDDDD")]);
    let text = refused(&found, "error_bcd", "no_value");
    assert!(text.contains("error digits"), "{text}");
    let source = found.readings[0].source.as_ref().unwrap();
    assert_eq!((source.line, source.data.as_str()), (2, "BDEBDDDD"));
    for (record, quality) in [
        ("0406 00000080", "invalid"),
        ("0006", "no_data"),
        ("046F 01000000", "unknown_vif"),
        ("04FF01 01000000", "manufacturer_specific"),
        ("0406 0100", "truncated"),
        ("048616 01000000", "overflow"),
    ] {
        let found = generic("{'own': 2}", &[telegram(HEAT, record)]);
        refused(&found, quality, "no_value");
    }
}

#[test]
fn a41_a_unit_of_another_kind_is_refused_in_words() {
    let found = generic("{'vol_m3': 3}", &[telegram(HEAT, RECORDS)]);
    let text = refused(&found, "other_unit", "other_unit");
    assert_eq!(text, "vol_m3: the register is in m³, but line 3 is instantaneous energy in Wh");
    // Energy per hour is no energy, a count of limits neither; VIFE 3D is another unit.
    for record in ["048622 01000000", "048641 01000000", "04863D 01000000"] {
        let found = generic("{'heat_energy_kwh': 2}", &[telegram(HEAT, record)]);
        refused(&found, "other_unit", "other_unit");
    }
    let found = generic("{'heat_energy_kwh': 6}", &[telegram(HEAT, RECORDS)]);
    refused(&found, "unsuitable", "not_a_number");
}

#[test]
fn what_a_meter_sent_is_shown_short_and_without_control_characters() {
    let text = "1B".repeat(100);
    let found = generic("{'vol_m3': 2}", &[telegram(HEAT, &format!("0D78 64 {text}"))]);
    let problem = refused(&found, "unsuitable", "not_a_number");
    assert!(problem.contains("\\u{1b}") && problem.contains('…'), "{problem}");
    assert!(!problem.contains('\u{1b}'));
    let long = format!("0F {}", "AB".repeat(100));
    let problem =
        refused(&generic("{'a': 3}", &[telegram(HEAT, &long)]), "missing", "no_record_at_line");
    assert!(problem.chars().count() < 120, "{problem}");
}

#[test]
fn a38_the_source_keeps_what_was_sent() {
    // 1 GJ has no finite number of kilowatt hours.
    let found = generic("{'heat_energy_kwh': 2}", &[telegram(HEAT, "04FB09 01000000")]);
    assert_eq!(value(&found.readings[0]), "277.777777778 kWh");
    let source = found.readings[0].source.as_ref().unwrap();
    assert_eq!(source.value.as_deref(), Some("1000000000"));
    assert_eq!(source.unit.as_deref(), Some("J"));
    assert_eq!((source.dib.as_str(), source.vib.as_str()), ("04", "FB09"));
    assert_eq!((source.telegram, source.line, source.data.as_str()), (0, 2, "01000000"));
}

#[test]
fn a37_names_of_ones_own_keep_the_unit_of_the_record() {
    let found = generic(
        "{'energy': 2, 'clock': 3, 'per_hour': 4}",
        &[telegram(HEAT, "0406 39300000 046D 1E0AAB26 049322 01000000")],
    );
    let values: Vec<_> = found.readings.iter().map(value).collect();
    assert_eq!(values, ["12345000 Wh", "2021-06-11T10:30 ", "0.001 m³/h"]);
    assert!(found.problems.is_empty());
}

#[test]
fn the_time_of_a_value_is_the_meters_own() {
    let at = |reg: &str, records: &str| {
        generic(reg, &[telegram(HEAT, records)]).readings[0].measured_at.clone()
    };
    let noon = Some("2021-06-11T10:30".to_owned());
    let energy = "{'heat_energy_kwh': 2}";
    assert_eq!(at(energy, "0406 01000000 046D 1E0AAB26"), noon);
    assert_eq!(at(energy, "0406 01000000"), None, "no clock");
    assert_eq!(at(energy, "0406 01000000 046D 9E0AAB26"), None, "the clock is marked invalid");
    assert_eq!(at(energy, "0406 01000000 046D 0000E1F1"), None, "every year is no moment");
    assert_eq!(at(energy, "0406 01000000 446D 1E0AAB26"), None, "the time of a stored value");
    assert_eq!(at(energy, "0406 01000000 146D 1E0AAB26"), None, "the time of a maximum");
    assert_eq!(at(energy, "0406 01000000 04ED7E 1E0AAB26"), None, "a time to come");
    assert_eq!(at(energy, "0406 01000000 426C 9F2C"), None, "a due date");
    assert_eq!(at(energy, "0406 01000000 026C 9F2C"), None, "a calendar without a clock");
    assert_eq!(
        at(energy, "0406 01000000 046D 1E0AAB26 046D 1F0AAB26"),
        None,
        "two clocks that disagree"
    );
    let stored = "{'due_kwh': 2}";
    let due = Some("2020-12-31".to_owned());
    assert_eq!(at(stored, "4406 01000000 426C 9F2C 046D 1E0AAB26"), due);
    assert_eq!(at(stored, "4406 01000000 42EC7E 9F2C"), None, "the next due date");
}

#[test]
fn a_maximum_has_a_time_of_its_own_or_that_of_its_storage_number() {
    let peak = |records: &str| {
        let found = generic("{'heat_energy_kwh': 3, 'peak': 2}", &[telegram(HEAT, records)]);
        found.readings[1].measured_at.clone()
    };
    let noon = Some("2021-06-11T10:30".to_owned());
    let clock = "046D 1F0AAB26";
    assert_eq!(peak(&format!("142B 01000000 0406 01000000 {clock}")), None, "read then, not met");
    assert_eq!(peak(&format!("142B 01000000 0406 01000000 146D 1E0AAB26 {clock}")), noon);
    let due = Some("2020-12-31".to_owned());
    assert_eq!(peak(&format!("542B 01000000 0406 01000000 426C 9F2C {clock}")), due);
    assert_eq!(peak("542B 01000000 0406 01000000 426C 9F2C 546D 1E0AAB26"), noon);
    assert_eq!(peak("542B 01000000 0406 01000000 426C 9F2C 546D 9E0AAB26"), None, "none yet");
}

#[test]
fn a02_the_main_register_is_the_index() {
    let index = |model: &str, reg: &str| {
        let parameters = [("reg", reg), ("secondary_ad", HEAT)];
        let found = interpret(&mapping(model, &parameters), &[telegram(HEAT, RECORDS)]);
        let names: Vec<_> = found
            .readings
            .into_iter()
            .filter(|reading| reading.is_index)
            .map(|reading| reading.register)
            .collect();
        assert!(names.len() <= 1);
        names.into_iter().next()
    };
    let manual = "manual_heat_secondary_ad";
    assert_eq!(
        index(manual, "{'vol_m3': 4, 'heat_energy_kwh': 3}").as_deref(),
        Some("heat_energy_kwh")
    );
    assert_eq!(index(manual, "{'cold_energy_kwh': 3}").as_deref(), Some("cold_energy_kwh"));
    assert_eq!(index(manual, "{'flow_temp': 4}"), None);
    assert_eq!(index("generic_mbus", "{'en_ex': 3, 'en_im': 4}").as_deref(), Some("en_ex"));
    assert_eq!(index("generic_mbus", "{'flow_temp': 3, 'vol_m3': 4}").as_deref(), Some("vol_m3"));
    assert_eq!(index("generic_mbus", "{'a': 3, 'b': 4}").as_deref(), Some("a"));
}

#[test]
fn an_answer_without_records_is_one_problem_for_all_registers() {
    let reg = "{'heat_energy_kwh': 3, 'vol_m3': 4}";
    let encrypted = {
        let mut data = bytes(HEAT);
        data.extend(bytes("2A 00 10 05 70BED9F9CE168190157B8EB348B6DD25"));
        frame(0x72, &data)
    };
    let mut cut = telegram(HEAT, RECORDS);
    cut.truncate(40);
    for (telegram, code, word) in [
        (frame(0x70, &[0x08]), "application_error", "application busy (code 8)"),
        (frame(0x71, &[0x05]), "no_records", "an alarm"),
        (frame(0xB1, &[0x05]), "no_records", "CI field B1"),
        (encrypted, "key_missing", "security mode 5"),
        (cut, "unreadable_telegram", "telegram 1"),
    ] {
        let found = generic(reg, &[telegram]);
        assert_eq!(codes(&found), [code]);
        assert_eq!(found.problems[0].register, None);
        assert!(found.problems[0].to_string().contains(word), "{}", found.problems[0]);
        assert!(found.readings.iter().all(|reading| reading.quality.name() == "missing"));
        assert_eq!(found.readings.len(), 2);
    }
    assert_eq!(codes(&generic(reg, &[])), ["no_telegrams"]);
    // Nothing is wrong with this telegram, so each register says that it is missing.
    let empty = generic(reg, &[telegram(HEAT, "2F2F")]);
    assert_eq!(codes(&empty), ["line_missing", "line_missing"]);
}

#[test]
fn lines_behind_a_broken_telegram_are_not_trusted() {
    let mut broken = telegram(HEAT, "0413 01000000 1F");
    broken.truncate(25);
    let frames = [telegram(HEAT, "0406 39300000 1F"), broken, telegram(HEAT, "025A F401")];
    let found = generic("{'heat_energy_kwh': 2, 'a': 7, 'flow_temp': '02/5A'}", &frames);
    assert_eq!(value(&found.readings[0]), "12345 kWh");
    assert_eq!(found.readings[1].value, None);
    assert_eq!(value(&found.readings[2]), "50.0 °C", "DIB/VIB need no numbers");
    assert_eq!(codes(&found), ["unreadable_telegram", "line_uncertain"]);
    // A record that runs over the end of its telegram hides those behind it.
    let frames = [telegram(HEAT, "0406 39300000 0413 0100"), telegram(HEAT, "025A F401")];
    let found = generic("{'heat_energy_kwh': 2, 'flow_temp': 7}", &frames);
    assert_eq!(value(&found.readings[0]), "12345 kWh");
    assert_eq!(codes(&found), ["line_uncertain"]);
}

#[test]
fn telegrams_of_another_meter_give_no_values() {
    let by = |mask| mapping("generic_mbus", &[("reg", "{'a': 3}"), ("secondary_ad", mask)]);
    let frames = [telegram(HEAT, RECORDS)];
    assert!(interpret(&by("20316513FFFFFFFF"), &frames).problems.is_empty());
    let found = interpret(&by("21316513FFFFFFFF"), &frames);
    let text = refused(&found, "other_meter", "other_meter");
    assert!(text.contains("20316513C5140004") && text.contains("21316513FFFFFFFF"), "{text}");
    let two = [telegram(HEAT, "0406 01000000 1F"), telegram(WATER, "0413 01000000")];
    let found = generic("{'heat_energy_kwh': 2}", &two);
    assert!(matches!(found.problems[0].kind, ProblemKind::OtherMeter { telegram: 1, .. }));
    assert_eq!(found.readings[0].value, None, "which of the two would it be?");
}

#[test]
fn a_fixed_structure_is_read_by_line() {
    let fixed = [frame(0x73, &bytes("78563412 0A 00 E97E 01000000 35010000"))];
    let found = generic("{'vol_m3': 2, 'due': 3}", &fixed);
    let values: Vec<_> = found.readings.iter().map(value).collect();
    assert_eq!(values, ["0.001 m³", "0.135 m³"]);
    let source = found.readings[1].source.as_ref().unwrap();
    assert_eq!((source.dib.as_str(), source.vib.as_str(), source.storage), ("", "3E", 1));
    let found = generic("{'vol_m3': '2 04/13'}", &fixed);
    refused(&found, "other_record", "other_record_at_line");
}

#[test]
fn more_telegrams_than_numbers_do_no_harm() {
    let frames = vec![telegram(HEAT, "0406 39300000"); 300];
    let found = generic("{'heat_energy_kwh': 2}", &frames);
    assert_eq!(value(&found.readings[0]), "12345 kWh");
    assert_eq!(line_view(&frames).len(), 900);
}

proptest! {
    /// Whatever a meter sends: no panic, one reading for each register, and a value only with
    /// quality ok and without a problem.
    #[test]
    fn every_register_has_a_value_or_a_reason(
        pages in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..80), any::<bool>()), 0..4)
    ) {
        let frames: Vec<_> = pages
            .into_iter()
            .map(|(data, with_header)| if with_header {
                frame(0x72, &[bytes(HEAT), bytes("2A000000"), data].concat())
            } else {
                frame(0x78, &data)
            })
            .collect();
        let reg = "{'heat_energy_kwh': 2, 'vol_m3': {'quantity': 'volume'}, 'x': '04/06', 'y': 5}";
        let found = generic(reg, &frames);
        prop_assert_eq!(found.readings.len(), 4);
        for reading in &found.readings {
            prop_assert_eq!(reading.value.is_some(), reading.quality.is_ok());
            let has_reason = found.problems.iter().any(|problem| {
                problem.register.as_ref().is_none_or(|register| *register == reading.register)
            });
            prop_assert!(reading.value.is_some() || has_reason);
        }
        for line in line_view(&frames) {
            prop_assert!(line.offset + line.length <= frames[usize::from(line.telegram)].len());
        }
    }

    #[test]
    fn any_bytes_are_interpreted_without_panic(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..3)) {
        let found = interpret(&mapping("integra_heat", &[]), &frames);
        prop_assert!(found.readings.iter().all(|reading| reading.value.is_none()));
        prop_assert!(line_view(&frames).len() >= frames.len());
    }
}
