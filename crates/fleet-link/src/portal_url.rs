//! Where a portal is: scheme, host and port, and nothing else.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The longest host name.
const MAX_HOST: usize = 253;

/// Where a portal is, such as `https://portal.example:8090`.
///
/// Plain HTTP is for portals on the same machine only: nobody else can listen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalUrl {
    is_https: bool,
    /// As it stands in a URL, an IPv6 address in brackets.
    host: String,
    port: Option<u16>,
}

/// Why a text is not where a portal is. Positions are in characters from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("the address of a portal starts with https:// (or http:// on the same machine)")]
    Scheme,
    /// There is no host.
    #[error("there is no host at position {position}, after the scheme")]
    NoHost {
        /// Where it should stand.
        position: usize,
    },
    /// A host with a character that hosts do not have.
    #[error("'{}' at position {position} does not stand in the address of a portal; it is scheme, host and port, such as https://portal.example:8090", found.escape_default())]
    Character {
        /// Where it stands.
        position: usize,
        /// The character.
        found: char,
    },
    /// An address in brackets that is none, or a name that is too long.
    #[error("the host at position {position} is neither a name nor an address")]
    Host {
        /// Where it starts.
        position: usize,
    },
    /// A port that is none.
    #[error("the port at position {position} is not a number from 1 to 65535")]
    Port {
        /// Where it starts.
        position: usize,
    },
    /// Plain HTTP to another machine.
    #[error("plain http:// is only for a portal on the same machine; use https://")]
    PlainHttp,
}

impl PortalUrl {
    /// Reads the address.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (is_https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(UrlError::Scheme),
        };
        let start = text.len() - rest.len();
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(rest);
        if host.is_empty() {
            return Err(UrlError::NoHost { position: start });
        }
        check_host(host, start)?;
        let port = match port {
            None => None,
            Some(digits) => {
                let position = start + host.len() + 1;
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let number = digits.parse::<u16>().ok().filter(|number| is_number && *number > 0);
                Some(number.ok_or(UrlError::Port { position })?)
            }
        };
        let url = Self { is_https, host: host.to_ascii_lowercase(), port };
        if is_https || url.is_loopback() { Ok(url) } else { Err(UrlError::PlainHttp) }
    }

    /// Whether what goes there is encrypted.
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// The host, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where the scheme implies it.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.is_https { 443 } else { 80 })
    }

    /// Whether it is on the same machine.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Host and port; the colons of an IPv6 address are no port.
fn split_port(text: &str) -> (&str, Option<&str>) {
    if let Some(end) = text.find(']') {
        let (host, rest) = text.split_at(end + 1);
        return match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            // Refused as a host.
            None => (text, None),
        };
    }
    match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    }
}

fn check_host(host: &str, start: usize) -> Result<(), UrlError> {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').map(str::parse::<Ipv6Addr>);
        return match address {
            Some(Ok(_)) => Ok(()),
            _ => Err(UrlError::Host { position: start }),
        };
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if let Some((index, found)) = host.chars().enumerate().find(|(_, c)| !allowed(*c)) {
        return Err(UrlError::Character { position: start + index, found });
    }
    if host.len() > MAX_HOST || host.split('.').any(str::is_empty) {
        return Err(UrlError::Host { position: start });
    }
    Ok(())
}

impl fmt::Display for PortalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}
