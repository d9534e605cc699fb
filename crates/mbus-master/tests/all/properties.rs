//! Whatever arrives and whenever: the master ends, never panics, and delivers nothing wrong.

use std::time::Duration;

use mbus::telegram::MeterIdentity;
use mbus::{Frame, SecondaryAddress, Telegram};
use mbus_master::{
    Baudrate, Event, InitializeTarget, Instant, Master, Outcome, Procedure, ReadOut, Timing,
};
use proptest::prelude::*;

use crate::frames::{METER, OTHER_METER, PAGES, WATER, bytes, rsp_ud};

/// The longest a procedure may take, whatever arrives: three selections with the bus cleared
/// before and three requests behind each, three tries for each of ten telegrams, and the end of
/// the selection; and each of these 46 requests with as much waiting as there can be.
fn longest(timing: &Timing) -> Duration {
    let request = timing.baudrate.bytes(17);
    let pause = timing.pause_after_miss() + timing.total_limit();
    46 * (pause + request + timing.response_limit() + timing.total_limit())
}

/// Something that arrives.
#[derive(Clone, Debug)]
struct Arrival {
    /// Whether it waits for the next request first, as an answer does.
    answers: bool,
    after: Duration,
    bytes: Vec<u8>,
}

fn arriving() -> impl Strategy<Value = Vec<u8>> {
    let noise = prop::collection::vec(any::<u8>(), 1..40);
    let starts = prop::collection::vec(prop::sample::select(vec![0x10, 0x68, 0xE5, 0xFF]), 1..12);
    let whole = prop::sample::select(vec![
        bytes("E5"),
        bytes("10 7B 01 7C 16"),
        bytes(WATER),
        bytes(PAGES[0]),
        bytes(PAGES[1]),
        bytes(PAGES[2]),
        bytes(OTHER_METER),
        rsp_ud(0x08, 1, 0x70, &[9]),
        rsp_ud(0x08, 1, 0x72, &[1, 2, 3]),
    ]);
    let broken = (whole.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut frame, index, byte)| {
            let index = index.index(frame.len());
            frame[index] = byte;
            frame
        },
    );
    let cut = (whole.clone(), any::<prop::sample::Index>())
        .prop_map(|(frame, index)| frame[..=index.index(frame.len())].to_vec());
    prop_oneof![2 => noise, 1 => starts, 6 => whole, 2 => broken, 2 => cut]
}

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let after = prop_oneof![0_u64..3_000, 0_u64..60_000, 0_u64..2_000_000];
    let any = (any::<bool>(), after, arriving());
    // Enough good answers that procedures come far.
    let good = prop::sample::select(vec!["E5", "E5", PAGES[0], PAGES[1], PAGES[2], OTHER_METER]);
    let good = (Just(true), 30_000_u64..100_000, good.prop_map(bytes));
    let arrival = prop_oneof![1 => any, 2 => good].prop_map(|(answers, micros, bytes)| {
        let after = Duration::from_micros(micros);
        Arrival { answers, after, bytes }
    });
    prop::collection::vec(arrival, 0..60)
}

fn procedures() -> impl Strategy<Value = Procedure> {
    let mask = SecondaryAddress::parse_wire(METER).unwrap();
    prop::sample::select(vec![
        Procedure::ReadOut(ReadOut::new("1".parse().unwrap())),
        Procedure::ReadOut(ReadOut::new(METER.parse().unwrap())),
        Procedure::ReadOut(ReadOut::new("12345678".parse().unwrap())),
        Procedure::Select(mask),
        Procedure::Initialize(InitializeTarget::Broadcast),
        Procedure::Initialize(InitializeTarget::Selected),
    ])
}

