//! Killing the process at any instant loses nothing that was acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gateway::config::MeterId;
use gateway::reading::{Reading, ReadingValue};
use gateway::readout::AskedBy;
use gateway::store::{
    Database, KnownIdentification, NewReadout, ReadoutId, StoredOutcome, StoredTelegram, Urgency,
};
use jiff::Timestamp;
use mbus::{Decimal, SecondaryAddress};

/// Where the child finds its data directory; set only by the parent.
const DIRECTORY: &str = "BUSMEISTER_STORE_KILL_TEST";
const ROUNDS: usize = 8;

fn readout(number: i64) -> NewReadout {
    NewReadout {
        meter: MeterId::new(&format!("meter-{}", number % 7)).unwrap(),
        place: ("cellar-1".to_owned(), "1".to_owned()),
        read_at: Timestamp::from_millisecond(1_780_000_000_000 + number).unwrap(),
        elapsed: Duration::from_millis(1300),
        asked_by: AskedBy::Schedule,
        outcome: StoredOutcome::Complete,
        mapping_revision: Some(format!("revision-{}", number % 3)),
        identification: Some(SecondaryAddress::from_wire([1, 2, 3, 4, 5, 6, 7, 8])),
        telegrams: vec![StoredTelegram {
            frame: (0..200_u8).map(|byte| byte.wrapping_mul(31)).collect(),
            answered_after: Duration::from_millis(62),
            tries: 1,
        }],
        readings: vec![Reading {
            register: "vol_m3".to_owned(),
            value: Some(ReadingValue::Number(Decimal::new(i128::from(number), -3))),
            unit: Some("m³".to_owned()),
            quality: "ok".to_owned(),
            measured_at: None,
            is_index: true,
            source: None,
        }],
        causes: Vec::new(),
        remember: Some(KnownIdentification {
            identification: SecondaryAddress::from_wire([1, 2, 3, 4, 5, 6, 7, 8]),
            bus: "cellar-1".to_owned(),
            address: "1".to_owned(),
        }),
        history: Vec::new(),
        needed: None,
    }
}

/// Not a test of its own: what the parent below starts and kills. It stores readouts from several
/// tasks, gathered and at once, and says the id of each when it is acknowledged.
#[test]
fn child_that_stores_until_it_is_killed() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let path = Path::new(&directory).join("store.sqlite");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (store, _thread) =
            Database::open(&path, Timestamp::UNIX_EPOCH).unwrap().start_writer().unwrap();
        let tasks: Vec<_> = (0..4_i64)
            .map(|task| {
                let store = store.clone();
                tokio::spawn(async move {
                    for round in 0.. {
                        let number = round * 4 + task;
                        let urgency = if task == 0 { Urgency::AtOnce } else { Urgency::Gathered };
                        let id = store.append(readout(number), urgency).await.unwrap();
                        let mut out = std::io::stdout().lock();
                        writeln!(out, "stored {} {number}", id.0).unwrap();
                        out.flush().unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let mut acknowledged: Vec<(i64, i64)> = Vec::new();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store_kill::child_that_stores_until_it_is_killed", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // A different number each round, so that the kill comes at different places.
        let mut wanted = 20 + round * 13;
        let mut take = |line: &str| {
            // The test harness may print its own words in front of the first line.
            if let Some((_, rest)) = line.split_once("stored ") {
                let (id, number) = rest.split_once(' ').unwrap();
                acknowledged.push((id.parse().unwrap(), number.parse().unwrap()));
                return true;
            }
            false
        };
        while wanted > 0 {
            let line = lines.next().expect("the child stores until it is killed").unwrap();
            if take(&line) {
                wanted -= 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died counts too; a last line may be cut off.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        let whole = rest.len().saturating_sub(1);
        rest[..whole].iter().for_each(|line| {
            take(line);
        });

        let database = Database::open(&path, Timestamp::UNIX_EPOCH).unwrap();
        for (id, number) in &acknowledged {
            let row = database.readout(ReadoutId(*id)).unwrap();
            let row = row.unwrap_or_else(|| panic!("readout {id} was acknowledged and is gone"));
            let expected = readout(*number);
            assert_eq!(row.read_at, expected.read_at);
            assert_eq!(row.telegrams, expected.telegrams);
            assert_eq!(row.readings, expected.readings);
        }
        assert_eq!(database.check().unwrap(), Vec::<String>::new(), "the file is whole");
    }
}
