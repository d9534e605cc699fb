//! docs/acceptance.md and the tests agree: each test that is named after a row stands in the row,
//! and each test that stands in a row exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Rows and the tests that stand in them.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("docs/acceptance.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let tests = cells[2].split(", ").filter(|cell| *cell != "open");
        (cells[0].to_owned(), tests.map(|test| test.trim_matches('`').to_owned()).collect())
    })
    .collect()
}

/// The rows in the name of a test: `a12_b03_what_it_shows` shows A12 and B3.
fn rows_of(name: &str) -> Vec<String> {
    let is_row = |part: &&str| {
        let (letter, number) = part.split_at(part.len().min(1));
        matches!(letter, "a" | "b" | "c") && number.len() == 2 && number.parse::<u8>().is_ok()
    };
    let parts = name.split(['_', ' ']).take_while(is_row);
    parts
        .map(|part| format!("{}{}", part[..1].to_uppercase(), part[1..].trim_start_matches('0')))
        .collect()
}

/// The names of the tests of Rust (`fn name()`) and of the pages (`test('name'`).
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("test-results") {
                tests_in(&path, found);
            }
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        let (start, end) = match ending {
            Some("rs") => ("fn ", '('),
            Some("ts") => ("test('", '\''),
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let names = text.split(start).skip(1).filter_map(|rest| rest.split(end).next());
        found.extend(names.filter(|name| !rows_of(name).is_empty()).map(str::to_owned));
    }
}

#[test]
fn the_table_of_acceptance_names_the_tests_that_there_are() {
    let mut found = BTreeSet::new();
    tests_in(&root().join("crates"), &mut found);
    tests_in(&root().join("web/tests"), &mut found);
    let table = table();
    assert!(table.len() >= 76, "rows are missing: there are {}", table.len());
    let mut faults = Vec::new();
    for (row, tests) in &table {
        for test in tests.difference(&found) {
            faults.push(format!("{row} names {test}, which does not exist"));
        }
    }
    for test in &found {
        for row in rows_of(test) {
            if table.get(&row).is_none_or(|tests| !tests.contains(test)) {
                faults.push(format!("{test} is missing in row {row}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
