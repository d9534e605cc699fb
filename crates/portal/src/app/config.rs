//! The configuration of a portal, as a file.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a portal is told at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it is served.
    pub listen: SocketAddr,
}

/// Why a configuration is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is no configuration; the cause has line and column.
    #[error("{path} is no configuration of a portal: {source}", path = path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    web: Web,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Web {
    listen: Option<SocketAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)) }
    }
}

impl Config {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text).map_err(|source| ConfigError::Form {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self { listen: file.web.listen.unwrap_or(Self::default().listen) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&path)
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        assert_eq!(read("").unwrap(), Config::default());
        assert_eq!(Config::default().listen.to_string(), "127.0.0.1:8090");
        let said = read("[web]\nlisten = \"127.0.0.1:9000\"").unwrap();
        assert_eq!(said.listen.port(), 9_000);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for text in ["[web]\nlisten = \"here\"", "[web]\nlistens = \"127.0.0.1:1\""] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("portal.toml is no configuration of a portal"), "{error}");
            assert!(error.contains("line 2"), "{error}");
        }
        let missing = Config::load(Path::new("/nowhere/portal.toml")).unwrap_err().to_string();
        assert!(missing.starts_with("/nowhere/portal.toml cannot be read"), "{missing}");
    }
}
