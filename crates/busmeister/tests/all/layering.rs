//! The tables in ARCHITECTURE.md hold: this test reads the same tables that people read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The rows of the table between `<!-- layering: name` and its end, each a list of cells.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let start = text.find(&format!("<!-- layering: {name}.")).expect("the start of the table");
    let end = text.find(&format!("<!-- end of layering: {name} -->")).expect("its end");
    let rows = text[start..end].lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    let rows: Vec<_> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "the table {name} has no rows");
    rows
}

fn list(cell: &str) -> BTreeSet<String> {
    let items = cell.split(',').map(|item| item.trim().trim_matches('`').to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

/// The workspace crates that a crate's code uses; tests may use more.
fn used_crates(folder: &Path, all: &BTreeSet<String>) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let names = dependencies.map(|table| table.keys().cloned().collect()).unwrap_or_default();
    all.intersection(&names).cloned().collect()
}

/// The sources of a crate without their tests: path inside `src` and text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let source = folder.join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&source).unwrap().to_owned();
                let is_test = inside
                    .components()
                    .any(|part| matches!(part.as_os_str().to_str(), Some("tests.rs" | "tests")));
                if !is_test {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((inside, without_tests_and_comments(&text)));
                }
            }
        }
    }
    found
}

fn without_tests_and_comments(text: &str) -> String {
    // A test module stands at the end of its file; `#[cfg(test)] extern crate` does not.
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn crates_use_only_what_their_row_allows() {
    let rows = table("crates");
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let floors: BTreeMap<&str, u8> =
        rows.iter().map(|row| (row[1].as_str(), row[0].parse().unwrap())).collect();
    let mut faults = Vec::new();
    for folder in &folders {
        let Some(row) = rows.iter().find(|row| &row[1] == folder) else {
            faults.push(format!("{folder} has no row in ARCHITECTURE.md"));
            continue;
        };
        let allowed = list(&row[2]);
        for used in used_crates(&root().join("crates").join(folder), &folders) {
            if !allowed.contains(&used) {
                faults.push(format!("{folder} uses {used}, which its row does not allow"));
            }
        }
    }
    for row in &rows {
        let is_planned = row[3].starts_with("planned");
        if is_planned == folders.contains(&row[1]) {
            faults.push(format!("the row of {} says planned: {is_planned}", row[1]));
        }
        for used in list(&row[2]) {
            match floors.get(used.as_str()) {
                None => faults.push(format!("{} may use {used}, which has no row", row[1])),
                Some(floor) if *floor >= floors[row[1].as_str()] => {
                    faults.push(format!("{} may use {used}, which is not below it", row[1]));
                }
                Some(_) => {}
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_crates_mention_nothing_that_is_forbidden_to_them() {
    let mut faults = Vec::new();
    for row in table("forbidden") {
        let folder = root().join("crates").join(&row[0]);
        for (path, text) in sources(&folder) {
            for word in list(&row[1]) {
                if text.contains(&word) && !(word == "unsafe" && is_only_forbidding(&text)) {
                    faults.push(format!("{}/src/{} mentions {word}", row[0], path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `#![forbid(unsafe_code)]` is no use of it.
fn is_only_forbidding(text: &str) -> bool {
    !text.replace("forbid(unsafe_code)", "").contains("unsafe")
}

#[test]
fn modules_use_only_what_their_row_allows() {
    let rows = table("modules");
    let mut faults = Vec::new();
    for row in &rows {
        let (crate_name, module, allowed) = (&row[0], &row[1], list(&row[2]));
        let siblings: BTreeSet<&String> =
            rows.iter().filter(|other| other[0] == *crate_name).map(|other| &other[1]).collect();
        let files = sources(&root().join("crates").join(crate_name));
        let own = files.iter().filter(|(path, _)| {
            path.starts_with(module) || path.as_path() == Path::new(&format!("{module}.rs"))
        });
        let mut count = 0;
        for (path, text) in own {
            count += 1;
            for sibling in &siblings {
                let is_used = text.contains(&format!("crate::{sibling}::"))
                    || text.contains(&format!("crate::{{{sibling}::"));
                if is_used && *sibling != module && !allowed.contains(*sibling) {
                    let path = path.display();
                    faults.push(format!("{crate_name}/src/{path} uses {sibling}"));
                }
            }
        }
        if count == 0 {
            faults.push(format!("{crate_name} has no module {module}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
