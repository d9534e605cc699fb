//! Why a port cannot be used: what failed, why, and what to do about it.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a port could not be opened, or was lost.
///
/// `Display` says what failed and why, [`remedy`](Self::remedy) what a person can do, and
/// [`code`](Self::code) is a word that stays the same between versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// No device has this path.
    #[error("there is no serial port {}; {}", path.display(), PortList(existing))]
    NoSuchPort {
        /// The path asked for.
        path: PathBuf,
        /// The serial ports that do exist.
        existing: Vec<PathBuf>,
    },
    /// The user may not open the device.
    #[error("the serial port {} may not be opened: permission denied", path.display())]
    PermissionDenied {
        /// The path asked for.
        path: PathBuf,
    },
    /// Another program has the device.
    #[error("the serial port {} is in use by another program", path.display())]
    Busy {
        /// The path asked for.
        path: PathBuf,
    },
    /// The path is there, but it is a file, a directory or another kind of device.
    #[error("{} is not a serial port", path.display())]
    NotSerial {
        /// The path asked for.
        path: PathBuf,
    },
    /// The device is there and did not open.
    #[error("the serial port {} did not open: {cause}", path.display())]
    SerialFailed {
        /// The path asked for.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The name of the host has no address.
    #[error("the host {host} was not found: {cause}")]
    HostNotFound {
        /// The name asked for.
        host: String,
        /// What the resolver says.
        cause: String,
    },
    /// The host answers, and nothing listens there.
    #[error(
        "{address} refused the connection: the host is there, but nothing listens on this port"
    )]
    Refused {
        /// Host and port.
        address: String,
    },
    /// No answer to the request for a connection.
    #[error("{address} did not answer within {:.1} s", after.as_secs_f32())]
    ConnectTimeout {
        /// Host and port.
        address: String,
        /// How long was waited.
        after: Duration,
    },
    /// No way leads to the host.
    #[error("{address} cannot be reached: {cause}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the system says.
        cause: String,
    },
    /// The connection failed in another way.
    #[error("the connection to {address} failed: {cause}")]
    ConnectFailed {
        /// Host and port.
        address: String,
        /// What the system says.
        cause: String,
    },
    /// The port was open and went away.
    #[error(transparent)]
    Lost(#[from] LostPort),
}

/// A port that was open and went away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{port} {cause}{}", CutFrameText(*cut_frame))]
pub struct LostPort {
    /// The port as its settings write it.
    pub port: String,
    /// How it was noticed.
    pub cause: LostCause,
    /// The frame that was being received, if one had begun.
    pub cut_frame: Option<CutFrame>,
}

/// How the loss of a port was noticed. `Display` continues a sentence that begins with the port.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LostCause {
    /// The other end closed the TCP connection.
    Closed,
    /// The other end broke the TCP connection off.
    Reset,
    /// The other end acknowledged nothing for too long (keep-alive).
    Dead,
    /// The serial device is gone: unplugged, or its other end hung up.
    HungUp,
    /// The port took no more bytes.
    Stalled {
        /// How long was waited.
        after: Duration,
    },
    /// Something else, in the words of the system.
    Failed(String),
}

/// A frame that had begun when the port went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutFrame {
    /// Bytes received of it.
    pub have: usize,
    /// Bytes it announced, or the least it needed while that was unknown.
    pub need: usize,
}

