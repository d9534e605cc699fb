//! The speed of a bus, and how long bits take at it.

use std::fmt;
use std::time::Duration;

/// One of the baudrates of EN 13757-2, 4.2.10: 300 to 38400.
///
/// Every meter must know 300; 2400 and 9600 are recommended.
///
/// ```
/// use mbus_master::Baudrate;
///
/// let baudrate = Baudrate::new(2400).unwrap();
/// assert_eq!(baudrate.bits(33).as_micros(), 13_750);
/// assert_eq!(Baudrate::new(2401), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Baudrate(u32);

/// One byte on the wire: a start bit, eight data bits, even parity, a stop bit.
const BITS_PER_BYTE: u32 = 11;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

impl Baudrate {
    /// All of them, from slow to fast.
    pub const ALL: [Self; 8] = [
        Self(300),
        Self(600),
        Self(1200),
        Self(2400),
        Self(4800),
        Self(9600),
        Self(19_200),
        Self(38_400),
    ];
    /// What every meter must know.
    pub const B300: Self = Self(300);
    /// What nearly every meter is delivered with.
    pub const B2400: Self = Self(2400);
    /// The other recommended one.
    pub const B9600: Self = Self(9600);

    /// `None` for a speed that the standard does not name.
    pub fn new(bits_per_second: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|baudrate| baudrate.0 == bits_per_second)
    }

    /// Bits per second.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// How long `count` bits take.
    pub fn bits(self, count: u32) -> Duration {
        let nanos = u64::from(count) * NANOS_PER_SECOND;
        Duration::from_nanos(nanos.div_ceil(u64::from(self.0)))
    }

    /// How long `count` bytes take on the wire, 11 bits each and without gaps.
    pub fn bytes(self, count: usize) -> Duration {
        self.bits(u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(BITS_PER_BYTE))
    }
}

impl fmt::Display for Baudrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_frame_takes_the_time_of_the_table() {
        let millis = |baudrate| Baudrate::new(baudrate).unwrap().bytes(261).as_millis();
        assert_eq!([300, 2400, 9600, 38_400].map(millis), [9570, 1196, 299, 74]);
    }

    #[test]
    fn only_speeds_of_the_standard_exist() {
        for speed in [0, 110, 2401, 57_600, 115_200] {
            assert_eq!(Baudrate::new(speed), None, "{speed}");
        }
    }
}
