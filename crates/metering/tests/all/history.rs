//! The values a meter has stored itself, under its own dates.

use metering::{HistoricalValue, history};
use proptest::prelude::*;

use crate::frames::{HEAT, WATER, bytes, frame, telegram, telegrams_of};

/// Storage number, date and value with unit.
fn plain(values: &[HistoricalValue]) -> Vec<(u64, String, String)> {
    let plain = |value: &HistoricalValue| {
        let unit = value.unit.as_deref().unwrap_or_default();
        (value.storage, value.measured_at.clone(), format!("{} {unit}", value.value))
    };
    values.iter().map(plain).collect()
}

/// The only value's date, or none where there is no value.
fn date(records: &str) -> Option<String> {
    let values = history(&[telegram(WATER, records)]);
    assert!(values.len() <= 1, "{values:?}");
    values.into_iter().next().map(|value| value.measured_at)
}

fn some(date: &str) -> Option<String> {
    Some(date.to_owned())
}

/// 600.000 m³, stored under number 1.
const VOLUME: &str = "4413 C0270900";

#[test]
fn b18_the_month_ends_of_a_water_meter_have_its_own_dates() {
    let values = history(&telegrams_of("RAM/saphir_modularis"));
    // Fourteen records; the month end of the due date is the due date's value again.
    assert_eq!(values.len(), 13);
    let plain = plain(&values);
    assert_eq!(plain[0], (1, "2025-12-31".into(), "18.155 m³".into()));
    assert_eq!(plain[1], (2, "2026-10-31".into(), "23.004 m³".into()));
    assert_eq!(plain[12], (14, "2025-10-31".into(), "17.170 m³".into()));
    assert!(values.iter().all(|value| value.series == values[0].series));
    assert_eq!(values[0].series.as_str(), "volume.cubic_metre.instantaneous");
    let source = &values[0].source;
    assert_eq!((source.telegram, source.line), (0, 5));
    assert_eq!((source.dib.as_str(), source.vib.as_str()), ("44", "13"));
}

#[test]
fn b17_the_current_value_is_no_history() {
    assert_eq!(history(&[telegram(WATER, "0413 C0270900 046D 1E0AAB26 026C 9F2C")]), []);
}

#[test]
fn b18_no_date_is_made_up() {
    assert_eq!(date(&format!("{VOLUME} 426C 9F2C")), some("2020-12-31"));
    assert_eq!(date(&format!("{VOLUME} 446D 1E0AAB26")), some("2021-06-11T10:30"));
    for (what, point) in [
        ("none at all", ""),
        ("the clock", "046D 1E0AAB26"),
        ("another storage number", "82016C 9F2C"),
        ("one to come", "42EC7E 9F2C"),
        ("one that is marked invalid", "446D 9E0AAB26"),
        ("one the meter has not yet", "426C FFFF"),
        ("a day that does not exist", "426C 5D02"),
        ("every year", "426C FFF1"),
        ("every day of a month", "426C 802C"),
        ("every hour of a day", "446D 1E1FAB26"),
        ("a time of day alone", "436D 1E0F07"),
        ("the begin of something", "42EC6A 9F2C"),
        ("one with an error", "42EC18 9F2C"),
        ("two that disagree", "426C 9F2C 426C 9E2C"),
        ("two moments of one day", "446D 1E0AAB26 446D 1F0AAB26"),
    ] {
        assert_eq!(date(&format!("{VOLUME} {point}")), None, "{what}");
    }
}

#[test]
fn b18_a_day_and_a_moment_of_that_day_agree() {
    let point = "426C AB26 446D 1E0AAB26";
    assert_eq!(date(&format!("{VOLUME} {point}")), some("2021-06-11T10:30"));
    assert_eq!(date(&format!("{VOLUME} 426C 9F2C 426C 9F2C")), some("2020-12-31"), "said twice");
}

#[test]
fn b18_only_numbers_that_can_be_trusted_are_history() {
    for (what, record) in [
        ("error digits", "4C13 BDEBDDDD"),
        ("no value yet", "4C13 00000080"),
        ("the code for invalid", "4413 00000080"),
        ("no data", "4013"),
        ("an unknown code", "446F 01000000"),
        ("the manufacturer's code", "44FF01 01000000"),
        ("a text", "4D78 02 3141"),
        ("a value to come", "44937E 01000000"),
        ("an error of the record", "449318 01000000"),
        ("a date with the length of a number", "476D 0000000000000000"),
        ("an inverse compact profile", "4D9313 06 14FE 01000200"),
    ] {
        assert_eq!(date(&format!("{record} 426C 9F2C")), None, "{what}");
    }
    assert_eq!(date("4413 00000000 426C 9F2C"), some("2020-12-31"), "zero is a value");
}

#[test]
fn b18_a_unit_only_the_maker_knows_is_not_given_another() {
    // VIFE 3D: the volume is in some unit that is not metric.
    let values = history(&[telegram(WATER, "44933D E8030000 426C 9F2C")]);
    assert_eq!((values[0].unit.as_deref(), values[0].value.to_string().as_str()), (None, "1.000"));
    assert_eq!(values[0].series.as_str(), "volume.cubic_metre.non_metric.instantaneous");
}

