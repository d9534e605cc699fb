//! Opening a serial port: alone, set as asked, and read back.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use mbus_master::Baudrate;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::tcgetattr;
use tokio_serial::{ClearBuffer, ErrorKind, FlowControl, SerialPort as _, SerialStream};

use super::read_back::ReadBack;
use super::serial_ports::{existing_serial_ports, kind_of};
use super::{DataBits, LostCause, Parity, PortError, PortWarning, SerialSettings, StopBits};

/// An open serial port that no other program can open.
#[derive(Debug)]
pub(crate) struct SerialPort {
    stream: SerialStream,
    settings: SerialSettings,
    warnings: Vec<PortWarning>,
}

impl SerialPort {
    /// Opens the port for this program alone. Two locks keep others out: TIOCEXCL, which only
    /// root ignores, and flock, which every program sees that asks for it.
    pub(super) fn open(settings: &SerialSettings) -> Result<Self, PortError> {
        let path = settings.path.as_path();
        // Held until the port is open: closing it before would drop DTR, and some converters
        // take their power from it.
        let probe = probe(path)?;
        let name = path.to_str().ok_or_else(|| PortError::NotSerial { path: path.to_owned() })?;
        let builder = tokio_serial::new(name, settings.baudrate.get())
            .data_bits(settings.data_bits.into())
            .stop_bits(settings.stop_bits.into())
            .parity(settings.parity.into())
            .flow_control(FlowControl::None)
            .exclusive(true);
        let stream = SerialStream::open(&builder).map_err(|error| open_failed(path, error))?;
        drop(probe);
        // What came in before the port was set is not to be trusted.
        stream.clear(ClearBuffer::All).map_err(|error| open_failed(path, error))?;
        let mut port = Self { stream, settings: settings.clone(), warnings: Vec::new() };
        port.read_back()?;
        Ok(port)
    }

    pub(super) const fn stream(&mut self) -> &mut SerialStream {
        &mut self.stream
    }

    pub(super) fn warnings(&self) -> &[PortWarning] {
        &self.warnings
    }

    pub(super) fn set_baudrate(&mut self, baudrate: Baudrate) -> Result<(), PortError> {
        self.settings.baudrate = baudrate;
        self.stream
            .set_baud_rate(baudrate.get())
            .map_err(|error| open_failed(&self.settings.path, error))?;
        self.read_back()
    }

    /// Compares what the port has with what it was set to.
    fn read_back(&mut self) -> Result<(), PortError> {
        let failed = |error| open_failed(&self.settings.path, error);
        let has = ReadBack {
            baudrate: self.stream.baud_rate().map_err(failed)?,
            data_bits: data_bits_of(self.stream.data_bits().map_err(failed)?),
            stop_bits: self.stream.stop_bits().map_err(failed)?.into(),
            parity: self.stream.parity().map_err(failed)?.into(),
        };
        self.warnings = has.compare(&self.settings, kind_of(&self.settings.path));
        Ok(())
    }
}

/// What an error of reading or writing an open serial port means.
pub(super) fn lost_cause(error: &io::Error) -> LostCause {
    let is_gone = [Errno::IO, Errno::NXIO, Errno::NODEV]
        .into_iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()));
    if is_gone { LostCause::HungUp } else { LostCause::from_io(error) }
}

/// Opens the device without setting anything, to learn from the system itself what is wrong: the
/// serial library keeps less of the cause.
fn probe(path: &Path) -> Result<File, PortError> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let device = rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| {
        let error = io::Error::from(errno);
        let existing = match error.kind() {
            io::ErrorKind::NotFound => existing_serial_ports(),
            _ => Vec::new(),
        };
        PortError::from_open(path, &error, existing)
    })?;
    let failed = |error: io::Error| PortError::from_open(path, &error, Vec::new());
    match tcgetattr(&device) {
        Ok(_) => (),
        Err(Errno::NOTTY) => return Err(PortError::NotSerial { path: path.to_owned() }),
        Err(errno) => return Err(failed(errno.into())),
    }
    // The lock is tried here first and taken by the library for good: where the library is
    // refused it, it takes the claim of the holder (TIOCEXCL) away.
    let device = File::from(device);
    match device.try_lock() {
        Ok(()) => device.unlock().map_err(failed)?,
        Err(TryLockError::WouldBlock) => return Err(PortError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    Ok(device)
}

fn open_failed(path: &Path, error: tokio_serial::Error) -> PortError {
    let path = path.to_owned();
    match error.kind() {
        // The library's word for a port that is locked; that there is a device is known already.
        ErrorKind::NoDevice => PortError::Busy { path },
        ErrorKind::Io(kind) => PortError::from_open(&path, &kind.into(), Vec::new()),
        ErrorKind::InvalidInput | ErrorKind::Unknown => {
            PortError::SerialFailed { path, cause: error.description }
        }
    }
}

/// `None` for five or six, which nothing here asks for.
const fn data_bits_of(bits: tokio_serial::DataBits) -> Option<DataBits> {
    match bits {
        tokio_serial::DataBits::Eight => Some(DataBits::Eight),
        tokio_serial::DataBits::Seven => Some(DataBits::Seven),
        tokio_serial::DataBits::Six | tokio_serial::DataBits::Five => None,
    }
}

impl From<DataBits> for tokio_serial::DataBits {
    fn from(bits: DataBits) -> Self {
        match bits {
            DataBits::Seven => Self::Seven,
            DataBits::Eight => Self::Eight,
        }
    }
}

impl From<StopBits> for tokio_serial::StopBits {
    fn from(bits: StopBits) -> Self {
        match bits {
            StopBits::One => Self::One,
            StopBits::Two => Self::Two,
        }
    }
}

impl From<tokio_serial::StopBits> for StopBits {
    fn from(bits: tokio_serial::StopBits) -> Self {
        match bits {
            tokio_serial::StopBits::One => Self::One,
            tokio_serial::StopBits::Two => Self::Two,
        }
    }
}

impl From<Parity> for tokio_serial::Parity {
    fn from(parity: Parity) -> Self {
        match parity {
            Parity::None => Self::None,
            Parity::Even => Self::Even,
            Parity::Odd => Self::Odd,
        }
    }
}

impl From<tokio_serial::Parity> for Parity {
    fn from(parity: tokio_serial::Parity) -> Self {
        match parity {
            tokio_serial::Parity::None => Self::None,
            tokio_serial::Parity::Even => Self::Even,
            tokio_serial::Parity::Odd => Self::Odd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_serial_port_is_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        let codes = [file.as_path(), directory.path(), Path::new("/dev/null")]
            .map(|path| probe(path).unwrap_err().code());
        assert_eq!(codes, ["not_a_serial_port"; 3]);
        let missing = probe(Path::new("/dev/ttyNoSuchPort0")).unwrap_err();
        assert_eq!(missing.code(), "no_such_port");
    }

    #[test]
    fn a_device_that_is_gone_counts_as_hung_up() {
        for errno in [Errno::IO, Errno::NXIO, Errno::NODEV] {
            assert_eq!(lost_cause(&errno.into()), LostCause::HungUp);
        }
        assert!(matches!(lost_cause(&Errno::NOMEM.into()), LostCause::Failed(_)));
    }
}
