//! Lists the model files below `models/` for `src/model/builtin.rs`, so that a new model needs no
//! line of Rust. Whether a file is a model is not asked here: a test does, and names the file.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// The folder of the models, from the one of this crate.
const MODELS: &str = "../../models";
/// What a model's file ends with, and what those beside it end with that are none.
const MODEL: &str = ".toml";
const EXPECTED_READINGS: &str = ".expected.toml";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={MODELS}");
    match write_list() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("cargo::error={reason}");
            ExitCode::FAILURE
        }
    }
}

fn write_list() -> Result<(), String> {
    let folder = |name| env::var_os(name).map(PathBuf::from).ok_or(format!("{name} is not set"));
    let models = folder("CARGO_MANIFEST_DIR")?.join(MODELS);
    let mut paths = Vec::new();
    find_models(&models, "", &mut paths)?;
    // The same list on every machine, whatever the order of its folders.
    paths.sort();
    let mut list = String::from("&[\n");
    for path in paths {
        let file = format!("/{MODELS}/{path}");
        // Writing to a string does not fail.
        let _ = writeln!(
            list,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {file:?}))),"
        );
    }
    list.push_str("]\n");
    let target = folder("OUT_DIR")?.join("models.rs");
    fs::write(&target, list).map_err(|error| format!("{}: {error}", target.display()))
}

/// The model files in a folder and those in it, as paths below `models/` with slashes.
fn find_models(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), String> {
    let fault = |error| format!("the models in {}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().into_string().map_err(|name| {
            format!("models: the name {} is no UTF-8; name the file again", name.display())
        })?;
        // What editors leave beside the files they have open.
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            find_models(&entry.path(), &format!("{path}/"), found)?;
        } else if name.ends_with(MODEL) && !name.ends_with(EXPECTED_READINGS) {
            found.push(path);
        }
    }
    Ok(())
}
