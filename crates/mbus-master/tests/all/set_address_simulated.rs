//! A meter gets another primary address on the simulated bus: what the outcome tells must be what
//! the meters have.

use std::cell::Cell;
use std::time::Duration;

use mbus_master::{
    Acknowledgement, AddressFailure, AddressReason, AddressSet, AddressStage, AddressState, Event,
    FailureReason, NewAddress, Outcome, Procedure, SetAddress, Timing,
};
use mbus_sim::{Building, BusDescription, Disturbance, Quirks, WriteFault};

use crate::joined::Joined;

/// A meter of the test bus: its primary address, its number, and more of its table.
fn meter(primary: u8, identification: u32, more: &str) -> String {
    format!(
        "
[[bus.meter]]
name = 'Meter {identification}'
primary = {primary}
identification = '{identification:08}'
manufacturer = 'EFE'
version = 1
device_type = 4
{more}
[[bus.meter.telegram]]
records = [{{ dib = '04', vib = '06', counter = 100, per_hour = 3600 }}]
[[bus.meter.telegram]]
records = [{{ dib = '04', vib = '13', value = 5 }}]
"
    )
}

fn bus(meters: &[String]) -> BusDescription {
    let toml = format!("[[bus]]\nid = 'test'\n{}", meters.concat());
    Building::parse(&toml).unwrap_or_else(|error| panic!("{error}")).buses.remove(0)
}

fn cellar() -> BusDescription {
    Building::named("demo").unwrap().bus("cellar-1").unwrap().clone()
}

fn order(current: &str, new: u8) -> Procedure {
    Procedure::SetAddress(SetAddress::new(current.parse().unwrap(), NewAddress::new(new).unwrap()))
}

fn result_of(outcome: Outcome) -> Result<AddressSet, AddressFailure> {
    match outcome {
        Outcome::AddressSet(result) => result,
        other => panic!("{other:?}"),
    }
}

impl Joined {
    fn set_address(&mut self, current: &str, new: u8) -> Result<AddressSet, AddressFailure> {
        result_of(self.run(order(current, new)))
    }

    /// The primary addresses that the meters have now.
    fn addresses(&self) -> Vec<u8> {
        (0..).map_while(|meter| self.bus.primary_address(meter)).map(|a| a.get()).collect()
    }

    /// How often an address was written.
    fn writes(&self) -> usize {
        let is_write = |event: &Event| matches!(event, Event::Sent { bytes, .. } if bytes.get(6) == Some(&0x51));
        self.events.iter().filter(|event| is_write(event)).count()
    }
}

#[test]
fn a14_from_0_to_5_a_readout_at_5_succeeds_and_one_at_0_fails() {
    let mut joined = Joined::new(bus(&[meter(0, 12_345_678, "")]));
    let set = joined.set_address("0", 5).unwrap();
    assert_eq!(set.identification.to_string(), "78563412C5140104");
    assert_eq!(set.write.unwrap().acknowledgement, Acknowledgement::Acknowledged);
    assert_eq!((joined.addresses(), joined.writes()), (vec![5], 1));
    assert_eq!(joined.read("5").unwrap().telegrams.len(), 2);
    assert_eq!(joined.read("0").unwrap_err().reason, FailureReason::Silence);
}

#[test]
fn a15_the_first_and_the_last_address_are_taken() {
    let mut joined = Joined::new(bus(&[meter(7, 12_345_678, "")]));
    for (current, new) in [("7", 1), ("1", 250), ("12345678", 1)] {
        assert!(joined.set_address(current, new).is_ok(), "{new}");
        assert_eq!(joined.addresses(), [new]);
    }
}

