//! What a serial port really has, against what it was set to: devices drop what they cannot do
//! without a word.

use std::fmt;

use super::{DataBits, Parity, PortKind, SerialSettings, StopBits};

/// A UART still reads bytes that are this many percent too fast or too slow; adapters round the
/// speed to what their clock can do.
const TOLERATED_PERCENT: u32 = 2;

/// What a serial port did not take over of its settings. The bus may still work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortWarning {
    /// Another speed.
    Baudrate {
        /// In baud.
        asked: u32,
        /// In baud.
        actual: u32,
    },
    /// Another number of data bits.
    DataBits {
        /// What was set.
        asked: DataBits,
    },
    /// Another number of stop bits.
    StopBits {
        /// What was set.
        asked: StopBits,
        /// What the port has.
        actual: StopBits,
    },
    /// Another parity.
    Parity {
        /// What was set.
        asked: Parity,
        /// What the port has.
        actual: Parity,
    },
    /// A pseudo terminal drops data bits and parity. There is no wire on which they would count.
    PseudoTerminal,
}

impl PortWarning {
    /// Whether it is only good to know: nothing will fail because of it.
    pub const fn is_note(&self) -> bool {
        matches!(self, Self::PseudoTerminal)
    }
}

impl fmt::Display for PortWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Baudrate { asked, actual } => {
                write!(f, "the port was set to {asked} baud but runs at {actual}")
            }
            Self::DataBits { asked } => write!(f, "the port does not take {asked} data bits"),
            Self::StopBits { asked, actual } => {
                write!(f, "the port was set to {asked} stop bits but has {actual}")
            }
            Self::Parity { asked, actual } => {
                write!(f, "the port was set to parity {asked} but has {actual}")
            }
            Self::PseudoTerminal => {
                f.write_str("the port is a pseudo terminal; data bits and parity have no meaning")
            }
        }
    }
}

/// The settings as the device tells them after they were set.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadBack {
    pub(super) baudrate: u32,
    pub(super) data_bits: Option<DataBits>,
    pub(super) stop_bits: StopBits,
    pub(super) parity: Parity,
}

impl ReadBack {
    /// What differs from the settings asked for.
    pub(super) fn compare(&self, settings: &SerialSettings, kind: PortKind) -> Vec<PortWarning> {
        let mut warnings = Vec::new();
        let asked = settings.baudrate.get();
        if self.baudrate.abs_diff(asked).saturating_mul(100) > asked * TOLERATED_PERCENT {
            warnings.push(PortWarning::Baudrate { asked, actual: self.baudrate });
        }
        if self.stop_bits != settings.stop_bits {
            let (asked, actual) = (settings.stop_bits, self.stop_bits);
            warnings.push(PortWarning::StopBits { asked, actual });
        }
        let other_data_bits = self.data_bits != Some(settings.data_bits);
        let other_parity = self.parity != settings.parity;
        if kind == PortKind::PseudoTerminal {
            if other_data_bits || other_parity {
                warnings.push(PortWarning::PseudoTerminal);
            }
            return warnings;
        }
        if other_data_bits {
            warnings.push(PortWarning::DataBits { asked: settings.data_bits });
        }
        if other_parity {
            let (asked, actual) = (settings.parity, self.parity);
            warnings.push(PortWarning::Parity { asked, actual });
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: ReadBack = ReadBack {
        baudrate: 2400,
        data_bits: Some(DataBits::Eight),
        stop_bits: StopBits::One,
        parity: Parity::Even,
    };

    fn compare(has: ReadBack, kind: PortKind) -> Vec<PortWarning> {
        has.compare(&SerialSettings::new("/dev/ttyUSB0"), kind)
    }

    #[test]
    fn a_speed_that_an_adapter_rounded_is_good_enough_and_another_is_not() {
        for baudrate in [2400, 2403, 2352, 2448] {
            assert_eq!(compare(ReadBack { baudrate, ..STANDARD }, PortKind::UsbSerial), []);
        }
        for baudrate in [0, 2300, 9600, u32::MAX] {
            let warnings = compare(ReadBack { baudrate, ..STANDARD }, PortKind::UsbSerial);
            assert_eq!(warnings, [PortWarning::Baudrate { asked: 2400, actual: baudrate }]);
        }
    }

    #[test]
    fn b11_a_uart_that_drops_parity_is_warned_about_and_a_pseudo_terminal_is_not() {
        let has = ReadBack { parity: Parity::None, data_bits: None, ..STANDARD };
        let warnings = compare(has, PortKind::LocalUart);
        let parity = PortWarning::Parity { asked: Parity::Even, actual: Parity::None };
        assert_eq!(warnings, [PortWarning::DataBits { asked: DataBits::Eight }, parity]);
        assert_eq!(parity.to_string(), "the port was set to parity even but has none");
        assert!(!parity.is_note());
        assert_eq!(compare(has, PortKind::PseudoTerminal), [PortWarning::PseudoTerminal]);
    }

    #[test]
    fn b11_other_stop_bits_are_told_on_every_kind() {
        let has = ReadBack { stop_bits: StopBits::Two, ..STANDARD };
        for kind in [PortKind::LocalUart, PortKind::PseudoTerminal] {
            let [PortWarning::StopBits { asked: StopBits::One, actual: StopBits::Two }] =
                compare(has, kind)[..]
            else {
                panic!("{kind:?}")
            };
        }
    }
}
