//! Brings the web pages into `OUT_DIR/web`, from where the crate embeds them.
//!
//! `BUSMEISTER_WEB` says how:
//! - `auto` (default): build them with npm; where that is not possible, embed a page that says
//!   what is missing and how to get it, and warn.
//! - `require`: build them with npm or fail. For releases and for continuous integration.
//! - `skip`: embed the page that says so. For lints, where nobody looks at pages.
//! - anything else: a folder that holds built pages, as `npm run build` leaves them in `web/dist`.

mod npm;
mod placeholder;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const VARIABLE: &str = "BUSMEISTER_WEB";

/// The folders below `OUT_DIR/web`, one for each interface.
pub(crate) const INTERFACES: [&str; 2] = ["gateway", "portal"];

enum Source {
    Npm { required: bool },
    Nothing,
    Folder(PathBuf),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            for line in reason.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let folder = |name| env::var_os(name).map(PathBuf::from).ok_or(format!("{name} is not set"));
    let here = folder("CARGO_MANIFEST_DIR")?;
    let root = here.ancestors().nth(2).unwrap_or(&here);
    let out = folder("OUT_DIR")?;
    let target = out.join("web");
    println!("cargo::rerun-if-env-changed={VARIABLE}");

    empty(&target)?;
    let missing = match source(root) {
        Source::Nothing => Some(placeholder::SKIPPED.to_owned()),
        Source::Folder(built) => copy_built(&built, &target).map(|()| None)?,
        Source::Npm { required } => match npm::build(&root.join("web"), &target) {
            Ok(()) => None,
            Err(reason) if required => return Err(reason),
            Err(reason) => {
                for line in reason.lines() {
                    println!("cargo::warning={line}");
                }
                println!("cargo::warning=A page that says so is built in instead of the pages.");
                // What is missing may be there next time: a file that never exists is always new.
                println!("cargo::rerun-if-env-changed=PATH");
                println!("cargo::rerun-if-changed={}", out.join("try-again").display());
                Some(reason)
            }
        },
    };
    if let Some(reason) = &missing {
        // What a failed build left behind is no page.
        empty(&target)?;
        for interface in INTERFACES {
            placeholder::write(&target.join(interface), reason)?;
        }
    }
    println!("cargo::rustc-env=WEB_ASSETS_PLACEHOLDER={}", missing.is_some());
    Ok(())
}

fn source(root: &Path) -> Source {
    match env::var(VARIABLE).as_deref() {
        Err(_) | Ok("" | "auto") => Source::Npm { required: false },
        Ok("require") => Source::Npm { required: true },
        Ok("skip") => Source::Nothing,
        Ok(folder) => Source::Folder(root.join(folder)),
    }
}

fn copy_built(built: &Path, target: &Path) -> Result<(), String> {
    for interface in INTERFACES {
        let index = built.join(interface).join("index.html");
        if !index.is_file() {
            return Err(format!(
                "{VARIABLE} is not auto, require or skip, and as a folder of built pages it has no {}. \
                 Build them with `npm run build` in web, then give web/dist.",
                index.display()
            ));
        }
    }
    println!("cargo::rerun-if-changed={}", built.display());
    copy(built, target)
        .map_err(|error| format!("The pages in {} could not be copied: {error}", built.display()))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn empty(folder: &Path) -> Result<(), String> {
    let emptied = match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    };
    emptied.map_err(|error| format!("{} could not be emptied: {error}", folder.display()))
}