#[test]
fn a17_a_meter_called_by_its_secondary_address_gets_one_on_a_bus_full_of_meters() {
    let before: Vec<u8> = cellar().meters.iter().map(|meter| meter.primary_address.get()).collect();
    let meters = cellar().meters;
    for (index, meter) in meters.iter().enumerate().filter(|(_, meter)| !meter.quirks.silent) {
        let address = meter.secondary_address;
        for called in [address.to_string(), address.identification.to_string()] {
            let mut joined = Joined::new(cellar());
            let set = joined.set_address(&called, 77).unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!(set.identification, address);
            let mut expected = before.clone();
            expected[index] = 77;
            assert_eq!(joined.addresses(), expected, "{called}");
            assert!(joined.read("77").is_ok());
        }
    }
}

#[test]
fn an_address_that_another_meter_has_is_refused_with_its_name_and_nothing_is_written() {
    for current in ["1", "13653120"] {
        let mut joined = Joined::new(cellar());
        let failure = joined.set_address(current, 2).unwrap_err();
        let by = Some(cellar().meters[1].secondary_address);
        assert_eq!(failure.reason, AddressReason::NewAddressTaken { by });
        assert_eq!((failure.state, joined.writes()), (AddressState::Unchanged, 0));
        assert!(failure.to_string().contains("00041893"), "{failure}");
    }
}

#[test]
fn a_meter_that_has_the_address_already_is_left_alone() {
    for (current, new) in [("1", 1), ("13653120", 1)] {
        let mut joined = Joined::new(cellar());
        let set = joined.set_address(current, new).unwrap();
        assert_eq!((set.write, joined.writes()), (None, 0));
    }
}

#[test]
fn two_meters_at_the_current_address_are_found_out_whenever_the_second_answers() {
    // Answers may begin until 450 bit times at 2400 baud.
    for answers_after in (12..440).step_by(4) {
        for telegrams in [2, 1] {
            let second = meter(0, 87_654_321, &format!("answer_after_bits = {answers_after}"));
            let mut description = bus(&[meter(0, 12_345_678, ""), second]);
            description.meters[1].telegrams.truncate(telegrams);
            let mut joined = Joined::new(description);
            let failure = joined.set_address("0", 5).unwrap_err();
            assert_eq!(failure.state, AddressState::Unchanged);
            assert_eq!(failure.stage, AddressStage::Identify, "{answers_after}: {failure}");
            assert_eq!((joined.addresses(), joined.writes()), (vec![0, 0], 0));
            assert!(failure.remedy().contains("connect only this meter"), "{failure}");
        }
    }
}

fn trouble(bus: &str) -> Joined {
    Joined::new(Building::named("trouble").unwrap().bus(bus).unwrap().clone())
}

/// Nothing was written, and nothing changed.
fn is_refused(joined: &Joined, failure: &AddressFailure) {
    assert_eq!((failure.state, joined.writes()), (AddressState::Unchanged, 0), "{failure}");
    assert_eq!(joined.addresses()[0], 1);
}

#[test]
fn noise_and_a_broken_answer_are_told_as_a_readout_tells_them() {
    for bus in ["noise", "cut"] {
        let mut joined = trouble(bus);
        let failure = joined.set_address("1", 33).unwrap_err();
        is_refused(&joined, &failure);
        let read = trouble(bus).read("1").unwrap_err();
        let AddressReason::Unread(reason) = failure.reason else { panic!("{failure}") };
        assert_eq!(reason.code(), read.reason.code());
        assert_eq!(failure.remedy(), read.reason.remedy());
        assert!(!failure.to_string().contains("connect only this meter"), "{failure}");
    }
}

#[test]
fn two_meters_that_damage_each_other_alike_are_still_told_as_several() {
    let mut joined = trouble("collision");
    let failure = joined.set_address("1", 33).unwrap_err();
    is_refused(&joined, &failure);
    assert!(matches!(failure.reason, AddressReason::Unread(FailureReason::DamagedAlike { .. })));
    assert!(failure.remedy().contains("connect only this meter"), "{failure}");
}

