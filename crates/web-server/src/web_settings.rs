//! How a server is reached, as whoever runs it says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// Reads where a server listens: an address and a port, or `localhost` and a port.
pub fn parse_listen(text: &str) -> Option<SocketAddr> {
    match text.strip_prefix("localhost:") {
        Some(port) => port.parse().ok().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        None => text.parse().ok(),
    }
}

/// How a server is reached, as whoever runs it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether looking needs a login on loopback too; elsewhere it always does.
    pub login_for_reading: bool,
    /// Whether a proxy stands before it, which speaks HTTPS to browsers and plain HTTP to it.
    pub behind_proxy: bool,
    /// Further names under which browsers reach it: `host` or `host:port`.
    pub public_hosts: Vec<String>,
    /// The file of the certificate, where one is given.
    pub certificate: Option<PathBuf>,
    /// The file of its key.
    pub key: Option<PathBuf>,
}

/// Why settings do not fit each other: what is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Nobody could reach it.
    #[error(
        "behind_proxy needs public_hosts, the names under which browsers reach the proxy: as in public_hosts = [\"gateway.example\"]"
    )]
    ProxyWithoutHosts,
    /// The proxy has the certificate.
    #[error(
        "behind_proxy and certificate do not go together: the proxy speaks HTTPS and has the certificate; leave one of both out"
    )]
    ProxyWithCertificate,
    /// One file without the other.
    #[error("certificate and key belong together; give both files, or none")]
    HalfCertificate,
    /// No host.
    #[error("public_hosts: \"{}\" is no host; write host or host:port, as in gateway.example", .0.escape_default())]
    NoHost(String),
}

/// A name under which browsers reach a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicHost {
    /// The name, an IPv6 address in brackets, in lower case.
    pub name: String,
    /// The port, where it is not that of HTTPS.
    pub port: Option<u16>,
}

impl WebSettings {
    /// The usual settings at an address.
    pub const fn at(listen: SocketAddr) -> Self {
        Self {
            listen,
            login_for_reading: false,
            behind_proxy: false,
            public_hosts: Vec::new(),
            certificate: None,
            key: None,
        }
    }

    /// Whether only this machine reaches it.
    pub const fn is_loopback(&self) -> bool {
        self.listen.ip().to_canonical().is_loopback() && !self.behind_proxy
    }

    /// Whether it speaks HTTPS itself.
    pub const fn is_https(&self) -> bool {
        !self.behind_proxy && (self.certificate.is_some() || !self.is_loopback())
    }

    /// Whether looking needs a login.
    pub const fn needs_login_for_reading(&self) -> bool {
        self.login_for_reading || !self.is_loopback()
    }

    /// The names it is told, or what is wrong with the settings.
    pub fn check(&self) -> Result<Vec<PublicHost>, SettingsFault> {
        if self.behind_proxy && self.public_hosts.is_empty() {
            return Err(SettingsFault::ProxyWithoutHosts);
        }
        if self.certificate.is_some() != self.key.is_some() {
            return Err(SettingsFault::HalfCertificate);
        }
        if self.behind_proxy && self.certificate.is_some() {
            return Err(SettingsFault::ProxyWithCertificate);
        }
        let hosts = self.public_hosts.iter();
        hosts
            .map(|text| PublicHost::parse(text).ok_or_else(|| SettingsFault::NoHost(text.clone())))
            .collect()
    }
}

impl PublicHost {
    /// Reads `host` or `host:port`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.rsplit_once(':') {
            // The colons of an IPv6 address are no port.
            Some((name, digits)) if !digits.ends_with(']') => {
                (name, Some(digits.parse().ok().filter(|port| *port > 0)?))
            }
            _ => (text, None),
        };
        let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let is_host = match bracketed {
            Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
            None => is_host_name(name) || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4()),
        };
        is_host.then(|| Self { name: name.to_ascii_lowercase(), port })
    }
}

fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(listen: &str) -> WebSettings {
        WebSettings::at(listen.parse().unwrap())
    }

    #[test]
    fn only_loopback_speaks_plain_http_and_lets_everybody_look() {
        for listen in ["127.0.0.1:8080", "[::1]:8080", "127.0.0.2:80", "[::ffff:127.0.0.1]:80"] {
            let settings = at(listen);
            assert!(!settings.is_https() && !settings.needs_login_for_reading(), "{listen}");
        }
        for listen in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"] {
            let settings = at(listen);
            assert!(settings.is_https() && settings.needs_login_for_reading(), "{listen}");
        }
        for listen in ["127.0.0.1:8080", "0.0.0.0:8080"] {
            let settings = WebSettings { behind_proxy: true, ..at(listen) };
            assert!(!settings.is_https() && settings.needs_login_for_reading(), "{listen}");
        }
        let certificate = Some(PathBuf::from("cert.pem"));
        let given = WebSettings { certificate, login_for_reading: true, ..at("127.0.0.1:8443") };
        assert!(given.is_https() && given.needs_login_for_reading());
    }

    #[test]
    fn localhost_is_an_address_to_listen_at_and_other_names_are_none() {
        let local = parse_listen("localhost:8080");
        assert_eq!(local, parse_listen("127.0.0.1:8080"));
        assert!(local.is_some() && parse_listen("[::1]:80").is_some());
        for text in ["localhost", "localhost:", "localhost:x", "gateway.example:80", "8080", ""] {
            assert_eq!(parse_listen(text), None, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_said() {
        let file = || Some(PathBuf::from("file.pem"));
        let usual = at("0.0.0.0:8080");
        let hosts = vec!["gateway.example".to_owned()];
        let proxy = WebSettings { behind_proxy: true, public_hosts: hosts, ..usual.clone() };
        assert!(usual.check().is_ok() && proxy.check().is_ok());
        let both = WebSettings { certificate: file(), key: file(), ..proxy.clone() };
        assert_eq!(both.check(), Err(SettingsFault::ProxyWithCertificate));
        let alone = WebSettings { public_hosts: Vec::new(), ..proxy };
        assert_eq!(alone.check(), Err(SettingsFault::ProxyWithoutHosts));
        for half in [
            WebSettings { certificate: file(), ..usual.clone() },
            WebSettings { key: file(), ..usual },
        ] {
            assert_eq!(half.check(), Err(SettingsFault::HalfCertificate));
        }
    }

    #[test]
    fn hosts_are_names_or_addresses_with_or_without_a_port() {
        let host = |text: &str| PublicHost::parse(text).map(|host| (host.name, host.port));
        assert_eq!(host("Gateway.example"), Some(("gateway.example".to_owned(), None)));
        assert_eq!(host("gateway.example:8443"), Some(("gateway.example".to_owned(), Some(8443))));
        assert_eq!(host("192.0.2.1:80"), Some(("192.0.2.1".to_owned(), Some(80))));
        assert_eq!(host("[2001:db8::1]"), Some(("[2001:db8::1]".to_owned(), None)));
        assert_eq!(host("[2001:db8::1]:443"), Some(("[2001:db8::1]".to_owned(), Some(443))));
        for text in [
            "",
            "https://gateway.example",
            "a b",
            "a..b",
            "a:0",
            "a:70000",
            "a:b",
            "[x]",
            "::1",
            "*",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
