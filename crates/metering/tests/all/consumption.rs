//! Consumption between the readings of a main register.

use mbus::{Decimal, SecondaryAddress};
use metering::{Consumption, IndexReading, StepOutcome, consumption};
use proptest::prelude::*;

use crate::frames::{HEAT, WATER};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn meter(wire: &str) -> Option<SecondaryAddress> {
    SecondaryAddress::parse_wire(wire).ok()
}

fn reading(at: u32, value: &str) -> IndexReading<u32> {
    let value = (!value.is_empty()).then(|| number(value));
    IndexReading { at, meter: meter(HEAT), value, unit: Some("kWh".to_owned()) }
}

fn steps(readings: &[IndexReading<u32>]) -> Vec<(u32, u32, StepOutcome)> {
    let found = consumption(readings, |from, to| to - from > 100);
    found.steps.into_iter().map(|step| (step.from, step.to, step.outcome)).collect()
}

fn consumed(text: &str) -> StepOutcome {
    StepOutcome::Consumed(number(text))
}

fn across_gap(text: &str) -> StepOutcome {
    StepOutcome::AcrossGap(number(text))
}

#[test]
fn differences_are_exact_and_keep_their_digits() {
    let found =
        consumption(&[reading(0, "0.1"), reading(1, "0.30"), reading(2, "1e6")], |_, _| false);
    let texts: Vec<_> =
        found.steps.iter().map(|step| step.outcome.amount().unwrap().to_string()).collect();
    assert_eq!(texts, ["0.20", "999999.70"]);
    assert_eq!(found.total(), Some(number("999999.9")));
}

#[test]
fn nothing_consumed_is_zero_and_not_nothing() {
    assert_eq!(steps(&[reading(0, "7"), reading(1, "7.000")]), [(0, 1, consumed("0"))]);
}

#[test]
fn one_reading_or_none_is_no_step() {
    assert_eq!(steps(&[]), []);
    assert_eq!(steps(&[reading(0, "7")]), []);
    assert_eq!(steps(&[reading(0, ""), reading(1, "7"), reading(2, "")]), []);
}

#[test]
fn missing_readings_are_a_gap_whose_amount_is_known_as_a_whole() {
    let readings = [reading(0, "1"), reading(1, "3"), reading(2, ""), reading(3, "8")];
    assert_eq!(steps(&readings), [(0, 1, consumed("2")), (1, 3, across_gap("5"))]);
    let far_apart = [reading(0, "1"), reading(100, "3"), reading(201, "8")];
    assert_eq!(steps(&far_apart), [(0, 100, consumed("2")), (100, 201, across_gap("5"))]);
}

#[test]
fn a_fall_is_reported_and_counting_goes_on_from_there() {
    let readings = [reading(0, "91480"), reading(1, "91485"), reading(2, "3"), reading(3, "4")];
    let found = consumption(&readings, |_, _| false);
    let fell = StepOutcome::Fell { before: number("91485"), after: number("3") };
    let outcomes: Vec<_> = found.steps.iter().map(|step| &step.outcome).collect();
    assert_eq!(outcomes, [&consumed("5"), &fell, &consumed("1")]);
    assert_eq!(found.total(), Some(number("6")));
    let reports: Vec<_> = found.reports().collect();
    assert_eq!((reports.len(), reports[0].from, reports[0].to), (1, 1, 2));
    assert_eq!(fell.to_string(), "the index fell from 91485 to 3, and a counter does not go back");
}

#[test]
fn a_single_low_reading_makes_no_consumption_out_of_nothing() {
    let readings = [reading(0, "500"), reading(1, "0"), reading(2, "501"), reading(3, "502")];
    let found = steps(&readings);
    assert_eq!(found[0].2.code(), "index_fell");
    let returned =
        StepOutcome::Returned { before: number("500"), low: number("0"), after: number("501") };
    assert_eq!(found[1].2, returned);
    assert_eq!(found[2].2, consumed("1"));
}

#[test]
fn m23_an_exchanged_meter_is_reported_with_both_indexes_and_never_negative() {
    let new = |at, value: &str| IndexReading { meter: meter(WATER), ..reading(at, value) };
    let exchanged = |first: &str| StepOutcome::Exchanged {
        old: meter(HEAT).unwrap(),
        last: number("91485"),
        new: meter(WATER).unwrap(),
        first: number(first),
    };
    // Lower than the old one, and higher.
    for first in ["3", "120000"] {
        let readings = [reading(0, "91480"), reading(1, "91485"), new(2, first)];
        assert_eq!(steps(&readings), [(0, 1, consumed("5")), (1, 2, exchanged(first))]);
    }
    let text = exchanged("3").to_string();
    assert!(text.contains(HEAT) && text.contains(WATER) && text.contains("91485"), "{text}");
    let readings = [reading(0, "91485"), new(1, "3"), new(2, "5")];
    assert_eq!(consumption(&readings, |_, _| false).total(), Some(number("2")));
}