#[test]
fn a_late_answer_at_the_new_address_is_no_other_meter() {
    let mut told = 0;
    for allowance in (0..2500).step_by(20).map(Duration::from_millis) {
        let mut joined = trouble("late");
        let timing = Timing { transport_allowance: allowance, ..*joined.master.timing() };
        joined.master.set_timing(timing);
        let Err(failure) = joined.set_address("1", 33) else { continue };
        is_refused(&joined, &failure);
        let is_silent = failure.reason == AddressReason::NoMeter;
        assert!(is_silent || failure.remedy().contains("transport allowance"), "{failure}");
        let is_at_new = failure.stage == AddressStage::CheckNew;
        told += usize::from(is_at_new && failure.reason == AddressReason::LateAnswer);
    }
    assert!(told > 0);
}

#[test]
fn two_meters_at_one_address_get_their_own_by_their_serials() {
    let mut joined = Joined::new(bus(&[meter(0, 12_345_678, ""), meter(0, 87_654_321, "")]));
    assert!(joined.set_address("0", 5).is_err());
    assert!(joined.set_address("12345678", 5).is_ok());
    // The other one is alone at 0 now.
    assert!(joined.set_address("0", 6).is_ok());
    assert_eq!(joined.addresses(), [5, 6]);
}

#[test]
fn one_number_on_two_meters_is_found_out_as_well() {
    let mut description = bus(&[meter(1, 12_345_678, ""), meter(2, 12_345_678, "")]);
    let mut joined = Joined::new(description.clone());
    assert_eq!(
        joined.set_address("12345678", 5).unwrap_err().reason,
        AddressReason::Unread(FailureReason::Collision)
    );
    assert_eq!((joined.addresses(), joined.writes()), (vec![1, 2], 0));
    // Equal in everything, they would answer to both addresses.
    description.meters[1].name = "Its double".into();
    let failure = Joined::new(description).set_address("1", 2).unwrap_err();
    assert_eq!(failure.reason, AddressReason::AnswersAtBoth);
}

#[test]
fn no_meter_at_the_current_address() {
    for current in ["9", "99999999"] {
        let mut joined = Joined::new(cellar());
        let failure = joined.set_address(current, 5).unwrap_err();
        assert_eq!((failure.reason, joined.writes()), (AddressReason::NoMeter, 0));
    }
}

#[test]
fn what_a_meter_does_with_the_write_is_found_out() {
    for current in ["0", "12345678"] {
        let with = |writes| {
            let mut description = bus(&[meter(0, 12_345_678, "")]);
            description.meters[0].quirks.writes = Some(writes);
            let mut joined = Joined::new(description);
            (joined.set_address(current, 5), joined.addresses())
        };
        let (ignored, addresses) = with(WriteFault::Ignored);
        let failure = ignored.unwrap_err();
        assert_eq!(failure.reason, AddressReason::Ignored);
        assert_eq!((failure.state, addresses), (AddressState::Unchanged, vec![0]));
        let (refused, addresses) = with(WriteFault::Refused);
        let failure = refused.unwrap_err();
        assert_eq!(failure.reason, AddressReason::NotAcknowledged);
        assert_eq!((failure.state, addresses), (AddressState::Unchanged, vec![0]));
        let (silent, addresses) = with(WriteFault::Unacknowledged);
        assert_eq!(silent.unwrap().write.unwrap().acknowledgement, Acknowledgement::Silent);
        assert_eq!(addresses, [5]);
    }
}

#[test]
fn a_sleepy_meter_gets_its_address_too() {
    let mut joined = Joined::new(bus(&[meter(0, 12_345_678, "quirks = { answer_on_try = 2 }")]));
    let set = joined.set_address("0", 5).unwrap();
    assert_eq!((set.write.unwrap().tries, joined.addresses()), (2, vec![5]));
}

