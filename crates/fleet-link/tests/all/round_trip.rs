//! Whatever is sent arrives as it was, digit by digit.

use fleet_link::{
    Batch, CommandKind, CommandReply, Finding, MeterRead, Outcome, Reading, ReadingValue, Readout,
    Severity, Source, StreamEvent, TelegramBytes,
};
use jiff::Timestamp;
use mbus::Decimal;
use proptest::prelude::*;

fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|at| Timestamp::from_millisecond(at).unwrap())
}

fn value() -> impl Strategy<Value = ReadingValue> {
    let number = (-(10_i128.pow(37))..10_i128.pow(37), -60_i16..=60);
    prop_oneof![
        number.prop_map(|(mantissa, exponent)| {
            ReadingValue::Number(Decimal::new(mantissa, exponent))
        }),
        (any::<i32>(), -9_i16..=9).prop_map(|(mantissa, exponent)| {
            ReadingValue::Number(Decimal::new(i128::from(mantissa), exponent))
        }),
        "\\PC{0,20}".prop_map(ReadingValue::Text),
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    let source = (any::<u8>(), any::<u16>()).prop_map(|(telegram, line)| Source {
        telegram,
        line,
        dib: "84010E".to_owned(),
        vib: "06".to_owned(),
    });
    let parts = (
        "[a-z_0-9]{1,12}",
        prop::option::of(value()),
        prop::option::of("\\PC{0,4}"),
        any::<bool>(),
        prop::option::of(source),
    );
    parts.prop_map(|(register, value, unit, is_index, source)| Reading {
        register,
        value,
        unit,
        quality: "ok".to_owned(),
        measured_at: is_index.then(|| "2021-06-11T10:30".to_owned()),
        is_index,
        source,
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    ("\\PC{0,20}", any::<bool>(), prop::option::of(time())).prop_map(|(what, fault, since)| {
        Finding {
            code: "no_answer".to_owned(),
            register: fault.then(|| "vol_m3".to_owned()),
            meter: None,
            what,
            why: String::new(),
            remedy: String::new(),
            severity: if fault { Severity::Fault } else { Severity::Attention },
            since,
        }
    })
}

fn telegrams() -> impl Strategy<Value = Vec<TelegramBytes>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40).prop_map(TelegramBytes), 0..3)
}

fn readout() -> impl Strategy<Value = Readout> {
    let parts = (
        any::<u64>(),
        time(),
        telegrams(),
        prop::collection::vec(reading(), 0..4),
        prop::collection::vec(finding(), 0..2),
        prop::sample::select(vec![
            Outcome::Complete,
            Outcome::Partial,
            Outcome::Failed,
            Outcome::Refused,
            Outcome::Unreached,
        ]),
    );
    parts.prop_map(|(sequence, read_at, telegrams, readings, problems, outcome)| Readout {
        sequence,
        meter: "meter-17".to_owned(),
        bus: "cellar-1".to_owned(),
        address: "1".to_owned(),
        read_at,
        outcome,
        telegrams,
        readings,
        mapping_revision: None,
        problems,
    })
}

fn digits(value: &ReadingValue) -> Option<(i128, i16)> {
    match value {
        ReadingValue::Number(number) => Some((number.mantissa(), number.exponent())),
        ReadingValue::Text(_) => None,
    }
}

proptest! {
    #[test]
    fn batches_arrive_as_they_were(readouts in prop::collection::vec(readout(), 0..4)) {
        let batch = Batch { boot: "b".to_owned(), readouts };
        let json = serde_json::to_string(&batch).unwrap();
        let back: Batch = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&back, &batch);
        // Decimals are equal by value; here the digits must be the same too.
        let values = |batch: &Batch| {
            let readings = batch.readouts.iter().flat_map(|readout| &readout.readings);
            readings.map(|one| one.value.as_ref().and_then(digits)).collect::<Vec<_>>()
        };
        prop_assert_eq!(values(&back), values(&batch));
    }

    #[test]
    fn replies_arrive_as_they_were(
        telegrams in telegrams(), read_at in time(), elapsed_ms in any::<u64>(), tries in any::<u8>()
    ) {
        let reply = CommandReply::Read(MeterRead {
            bus: "cellar-1".to_owned(),
            address: "0".to_owned(),
            read_at,
            elapsed_ms,
            answered_after_ms: 62,
            tries,
            telegrams,
            findings: Vec::new(),
        });
        let json = serde_json::to_string(&reply).unwrap();
        prop_assert_eq!(serde_json::from_str::<CommandReply>(&json).unwrap(), reply);
    }

    #[test]
    fn commands_arrive_as_they_were(
        current in "[0-9A-F]{1,16}", new in any::<u8>(), baudrate in any::<Option<u32>>()
    ) {
        let command = CommandKind::SetAddress { bus: None, current, new, baudrate };
        let json = serde_json::to_string(&command).unwrap();
        prop_assert_eq!(serde_json::from_str::<CommandKind>(&json).unwrap(), command);
    }

    #[test]
    fn events_arrive_as_they_were(revision in any::<u64>(), id in "\\PC{0,20}") {
        for event in [StreamEvent::Configuration { revision }, StreamEvent::Command { id }] {
            prop_assert!(!event.data().contains('\n'));
            let back = StreamEvent::parse(event.name(), &event.data()).unwrap();
            prop_assert_eq!(back, Some(event));
        }
    }
}
