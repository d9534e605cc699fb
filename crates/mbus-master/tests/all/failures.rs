//! Every miss has its reason, with the bytes that show it.

use std::time::Duration;

use mbus::frame::FrameError;
use mbus_master::{
    Baudrate, Event, FailureReason, Instant, Master, Outcome, Procedure, ReadOut, ReadoutFailure,
    Stage, Timing,
};

use crate::frames::{WATER, bytes, rsp_ud};
use crate::wire::{Wire, echo};

/// Reads meter 2, which answers each request for data with these bytes.
fn fail_with(answer: &[u8]) -> ReadoutFailure {
    let mut wire = Wire::new().on("10 40 02 42 16").answer("E5");
    for _ in 0..3 {
        wire = wire.on("10 7B 02 7D 16").after(20, answer);
    }
    let failure = wire.read("2").unwrap_err();
    assert_eq!(wire.delivered(), 0);
    assert_eq!((failure.stage, failure.tries), (Stage::ReadOut { telegram: 0 }, 3));
    failure
}

#[test]
fn silence_is_told_with_tries_and_time() {
    let mut wire = Wire::new().on("10 40 01 41 16");
    for _ in 0..3 {
        wire = wire.on("10 7B 01 7C 16");
    }
    let failure = wire.read("1").unwrap_err();
    assert_eq!(failure.reason, FailureReason::Silence);
    assert_eq!(
        failure.to_string(),
        "reading the meter failed: the line was quiet (3 tries of up to 187 ms); \
         check the address, the baudrate, the wiring and the power of the bus"
    );
}

#[test]
fn l02_the_echo_is_no_answer_and_does_not_hide_one() {
    let failure = fail_with(&bytes("10 7B 02 7D 16"));
    assert_eq!((failure.reason, failure.evidence), (FailureReason::EchoOnly, vec![]));
    let mut wire = Wire::new()
        .on("10 40 02 42 16")
        .answer("10 40 02 42 16 E5")
        .on("10 7B 02 7D 16")
        .answer(&format!("10 7B 02 7D 16 {WATER}"));
    let readout = wire.read("2").unwrap();
    assert_eq!(readout.telegrams.len(), 1);
    assert_eq!(wire.heard(echo), bytes("10 40 02 42 16 10 7B 02 7D 16"));
}

#[test]
fn l03_a_damaged_frame_is_refused_and_asked_for_again_with_the_same_bit() {
    let damaged = |offset: usize, byte: u8| {
        let mut frame = bytes(WATER);
        frame[offset] = byte;
        frame
    };
    let failure = fail_with(&damaged(35, 0x19));
    let error = FrameError::Checksum { offset: 35, found: 0x19, expected: 0x18 };
    assert_eq!(failure.reason, FailureReason::DamagedAlike { error });
    assert_eq!(failure.evidence, damaged(35, 0x19));
    let error = FrameError::Stop { offset: 36, found: 0x17 };
    assert_eq!(fail_with(&damaged(36, 0x17)).reason, FailureReason::DamagedAlike { error });
    assert_eq!(fail_with(&damaged(2, 0x1E)).reason, FailureReason::Garbage);

    let mut wire = Wire::new()
        .on("10 40 02 42 16")
        .answer("E5")
        .on("10 7B 02 7D 16")
        .after(20, &damaged(20, 0x00))
        .on("10 7B 02 7D 16")
        .answer(WATER);
    assert_eq!(wire.read("2").unwrap().telegrams[0].tries, 2);
}

#[test]
fn l04_lengths_without_room_for_the_fields_are_garbage() {
    for length in 0..3 {
        let frame = [0x68, length, length, 0x68, 0x08, 0x16];
        assert_eq!(fail_with(&frame).reason, FailureReason::Garbage, "{length}");
    }
}

#[test]
fn l07_a_truncated_telegram_tells_how_much_of_it_came() {
    let whole = rsp_ud(0x08, 2, 0x78, &[0x2F; 187]);
    assert_eq!(whole.len(), 196);
    let failure = fail_with(&whole[..168]);
    assert_eq!(failure.reason, FailureReason::Truncated { have: 168, need: 196 });
    assert_eq!(failure.evidence, whole[..168]);
}

#[test]
fn l08_frames_that_are_no_answer_are_refused() {
    for control in [0x00, 0x09, 0x0B, 0x53] {
        let frame = rsp_ud(control, 2, 0x78, &[0x01, 0x13, 0x00]);
        assert_eq!(fail_with(&frame).reason, FailureReason::Unexpected, "{control:02X}");
    }
    assert_eq!(fail_with(&[0xE5]).reason, FailureReason::Unexpected);
}

#[test]
fn l09_another_primary_address_is_refused() {
    let mut frame = rsp_ud(0x08, 3, 0x78, &[0x01, 0x13, 0x00]);
    let failure = fail_with(&frame);
    assert_eq!(failure.reason, FailureReason::WrongAddress { expected: 2, found: 3 });
    assert_eq!(failure.evidence, frame);
    // Behind it, in time, the right one.
    frame.extend(bytes(WATER));
    let mut wire =
        Wire::new().on("10 40 02 42 16").answer("E5").on("10 7B 02 7D 16").after(20, &frame);
    assert_eq!(wire.read("2").unwrap().telegrams[0].frame, bytes(WATER));
}

#[test]
fn m16_an_application_error_is_an_answer_and_not_repeated() {
    for (code, name) in [(8, "application busy"), (9, "too many readouts")] {
        let mut wire = Wire::new()
            .on("10 40 01 41 16")
            .answer("E5")
            .on("10 7B 01 7C 16")
            .after(20, &rsp_ud(0x08, 1, 0x70, &[code]));
        let failure = wire.read("1").unwrap_err();
        assert_eq!(failure.reason, FailureReason::ApplicationError(code));
        assert_eq!(failure.tries, 1);
        assert!(failure.to_string().contains(name), "{failure}");
    }
}

#[test]
fn a_line_that_never_falls_quiet_does_not_hold_the_master_for_ever() {
    let mut wire = Wire::new();
    let limit = Duration::from_secs(60);
    wire.start("1");
    let failure = loop {
        while wire.master.poll_transmit().is_some() {}
        wire.now += Duration::from_millis(4);
        wire.master.handle_input(wire.now, &[0x55]);
        match wire.master.poll_event() {
            Some(Event::Finished(Outcome::ReadOut(Err(failure)))) => break failure,
            _ => assert!(wire.now.duration_since(Instant::ZERO) < limit),
        }
    };
    assert_eq!(failure.reason, FailureReason::Garbage);
    assert_eq!(failure.tries, 3);
}

#[test]
fn a_line_that_babbles_for_ever_costs_seconds_and_is_told_as_noise() {
    let timing = Timing::new(Baudrate::B2400, Duration::from_millis(500));
    let mut master = Master::new(timing);
    let mut now = Instant::ZERO;
    let read_out = ReadOut::new("1".parse().unwrap());
    master.start(now, Procedure::ReadOut(read_out)).unwrap();
    let failure = 'ended: loop {
        // Without a pause, at the speed of the line.
        now += Baudrate::B2400.bytes(1);
        master.handle_input(now, &[0x55]);
        while master.poll_transmit().is_some() {}
        while let Some(event) = master.poll_event() {
            if let Event::Finished(Outcome::ReadOut(result)) = event {
                break 'ended result.unwrap_err();
            }
        }
    };
    assert_eq!(failure.reason, FailureReason::Garbage);
    assert!(now < Instant::ZERO + Duration::from_secs(25), "{now}");
}
