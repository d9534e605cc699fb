use std::time::{Duration, Instant};

use jiff::Timestamp;
use mbus::{Decimal, SecondaryAddress};

use super::*;
use crate::config::MeterId;
use crate::findings::{Cause, Severity};
use crate::reading::{Reading, ReadingValue};
use crate::readout::AskedBy;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn readout(meter: &str, second: i64, outcome: StoredOutcome) -> NewReadout {
    let good = matches!(outcome, StoredOutcome::Complete | StoredOutcome::Partial);
    NewReadout {
        meter: MeterId::new(meter).unwrap(),
        place: ("cellar-1".to_owned(), "1".to_owned()),
        read_at: at(second),
        elapsed: Duration::from_millis(1300),
        asked_by: AskedBy::Schedule,
        outcome,
        mapping_revision: good.then(|| "a1b2".to_owned()),
        identification: good.then(|| SecondaryAddress::from_wire([1, 2, 3, 4, 5, 6, 7, 8])),
        telegrams: if good {
            vec![StoredTelegram {
                frame: vec![0x68, 0x16],
                answered_after: Duration::from_millis(62),
                tries: 2,
            }]
        } else {
            Vec::new()
        },
        readings: if good {
            vec![Reading {
                register: "vol_m3".to_owned(),
                value: Some(ReadingValue::Number(Decimal::new(1_000 + i128::from(second), -3))),
                unit: Some("m³".to_owned()),
                quality: "ok".to_owned(),
                measured_at: None,
                is_index: true,
                source: None,
            }]
        } else {
            Vec::new()
        },
        causes: if good {
            Vec::new()
        } else {
            vec![Cause {
                code: "silence".to_owned(),
                register: None,
                why: "the line was quiet".to_owned(),
                remedy: "check the wiring".to_owned(),
                severity: Severity::Fault,
            }]
        },
        remember: None,
        history: Vec::new(),
        needed: None,
    }
}

fn open(folder: &tempfile::TempDir) -> Database {
    Database::open(&folder.path().join("store.sqlite"), at(0)).unwrap()
}

async fn stop(store: Store, thread: WriterThread) {
    store.close();
    tokio::task::spawn_blocking(|| thread.join()).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    let good = readout("heat-1", 10, StoredOutcome::Complete);
    let id = store.append(good.clone(), Urgency::AtOnce).await.unwrap();
    let failed = readout("heat-1", 20, StoredOutcome::Failed);
    store.append(failed.clone(), Urgency::AtOnce).await.unwrap();
    store.append(failed.clone(), Urgency::AtOnce).await.unwrap();
    let unreached = readout("heat-1", 30, StoredOutcome::Unreached);
    store.append(unreached, Urgency::AtOnce).await.unwrap();
    stop(store, thread).await;

    let database = open(&folder);
    let last = database.last_readouts("heat-1").unwrap();
    let last_good = last.last_good.unwrap();
    assert_eq!(last_good.id, id);
    assert_eq!(last_good.read_at, at(10));
    assert_eq!(last_good.elapsed, good.elapsed);
    assert_eq!(last_good.telegrams, good.telegrams);
    assert_eq!(last_good.readings, good.readings);
    assert_eq!(last_good.mapping_revision, good.mapping_revision);
    assert_eq!(last_good.identification, good.identification);
    assert_eq!(last.last.unwrap().causes, failed.causes);
    assert_eq!((last.failures, last.failing_since), (2, Some(at(20))));
    assert_eq!(database.readout(id).unwrap(), Some(last_good));
    assert_eq!(database.last_readouts("nobody").unwrap(), LastReadouts::default());
}

#[tokio::test]
async fn where_the_last_readout_is_good_it_is_not_told_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    for (second, outcome) in [(1, StoredOutcome::Failed), (2, StoredOutcome::Partial)] {
        store.append(readout("heat-1", second, outcome), Urgency::AtOnce).await.unwrap();
    }
    stop(store, thread).await;
    let last = open(&folder).last_readouts("heat-1").unwrap();
    assert_eq!(last.last.unwrap().outcome, StoredOutcome::Partial);
    assert_eq!((last.last_good, last.failures), (None, 0));
}

#[tokio::test]
async fn who_answered_first_is_remembered_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    let known = KnownIdentification {
        identification: SecondaryAddress::from_wire([0x20, 0x31, 0x65, 0x13, 0xC5, 0x14, 0, 4]),
        bus: "cellar-1".to_owned(),
        address: "1".to_owned(),
    };
    let mut first = readout("heat-1", 1, StoredOutcome::Complete);
    first.remember = Some(known.clone());
    store.append(first, Urgency::AtOnce).await.unwrap();
    store.append(readout("heat-1", 2, StoredOutcome::Complete), Urgency::AtOnce).await.unwrap();
    stop(store, thread).await;
    assert_eq!(open(&folder).last_readouts("heat-1").unwrap().known, Some(known));
}

