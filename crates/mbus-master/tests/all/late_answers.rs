//! Time: limits, pauses, and answers that come too late.

use std::time::Duration;

use mbus_master::{Acknowledgement, Baudrate, Event, FailureReason, Outcome, Timing};

use crate::frames::{PAGES, WATER, bytes, rsp_ud};
use crate::wire::Wire;

#[test]
fn requests_keep_the_pauses_of_the_standard() {
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .answer(PAGES[0])
        .on("10 5B 01 5C 16")
        .on("10 5B 01 5C 16")
        .answer(PAGES[2]);
    wire.read("1").unwrap();
    let baudrate = Baudrate::B2400;
    let request = baudrate.bytes(5);
    let gaps: Vec<_> =
        wire.sent_at().windows(2).map(|pair| pair[1].duration_since(pair[0]).as_micros()).collect();
    let micros = |duration: Duration| duration.as_nanos().div_ceil(1000);
    let expected = [
        // An acknowledgement is clean after 33 bit times of silence.
        request + Duration::from_millis(20) + baudrate.bits(33),
        // 11 bit times after an answer.
        request + Duration::from_millis(20) + baudrate.bits(11),
        // The response limit runs out, then 33 bit times.
        request + Duration::from_micros(187_500) + baudrate.bits(33),
    ];
    for (gap, expected) in gaps.into_iter().zip(expected) {
        assert!(gap.abs_diff(micros(expected)) <= 3, "{gap} instead of {expected:?}");
    }
}

#[test]
fn an_answer_in_the_last_moment_counts_and_one_behind_it_does_not() {
    let water = bytes(WATER);
    let read = |millis| {
        let mut wire = Wire::new()
            .on("10 40 02 42 16")
            .answer("E5")
            .on("10 7B 02 7D 16")
            .after(millis, &water)
            .on("10 7B 02 7D 16")
            .answer(WATER);
        if millis < 188 {
            wire = Wire::new()
                .on("10 40 02 42 16")
                .answer("E5")
                .on("10 7B 02 7D 16")
                .after(millis, &water);
        }
        wire.read("2").unwrap().telegrams[0].tries
    };
    assert_eq!((read(187), read(188)), (1, 2));
}

#[test]
fn input_that_is_told_before_its_timeout_is_judged_by_its_time() {
    let mut wire = Wire::new().on("10 40 02 42 16").on("10 7B 02 7D 16").answer(WATER);
    wire.start("2");
    // The caller slept over the deadline of SND_NKE and now brings a late acknowledgement.
    wire.settle();
    wire.now += Duration::from_secs(1);
    wire.master.handle_input(wire.now, &[0xE5]);
    wire.settle();
    assert_eq!(wire.sent_at().len(), 1, "the quiet begins with the late byte");
    let at = wire.master.poll_timeout().unwrap();
    assert_eq!(at.duration_since(wire.now).as_micros(), 13_750);
    let Outcome::ReadOut(Ok(readout)) = wire.finish() else { panic!("no readout") };
    assert_eq!(readout.initialization, Acknowledgement::Silent);
}

#[test]
fn a_false_start_before_the_request_does_not_delay_its_answer() {
    // Within the pause before the request something announces 261 bytes and breaks off.
    let mut wire = Wire::new()
        .on("10 40 02 42 16")
        .after(190, &[0x68, 0xFF, 0xFF, 0x68])
        .on("10 7B 02 7D 16")
        .answer(WATER);
    wire.read("2").unwrap();
    let took = wire.now.duration_since(wire.sent_at()[1]);
    assert!(took < Duration::from_millis(50), "{took:?}");
}

#[test]
fn m18_a_late_answer_is_not_credited_to_the_next_meter() {
    // The answer of meter 1 to its last try comes 50 ms after the time-out.
    let late = rsp_ud(0x08, 1, 0x78, &[0x01, 0x13, 0x11]);
    let mut wire = Wire::new()
        .on("10 40 01 41 16")
        .on("10 7B 01 7C 16")
        .on("10 7B 01 7C 16")
        .on("10 7B 01 7C 16")
        .after(187 + 50, &late);
    let failure = wire.read("1").unwrap_err();
    assert_eq!(failure.reason, FailureReason::Silence);
    let mut wire = wire.on("10 40 02 42 16").answer("E5").on("10 7B 02 7D 16").answer(WATER);
    let readout = wire.read("2").unwrap();
    assert_eq!(readout.telegrams[0].frame, bytes(WATER));
    let received = |event: &Event| matches!(event, Event::Received { bytes, .. } if *bytes == late);
    assert!(wire.events.iter().any(received), "the late answer is in the trace");
}

#[test]
fn m18_a_late_answer_to_the_next_request_itself_is_refused_by_its_address() {
    let late = rsp_ud(0x08, 1, 0x78, &[0x01, 0x13, 0x11]);
    let mut wire = Wire::new()
        .on("10 40 02 42 16")
        .answer("E5")
        .on("10 7B 02 7D 16")
        .after(10, &late)
        .after(150, &bytes(WATER));
    assert_eq!(wire.read("2").unwrap().telegrams[0].frame, bytes(WATER));
}

#[test]
fn the_bus_is_drained_for_33_bit_times_and_the_allowance() {
    let allowance = Duration::from_millis(100);
    let timing = Timing::new(Baudrate::B2400, allowance);
    let late = rsp_ud(0x08, 1, 0x78, &[0x01, 0x13, 0x11]);
    let mut wire = Wire::with(Timing { tries: 1, ..timing })
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        // 80 ms after the time-out, within the drain.
        .after(287 + 80, &late);
    wire.read("1").unwrap_err();
    let time_out = wire.now;
    let mut wire = wire.on("10 40 02 42 16").answer("E5").on("10 7B 02 7D 16").answer(WATER);
    assert_eq!(wire.read("2").unwrap().telegrams[0].frame, bytes(WATER));
    let next = wire.sent_at()[2].duration_since(time_out);
    let drained = Duration::from_millis(80) + allowance + Baudrate::B2400.bits(33);
    assert!(next.abs_diff(drained) < Duration::from_millis(1), "{next:?}");
}

#[test]
fn the_second_answer_to_a_repeated_request_is_not_taken_for_the_next_telegram() {
    // The meter answered both tries, but the first answer came too late for its own.
    let timing = Timing::new(Baudrate::B2400, Duration::from_millis(100));
    let mut wire = Wire::with(timing)
        .on("10 40 01 41 16")
        .answer("E5")
        .on("10 7B 01 7C 16")
        .after(450, &bytes(PAGES[0]))
        .on("10 7B 01 7C 16")
        .after(80, &bytes(PAGES[0]))
        .on("10 5B 01 5C 16")
        .after(80, &bytes(PAGES[2]));
    let readout = wire.read("1").unwrap();
    assert_eq!(readout.telegrams.len(), 2);
    assert_eq!(readout.warnings, []);
}

#[test]
fn other_timing_holds_from_the_next_request_on() {
    let mut wire = Wire::new().on("10 40 01 41 16");
    for _ in 0..2 {
        wire = wire.on("10 7B 01 7C 16");
    }
    wire.master.set_timing(Timing {
        tries: 2,
        ..Timing::new(Baudrate::new(4800).unwrap(), Duration::ZERO)
    });
    let failure = wire.read("1").unwrap_err();
    assert_eq!((failure.tries, failure.waited), (2, Duration::from_micros(118_750)));
}
