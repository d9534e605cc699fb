//! The speed of a bus: bits per second, and how long bits last.

use core::fmt;
use core::time::Duration;

/// Bits that one byte takes on the wire with 8E1: start, eight data bits, parity, stop.
pub const BITS_PER_BYTE: u32 = 11;

/// Bits per second, as EN 13757-2 names them.
///
/// ```
/// use mbus_sim::Baudrate;
///
/// let baudrate = Baudrate::new(2400).unwrap();
/// assert_eq!(baudrate.bytes(1).as_micros(), 4583);
/// assert_eq!(Baudrate::new(2401), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Baudrate(u32);

impl Baudrate {
    /// What meters speak unless they were told otherwise.
    pub const DEFAULT: Self = Self(2400);
    /// Every speed the standard knows.
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

    /// `None` for a speed the standard does not know.
    pub fn new(bits_per_second: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.0 == bits_per_second)
    }

    /// Bits per second.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// How long that many bits last.
    pub fn bits(self, count: u32) -> Duration {
        let nanoseconds = u64::from(count) * 1_000_000_000;
        Duration::from_nanos(nanoseconds.div_ceil(u64::from(self.0)))
    }

    /// How long that many bytes last without a gap, with 11 bits each.
    pub fn bytes(self, count: u32) -> Duration {
        self.bits(count.saturating_mul(BITS_PER_BYTE))
    }
}

impl Default for Baudrate {
    fn default() -> Self {
        Self::DEFAULT
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
    fn bit_times_do_not_add_up_their_rounding() {
        let baudrate = Baudrate::DEFAULT;
        assert_eq!(baudrate.bits(2400), Duration::from_secs(1));
        assert_eq!(baudrate.bits(1), Duration::from_nanos(416_667));
        assert_eq!(baudrate.bytes(261), baudrate.bits(2871));
    }
}