#[tokio::test]
async fn readouts_nobody_waits_for_share_a_commit_and_a_person_ends_the_gathering() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    // The first commit is made at once and starts the second of gathering.
    store.append(readout("a", 0, StoredOutcome::Complete), Urgency::Gathered).await.unwrap();
    let begin = Instant::now();
    let gathered: Vec<_> = (1..=5)
        .map(|second| {
            let store = store.clone();
            let row = readout("a", second, StoredOutcome::Complete);
            tokio::spawn(async move { store.append(row, Urgency::Gathered).await })
        })
        .collect();
    // They are with the writer when each has its place.
    while store.waiting() < 5 {
        tokio::task::yield_now().await;
    }
    store.append(readout("b", 9, StoredOutcome::Complete), Urgency::AtOnce).await.unwrap();
    for one in gathered {
        one.await.unwrap().unwrap();
    }
    assert!(begin.elapsed() < Duration::from_millis(900), "{:?}", begin.elapsed());
    stop(store, thread).await;
}

#[tokio::test]
async fn a_closed_store_commits_what_it_has_and_refuses_more() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    store.append(readout("a", 0, StoredOutcome::Complete), Urgency::Gathered).await.unwrap();
    // The first has been told, but its place is given back a moment later.
    while store.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.append(readout("a", 1, StoredOutcome::Complete), Urgency::Gathered).await }
    });
    while store.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let begin = Instant::now();
    stop(store.clone(), thread).await;
    waiting.await.unwrap().unwrap();
    assert!(begin.elapsed() < Duration::from_millis(900), "closing does not wait for the second");
    let late = store.append(readout("a", 2, StoredOutcome::Complete), Urgency::AtOnce).await;
    assert!(matches!(late, Err(StoreError::Closed)));
    let last = open(&folder).last_readouts("a").unwrap().last.unwrap();
    assert_eq!(last.read_at, at(1));
}

#[tokio::test]
async fn a_failed_commit_is_told_to_each_and_the_store_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder);
    database
        .connection
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON readout WHEN new.read_at < 1780000005000
             BEGIN SELECT raise(ABORT, 'no room'); END",
        )
        .unwrap();
    let (store, thread) = database.start_writer().unwrap();
    let refused = store.append(readout("a", 1, StoredOutcome::Complete), Urgency::AtOnce).await;
    let message = refused.unwrap_err().to_string();
    assert!(message.starts_with("the store failed while writing a readout: no room"), "{message}");
    assert!(store.is_failing());
    store.append(readout("a", 6, StoredOutcome::Complete), Urgency::AtOnce).await.unwrap();
    assert!(!store.is_failing());
    stop(store, thread).await;
    assert_eq!(open(&folder).last_readouts("a").unwrap().last.unwrap().read_at, at(6));
}

#[test]
fn a_damaged_row_is_an_error_and_never_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder);
    database
        .connection
        .execute_batch(
            "INSERT INTO meter (id) VALUES ('a');
             INSERT INTO readout (meter, read_at, elapsed, asked_by, outcome, readings)
             VALUES (1, 0, 0, 0, 0, x'00');",
        )
        .unwrap();
    let error = database.last_readouts("a").unwrap_err().to_string();
    assert!(error.starts_with("readout 1 in the store is damaged: readings: "), "{error}");
}

#[test]
fn every_commit_is_synced_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder);
    let pragma = |name| {
        database.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(pragma("synchronous"), 2, "FULL");
    let journal: String =
        database.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    assert_eq!(pragma("foreign_keys"), 1);
}

#[tokio::test]
async fn whoever_passes_readouts_on_gets_them_in_order_with_their_place_and_past_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thread) = open(&folder).start_writer().unwrap();
    let mut committed = store.committed();
    assert_eq!(*committed.borrow_and_update(), ReadoutId(0));
    for second in 1..=3 {
        let mut one = readout("heat-1", second, StoredOutcome::Complete);
        one.place.1 = second.to_string();
        store.append(one, Urgency::AtOnce).await.unwrap();
    }
    committed.wait_for(|last| *last == ReadoutId(3)).await.unwrap();
    stop(store, thread).await;
    let damaged = open(&folder);
    damaged.connection.execute("UPDATE readout SET readings = x'00' WHERE id = 2", []).unwrap();
    damaged.connection.execute("UPDATE readout SET place = NULL WHERE id = 3", []).unwrap();
    drop(damaged);

    let reader = Reader::open(&folder.path().join("store.sqlite")).unwrap();
    let rows = reader.readouts_after(ReadoutId(0), 10, |rows| rows).await.unwrap();
    let ids: Vec<_> = rows.iter().map(|row| (row.id.0, row.readout.is_ok())).collect();
    assert_eq!(ids, [(1, true), (2, false), (3, true)]);
    assert_eq!(rows[0].place, Some(("cellar-1".to_owned(), "1".to_owned())));
    assert_eq!(rows[0].meter, "heat-1");
    assert_eq!(rows[2].place, None, "a row from before does not tell");
    let after = reader.readouts_after(ReadoutId(1), 1, |rows| rows).await.unwrap();
    assert_eq!(after.iter().map(|row| row.id.0).collect::<Vec<_>>(), [2]);
    let (store, thread) = open(&folder).start_writer().unwrap();
    assert_eq!(*store.committed().borrow(), ReadoutId(3));
    stop(store, thread).await;
}
