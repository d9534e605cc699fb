//! Readouts by secondary address: selection, collisions, the wrong meter.

use mbus::address::IdentificationNumber;
use mbus_master::{
    Acknowledgement, FailureReason, Outcome, Procedure, ReadOut, ReadoutWarning, Selection, Stage,
};

use crate::frames::{METER, OTHER_METER, PAGES, bytes, rsp_ud};
use crate::wire::Wire;

const CLEAR: &str = "10 40 FD 3D 16";
const SELECT: &str = "68 0B 0B 68 73 FD 52 78 56 34 12 74 52 01 04 A1 16";
const SELECT_BY_NUMBER: &str = "68 0B 0B 68 73 FD 52 78 56 34 12 FF FF FF FF D2 16";
const REQUEST: &str = "10 7B FD 78 16";
const NEXT: &str = "10 5B FD 58 16";

#[test]
fn b13_m06_selection_two_telegrams_and_the_end_of_the_selection() {
    let mut wire = Wire::new()
        .on(CLEAR)
        .on(SELECT)
        .answer("E5")
        .on(REQUEST)
        .answer(PAGES[1])
        .on(NEXT)
        .answer(PAGES[2])
        .on(CLEAR)
        .answer("E5");
    let readout = wire.read(METER).unwrap();
    assert_eq!(readout.telegrams.len(), 2);
    assert_eq!(readout.initialization, Acknowledgement::Silent);
    assert_eq!(readout.identification.unwrap().to_string(), METER);
    assert_eq!(readout.warnings, []);
}

#[test]
fn m07_a_number_alone_selects_whoever_made_the_meter() {
    let mut wire = Wire::new()
        .on(CLEAR)
        .answer("E5")
        .on(SELECT_BY_NUMBER)
        .answer("E5")
        .on(REQUEST)
        .answer(PAGES[2])
        .on(CLEAR);
    assert_eq!(wire.read("12345678").unwrap().identification.unwrap().to_string(), METER);
}

#[test]
fn m07_a_fabrication_number_narrows_the_selection() {
    let mut wire = Wire::new()
        .on(CLEAR)
        .on("68 11 11 68 73 FD 52 78 56 34 12 74 52 01 04 0C 78 21 43 65 87 75 16")
        .answer("E5")
        .on(REQUEST)
        .answer(PAGES[2])
        .on(CLEAR);
    let mut read_out = ReadOut::new(METER.parse().unwrap());
    read_out.fabrication_number = Some(IdentificationNumber::from_printed("87654321").unwrap());
    let outcome = wire.run(Procedure::ReadOut(read_out));
    assert!(matches!(outcome, Outcome::ReadOut(Ok(_))), "{outcome:?}");
}

#[test]
fn m08_the_telegram_of_another_meter_is_never_delivered() {
    let mut wire = Wire::new();
    for _ in 0..3 {
        wire = wire.on(CLEAR).on(SELECT).answer("E5").on(REQUEST).answer(OTHER_METER);
    }
    let mut wire = wire.on(CLEAR);
    let failure = wire.read(METER).unwrap_err();
    let FailureReason::WrongMeter { expected, found } = failure.reason else {
        panic!("{failure:?}")
    };
    assert_eq!(expected.to_string(), METER);
    assert_eq!(found.to_string(), "7856341374520104");
    assert_eq!((failure.stage, failure.tries), (Stage::ReadOut { telegram: 0 }, 3));
    assert_eq!(failure.evidence, bytes(OTHER_METER));
    assert_eq!((failure.telegrams.len(), wire.delivered()), (0, 0));
}

#[test]
fn m08_a_later_telegram_of_another_meter_leaves_the_readout_partial() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .answer(OTHER_METER);
    let failure = wire.read("1").unwrap_err();
    assert!(matches!(failure.reason, FailureReason::WrongMeter { .. }), "{failure:?}");
    assert_eq!((failure.telegrams.len(), wire.delivered()), (1, 1));
}