/// Runs a procedure to its end while these bytes arrive.
fn run<'a>(
    timing: Timing,
    procedure: Procedure,
    arrivals: impl Iterator<Item = &'a Arrival>,
) -> (Vec<Event>, Instant) {
    let mut master = Master::new(timing);
    let mut now = Instant::ZERO;
    let mut arrivals = arrivals.peekable();
    let mut events = Vec::new();
    let (mut since, mut was_asked) = (now, false);
    master.start(now, procedure).unwrap();
    loop {
        while master.poll_transmit().is_some() {
            was_asked = true;
            since = now;
        }
        while let Some(event) = master.poll_event() {
            events.push(event);
        }
        let Some(timeout) = master.poll_timeout() else { return (events, now) };
        assert!(timeout.duration_since(Instant::ZERO) < longest(&timing), "{events:?}");
        let due =
            |arrival: &Arrival| (was_asked || !arrival.answers).then(|| since + arrival.after);
        match arrivals.peek().and_then(|arrival| Some((due(arrival)?, &arrival.bytes))) {
            Some((at, bytes)) if at <= timeout => {
                now = now.max(at);
                if now < timeout {
                    // Woken too early: nothing may happen.
                    master.handle_timeout(now);
                    assert_eq!(master.poll_event(), None);
                }
                master.handle_input(now, bytes);
                arrivals.next();
                (since, was_asked) = (now, false);
            }
            _ => {
                now = now.max(timeout);
                master.handle_timeout(now);
            }
        }
    }
}

fn is_allowed(procedure: Procedure, frame: &[u8]) -> bool {
    let Ok((Frame::Long { address, .. }, length)) = Frame::parse(frame) else { return false };
    let Procedure::ReadOut(read_out) = procedure else { return false };
    match read_out.address {
        mbus::MeterAddress::Primary(asked) => length == frame.len() && address == asked.get(),
        mbus::MeterAddress::Secondary(mask) => match Telegram::parse(frame).map(|t| t.identity()) {
            Ok(MeterIdentity::Full(meter)) => mask.selects(meter),
            _ => true,
        },
    }
}

proptest! {
    #[test]
    fn whatever_arrives_the_procedure_ends_and_delivers_nothing_wrong(
        baudrate in prop::sample::select(vec![300, 2400, 38_400]),
        allowance in prop::sample::select(vec![0, 20, 500, 4000]),
        procedure in procedures(),
        arrivals in arrivals(),
    ) {
        let allowance = Duration::from_millis(allowance);
        let timing = Timing::new(Baudrate::new(baudrate).unwrap(), allowance);
        let (events, _) = run(timing, procedure, arrivals.iter());
        let finished = |event: &&Event| matches!(event, Event::Finished(_));
        prop_assert_eq!(events.iter().filter(finished).count(), 1);
        let mut delivered = Vec::new();
        for event in &events {
            if let Event::Telegram(telegram) = event {
                prop_assert!(is_allowed(procedure, &telegram.frame), "{:02X?}", telegram.frame);
                delivered.push(telegram.clone());
            }
        }
        let kept = match events.last() {
            Some(Event::Finished(Outcome::ReadOut(Ok(readout)))) => readout.telegrams.clone(),
            Some(Event::Finished(Outcome::ReadOut(Err(failure)))) => failure.telegrams.clone(),
            _ => Vec::new(),
        };
        prop_assert_eq!(kept, delivered);
    }

    #[test]
    fn a_line_that_never_falls_quiet_cannot_keep_a_procedure_from_its_end(
        procedure in procedures(),
        mut arrivals in arrivals(),
    ) {
        arrivals.push(Arrival { answers: false, after: Duration::from_millis(30), bytes: vec![0x68] });
        let timing = Timing::new(Baudrate::B2400, Duration::from_millis(20));
        let (events, _) = run(timing, procedure, arrivals.iter().cycle());
        prop_assert!(matches!(events.last(), Some(Event::Finished(_))));
    }

    #[test]
    fn every_byte_that_arrives_is_in_the_trace_once_and_in_order(
        procedure in procedures(),
        arrivals in arrivals(),
    ) {
        let timing = Timing::new(Baudrate::B2400, Duration::ZERO);
        let (events, end) = run(timing, procedure, arrivals.iter());
        let mut trace = Vec::new();
        for event in events {
            match event {
                Event::Received { bytes, at } | Event::Noise { bytes, at } | Event::Echo { bytes, at } => {
                    prop_assert!(at <= end);
                    trace.extend(bytes);
                }
                _ => {}
            }
        }
        let mut arrived = Vec::new();
        for arrival in &arrivals {
            arrived.extend(&arrival.bytes);
        }
        prop_assert_eq!(&trace[..], &arrived[..trace.len()]);
    }
}
