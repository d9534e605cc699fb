//! A store is for its owner alone: it says who uses how much, and when.

use std::fs::OpenOptions;
use std::path::Path;

/// Makes the file before SQLite does, so that nobody else can read it at any time. SQLite gives
/// its log the same rights. Where that fails, SQLite says why in a moment.
pub(crate) fn create(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    drop(options.open(path));
}

/// Takes the rights of others away, where the file was made with them, and its log as well.
pub(crate) fn restrict(path: &Path) {
    #[cfg(unix)]
    for end in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        let Ok(permissions) = std::fs::metadata(&file).map(|data| data.permissions()) else {
            continue;
        };
        if permissions.mode() & 0o077 == 0 {
            continue;
        }
        if let Err(error) = std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)) {
            let file = Path::new(&file).display();
            tracing::warn!(%file, %error, "the store can be read by others on this machine");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
