//! How a serial port is set: path, speed and the shape of a byte.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use mbus_master::Baudrate;

/// A serial port and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialSettings {
    /// The device. A path in `/dev/serial/by-id` stays the same when adapters are plugged into
    /// other sockets; `/dev/ttyUSB0` does not.
    pub path: PathBuf,
    /// The speed of the bus.
    pub baudrate: Baudrate,
    /// Bits of a byte.
    pub data_bits: DataBits,
    /// Bits at the end of a byte.
    pub stop_bits: StopBits,
    /// The check bit of a byte.
    pub parity: Parity,
}

impl SerialSettings {
    /// 2400 baud and 8E1, as EN 13757-2 has it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            baudrate: Baudrate::B2400,
            data_bits: DataBits::default(),
            stop_bits: StopBits::default(),
            parity: Parity::default(),
        }
    }
}

/// Bits of a byte on the wire. The standard has eight; seven are for odd converters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DataBits {
    /// Seven.
    Seven,
    /// Eight.
    #[default]
    Eight,
}

/// Stop bits. The standard has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StopBits {
    /// One.
    #[default]
    One,
    /// Two.
    Two,
}

/// Parity. The standard has even.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Parity {
    /// No check bit.
    None,
    /// An even number of ones.
    #[default]
    Even,
    /// An odd number of ones.
    Odd,
}

/// A word that is no setting of this kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{found}' is no {setting}; use {allowed}")]
pub struct SerialSettingError {
    setting: &'static str,
    allowed: &'static str,
    found: String,
}

impl FromStr for DataBits {
    type Err = SerialSettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "7" => Ok(Self::Seven),
            "8" => Ok(Self::Eight),
            _ => Err(SerialSettingError::new("number of data bits", "7 or 8", text)),
        }
    }
}

impl FromStr for StopBits {
    type Err = SerialSettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "1" => Ok(Self::One),
            "2" => Ok(Self::Two),
            _ => Err(SerialSettingError::new("number of stop bits", "1 or 2", text)),
        }
    }
}

impl FromStr for Parity {
    type Err = SerialSettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "none" | "n" => Ok(Self::None),
            "even" | "e" => Ok(Self::Even),
            "odd" | "o" => Ok(Self::Odd),
            _ => Err(SerialSettingError::new("parity", "none, even or odd", text)),
        }
    }
}

impl SerialSettingError {
    fn new(setting: &'static str, allowed: &'static str, found: &str) -> Self {
        Self { setting, allowed, found: found.escape_debug().to_string() }
    }
}

impl fmt::Display for DataBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Seven => "7",
            Self::Eight => "8",
        })
    }
}

impl fmt::Display for StopBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::One => "1",
            Self::Two => "2",
        })
    }
}

impl fmt::Display for Parity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Even => "even",
            Self::Odd => "odd",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b11_the_default_is_what_the_standard_has() {
        let settings = SerialSettings::new("/dev/ttyUSB0");
        let SerialSettings { baudrate, data_bits, stop_bits, parity, .. } = settings;
        assert_eq!(format!("{baudrate} {data_bits} {parity} {stop_bits}"), "2400 8 even 1");
    }

    #[test]
    fn settings_are_read_as_they_are_written() {
        for parity in [Parity::None, Parity::Even, Parity::Odd] {
            assert_eq!(parity.to_string().parse(), Ok(parity));
        }
        assert_eq!("E".parse(), Ok(Parity::Even));
        let error = "mark".parse::<Parity>().unwrap_err();
        assert_eq!(error.to_string(), "'mark' is no parity; use none, even or odd");
        assert_eq!("7".parse(), Ok(DataBits::Seven));
        assert!("9".parse::<DataBits>().is_err());
        assert_eq!("2".parse(), Ok(StopBits::Two));
        assert!("1.5".parse::<StopBits>().is_err());
    }
}
