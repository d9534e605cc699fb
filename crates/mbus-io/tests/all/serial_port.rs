//! Serial ports that do not open, and what is known of one that does.

use std::fs::File;
use std::path::Path;

use mbus_io::{
    BusConnection, Parity, PortError, PortKind, PortSettings, PortWarning, SerialSettings,
    SimulatedPty, StopBits, TimingSettings,
};
use mbus_master::Baudrate;
use rustix::fs::{Mode, OFlags};
use rustix::termios::{ControlModes, tcgetattr};

use crate::simulated_bus::{bus, over_serial};

/// The device as another program sees it.
fn device(path: &Path) -> File {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    File::from(rustix::fs::open(path, flags, Mode::empty()).unwrap())
}

async fn open(path: &Path) -> PortError {
    over_serial(path).open().await.unwrap_err()
}

#[tokio::test]
async fn a_port_that_does_not_exist_is_told_with_those_that_do() {
    let error = open(Path::new("/dev/serial/by-id/usb-No_Such_Converter-if00")).await;
    let PortError::NoSuchPort { existing, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*existing, mbus_io::port::existing_serial_ports());
    assert!(!error.remedy().is_empty());
}

#[tokio::test]
async fn a_file_is_no_serial_port() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(open(file.path()).await.code(), "not_a_serial_port");
}

#[tokio::test]
async fn a_port_that_another_program_has_locked_is_busy() {
    let directory = tempfile::tempdir().unwrap();
    let pty = SimulatedPty::open(directory.path().join("cellar"), bus()).unwrap();
    let holder = device(pty.device());
    holder.try_lock().unwrap();
    let error = open(pty.link()).await;
    assert_eq!(error, PortError::Busy { path: pty.link().to_owned() });
    drop(holder);
    over_serial(pty.link()).open().await.unwrap();
}

#[tokio::test]
async fn a_port_that_is_open_is_busy_for_a_second_connection() {
    let directory = tempfile::tempdir().unwrap();
    let pty = SimulatedPty::open(directory.path().join("cellar"), bus()).unwrap();
    let mut first = over_serial(pty.link());
    first.open().await.unwrap();
    assert_eq!(open(pty.link()).await.code(), "port_busy");
    // The refused one has not taken the lock of the first away.
    assert_eq!(open(pty.link()).await.code(), "port_busy");
    first.close();
    over_serial(pty.link()).open().await.unwrap();
}

#[tokio::test]
async fn the_settings_reach_the_port() {
    let directory = tempfile::tempdir().unwrap();
    let pty = SimulatedPty::open(directory.path().join("cellar"), bus()).unwrap();
    let settings = SerialSettings {
        baudrate: Baudrate::B9600,
        stop_bits: StopBits::Two,
        parity: Parity::Even,
        ..SerialSettings::new(pty.link())
    };
    let settings = PortSettings::Serial(settings);
    assert_eq!(settings.kind(), PortKind::PseudoTerminal);
    let mut connection = BusConnection::new(settings, TimingSettings::default());
    connection.open().await.unwrap();

    let device = device(pty.device());
    let has = tcgetattr(&device).unwrap();
    assert_eq!((has.input_speed(), has.output_speed()), (9600, 9600));
    assert!(has.control_modes.contains(ControlModes::CSTOPB));
    // Parity cannot be set on a pseudo terminal; that is worth a note and no warning.
    assert_eq!(connection.warnings(), [PortWarning::PseudoTerminal]);
    assert!(connection.warnings()[0].is_note());

    connection.set_baudrate(Baudrate::B300).unwrap();
    assert_eq!(tcgetattr(&device).unwrap().output_speed(), 300);
    assert!(connection.is_open());
}
