//! The directory with everything a server keeps. One program has it at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file that is locked as long as the program runs. The lock ends with the process, however
/// that ends.
const LOCK: &str = "lock";

/// A data directory that is ours.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory is not ours.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be used.
    #[error(
        "the data directory {path} cannot be used: {source}; check its owner and rights, or choose another",
        path = path.display()
    )]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Another program has it.
    #[error(
        "the data directory {path} belongs to a program that is running{}; stop that one, or choose another directory",
        process.as_ref().map(|process| format!(" (process {process})")).unwrap_or_default(),
        path = path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The number of its process, where it told.
        process: Option<String>,
    },
}

impl DataDir {
    /// Takes the directory, and makes it where there is none.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        let failed = |source| DataDirError::Unusable { path: path.to_owned(), source };
        create(path).map_err(failed)?;
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let process = owner(&mut lock);
                return Err(DataDirError::InUse { path: path.to_owned(), process });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        name_owner(&mut lock).map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner may read: as a whole or not at all.
    pub fn write_secret(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.file(name);
        let fresh = self.file(&format!("{name}.new"));
        // A file that a crash left may have other rights.
        match std::fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        File::open(&self.path)?.sync_all()?;
        Ok(path)
    }
}

/// Readings tell when people are at home: nobody else may look.
fn create(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn name_owner(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    write!(lock, "{}", std::process::id())
}

fn owner(lock: &mut File) -> Option<String> {
    let mut text = String::new();
    lock.read_to_string(&mut text).ok()?;
    let number = text.trim();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = DataDir::open(&path).unwrap();
        let error = DataDir::open(&path).unwrap_err().to_string();
        let process = std::process::id();
        assert!(error.contains(&format!("is running (process {process})")), "{error}");
        drop(first);
        DataDir::open(&path).unwrap();
    }

    #[test]
    fn a_place_that_is_no_directory_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "").unwrap();
        let error = DataDir::open(&path).unwrap_err().to_string();
        assert!(error.starts_with("the data directory ") && error.contains("file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_for_its_owner_alone_whatever_lay_there_before() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(folder.path()).unwrap();
        std::fs::write(data.file("key.new"), "left by a crash, for all to read").unwrap();
        for text in ["one", "two"] {
            let path = data.write_secret("key", text).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(!data.file("key.new").exists());
    }
}
