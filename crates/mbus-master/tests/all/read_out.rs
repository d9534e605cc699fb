//! Readouts by primary address: telegrams, frame count bit, retry, warnings.

use std::time::Duration;

use mbus_master::{
    Acknowledgement, Baudrate, Busy, FailureReason, InitializeTarget, Instant, Outcome, Procedure,
    ReadoutWarning, Stage, Timing,
};

use crate::frames::{PAGES, WATER, bytes, rsp_ud};
use crate::wire::{Wire, noise};

#[test]
fn m01_m02_three_telegrams_with_a_turning_bit_and_one_initialisation() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .answer(PAGES[1])
        .on("10 7B 01 7C 16")
        .answer(PAGES[2]);
    let readout = wire.read("1").unwrap();
    let frames: Vec<_> = readout.telegrams.iter().map(|telegram| &telegram.frame).collect();
    assert_eq!(frames, PAGES.map(bytes).iter().collect::<Vec<_>>());
    assert_eq!(readout.initialization, Acknowledgement::Acknowledged);
    assert_eq!(readout.identification.unwrap().to_string(), "7856341274520104");
    assert_eq!(readout.warnings, []);
    assert_eq!(readout.telegrams[0].tries, 1);
    assert_eq!(readout.telegrams[0].answered_after, Duration::from_millis(20));
    assert_eq!(wire.delivered(), 3);
}

#[test]
fn a_meter_that_ignores_the_initialisation_is_read_all_the_same() {
    let mut wire = Wire::new().on("10 40 02 42 16").on("10 7B 02 7D 16").answer(WATER);
    assert_eq!(wire.read("2").unwrap().initialization, Acknowledgement::Silent);
    let mut wire =
        Wire::new().on("10 40 02 42 16").answer("E5 E5").on("10 7B 02 7D 16").answer(WATER);
    assert_eq!(wire.read("2").unwrap().initialization, Acknowledgement::Unclear);
}

#[test]
fn m03_a_lost_telegram_is_asked_for_again_with_the_same_bit() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .on("10 5B 01 5C 16")
        .answer(PAGES[1])
        .on("10 7B 01 7C 16")
        .answer(PAGES[2]);
    let readout = wire.read("1").unwrap();
    let tries: Vec<_> = readout.telegrams.iter().map(|telegram| telegram.tries).collect();
    assert_eq!(tries, [1, 2, 1]);
}

#[test]
fn m03_a_readout_that_fails_keeps_its_telegrams_and_the_next_starts_anew() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .on("10 5B 01 5C 16")
        .on("10 5B 01 5C 16");
    let failure = wire.read("1").unwrap_err();
    assert_eq!(failure.reason, FailureReason::Silence);
    assert_eq!(failure.stage, Stage::ReadOut { telegram: 1 });
    assert_eq!((failure.tries, failure.waited), (3, Duration::from_micros(187_500)));
    assert_eq!(failure.telegrams.len(), 1);
    assert_eq!(failure.telegrams[0].frame, bytes(PAGES[0]));
    let mut wire = wire.on("10 40 01 41 16").answer("E5").on("10 7B 01 7C 16").answer(PAGES[2]);
    assert_eq!(wire.read("1").unwrap().telegrams.len(), 1);
}

#[test]
fn m05_the_first_identical_telegram_ends_the_readout() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .answer(PAGES[0]);
    let readout = wire.read("1").unwrap();
    assert_eq!(readout.telegrams.len(), 1);
    assert_eq!(readout.warnings, [ReadoutWarning::RepeatedTelegram]);
    assert_eq!(wire.delivered(), 1);
}

#[test]
fn m05_a_meter_that_never_ends_is_stopped_at_the_limit() {
    let mut wire = Wire::new().on("10 40 01 41 16").answer("E5");
    for page in 0..10_u8 {
        let request = if page % 2 == 0 { "10 7B 01 7C 16" } else { "10 5B 01 5C 16" };
        wire = wire.on(request).after(20, &rsp_ud(0x08, 1, 0x78, &[0x01, 0x13, page, 0x1F]));
    }
    let readout = wire.read("1").unwrap();
    assert_eq!(readout.telegrams.len(), 10);
    assert_eq!(readout.warnings, [ReadoutWarning::TooManyTelegrams { limit: 10 }]);
}

