//! The ports of a bus: what they are set to, and what they are when open.
//!
//! The set is closed and each kind has its own file. The code above sees a stream of bytes and
//! [`PortError`]s, never the kind.

mod port_error;
mod read_back;
mod serial;
mod serial_ports;
mod serial_settings;
mod tcp;
mod tcp_settings;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use mbus_master::Baudrate;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

pub use port_error::{CutFrame, LostCause, LostPort, PortError};
pub use read_back::PortWarning;
use serial::SerialPort;
pub use serial_ports::existing_serial_ports;
pub use serial_settings::{DataBits, Parity, SerialSettingError, SerialSettings, StopBits};
pub use tcp_settings::{TcpAddressError, TcpSettings};

/// What a port is and how it is set. `Display` is its short name: the path, or host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortSettings {
    /// A serial device with a level converter behind it.
    Serial(SerialSettings),
    /// A converter that offers the bus on a TCP port.
    Tcp(TcpSettings),
}

/// Kinds of ports, as far as they differ in how much time they add to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortKind {
    /// A UART of this computer.
    LocalUart,
    /// A serial adapter on USB, which delivers bytes in bundles.
    UsbSerial,
    /// A pseudo terminal: another program is at its other end.
    PseudoTerminal,
    /// A converter in the network.
    Tcp,
}

impl PortKind {
    /// What this kind of port adds at most to the time of an answer, unless it is known better.
    pub const fn transport_allowance(self) -> Duration {
        match self {
            Self::LocalUart => Duration::from_millis(20),
            Self::UsbSerial | Self::PseudoTerminal => Duration::from_millis(100),
            Self::Tcp => Duration::from_millis(500),
        }
    }
}

impl PortSettings {
    /// The kind of port. A serial device is looked at, because its path may be a link such as
    /// those in `/dev/serial/by-id`.
    pub fn kind(&self) -> PortKind {
        match self {
            Self::Serial(settings) => serial_ports::kind_of(&settings.path),
            Self::Tcp(_) => PortKind::Tcp,
        }
    }

    /// The speed of the bus behind the port.
    pub const fn baudrate(&self) -> Baudrate {
        match self {
            Self::Serial(settings) => settings.baudrate,
            Self::Tcp(settings) => settings.baudrate,
        }
    }

    /// Changes the speed of the bus behind the port.
    pub const fn set_baudrate(&mut self, baudrate: Baudrate) {
        match self {
            Self::Serial(settings) => settings.baudrate = baudrate,
            Self::Tcp(settings) => settings.baudrate = baudrate,
        }
    }
}

impl fmt::Display for PortSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(settings) => settings.path.display().fmt(f),
            Self::Tcp(settings) => settings.fmt(f),
        }
    }
}

/// An open port: a stream of bytes.
#[derive(Debug)]
pub(crate) enum Port {
    Serial(SerialPort),
    Tcp(TcpStream),
}

impl Port {
    pub(crate) async fn open(settings: &PortSettings) -> Result<Self, PortError> {
        match settings {
            PortSettings::Serial(settings) => SerialPort::open(settings).map(Self::Serial),
            PortSettings::Tcp(settings) => tcp::connect(settings).await.map(Self::Tcp),
        }
    }

    /// What the end of the stream means.
    pub(crate) const fn end_of_stream(&self) -> LostCause {
        match self {
            Self::Serial(_) => LostCause::HungUp,
            Self::Tcp(_) => LostCause::Closed,
        }
    }

    /// What an error of reading or writing means.
    pub(crate) fn failure(&self, error: &io::Error) -> LostCause {
        match self {
            Self::Serial(_) => serial::lost_cause(error),
            Self::Tcp(_) => LostCause::from_io(error),
        }
    }

    /// What the device did not take over of its settings.
    pub(crate) fn warnings(&self) -> &[PortWarning] {
        match self {
            Self::Serial(port) => port.warnings(),
            Self::Tcp(_) => &[],
        }
    }

    /// Follows a change of the bus's speed, where the port has to know it.
    pub(crate) fn set_baudrate(&mut self, baudrate: Baudrate) -> Result<(), PortError> {
        match self {
            Self::Serial(port) => port.set_baudrate(baudrate),
            Self::Tcp(_) => Ok(()),
        }
    }
}

impl AsyncRead for Port {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Serial(port) => Pin::new(port.stream()).poll_read(cx, buffer),
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Port {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Serial(port) => Pin::new(port.stream()).poll_write(cx, bytes),
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    /// Does nothing. Flushing a serial device is `tcdrain`, which blocks the whole thread until
    /// the last bit is out; the master counts the time on the wire itself.
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Does nothing: dropping the port closes it, and shutting a serial one down would flush it.
    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
