//! Where a converter's TCP port is, and how it is written.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use mbus_master::Baudrate;

/// A converter that offers the bus on a TCP port.
///
/// ```
/// use mbus_io::TcpSettings;
///
/// let settings: TcpSettings = "converter.cellar.lan:10001".parse().unwrap();
/// assert_eq!((settings.host.as_str(), settings.port), ("converter.cellar.lan", 10001));
/// let settings: TcpSettings = "[fd00::17]:10001".parse().unwrap();
/// assert_eq!(settings.host, "fd00::17");
/// assert_eq!(settings.to_string(), "[fd00::17]:10001");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpSettings {
    /// A host name, an IPv4 or an IPv6 address (without brackets).
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How long to wait for the connection, name look-up included.
    pub connect_timeout: Duration,
    /// The speed of the bus behind the converter. The converter is set to it elsewhere; here it
    /// says how long answers take.
    pub baudrate: Baudrate,
}

impl TcpSettings {
    /// How long a connection may take to come about, unless said otherwise.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

    /// A converter at 2400 baud.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            connect_timeout: Self::CONNECT_TIMEOUT,
            baudrate: Baudrate::B2400,
        }
    }
}

impl fmt::Display for TcpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Why a text is no host and port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TcpAddressError {
    /// There is no colon with a port behind it.
    #[error("'{text}' names no port; write host and port, such as 192.168.1.17:10001")]
    NoPort {
        /// The text.
        text: String,
    },
    /// What stands behind the colon is no port.
    #[error("'{port}' is no TCP port; ports are 1 to 65535")]
    Port {
        /// What stands there.
        port: String,
    },
    /// There is no host, or it has characters that no host has.
    #[error(
        "'{host}' is no host name and no IP address; write host and port, such as 192.168.1.17:10001"
    )]
    Host {
        /// What stands there.
        host: String,
    },
    /// An IPv6 address without brackets: where it ends and the port begins is not clear.
    #[error(
        "'{text}' has several colons; write an IPv6 address in brackets, such as [fd00::17]:10001"
    )]
    Brackets {
        /// The text.
        text: String,
    },
}

impl FromStr for TcpSettings {
    type Err = TcpAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let no_port = || TcpAddressError::NoPort { text: text.to_owned() };
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest
                    .split_once(']')
                    .ok_or_else(|| TcpAddressError::Brackets { text: text.to_owned() })?;
                (host, rest.strip_prefix(':').ok_or_else(no_port)?)
            }
            None => text.rsplit_once(':').ok_or_else(no_port)?,
        };
        let is_host = |character: char| {
            character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | ':' | '%')
        };
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(TcpAddressError::Host { host: host.to_owned() });
        }
        if host.contains(':') && !text.starts_with('[') {
            return Err(TcpAddressError::Brackets { text: text.to_owned() });
        }
        match port.parse() {
            Ok(number) if number > 0 => Ok(Self::new(host, number)),
            _ => Err(TcpAddressError::Port { port: port.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_they_are_read() {
        for text in ["127.0.0.1:10001", "converter:1", "[::1]:65535", "[fe80::1%eth0]:4001"] {
            assert_eq!(text.parse::<TcpSettings>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_fault_has_its_own_sentence() {
        let fault = |text: &str| text.parse::<TcpSettings>().unwrap_err();
        assert!(matches!(fault("converter"), TcpAddressError::NoPort { .. }));
        assert!(matches!(fault("[::1]"), TcpAddressError::NoPort { .. }));
        assert!(matches!(fault("converter:"), TcpAddressError::Port { .. }));
        assert!(matches!(fault("converter:0"), TcpAddressError::Port { .. }));
        assert!(matches!(fault("converter:65536"), TcpAddressError::Port { .. }));
        assert!(matches!(fault(":10001"), TcpAddressError::Host { .. }));
        assert!(matches!(fault("tcp://converter:10001"), TcpAddressError::Host { .. }));
        assert!(matches!(fault("my converter:10001"), TcpAddressError::Host { .. }));
        assert!(matches!(fault("::1:10001"), TcpAddressError::Brackets { .. }));
    }
}