#[test]
fn a_readout_that_does_not_say_who_answered_hides_no_exchange() {
    let silent = |at, value: &str| IndexReading { meter: None, ..reading(at, value) };
    let new = |at, value: &str| IndexReading { meter: meter(WATER), ..reading(at, value) };
    let found = steps(&[reading(0, "10"), silent(1, "11"), new(2, "12")]);
    assert_eq!(found[0].2, consumed("1"));
    assert_eq!(found[1].2.code(), "meter_exchanged");
    assert_eq!(steps(&[silent(0, "10"), reading(1, "11")]), [(0, 1, consumed("1"))]);
}

#[test]
fn values_in_different_units_are_not_subtracted() {
    let joules = IndexReading { unit: Some("J".to_owned()), ..reading(1, "44442000000") };
    let outcome = &steps(&[reading(0, "12345"), joules])[0].2;
    assert_eq!(outcome.code(), "other_unit");
    assert_eq!(outcome.to_string(), "the unit changed from \"kWh\" to \"J\"");
}

#[test]
fn a_difference_that_cannot_be_held_is_reported() {
    let outcome = &steps(&[reading(0, "1e-20"), reading(1, "1e30")])[0].2;
    assert_eq!((outcome.code(), outcome.amount()), ("out_of_range", None));
}

#[test]
fn readings_stored_twice_or_out_of_order_make_no_difference() {
    let readings = [reading(2, "8"), reading(0, "1"), reading(1, "3"), reading(1, "3")];
    assert_eq!(steps(&readings), [(0, 1, consumed("2")), (1, 2, consumed("5"))]);
}

/// Steps of a counter that goes up, in thousandths.
fn rising() -> impl Strategy<Value = Vec<IndexReading<u32>>> {
    prop::collection::vec((1_u32..50, 0_i64..1_000_000), 1..40).prop_map(|steps| {
        let (mut at, mut value) = (0, 0);
        let mut readings = Vec::new();
        for (time, amount) in steps {
            at += time;
            value += amount;
            readings.push(reading(at, &Decimal::new(i128::from(value), -3).to_string()));
        }
        readings
    })
}

fn difference(after: Decimal, before: Decimal) -> Option<Decimal> {
    after.checked_add(Decimal::new(-before.mantissa(), before.exponent()))
}

proptest! {
    /// What runs through a meter is what its index says, whichever readings are missing.
    #[test]
    fn the_total_of_a_rising_index_is_last_minus_first(
        mut some in rising(), lost in prop::collection::vec(any::<bool>(), 40)
    ) {
        let (first, last) = (0, some.len() - 1);
        let whole = difference(some[last].value.unwrap(), some[first].value.unwrap());
        prop_assert_eq!(consumption(&some, |_, _| false).total(), whole);
        for place in (first + 1)..last {
            if lost[place] {
                some[place].value = None;
            }
        }
        let found = consumption(&some, |_, _| false);
        prop_assert_eq!(found.total(), whole);
        let gaps = found.steps.iter().filter(|step| matches!(step.outcome, StepOutcome::AcrossGap(_)));
        let is_gap = |place: usize| some[place].value.is_none() && some[place - 1].value.is_some();
        prop_assert_eq!(gaps.count(), (1..some.len()).filter(|place| is_gap(*place)).count());
    }

    /// Any readings of any meters, in any order: no amount is below zero, every amount is the
    /// exact difference of its two readings of one meter, and the steps follow each other.
    #[test]
    fn no_amount_is_negative_and_no_time_is_counted_twice(
        readings in prop::collection::vec(
            (any::<Option<i16>>(), -3_i16..4, 0_u8..3), 0..30
        ),
        turn in 0_usize..30,
    ) {
        let meters = [meter(HEAT), meter(WATER), None];
        let mut readings: Vec<_> = readings
            .into_iter()
            .zip(0_u32..)
            .map(|((value, exponent, by), at)| IndexReading {
                at,
                meter: meters[usize::from(by)],
                value: value.map(|value| Decimal::new(i128::from(value), exponent)),
                unit: None,
            })
            .collect();
        let found = consumption(&readings, |_, _| false);
        let valued: Vec<_> = readings.iter().filter(|reading| reading.value.is_some()).collect();
        prop_assert_eq!(found.steps.len(), valued.len().saturating_sub(1));
        for (step, pair) in found.steps.iter().zip(valued.windows(2)) {
            prop_assert_eq!((step.from, step.to), (pair[0].at, pair[1].at));
            let Some(amount) = step.outcome.amount() else { continue };
            prop_assert!(!amount.is_negative());
            prop_assert_eq!(Some(amount), difference(pair[1].value.unwrap(), pair[0].value.unwrap()));
            let same = pair[0].meter.is_none() || pair[1].meter.is_none() || pair[0].meter == pair[1].meter;
            prop_assert!(same);
        }
        let turn = turn % readings.len().max(1);
        readings.rotate_left(turn);
        let turned: Consumption<u32> = consumption(&readings, |_, _| false);
        prop_assert_eq!(turned, found);
    }
}
