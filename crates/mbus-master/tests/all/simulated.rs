//! The master and the simulated bus, joined on one virtual clock: two machines that were written
//! apart from each other understand each other, also where the wire or a meter is at fault.

use std::time::Duration;

use mbus::Telegram;
use mbus_master::{Event, FailureReason, Outcome, Procedure, ReadOut, Readout, Stage};
use mbus_sim::{Building, BusDescription, Disturbance, Quirks};

use crate::joined::Joined;

/// Where a meter stands in the description of the cellar.
const HEAT: usize = 0;
const SUBSTATION: usize = 3;

impl Joined {
    fn cellar() -> Self {
        Self::new(cellar())
    }

    fn roof() -> Self {
        Self::new(Building::named("demo").unwrap().bus("roof").unwrap().clone())
    }
}

fn cellar() -> BusDescription {
    Building::named("demo").unwrap().bus("cellar-1").unwrap().clone()
}

fn serial(readout: &Readout) -> String {
    readout.identification.unwrap().identification.to_string()
}

fn tries(readout: &Readout) -> Vec<u8> {
    readout.telegrams.iter().map(|telegram| telegram.tries).collect()
}

/// The number of records of each telegram; none of them may be faulty.
fn records(readout: &Readout) -> Vec<usize> {
    let count = |frame: &Vec<u8>| {
        let telegram = Telegram::parse(frame).unwrap();
        assert_eq!(telegram.records().finish().fault, None);
        telegram.records().count()
    };
    readout.telegrams.iter().map(|telegram| count(&telegram.frame)).collect()
}

#[test]
fn b12_every_meter_of_the_building_is_read_by_both_of_its_addresses() {
    for mut joined in [Joined::cellar(), Joined::roof()] {
        for meter in joined.bus.description().meters.clone() {
            let number = meter.secondary_address.identification.to_string();
            let by_primary = meter.primary_address.to_string();
            let by_secondary = meter.secondary_address.to_string();
            for address in [by_primary, by_secondary, number.clone()] {
                if meter.quirks.answer_on_try > 1 && address.len() > 3 {
                    // It wants each frame twice in a row, but between two selections the bus is
                    // cleared.
                    continue;
                }
                let result = joined.read(&address);
                if meter.quirks.silent {
                    assert_eq!(result.unwrap_err().reason, FailureReason::Silence, "{address}");
                    continue;
                }
                let readout = result.unwrap_or_else(|failure| panic!("{address}: {failure}"));
                assert_eq!(serial(&readout), number);
                assert_eq!(records(&readout).len(), meter.telegrams.len(), "{address}");
                assert_eq!(readout.warnings, [], "{address}");
            }
        }
    }
}

#[test]
fn a_readout_works_at_every_baudrate_without_any_allowance() {
    for baudrate in mbus_sim::Baudrate::ALL {
        let mut joined = Joined::new(BusDescription { baudrate, ..cellar() });
        assert_eq!(records(&joined.read("4").unwrap()), [14, 24, 24], "{baudrate}");
    }
}

#[test]
fn m17_the_sleepy_meter_answers_on_the_second_try() {
    let mut joined = Joined::roof();
    assert_eq!(tries(&joined.read("7").unwrap()), [2]);
}

#[test]
fn l02_a_converter_that_echoes_does_not_disturb() {
    let disturbance = Disturbance { echo: true, ..Disturbance::default() };
    let mut joined = Joined::new(BusDescription { disturbance, ..cellar() });
    assert_eq!(tries(&joined.read("4").unwrap()), [1, 1, 1]);
    assert_eq!(joined.echoes(), 4);
    assert_eq!(joined.read("5").unwrap_err().reason, FailureReason::EchoOnly);
    assert_eq!(tries(&joined.read("67412345").unwrap()), [1]);
}

#[test]
fn l01_stray_bytes_before_each_answer_cost_nothing() {
    let disturbance = Disturbance { stray: vec![0x00, 0x68], ..Disturbance::default() };
    let mut joined = Joined::new(BusDescription { disturbance, ..cellar() });
    assert_eq!(tries(&joined.read("4").unwrap()), [1, 1, 1]);
}

#[test]
fn m03_no_telegram_is_lost_or_doubled_on_a_line_that_damages_bytes() {
    let disturbance = Disturbance { flip_every: 300, ..Disturbance::default() };
    let mut joined = Joined::new(BusDescription { disturbance, ..cellar() });
    let readout = joined.read("4").unwrap();
    assert_eq!(records(&readout), [14, 24, 24]);
    assert!(tries(&readout).iter().any(|tries| *tries > 1), "{:?}", tries(&readout));
}

