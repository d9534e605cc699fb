//! Which serial ports this computer has, and what kind they are.

use std::fs;
use std::path::{Path, PathBuf};

use super::PortKind;

const BY_ID: &str = "/dev/serial/by-id";
const TTY_CLASS: &str = "/sys/class/tty";

/// The serial ports that exist, by the name that is best to use: first those of
/// `/dev/serial/by-id`, then the devices that have no such name.
pub fn existing_serial_ports() -> Vec<PathBuf> {
    let mut ports = entries(Path::new(BY_ID));
    let named: Vec<PathBuf> = ports.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let devices = entries(Path::new(TTY_CLASS))
        .into_iter()
        .filter(|class| has_hardware(class))
        .filter_map(|class| class.file_name().map(|name| Path::new("/dev").join(name)))
        .filter(|device| device.exists() && !named.contains(device));
    ports.extend(devices);
    ports
}

/// What kind of port a path leads to.
pub(super) fn kind_of(path: &Path) -> PortKind {
    // A device that is unplugged just now still tells by its name what it is.
    let device = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = device.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if is_pseudo_terminal(&device) {
        PortKind::PseudoTerminal
    } else if ["ttyUSB", "ttyACM", "usb-"].iter().any(|usb| name.starts_with(usb)) {
        PortKind::UsbSerial
    } else {
        PortKind::LocalUart
    }
}

fn is_pseudo_terminal(device: &Path) -> bool {
    device.starts_with("/dev/pts")
}

/// Whether a terminal of the system is a serial device. Consoles have no device behind them, and
/// the four `ttyS` that a kernel makes for a PC's old ports are there without any hardware.
fn has_hardware(class: &Path) -> bool {
    let device = class.join("device");
    if !device.is_dir() {
        return false;
    }
    match fs::read_link(device.join("driver")) {
        Ok(driver) => driver.file_name().is_none_or(|name| name != "serial8250"),
        Err(_) => true,
    }
}

/// The paths in a directory, in order of their names; none where there is no such directory.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_kind_is_that_of_the_device_behind_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let usb = directory.path().join("ttyUSB3");
        fs::write(&usb, "").unwrap();
        let link = directory.path().join("cellar");
        symlink(&usb, &link).unwrap();
        assert_eq!(kind_of(&link), PortKind::UsbSerial);
    }

    #[test]
    fn an_unplugged_adapter_still_counts_as_usb() {
        let path = Path::new("/dev/serial/by-id/usb-Nobody_Has_This-if00-port0");
        assert_eq!(kind_of(path), PortKind::UsbSerial);
        assert_eq!(kind_of(Path::new("/dev/ttyAMA99")), PortKind::LocalUart);
        assert_eq!(kind_of(Path::new("/dev/pts/99999")), PortKind::PseudoTerminal);
    }
}
