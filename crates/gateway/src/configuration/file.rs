//! The gateway's own file: read as it is on disk, and replaced as a whole.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::{Config, ConfigError};

/// The file as it was read.
#[derive(Debug)]
pub(super) struct OnDisk {
    pub(super) text: String,
    pub(super) revision: FileRevision,
    pub(super) config: Config,
}

/// What tells one content of the file from another: the first half of its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRevision(String);

impl FileRevision {
    fn of(text: &str) -> Self {
        let hash = Sha256::digest(text.as_bytes());
        Self(hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for FileRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OnDisk {
    /// Reads and checks the file as it is now, whoever wrote it.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let config = Config::load(path)?;
        let read = |source| ConfigError::Read { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(read)?;
        Self::parse(text, path, config)
    }

    fn parse(text: String, path: &Path, loaded: Config) -> Result<Self, ConfigError> {
        // It may have changed between the two looks at it.
        let config = Config::parse(&text, &path.display().to_string())?;
        let config = Config { file: loaded.file, ..config };
        Ok(Self { revision: FileRevision::of(&text), text, config })
    }

    /// The same file with another text. Nothing is written.
    pub(super) fn with(&self, text: String, path: &Path) -> Result<Self, ConfigError> {
        Self::parse(text, path, self.config.clone())
    }

    /// Puts the text in the place of the file. When this returns it is on the disk, whatever
    /// happens then; before, the file is the one there was.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        // A link stays a link.
        let path = fs::canonicalize(path)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let beside = beside(&path);
        let written = write_beside(&beside, &path, &self.text);
        let replaced = written.and_then(|()| fs::rename(&beside, &path));
        if replaced.is_err() {
            // What cannot be removed is overwritten by the next change.
            let _ = fs::remove_file(&beside);
        }
        replaced?;
        File::open(folder)?.sync_all()
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn write_beside(beside: &Path, path: &Path, text: &str) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    // Where the file itself may not be written, it is not replaced either.
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(beside)?;
    file.set_permissions(permissions)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
