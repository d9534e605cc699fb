//! Each file in `tests/telegrams` is a test: a title, a telegram in hex, an empty line, and the
//! line view it must give. A new case needs no Rust. `BLESS=1` writes what the decoder says now;
//! read the difference before you keep it.

use std::fmt::Write;
use std::path::Path;

use mbus::Telegram;
use mbus::frame::MAX_FRAME_LEN;
use mbus::view::lines::Lines;

pub(crate) fn line_view(frame: &[u8]) -> String {
    let mut text = String::new();
    match Telegram::parse(frame) {
        Err(error) => writeln!(text, "{error}").unwrap(),
        Ok(telegram) => {
            for line in Lines::new(&telegram, 0) {
                writeln!(text, "{}\t{line}", line.number).unwrap();
            }
        }
    }
    text
}

#[test]
fn every_file_gives_its_line_view() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/telegrams");
    let mut failures = String::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = std::fs::read_to_string(&path).unwrap();
        let (head, expected) = file.split_once("\n\n").expect("an empty line before the view");
        let (_title, hex) = head.split_once('\n').expect("a title, then the hex");
        let mut buffer = [0; MAX_FRAME_LEN];
        let frame = mbus::hex::decode(hex, &mut buffer).expect("hex");
        let view = line_view(frame);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, format!("{head}\n\n{view}")).unwrap();
        } else if view != expected {
            let _ = writeln!(failures, "{}\nexpected:\n{expected}got:\n{view}", path.display());
        }
        count += 1;
    }
    assert!(count >= 39, "only {count} files were found");
    assert!(failures.is_empty(), "{failures}");
}
