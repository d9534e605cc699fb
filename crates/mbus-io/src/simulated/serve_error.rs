//! Why a simulated bus cannot be served.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// Why a simulated bus cannot be served, with the same three parts as
/// [`PortError`](crate::PortError).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Something else listens there.
    #[error("{address} cannot be listened on: another program already does")]
    AddressInUse {
        /// The address asked for.
        address: String,
    },
    /// The address is not one of this computer.
    #[error("{address} cannot be listened on: it is no address of this computer")]
    AddressNotAvailable {
        /// The address asked for.
        address: String,
    },
    /// The user may not listen there.
    #[error("{address} cannot be listened on: permission denied")]
    AddressDenied {
        /// The address asked for.
        address: String,
    },
    /// Listening failed in another way.
    #[error("{address} cannot be listened on: {cause}")]
    Listen {
        /// The address asked for.
        address: String,
        /// What the system says.
        cause: String,
    },
    /// The place of the link is taken by something that is not ours to replace.
    #[error("{} cannot become the link to a pseudo terminal: {found} is in its place", link.display())]
    LinkTaken {
        /// The path asked for.
        link: PathBuf,
        /// What is there.
        found: String,
    },
    /// The link could not be made.
    #[error("the link {} to a pseudo terminal cannot be made: {cause}", link.display())]
    Link {
        /// The path asked for.
        link: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The system gives no pseudo terminal, or it broke.
    #[error("the pseudo terminal failed while {step}: {cause}")]
    PseudoTerminal {
        /// What was being done.
        step: &'static str,
        /// What the system says.
        cause: String,
    },
}

impl ServeError {
    /// A stable word for this kind of error, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AddressInUse { .. } => "address_in_use",
            Self::AddressNotAvailable { .. } => "address_not_available",
            Self::AddressDenied { .. } => "address_denied",
            Self::Listen { .. } => "listen_failed",
            Self::LinkTaken { .. } => "link_taken",
            Self::Link { .. } => "link_failed",
            Self::PseudoTerminal { .. } => "pseudo_terminal_failed",
        }
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::AddressInUse { .. } => "Stop the other program, or choose another port.".into(),
            Self::AddressNotAvailable { .. } => {
                "Use 127.0.0.1, 0.0.0.0 or an address that `ip addr` shows.".into()
            }
            Self::AddressDenied { .. } => "Choose a port from 1024 to 65535.".into(),
            Self::Listen { .. } => {
                "Give the address as host and port, such as 127.0.0.1:10001.".into()
            }
            Self::LinkTaken { .. } => "Choose another path, or move away what is there.".into(),
            Self::Link { .. } => {
                "Choose a path in a directory that exists and may be written to.".into()
            }
            Self::PseudoTerminal { .. } => {
                "Check that /dev/pts is mounted and that pseudo terminals are left \
                 (`sysctl kernel.pty`), or serve the bus over TCP."
                    .into()
            }
        }
    }

    pub(super) fn from_listen(address: &str, error: &io::Error) -> Self {
        let address = address.to_owned();
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::AddressInUse { address },
            io::ErrorKind::AddrNotAvailable => Self::AddressNotAvailable { address },
            io::ErrorKind::PermissionDenied => Self::AddressDenied { address },
            _ => Self::Listen { address, cause: error.to_string() },
        }
    }

    pub(super) fn from_link(link: &Path, error: &io::Error) -> Self {
        Self::Link { link: link.to_owned(), cause: error.to_string() }
    }

    pub(super) fn pseudo_terminal(step: &'static str) -> impl Fn(rustix::io::Errno) -> Self + Copy {
        move |error| Self::PseudoTerminal { step, cause: io::Error::from(error).to_string() }
    }
}
