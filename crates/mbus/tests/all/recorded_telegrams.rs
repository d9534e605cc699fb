//! Telegrams recorded from real meters. They are not part of the project: the test reads them
//! from a folder beside the checkout, or from `BUSMEISTER_TELEGRAMS`, and says so where there is
//! none.

use std::path::{Path, PathBuf};

use mbus::frame::MAX_FRAME_LEN;
use mbus::telegram::Body;
use mbus::view::json;
use mbus::{DataRecord, Telegram};

use crate::telegram_files::line_view;

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/telegrams");
    let folder = std::env::var_os("BUSMEISTER_TELEGRAMS").map_or(beside, PathBuf::from);
    let found = folder.is_dir();
    if !found {
        eprintln!("skipped: {} with recorded telegrams is not there", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn no_record_of_a_real_meter_is_lost() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("real")).unwrap() {
        let path = entry.unwrap().path();
        let mut buffer = [0; MAX_FRAME_LEN];
        let text = std::fs::read_to_string(&path).unwrap();
        let frame = mbus::hex::decode(&text, &mut buffer).unwrap();
        let telegram = Telegram::parse(frame).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        if let Body::Records(bytes) = telegram.body {
            every_byte_has_its_place(&telegram, bytes, &path);
        }
        let mut json = String::new();
        json::write_telegram(&mut json, &telegram, 0).unwrap();
        serde_json::from_str::<serde_json::Value>(&json)
            .unwrap_or_else(|e| panic!("{path:?}: {e}"));
        count += 1;
    }
    assert!(count > 0);
}

/// Records, fillers and the end follow each other without a gap.
fn every_byte_has_its_place(telegram: &Telegram<'_>, bytes: &[u8], path: &Path) {
    let mut records = telegram.records();
    let mut next = 0;
    let pass_fillers = |next: &mut usize| {
        while bytes.get(*next) == Some(&0x2F) {
            *next += 1;
        }
    };
    for record in records.by_ref() {
        pass_fillers(&mut next);
        assert_eq!(record.offset, next, "{path:?}");
        next += DataRecord::len(&record);
    }
    pass_fillers(&mut next);
    let end = records.end();
    assert_eq!(end.fault, None, "{path:?}");
    assert_eq!(end.offset, next, "{path:?}");
}

#[test]
fn a18_the_line_view_is_the_documented_one() {
    let Some(folder) = folder() else { return };
    let hex = std::fs::read_to_string(folder.join("s3u-example.hex")).unwrap();
    let expected = std::fs::read_to_string(folder.join("s3u-example.lines.txt")).unwrap();
    let mut buffer = [0; MAX_FRAME_LEN];
    let frame = mbus::hex::decode(&hex, &mut buffer).unwrap();
    assert_eq!(line_view(frame).trim_end(), expected.trim_end());
}
