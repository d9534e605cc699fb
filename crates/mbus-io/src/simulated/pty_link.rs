//! The name under which a pseudo terminal is found: a symbolic link to its device.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::ServeError;

/// A symbolic link to a pseudo terminal, removed when dropped.
///
/// The system numbers pseudo terminals as they come (`/dev/pts/7`); the link gives one a name that
/// can stand in a configuration, as `/dev/serial/by-id` does for real devices.
pub(super) struct PtyLink {
    link: PathBuf,
    device: PathBuf,
}

impl PtyLink {
    /// Makes the link. A link to a pseudo terminal that is already there was left by a run that
    /// did not end well and is replaced; anything else is left alone.
    pub(super) fn create(link: &Path, device: &Path) -> Result<Self, ServeError> {
        let failed = |error: io::Error| ServeError::from_link(link, &error);
        refuse_foreign(link)?;
        // Made beside and moved over, so that the name never points nowhere in between.
        let mut beside = OsString::from(link);
        beside.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(beside);
        symlink(device, &beside).map_err(failed)?;
        if let Err(error) = fs::rename(&beside, link) {
            // The first error is the one to tell; the leftover is only untidy.
            let _ = fs::remove_file(&beside);
            return Err(failed(error));
        }
        Ok(Self { link: link.to_owned(), device: device.to_owned() })
    }

    pub(super) fn link(&self) -> &Path {
        &self.link
    }

    pub(super) fn device(&self) -> &Path {
        &self.device
    }
}

impl Drop for PtyLink {
    fn drop(&mut self) {
        // Another run may have put its own link there meanwhile.
        if fs::read_link(&self.link).is_ok_and(|target| target == self.device) {
            let _ = fs::remove_file(&self.link);
        }
    }
}

fn refuse_foreign(link: &Path) -> Result<(), ServeError> {
    let taken = |found: String| ServeError::LinkTaken { link: link.to_owned(), found };
    let kind = match fs::symlink_metadata(link) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ServeError::from_link(link, &error)),
    };
    if kind.is_dir() {
        return Err(taken("a directory".to_owned()));
    }
    if !kind.is_symlink() {
        return Err(taken("a file".to_owned()));
    }
    let target = fs::read_link(link).map_err(|error| ServeError::from_link(link, &error))?;
    if target.starts_with("/dev/pts") {
        Ok(())
    } else {
        Err(taken(format!("a link to {}", target.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_link_is_replaced_and_removed_at_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bus");
        symlink("/dev/pts/4000", &path).unwrap();
        let link = PtyLink::create(&path, Path::new("/dev/pts/4001")).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("/dev/pts/4001"));
        drop(link);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "precious").unwrap();
        let elsewhere = directory.path().join("elsewhere");
        symlink(&file, &elsewhere).unwrap();
        for path in [file.as_path(), elsewhere.as_path(), directory.path()] {
            let error = PtyLink::create(path, Path::new("/dev/pts/4001")).err().unwrap();
            assert_eq!(error.code(), "link_taken", "{error}");
        }
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "precious");
    }

    #[test]
    fn a_later_run_keeps_its_link_when_an_earlier_one_ends() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bus");
        let earlier = PtyLink::create(&path, Path::new("/dev/pts/4001")).unwrap();
        let _later = PtyLink::create(&path, Path::new("/dev/pts/4002")).unwrap();
        drop(earlier);
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("/dev/pts/4002"));
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = PtyLink::create(Path::new("/no/such/place/bus"), Path::new("/dev/pts/4001"))
            .err()
            .unwrap();
        assert_eq!(error.code(), "link_failed");
        assert!(error.to_string().contains("/no/such/place/bus"), "{error}");
    }
}