#[test]
fn l06_m09_a_selection_that_is_not_clear_is_repeated_on_a_cleared_bus() {
    for unclear in ["", "A5", "E4", "E5 E5", "00 E5", "E5 00"] {
        let mut wire = Wire::new()
            .on(CLEAR)
            .on(SELECT)
            .answer(unclear)
            .on(CLEAR)
            .on(SELECT)
            .answer("E5")
            .on(REQUEST)
            .answer(PAGES[2])
            .on(CLEAR);
        assert!(wire.read(METER).is_ok(), "{unclear}");
    }
}

#[test]
fn m09_two_answers_end_in_a_new_selection_and_are_not_delivered() {
    let both = [bytes(PAGES[2]), bytes(PAGES[2])].concat();
    let mut wire = Wire::new();
    for _ in 0..3 {
        wire = wire.on(CLEAR).on(SELECT_BY_NUMBER).answer("E5").on(REQUEST).after(20, &both);
    }
    let mut wire = wire.on(CLEAR);
    let failure = wire.read("12345678").unwrap_err();
    assert_eq!((failure.reason, failure.tries), (FailureReason::Collision, 3));
    assert_eq!((failure.evidence, wire.delivered()), (both, 0));
}

#[test]
fn a_broken_answer_after_a_selection_with_wildcards_is_a_collision() {
    let mut broken = bytes(PAGES[2]);
    broken[20] ^= 0x40;
    let mut wire = Wire::new()
        .on(CLEAR)
        .on(SELECT_BY_NUMBER)
        .answer("E5")
        .on(REQUEST)
        .after(20, &broken)
        .on(CLEAR)
        .on(SELECT_BY_NUMBER)
        .answer("E5")
        .on(REQUEST)
        .answer(PAGES[1])
        .on(NEXT)
        // Now it is known that one meter answers: damage is damage.
        .after(20, &broken)
        .on(NEXT)
        .answer(PAGES[2])
        .on(CLEAR);
    assert_eq!(wire.read("12345678").unwrap().telegrams.len(), 2);
}

#[test]
fn a_meter_that_is_not_there_is_told_as_silence_at_the_selection() {
    let mut wire = Wire::new().on(CLEAR).on(SELECT).on(CLEAR).on(SELECT).on(CLEAR).on(SELECT);
    let failure = wire.read(METER).unwrap_err();
    assert_eq!((failure.reason, failure.stage), (FailureReason::Silence, Stage::Select));
    assert_eq!(failure.tries, 3);
}

#[test]
fn a_selection_leaves_the_meter_selected_and_clears_the_bus_when_it_fails() {
    let mask = mbus::SecondaryAddress::parse_wire(METER).unwrap();
    let mut wire = Wire::new().on(CLEAR).on(SELECT).answer("E5");
    let outcome = wire.run(Procedure::Select(mask));
    assert_eq!(outcome, Outcome::Selected(Ok(Selection { mask, tries: 1 })));

    let mut wire = Wire::new();
    for _ in 0..3 {
        wire = wire.on(CLEAR).answer("E5").on(SELECT).answer("A5");
    }
    let mut wire = wire.on(CLEAR);
    let Outcome::Selected(Err(failure)) = wire.run(Procedure::Select(mask)) else { panic!() };
    assert_eq!((failure.reason, failure.tries), (FailureReason::Collision, 3));
    assert_eq!(failure.evidence, [0xA5]);
}

#[test]
fn a_telegram_without_identification_is_delivered_with_a_warning() {
    let telegram = rsp_ud(0x08, 0xFD, 0x78, &[0x01, 0x13, 0x05]);
    let mut wire =
        Wire::new().on(CLEAR).on(SELECT).answer("E5").on(REQUEST).after(20, &telegram).on(CLEAR);
    let readout = wire.read(METER).unwrap();
    assert_eq!(readout.warnings, [ReadoutWarning::Unidentified]);
    assert_eq!(readout.identification, None);
}

#[test]
fn the_fixed_structure_is_compared_by_its_number() {
    let fixed = "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16";
    let mut wire =
        Wire::new().on(CLEAR).on(SELECT).answer("E5").on(REQUEST).answer(fixed).on(CLEAR);
    let readout = wire.read(METER).unwrap();
    assert_eq!(readout.identification.unwrap().to_string(), "78563412FFFFFFFF");
    assert_eq!(readout.warnings, []);
}