#[test]
fn b18_all_numbers_of_a_storage_number_are_history() {
    // Energy, a maximum of power, volume of tariff 1, on time; the date behind them.
    let records = "4406 01000000 542B 02000000 C41013 03000000 4223 0400 426C 9F2C";
    let values = history(&[telegram(HEAT, records)]);
    let found: Vec<_> = values.iter().map(|value| value.series.as_str()).collect();
    assert_eq!(
        found,
        [
            "energy.watt_hour.instantaneous",
            "power.watt.maximum",
            "volume.cubic_metre.instantaneous.tariff_1",
            "on_time.day.instantaneous",
        ]
    );
    assert!(values.iter().all(|value| value.measured_at == "2020-12-31"));
}

#[test]
fn b18_a_subunit_has_its_own_date_or_that_of_the_device() {
    let subunit_1 = "C44013 C0270900";
    assert_eq!(date(&format!("{subunit_1} 426C 9F2C")), some("2020-12-31"), "the device's");
    assert_eq!(date(&format!("{subunit_1} 426C 9F2C C2406C 9E2C")), some("2020-12-30"), "its own");
    assert_eq!(date(&format!("{subunit_1} C280406C 9F2C")), None, "that of subunit 2");
    assert_eq!(date(&format!("{VOLUME} C2406C 9F2C")), None, "the device has none");
    let none_yet = format!("{subunit_1} 426C 9F2C C2406C FFFF");
    assert_eq!(date(&none_yet), None, "its own time point says that there is no date yet");
}

#[test]
fn b18_a_tariff_has_its_own_date_or_that_of_the_total() {
    let tariff_1 = "C41013 C0270900";
    assert_eq!(date(&format!("{tariff_1} 426C 9F2C")), some("2020-12-31"), "the total's");
    assert_eq!(date(&format!("{tariff_1} 426C 9F2C C2106C 9E2C")), some("2020-12-30"), "its own");
    assert_eq!(date(&format!("{tariff_1} C2206C 9F2C")), None, "that of tariff 2");
}

#[test]
fn b18_the_date_may_stand_in_another_telegram_of_the_readout() {
    let pages = [
        telegram(WATER, &format!("0413 01000000 {VOLUME} 1F")),
        telegram(WATER, "426C 9F2C 82016C 9E2C 840113 02000000"),
    ];
    let values = plain(&history(&pages));
    assert_eq!(
        values,
        [
            (1, "2020-12-31".into(), "600.000 m³".into()),
            (2, "2020-12-30".into(), "0.002 m³".into())
        ]
    );
    let own = [telegram(WATER, &format!("{VOLUME} 426C 9F2C")), telegram(WATER, "426C 9E2C")];
    assert_eq!(history(&own)[0].measured_at, "2020-12-31", "the one in the same telegram");
}

#[test]
fn b18_the_same_value_and_date_twice_is_one() {
    let due_and_month_end = |month_end: &str| {
        let records = format!("426C 9F2C {VOLUME} 82016C 9F2C 840113 {month_end}");
        history(&[telegram(WATER, &records)]).len()
    };
    assert_eq!(due_and_month_end("C0270900"), 1);
    assert_eq!(due_and_month_end("C1270900"), 2, "another value is not lost");
    let other_form = "426C 9F2C 4413 E8030000 82016C 9F2C 840116 01000000";
    assert_eq!(history(&[telegram(WATER, other_form)]).len(), 1, "1.000 m³ and 1 m³");
    let other_quantity = "426C 9F2C 4413 01000000 4413 01000000 441B 01000000";
    assert_eq!(history(&[telegram(WATER, other_quantity)]).len(), 2, "mass is no volume");
}

#[test]
fn b18_a_fixed_structure_has_stored_counters_without_dates() {
    let fixed = frame(0x73, &bytes("78563412 0A 00 E97E 01000000 35010000"));
    assert_eq!(history(&[fixed]), []);
}

proptest! {
    /// Whatever a meter sends: no panic, and no value without a day that exists.
    #[test]
    fn b18_every_value_has_a_date(
        pages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..3),
        with_date: bool,
    ) {
        let date = if with_date { "426C9F2C82016C9E2C" } else { "" };
        let frames: Vec<_> = pages
            .into_iter()
            .map(|page| frame(0x78, &[bytes(date), page].concat()))
            .collect();
        for value in history(&frames) {
            prop_assert!(value.storage > 0);
            let day: mbus::record::date::Date = {
                let mut parts = value.measured_at.splitn(3, '-');
                let mut part = || parts.next().and_then(|part| part.get(..part.len().min(4)));
                let year = part().and_then(|year| year.parse().ok()).unwrap();
                let month = part().and_then(|month| month.parse().ok()).unwrap();
                let day = part().and_then(|day| day.get(..2)).and_then(|day| day.parse().ok());
                mbus::record::date::Date::new(year, month, day.unwrap()).unwrap()
            };
            prop_assert!(day.is_single_day());
        }
    }
}