#[test]
fn a_converter_that_echoes_or_makes_stray_bytes_does_not_hinder() {
    for disturbance in [
        Disturbance { echo: true, ..Disturbance::default() },
        Disturbance { stray: vec![0x00, 0x40], ..Disturbance::default() },
    ] {
        let mut description = bus(&[meter(0, 12_345_678, "")]);
        description.disturbance = disturbance;
        let mut joined = Joined::new(description);
        assert!(joined.set_address("0", 5).is_ok());
        assert_eq!(joined.addresses(), [5]);
    }
}

/// What is told of the meter's address must be so.
fn is_true(result: &Result<AddressSet, AddressFailure>, old: u8, has: u8) -> bool {
    match result {
        Ok(set) => has == set.address.get(),
        Err(failure) => match failure.state {
            AddressState::Unchanged => has == old,
            AddressState::Unknown | AddressState::ChangedUnverified => failure.write.is_some(),
        },
    }
}

#[test]
fn on_a_line_that_damages_bytes_what_is_told_is_true() {
    let faults = [None, Some(WriteFault::Ignored), Some(WriteFault::Unacknowledged)];
    let mut successes = 0;
    for flip_every in (20..200).step_by(3) {
        for writes in faults {
            for current in ["0", "12345678"] {
                let mut description = bus(&[meter(0, 12_345_678, ""), meter(9, 87_654_321, "")]);
                description.meters[0].quirks.writes = writes;
                description.disturbance.flip_every = flip_every;
                let mut joined = Joined::new(description);
                let result = joined.set_address(current, 5);
                let addresses = joined.addresses();
                assert!(is_true(&result, 0, addresses[0]), "{flip_every} {addresses:?} {result:?}");
                assert_eq!(addresses[1], 9);
                successes += usize::from(result.is_ok());
            }
        }
    }
    assert!(successes > 40, "{successes}");
}

#[test]
fn whenever_the_port_is_lost_what_is_told_is_true() {
    // Behind a second try there is a pause in which the next request waits.
    let sleepy = "quirks = { answer_on_try = 2 }";
    for (current, quirks) in [("0", ""), ("12345678", ""), ("0", sleepy)] {
        let mut states = Vec::new();
        for steps in 1.. {
            let mut joined = Joined::new(bus(&[meter(0, 12_345_678, quirks)]));
            let done = Cell::new(0);
            let outcome = joined.run_while(order(current, 5), |_| {
                done.set(done.get() + 1);
                done.get() <= steps
            });
            if outcome.is_some() {
                break;
            }
            joined.master.abort(joined.instant());
            joined.events.extend(std::iter::from_fn(|| joined.master.poll_event()));
            let Some(Event::Finished(outcome)) = joined.events.pop() else { panic!() };
            let result = result_of(outcome);
            // What was sent still reaches the meter.
            joined.bus.handle_timeout(joined.now + Duration::from_secs(1));
            assert!(is_true(&result, 0, joined.addresses()[0]), "{result:?}");
            // While the selection is ended the result stands.
            let Err(failure) = result else { continue };
            assert_eq!(failure.write.is_some(), joined.writes() > 0, "{failure}");
            assert_eq!(failure.reason, AddressReason::Unread(FailureReason::PortLost));
            states.push(failure.state);
        }
        assert!(states.is_sorted_by_key(|state| *state != AddressState::Unchanged), "{states:?}");
        assert!(states.contains(&AddressState::Unknown));
        assert!(states.contains(&AddressState::ChangedUnverified));
    }
}

#[test]
fn a_late_meter_is_never_given_an_address_by_mistake() {
    for late_by in (0..900).step_by(30).map(Duration::from_millis) {
        let mut joined = Joined::new(bus(&[meter(0, 12_345_678, ""), meter(5, 87_654_321, "")]));
        joined.bus.set_quirks(1, Quirks { late_by, ..Quirks::default() });
        let result = joined.set_address("0", 5);
        let failure = result.unwrap_err();
        assert_eq!(failure.state, AddressState::Unchanged, "{late_by:?}");
        assert_eq!((joined.addresses(), joined.writes()), (vec![0, 5], 0), "{late_by:?}");
    }
}
