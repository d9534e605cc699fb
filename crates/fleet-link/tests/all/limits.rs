use fleet_link::{Batch, LimitError, Outcome, Readout, TelegramBytes};
use jiff::Timestamp;

fn batch(sequences: &[u64]) -> Batch {
    let readout = |sequence: &u64| Readout {
        sequence: *sequence,
        meter: "meter-1".to_owned(),
        bus: "cellar-1".to_owned(),
        address: "1".to_owned(),
        read_at: Timestamp::UNIX_EPOCH,
        outcome: Outcome::Failed,
        telegrams: Vec::new(),
        readings: Vec::new(),
        mapping_revision: None,
        problems: Vec::new(),
    };
    Batch { boot: "b".to_owned(), readouts: sequences.iter().map(readout).collect() }
}

#[test]
fn the_last_sequence_number_of_a_good_batch_is_what_is_acknowledged() {
    assert_eq!(batch(&[1, 2, 9]).check(), Ok(9));
    let all: Vec<u64> = (1..=500).collect();
    assert_eq!(batch(&all).check(), Ok(500));
}

#[test]
fn batches_beyond_the_limits_are_refused_with_the_reason() {
    assert_eq!(batch(&[]).check(), Err(LimitError::Empty));
    let all: Vec<u64> = (1..=501).collect();
    assert_eq!(batch(&all).check(), Err(LimitError::Readouts { found: 501 }));
    assert_eq!(batch(&[0]).check(), Err(LimitError::Sequence { sequence: 0 }));
    assert_eq!(batch(&[u64::MAX]).check(), Err(LimitError::Sequence { sequence: u64::MAX }));
    for twice in [[3, 3], [3, 2]] {
        let order = LimitError::Order { previous: 3, sequence: twice[1] };
        assert_eq!(batch(&twice).check(), Err(order));
    }
    let mut long = batch(&[7]);
    long.readouts[0].telegrams = vec![TelegramBytes(vec![0; 261]), TelegramBytes(vec![0; 262])];
    let error = long.check().unwrap_err().to_string();
    assert_eq!(error, "readout 7 has 262 bytes in a telegram; at most 261 are taken");
    let mut named = batch(&[7]);
    named.readouts[0].meter = "x".repeat(257);
    assert!(matches!(named.check(), Err(LimitError::Readout { found: 257, .. })));
}