#[test]
fn m18_answers_that_come_too_late_are_never_credited_to_the_next_meter() {
    // From just behind the response limit to far into the readouts of the next meter.
    for late_by in (180..1500).step_by(35).map(Duration::from_millis) {
        let mut joined = Joined::cellar();
        joined.bus.set_quirks(HEAT, Quirks { late_by, ..Quirks::default() });
        let first = joined.read("1");
        let second = joined.read("2");
        for (result, expected) in [(first, "13653120"), (second, "00041893")] {
            let telegrams = match result {
                Ok(readout) => readout.telegrams,
                Err(failure) => failure.telegrams,
            };
            for telegram in telegrams {
                let address = Telegram::parse(&telegram.frame).unwrap().secondary_address();
                assert_eq!(address.unwrap().identification.to_string(), expected, "{late_by:?}");
            }
        }
    }
}

#[test]
fn m18_a_late_answer_comes_into_the_drain_and_the_next_meter_is_read_at_once() {
    let mut joined = Joined::cellar();
    // The first byte comes about 10 ms after the response limit.
    let late_by = Duration::from_millis(180);
    joined.bus.set_quirks(HEAT, Quirks { late_by, ..Quirks::default() });
    let failure = joined.read("1").unwrap_err();
    let FailureReason::Late { after } = failure.reason else { panic!("{failure:?}") };
    assert_eq!((after.as_millis(), failure.tries), (198, 3));
    let readout = joined.read("2").unwrap();
    assert_eq!((serial(&readout), tries(&readout)), ("00041893".into(), vec![1]));
}

#[test]
fn l07_a_meter_that_breaks_off_is_told_with_both_lengths() {
    let mut joined = Joined::cellar();
    joined.bus.set_quirks(HEAT, Quirks { truncate_after: Some(100), ..Quirks::default() });
    let failure = joined.read("1").unwrap_err();
    let FailureReason::Truncated { have: 100, need } = failure.reason else {
        panic!("{failure:?}")
    };
    joined.bus.set_quirks(HEAT, Quirks::default());
    assert_eq!(joined.read("1").unwrap().telegrams[0].frame.len(), need);
}

#[test]
fn m08_a_meter_that_says_it_is_another_is_not_delivered() {
    let mut joined = Joined::cellar();
    let other = "7856341274520104".parse().unwrap();
    let mbus::MeterAddress::Secondary(other) = other else { panic!() };
    joined.bus.set_quirks(HEAT, Quirks { answers_as: Some(other), ..Quirks::default() });
    let failure = joined.read("13653120").unwrap_err();
    assert!(matches!(failure.reason, FailureReason::WrongMeter { found, .. } if found == other));
    assert_eq!((failure.stage, failure.tries), (Stage::ReadOut { telegram: 0 }, 3));
}

#[test]
fn two_meters_under_one_number_collide_and_each_is_read_by_its_whole_address() {
    let mut description = cellar();
    let number = description.meters[HEAT].secondary_address.identification;
    description.meters[SUBSTATION].secondary_address.identification = number;
    let addresses =
        [HEAT, SUBSTATION].map(|index| description.meters[index].secondary_address.to_string());
    let mut joined = Joined::new(description);
    let failure = joined.read("13653120").unwrap_err();
    assert_eq!((failure.reason, failure.tries), (FailureReason::Collision, 3));
    assert_eq!(failure.telegrams, []);
    for address in addresses {
        let readout = joined.read(&address).unwrap();
        assert_eq!(readout.identification.unwrap().to_string(), address);
    }
}

#[test]
fn two_meters_under_one_primary_address_never_give_a_telegram() {
    let mut description = cellar();
    let address = description.meters[HEAT].primary_address;
    description.meters[SUBSTATION].primary_address = address;
    let mut joined = Joined::new(description);
    let failure = joined.read("1").unwrap_err();
    assert!(matches!(failure.reason, FailureReason::DamagedAlike { .. }), "{failure:?}");
    assert_eq!(failure.tries, 3);
}

#[test]
fn a_partial_readout_is_followed_by_a_whole_one() {
    let mut joined = Joined::cellar();
    let read_out = ReadOut::new("4".parse().unwrap());
    joined.master.start(joined.instant(), Procedure::ReadOut(read_out)).unwrap();
    // The port is lost in the middle of the second telegram.
    while joined.events.iter().filter(|event| matches!(event, Event::Telegram(_))).count() < 1 {
        while let Some(request) = joined.master.poll_transmit() {
            joined.bus.handle_input(joined.now, &request);
        }
        joined.now += Duration::from_millis(1);
        joined.bus.handle_timeout(joined.now);
        let bytes = joined.bus.poll_transmit(joined.now).unwrap_or_default();
        joined.master.handle_input(joined.instant(), &bytes);
        joined.events.extend(std::iter::from_fn(|| joined.master.poll_event()));
    }
    joined.master.abort(joined.instant());
    joined.events.extend(std::iter::from_fn(|| joined.master.poll_event()));
    let Some(Event::Finished(Outcome::ReadOut(Err(failure)))) = joined.events.last() else {
        panic!("{:?}", joined.events.last())
    };
    assert_eq!((failure.reason, failure.telegrams.len()), (FailureReason::PortLost, 1));
    assert_eq!(records(&joined.read("4").unwrap()), [14, 24, 24]);
}
