//! Whatever arrives and whenever: the master ends, never panics, and delivers nothing wrong.

use std::time::Duration;

use mbus::telegram::MeterIdentity;
use mbus::{Frame, SecondaryAddress, Telegram};
use mbus_master::{
    AddressAnswer, AddressCheck, AddressState, Baudrate, Event, InitializeTarget, Instant, Master,
    NewAddress, Outcome, Procedure, ReadOut, ReceivedTelegram, SetAddress, Timing,
};
use proptest::prelude::*;

use crate::frames::{METER, OTHER_METER, PAGES, WATER, bytes, rsp_ud};

/// The most requests of any procedure. A readout has three selections with the bus cleared before
/// and three requests behind each, three tries for each of ten telegrams, and the end of the
/// selection: 46. A change of address has at most two looks at the current address before the write
/// and three after it, each with three selections, the bus cleared before, and three requests; one
/// look at the new address before and three after, each with SND_NKE and three requests; three
/// writes; and the end of the selection: 65.
const MOST_REQUESTS: u32 = 65;

/// The longest a procedure may take, whatever arrives: each of its requests with as much waiting
/// as there can be.
fn longest(timing: &Timing) -> Duration {
    let request = timing.baudrate.bytes(17);
    let pause = timing.pause_after_miss() + timing.total_limit();
    MOST_REQUESTS * (pause + request + timing.response_limit() + timing.total_limit())
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

/// What comes when a meter at 1 is to get 5, up to some point and then anything: two looks at it
/// with a look at nobody in between, its acknowledgement, its answer at 5 and none at 1.
fn address_changes() -> impl Strategy<Value = (&'static str, Vec<Arrival>)> {
    let good = |bytes: Vec<u8>| Arrival { answers: true, after: Duration::from_millis(90), bytes };
    let silence = || good(Vec::new());
    let mut at_new = bytes(PAGES[0]);
    at_new[5] = 5;
    at_new[26] += 4;
    let by_primary = vec![good(bytes("E5")), good(bytes(PAGES[0]))];
    let by_secondary = [vec![silence()], by_primary.clone()].concat();
    let scripts = [("1", by_primary), (METER, by_secondary)].map(|(current, look)| {
        let nobody = vec![silence(); 4];
        let back = vec![good(bytes("E5")), good(bytes("E5")), good(at_new.clone())];
        (current, [look.clone(), nobody.clone(), look, back, nobody].concat())
    });
    let anything = prop_oneof![Just(Vec::new()), arrivals()];
    (prop::sample::select(scripts.to_vec()), any::<prop::sample::Index>(), anything).prop_map(
        |((current, mut script), length, more)| {
            script.truncate(length.index(script.len() + 1));
            script.extend(more);
            (current, script)
        },
    )
}

fn procedures() -> impl Strategy<Value = Procedure> {
    let mask = SecondaryAddress::parse_wire(METER).unwrap();
    prop::sample::select(vec![
        Procedure::ReadOut(ReadOut::new("1".parse().unwrap())),
        Procedure::ReadOut(ReadOut::new(METER.parse().unwrap())),
        Procedure::ReadOut(ReadOut::new("12345678".parse().unwrap())),
        Procedure::SetAddress(set_address("1")),
        Procedure::SetAddress(set_address(METER)),
        Procedure::SetAddress(set_address("12345678")),
        Procedure::Select(mask),
        Procedure::Initialize(InitializeTarget::Broadcast),
        Procedure::Initialize(InitializeTarget::Selected),
    ])
}

fn set_address(current: &str) -> SetAddress {
    SetAddress::new(current.parse().unwrap(), NewAddress::new(5).unwrap())
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
    let (asked, new) = match procedure {
        Procedure::ReadOut(read_out) => (read_out.address, None),
        Procedure::SetAddress(order) => (order.current, Some(order.new.get())),
        Procedure::Initialize(_) | Procedure::Select(_) => return false,
    };
    match asked {
        mbus::MeterAddress::Primary(asked) => {
            length == frame.len() && (address == asked.get() || new == Some(address))
        }
        mbus::MeterAddress::Secondary(mask) => match Telegram::parse(frame).map(|t| t.identity()) {
            Ok(MeterIdentity::Full(meter)) => mask.selects(meter),
            _ => true,
        },
    }
}

/// The telegrams of that meter in the looks at addresses.
fn seen(checks: &[AddressCheck], meter: Option<SecondaryAddress>) -> Vec<ReceivedTelegram> {
    let telegram = |check: &AddressCheck| match &check.answer {
        AddressAnswer::Meter { identification, telegram } => {
            (Some(*identification) == meter).then(|| telegram.clone())
        }
        _ => None,
    };
    checks.iter().filter_map(telegram).collect()
}

/// Whether an address was written, in the order of the events.
fn writes(events: &[Event]) -> impl Iterator<Item = usize> {
    let is_write =
        |event: &Event| matches!(event, Event::Sent { bytes, .. } if bytes.get(6) == Some(&0x51));
    (0..events.len()).filter(move |index| is_write(&events[*index]))
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
            Some(Event::Finished(Outcome::AddressSet(Ok(set)))) => {
                seen(&set.checks, Some(set.identification))
            }
            Some(Event::Finished(Outcome::AddressSet(Err(failure)))) => {
                seen(&failure.checks, failure.identification)
            }
            _ => Vec::new(),
        };
        prop_assert_eq!(kept, delivered);
    }

    #[test]
    fn an_address_is_written_only_after_two_clean_readouts_and_never_told_set_without_a_third(
        (current, arrivals) in address_changes(),
    ) {
        let timing = Timing::new(Baudrate::B2400, Duration::ZERO);
        let procedure = Procedure::SetAddress(set_address(current));
        let (events, _) = run(timing, procedure, arrivals.iter());
        let telegrams = |events: &[Event]| {
            events.iter().filter(|event| matches!(event, Event::Telegram(_))).count()
        };
        if let Some(first) = writes(&events).next() {
            prop_assert_eq!(telegrams(&events[..first]), 2);
        }
        let Some(Event::Finished(Outcome::AddressSet(result))) = events.last() else { panic!() };
        match result {
            Ok(set) => {
                let last = writes(&events).last();
                prop_assert_eq!(last.is_some(), set.write.is_some());
                prop_assert!(telegrams(&events[last.unwrap_or(0)..]) > 0);
            }
            Err(failure) => {
                let is_written = writes(&events).next().is_some();
                prop_assert_eq!(failure.write.is_some(), is_written);
                prop_assert!(is_written || failure.state == AddressState::Unchanged);
            }
        }
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