#[test]
fn l08_access_demand_and_flow_control_do_not_matter() {
    for control in [0x08, 0x18, 0x28, 0x38] {
        let mut wire = Wire::new()
            .on("10 40 01 41 16")
            .answer("E5")
            .on("10 7B 01 7C 16")
            .after(20, &rsp_ud(control, 1, 0x78, &[0x01, 0x13, 0x00]));
        assert!(wire.read("1").is_ok(), "{control:02X}");
    }
}

#[test]
fn l01_noise_around_the_answer_costs_nothing_but_is_told() {
    let noisy = format!("00 00 00 40 04 {WATER} FF");
    let mut wire =
        Wire::new().on("10 40 02 42 16").answer("E5").on("10 7B 02 7D 16").answer(&noisy);
    let readout = wire.read("2").unwrap();
    assert_eq!(readout.telegrams[0].frame, bytes(WATER));
    assert_eq!(readout.telegrams[0].tries, 1);
    assert_eq!(wire.heard(noise), bytes("00 00 00 40 04 FF"));
}

#[test]
fn l05_the_longest_frame_arrives_byte_by_byte() {
    let mut data = vec![0x0F];
    data.extend(0..=250);
    let frame = rsp_ud(0x08, 1, 0x78, &data);
    assert_eq!(frame.len(), 261);
    let mut wire = Wire::new().on("10 40 01 41 16").answer("E5").on("10 7B 01 7C 16");
    for (index, byte) in (0_u64..).zip(&frame) {
        // 11 bits at 2400 baud are 4.6 ms.
        wire = wire.after(20 + index * 46 / 10, &[*byte]);
    }
    let readout = wire.read("1").unwrap();
    assert_eq!(readout.telegrams[0].frame, frame);
    assert_eq!(readout.telegrams[0].answered_after, Duration::from_millis(20));
}

#[test]
fn a_transport_that_hands_over_single_bytes_slowly_is_waited_for() {
    let timing = Timing::new(Baudrate::B2400, Duration::from_millis(500));
    let mut wire = Wire::with(timing).on("10 40 01 41 16").answer("E5").on("10 7B 01 7C 16");
    for (index, byte) in (0_u64..).zip(bytes(PAGES[2])) {
        wire = wire.after(200 + 300 * index, &[byte]);
    }
    assert_eq!(wire.read("1").unwrap().telegrams[0].frame, bytes(PAGES[2]));
}

#[test]
fn m17_a_sleepy_meter_counts_its_tries() {
    let mut wire =
        Wire::new().on("10 40 02 42 16").on("10 7B 02 7D 16").on("10 7B 02 7D 16").answer(WATER);
    assert_eq!(wire.read("2").unwrap().telegrams[0].tries, 2);
}

#[test]
fn a_second_procedure_is_refused_while_one_is_running() {
    let mut wire = Wire::new().on("10 40 01 41 16").answer("E5");
    let initialize =
        Procedure::Initialize(InitializeTarget::Primary(mbus::PrimaryAddress::new(1).unwrap()));
    wire.master.start(Instant::ZERO, initialize).unwrap();
    assert_eq!(wire.master.start(Instant::ZERO, initialize), Err(Busy));
    assert_eq!(wire.finish(), Outcome::Initialized(Ok(Acknowledgement::Acknowledged)));
    assert!(!wire.master.is_busy());
}

#[test]
fn a_lost_port_ends_the_readout_and_keeps_what_was_read() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .answer("68 16 16 68 08");
    wire.start("1");
    while !wire.is_played() {
        wire.step();
        assert_eq!(wire.settle(), None);
    }
    wire.master.abort(wire.now);
    let Some(Outcome::ReadOut(Err(failure))) = wire.settle() else { panic!("no failure") };
    assert_eq!(failure.reason, FailureReason::PortLost);
    assert_eq!(failure.stage, Stage::ReadOut { telegram: 1 });
    assert_eq!(failure.telegrams.len(), 1);
    assert_eq!(failure.evidence, bytes("68 16 16 68 08"));
    assert_eq!(wire.master.poll_timeout(), None);
    assert_eq!(wire.master.poll_transmit(), None);
}
