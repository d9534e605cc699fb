//! Runs npm: installs what the lock file names, once per lock file, and builds the pages.
//!
//! Nothing in the source tree is written but `web/node_modules`.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

const REMEDY: &str = "The pages need Node 20.19 or newer with npm (https://nodejs.org), and once a \
     network to fetch what they are built with. Then build again.";

/// The lock file's hash the installed packages belong to; written last, so it is never early.
const INSTALLED: &str = "node_modules/.busmeister-lock-hash";

/// What cargo need not watch: what npm and the tests leave behind, and the tests themselves.
const NOT_SOURCES: [&str; 5] = ["node_modules", "dist", "test-results", "tests", "README.md"];

/// How many lines of npm's own words are worth showing.
const SHOWN_LINES: usize = 12;

/// Builds the pages of `web` into a folder each below `target`; the error is sentences for people.
pub(crate) fn build(web: &Path, target: &Path) -> Result<(), String> {
    watch(web).map_err(|error| unreadable(web, &error))?;
    // Two cargo builds at once would install over each other. Where a folder cannot be locked,
    // they may have to be repeated; that is no reason to fail.
    let turn = File::open(web).map_err(|error| unreadable(web, &error))?;
    let _ = turn.lock();
    install(web)?;
    for interface in crate::INTERFACES {
        let script = format!("build:{interface}");
        let build = ["run", &script, "--", "--emptyOutDir", "--outDir"].map(OsStr::new);
        run(web, &[&build[..], &[target.join(interface).as_os_str()]].concat())?;
    }
    Ok(())
}

fn install(web: &Path) -> Result<(), String> {
    let lock = web.join("package-lock.json");
    let wanted = hash(&fs::read(&lock).map_err(|error| unreadable(&lock, &error))?);
    let installed = web.join(INSTALLED);
    if fs::read_to_string(&installed).is_ok_and(|hash| hash.trim() == wanted) {
        return Ok(());
    }
    run(
        web,
        &["ci", "--ignore-scripts", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund"],
    )?;
    fs::write(&installed, wanted)
        .map_err(|error| format!("{} could not be written: {error}", installed.display()))
}

fn run<A: AsRef<OsStr>>(web: &Path, arguments: &[A]) -> Result<(), String> {
    let ran = Command::new(NPM)
        .args(arguments)
        .current_dir(web)
        .stdin(Stdio::null())
        // A production environment would make npm leave the build tools out.
        .env_remove("NODE_ENV")
        .output();
    let words = || {
        let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect();
        words.join(" ")
    };
    match ran {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let mut reason = format!("The web pages could not be built: npm {} failed.", words());
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
            for line in &lines[lines.len().saturating_sub(SHOWN_LINES)..] {
                // Writing to a string does not fail.
                let _ = write!(reason, "\n  {line}");
            }
            Err(format!("{reason}\n{REMEDY}"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("The web pages could not be built: there is no npm.\n{REMEDY}"))
        }
        Err(error) => {
            Err(format!("The web pages could not be built: npm did not start: {error}\n{REMEDY}"))
        }
    }
}

/// Names every source to cargo. `web` itself would mean every file of `node_modules`.
fn watch(web: &Path) -> io::Result<()> {
    for entry in fs::read_dir(web)? {
        let entry = entry?;
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            println!("cargo::rerun-if-changed={}", entry.path().display());
        }
    }
    Ok(())
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("{} could not be read: {error}", path.display())
}
