//! The configuration of a portal, as a file.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use fleet_link::{PortalUrl, UrlError};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use web_server::{SettingsFault, WebSettings};

/// What a portal is told at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How it is reached. Looking needs a login in any case.
    pub web: WebSettings,
    /// Where gateways reach it, for claim codes; where nothing is said, where browsers do.
    pub public_url: Option<PortalUrl>,
}

/// Browsers and gateways would be sent elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlFault {
    /// Plain HTTP where HTTPS is said.
    #[error(
        "public_url is {0}, but at {1} the portal speaks plain HTTP for this machine alone; listen on another address, as in 0.0.0.0:8090, or set behind_proxy"
    )]
    NobodySpeaksHttps(PortalUrl, SocketAddr),
    /// HTTPS where plain HTTP is said.
    #[error("public_url is {0}, but the portal speaks HTTPS; begin it with https://")]
    NobodySpeaksHttp(PortalUrl),
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
    /// What is said does not fit together.
    #[error("{path}: {source}", path = path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: SettingsFault,
    },
    /// The address for gateways is none.
    #[error("{path}: public_url: {source}", path = path.display())]
    PublicUrl {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: UrlError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    web: Web,
    #[serde(default)]
    portal: Portal,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Portal {
    public_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Web {
    #[serde(default, deserialize_with = "listen")]
    listen: Option<SocketAddr>,
    #[serde(default)]
    behind_proxy: bool,
    #[serde(default)]
    public_hosts: Vec<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let address = web_server::parse_listen(&text).ok_or_else(|| {
        let text = text.escape_default();
        D::Error::custom(format_args!(
            "listen \"{text}\" is no address; write address:port, as in 127.0.0.1:8090"
        ))
    });
    address.map(Some)
}

impl Default for Config {
    fn default() -> Self {
        Self::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)))
    }
}

impl Config {
    /// The usual configuration at an address.
    pub const fn at(listen: SocketAddr) -> Self {
        Self { web: WebSettings::at(listen), public_url: None }
    }

    /// How it is reached, with the host of the public address among its names.
    pub(super) fn web_settings(&self) -> Result<WebSettings, PublicUrlFault> {
        let mut settings = self.web.clone();
        settings.login_for_reading = true;
        let Some(url) = &self.public_url else { return Ok(settings) };
        let speaks_https = settings.is_https() || settings.behind_proxy;
        if url.is_https() && !speaks_https {
            return Err(PublicUrlFault::NobodySpeaksHttps(url.clone(), settings.listen));
        }
        if !url.is_https() && speaks_https {
            return Err(PublicUrlFault::NobodySpeaksHttp(url.clone()));
        }
        settings.public_hosts.insert(0, format!("{}:{}", url.host(), url.port()));
        Ok(settings)
    }

    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text).map_err(|source| ConfigError::Form {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let File { web, portal } = file;
        let web = WebSettings {
            listen: web.listen.unwrap_or(Self::default().web.listen),
            login_for_reading: true,
            behind_proxy: web.behind_proxy,
            public_hosts: web.public_hosts,
            certificate: web.certificate,
            key: web.key,
        };
        let public_url = portal.public_url.map(|text| PortalUrl::parse(&text)).transpose();
        let public_url = public_url
            .map_err(|source| ConfigError::PublicUrl { path: path.to_owned(), source })?;
        let config = Self { web, public_url };
        // The host of the public address is one of the names behind a proxy.
        let checked = config.web_settings().unwrap_or_else(|_| config.web.clone()).check();
        checked.map_err(|source| ConfigError::Settings { path: path.to_owned(), source })?;
        Ok(config)
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
        let usual = read("").unwrap();
        assert_eq!(usual.web_settings(), Config::default().web_settings());
        assert_eq!(usual.web.listen.to_string(), "127.0.0.1:8090");
        let said = read("[web]\nlisten = \"127.0.0.1:9000\"").unwrap();
        assert_eq!(said.web.listen.port(), 9_000);
        let local = read("[web]\nlisten = \"localhost:9000\"").unwrap();
        assert_eq!(local.web.listen, said.web.listen);
        let error = read("[web]\nlisten = \"portal.example:9000\"").unwrap_err().to_string();
        assert!(error.contains("is no configuration of a portal"), "{error}");
        assert!(error.contains("line 2") && error.contains("write address:port"), "{error}");
    }

    #[test]
    fn the_public_address_is_one_of_its_names_and_must_fit_what_is_spoken() {
        let url = "[portal]\npublic_url = \"https://portal.example\"\n";
        let open = read(&format!("{url}[web]\nlisten = \"0.0.0.0:8090\"")).unwrap();
        assert_eq!(open.web_settings().unwrap().public_hosts, ["portal.example:443"]);
        let proxy = read(&format!("{url}[web]\nbehind_proxy = true")).unwrap();
        assert!(proxy.web_settings().is_ok());
        let fault = read(url).unwrap().web_settings().unwrap_err().to_string();
        assert!(fault.contains("speaks plain HTTP for this machine alone"), "{fault}");
        let plain = "[portal]\npublic_url = \"http://127.0.0.1:8090\"\n";
        let fault = read(&format!("{plain}[web]\nlisten = \"0.0.0.0:8090\""));
        assert!(fault.unwrap().web_settings().unwrap_err().to_string().contains("https://"));
        for (text, said) in [
            ("[portal]\npublic_url = \"portal.example\"", "public_url: the address of a portal"),
            ("[web]\nbehind_proxy = true", "behind_proxy needs public_hosts"),
            ("[web]\ncertificate = \"a.pem\"", "certificate and key belong together"),
            ("[web]\npublic_hosts = [\"a b\"]", "\"a b\" is no host"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("portal.toml: ") && error.contains(said), "{error}");
        }
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
