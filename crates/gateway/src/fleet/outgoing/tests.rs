use std::time::Duration;

use jiff::Timestamp;
use mbus::Decimal;

use super::*;
use crate::store::{ReadoutId, StoreError, StoredTelegram};

fn row(id: i64, frame: usize) -> Passage {
    let at = Timestamp::from_second(1_780_000_000 + id).unwrap();
    Passage {
        id: ReadoutId(id),
        meter: "heat-1".to_owned(),
        place: Some(("cellar-1".to_owned(), "1".to_owned())),
        readout: Ok(StoredReadout {
            id: ReadoutId(id),
            read_at: at,
            elapsed: Duration::from_millis(1_300),
            outcome: StoredOutcome::Partial,
            mapping_revision: Some("a1b2".to_owned()),
            identification: None,
            telegrams: vec![StoredTelegram {
                frame: vec![0x68; frame],
                answered_after: Duration::from_millis(62),
                tries: 1,
            }],
            readings: vec![Reading {
                register: "vol_m3".to_owned(),
                value: Some(ReadingValue::Number(Decimal::new(600_000, -3))),
                unit: Some("m³".to_owned()),
                quality: "ok".to_owned(),
                measured_at: None,
                is_index: true,
                source: None,
            }],
            causes: vec![Cause {
                code: "no_value".to_owned(),
                register: Some("flow".to_owned()),
                why: "Why.".to_owned(),
                remedy: "What to do.".to_owned(),
                severity: Severity::Attention,
            }],
        }),
    }
}

fn damaged(id: i64) -> Passage {
    let error = StoreError::Damaged { id, cause: "no CBOR".to_owned() };
    Passage { readout: Err(error), ..row(id, 1) }
}

fn envelope() -> Envelope {
    let names = HashMap::from([("heat-1".to_owned(), "Heat, flat 1".to_owned())]);
    Envelope { boot: "b\"1".to_owned(), names, time_zone: TimeZone::UTC }
}

fn batch(packet: &Packet) -> fleet_link::Batch {
    serde_json::from_slice(packet.body.as_ref().unwrap()).unwrap()
}

#[test]
fn a_batch_is_what_the_portal_reads_digit_by_digit() {
    let packet = envelope().pack(vec![row(3, 2), row(7, 2)]);
    assert_eq!((packet.readouts, packet.last), (2, 7));
    let batch = batch(&packet);
    assert_eq!((batch.boot.as_str(), batch.check().unwrap()), ("b\"1", 7));
    let readout = &batch.readouts[0];
    assert_eq!((readout.sequence, readout.outcome), (3, Outcome::Partial));
    assert_eq!((readout.bus.as_str(), readout.address.as_str()), ("cellar-1", "1"));
    assert_eq!(readout.telegrams, [TelegramBytes(vec![0x68; 2])]);
    let value = readout.readings[0].value.as_ref().unwrap();
    assert_eq!(value.to_string(), "600.000");
    let problem = &readout.problems[0];
    assert_eq!(problem.register.as_deref(), Some("flow"));
    assert!(problem.what.contains("Heat, flat 1"), "{}", problem.what);
}

#[test]
fn a_damaged_row_is_left_out_and_does_not_keep_back_the_others() {
    let packet = envelope().pack(vec![row(1, 1), damaged(2), row(3, 1), damaged(4)]);
    let sequences: Vec<_> = batch(&packet).readouts.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [1, 3]);
    assert_eq!(packet.last, 4);
    let nothing = envelope().pack(vec![damaged(5)]);
    assert_eq!(nothing, Packet { body: None, readouts: 0, last: 5 });
}

#[test]
fn a_batch_that_is_full_ends_and_the_rest_comes_with_the_next() {
    let large: Vec<_> = (1..=5).map(|id| row(id, 300_000)).collect();
    let packet = envelope().pack(large);
    assert_eq!((packet.readouts, packet.last), (2, 2));
}