impl PortError {
    /// A stable word for this kind of error, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPort { .. } => "no_such_port",
            Self::PermissionDenied { .. } => "permission_denied",
            Self::Busy { .. } => "port_busy",
            Self::NotSerial { .. } => "not_a_serial_port",
            Self::SerialFailed { .. } => "port_failed",
            Self::HostNotFound { .. } => "host_not_found",
            Self::Refused { .. } => "connection_refused",
            Self::ConnectTimeout { .. } => "connect_timeout",
            Self::Unreachable { .. } => "host_unreachable",
            Self::ConnectFailed { .. } => "connection_failed",
            Self::Lost(_) => "port_lost",
        }
    }

    /// What a person can do about it: one or two sentences.
    pub fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::NoSuchPort { existing, .. } if existing.is_empty() => {
                "Plug the converter in and look with `ls /dev/serial/by-id`.".into()
            }
            Self::NoSuchPort { existing, .. } => match existing.as_slice() {
                [only] => format!("Use {}, or plug the converter in.", only.display()).into(),
                _ => "Use one of these ports, or plug the converter in.".into(),
            },
            Self::PermissionDenied { path } => format!(
                "Add the user to the group that owns the port (`ls -l {}` shows it, on Debian it is \
                 dialout): `sudo usermod -aG dialout USER`, then log in again.",
                path.display()
            )
            .into(),
            Self::Busy { path } => format!(
                "Stop the other program; `fuser -v {}` names it. Only one program can be the \
                 master of a bus.",
                path.display()
            )
            .into(),
            Self::NotSerial { .. } => {
                "Give the path of a serial device, such as /dev/serial/by-id/… or /dev/ttyUSB0."
                    .into()
            }
            Self::SerialFailed { .. } => {
                "Unplug the converter and plug it in again; `dmesg` shows what the system saw."
                    .into()
            }
            Self::HostNotFound { .. } => {
                "Check the spelling of the host name and the name server, or use its IP address."
                    .into()
            }
            Self::Refused { .. } => {
                "Check the port number, and that the converter's TCP server is switched on.".into()
            }
            Self::ConnectTimeout { .. } | Self::Unreachable { .. } => {
                "Check the address, the converter's power and network cable, and any firewall \
                 between."
                    .into()
            }
            Self::ConnectFailed { .. } => "Check the address and the network.".into(),
            Self::Lost(lost) => lost.cause.remedy().into(),
        }
    }

    /// The error of opening a serial device, by what the system said.
    pub(super) fn from_open(path: &Path, error: &io::Error, existing: Vec<PathBuf>) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoSuchPort { path, existing },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { path },
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => Self::Busy { path },
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => Self::NotSerial { path },
            _ => Self::SerialFailed { path, cause: error.to_string() },
        }
    }

    /// The error of connecting, by what the system said.
    pub(super) fn from_connect(address: &str, error: &io::Error, after: Duration) -> Self {
        let address = address.to_owned();
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { address },
            io::ErrorKind::TimedOut => Self::ConnectTimeout { address, after },
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                Self::Unreachable { address, cause: error.to_string() }
            }
            _ => Self::ConnectFailed { address, cause: error.to_string() },
        }
    }
}

impl LostCause {
    /// What an error of reading or writing an open port means.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => Self::Closed,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Self::Reset,
            io::ErrorKind::TimedOut
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable => Self::Dead,
            _ => Self::Failed(error.to_string()),
        }
    }

    const fn remedy(&self) -> &'static str {
        match self {
            Self::Closed | Self::Reset => {
                "A gateway opens it again by itself. If it happens often, look for another program that \
                 uses the same converter, or an idle time-out in its settings."
            }
            Self::Dead | Self::Stalled { .. } => {
                "A gateway opens it again by itself. Check the converter's power and network."
            }
            Self::HungUp | Self::Failed(_) => {
                "A gateway opens it again by itself once the device is back. Check the plug and the cable."
            }
        }
    }
}

impl fmt::Display for LostCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("closed the connection"),
            Self::Reset => f.write_str("broke the connection off"),
            Self::Dead => f.write_str("no longer answers on the network"),
            Self::HungUp => f.write_str("hung up: the device is gone"),
            Self::Stalled { after } => {
                write!(f, "took no more bytes for {:.1} s", after.as_secs_f32())
            }
            Self::Failed(cause) => write!(f, "failed: {cause}"),
        }
    }
}

/// The end of the sentence: how much of a frame had come.
struct CutFrameText(Option<CutFrame>);

impl fmt::Display for CutFrameText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(CutFrame { have, need }) => write!(f, " after {have} of {need} bytes"),
            None => Ok(()),
        }
    }
}

struct PortList<'a>(&'a [PathBuf]);

impl fmt::Display for PortList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return f.write_str("this computer has no serial port");
        };
        write!(f, "these exist: {}", first.display())?;
        rest.iter().try_for_each(|path| write!(f, ", {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_port_tells_how_much_of_the_frame_had_come() {
        let lost = LostPort {
            port: "127.0.0.1:10001".to_owned(),
            cause: LostCause::Closed,
            cut_frame: Some(CutFrame { have: 31, need: 185 }),
        };
        assert_eq!(
            PortError::from(lost.clone()).to_string(),
            "127.0.0.1:10001 closed the connection after 31 of 185 bytes"
        );
        let between_frames = LostPort { cut_frame: None, ..lost };
        assert_eq!(between_frames.to_string(), "127.0.0.1:10001 closed the connection");
    }

    #[test]
    fn a_missing_port_names_the_ports_that_exist() {
        let path = PathBuf::from("/dev/ttyUSB7");
        let none = PortError::NoSuchPort { path: path.clone(), existing: Vec::new() };
        assert_eq!(
            none.to_string(),
            "there is no serial port /dev/ttyUSB7; this computer has no serial port"
        );
        let existing = vec![PathBuf::from("/dev/ttyUSB0"), PathBuf::from("/dev/ttyAMA0")];
        let two = PortError::NoSuchPort { path, existing };
        assert!(two.to_string().ends_with("these exist: /dev/ttyUSB0, /dev/ttyAMA0"));
    }
}
