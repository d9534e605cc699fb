//! A receiver at one end of the wire: start bit, eight samples, parity, stop, as a UART does.

use core::time::Duration;

use super::{Wire, has_odd_ones};
use crate::baudrate::{BITS_PER_BYTE, Baudrate};

/// Reads bytes off a [`Wire`], one after another.
#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    baudrate: Baudrate,
    /// Looks for the next start bit from here on.
    from: Duration,
}

/// A byte off the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedByte {
    /// When its start bit began.
    pub(crate) start: Duration,
    /// When its stop bit ended.
    pub(crate) end: Duration,
    /// The eight data bits. They are given out even where parity or stop bit are wrong, as
    /// serial ports do unless told otherwise.
    pub(crate) value: u8,
    /// Parity and stop bit are right.
    pub(crate) is_clean: bool,
}

impl Receiver {
    pub(crate) const fn new(baudrate: Baudrate) -> Self {
        Self { baudrate, from: Duration::ZERO }
    }

    pub(crate) const fn baudrate(&self) -> Baudrate {
        self.baudrate
    }

    /// Reads at another speed from now on.
    pub(crate) const fn set_baudrate(&mut self, baudrate: Baudrate) {
        self.baudrate = baudrate;
    }

    /// What lies before this moment no longer matters to this receiver.
    pub(crate) const fn from(&self) -> Duration {
        self.from
    }

    /// When the next byte will be complete, as far as the wire is known.
    pub(crate) fn next_end(&self, wire: &Wire) -> Option<Duration> {
        Some(wire.next_falling_edge(self.from)? + self.baudrate.bits(BITS_PER_BYTE))
    }

    /// The next byte, if it is complete by `until`.
    pub(crate) fn next_byte(&mut self, wire: &Wire, until: Duration) -> Option<ReceivedByte> {
        loop {
            let start = wire.next_falling_edge(self.from)?;
            let end = start + self.baudrate.bits(BITS_PER_BYTE);
            if end > until {
                return None;
            }
            let half_bit = self.baudrate.bits(1) / 2;
            let sample = |bit: u32| wire.is_mark(start + self.baudrate.bits(bit) + half_bit);
            if sample(0) {
                // Shorter than half a bit: no start bit, look on.
                self.from = start + half_bit;
                continue;
            }
            let value = (0..8).fold(0, |value, bit| value | u8::from(sample(bit + 1)) << bit);
            let is_clean = sample(9) == has_odd_ones(value) && sample(10);
            // The next start bit may follow the middle of the stop bit.
            self.from = start + self.baudrate.bits(BITS_PER_BYTE - 1) + half_bit;
            return Some(ReceivedByte { start, end, value, is_clean });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_there_when_its_stop_bit_ends_and_not_before() {
        let mut wire = Wire::default();
        let end = wire.send(Duration::from_millis(1), Baudrate::DEFAULT, vec![0xE5]);
        let mut receiver = Receiver::new(Baudrate::DEFAULT);
        assert_eq!(receiver.next_end(&wire), Some(end));
        assert_eq!(receiver.next_byte(&wire, end - Duration::from_nanos(1)), None);
        let byte = receiver.next_byte(&wire, end).unwrap();
        assert_eq!((byte.value, byte.is_clean, byte.end), (0xE5, true, end));
        assert_eq!(receiver.next_end(&wire), None);
    }

    #[test]
    fn a_superposition_shows_in_the_parity() {
        let mut wire = Wire::default();
        wire.send(Duration::ZERO, Baudrate::DEFAULT, vec![0x07]);
        wire.send(Duration::ZERO, Baudrate::DEFAULT, vec![0x03]);
        let byte = Receiver::new(Baudrate::DEFAULT).next_byte(&wire, Duration::MAX).unwrap();
        assert_eq!((byte.value, byte.is_clean), (0x03, true));
        wire.send(Duration::ZERO, Baudrate::DEFAULT, vec![0x05]);
        let byte = Receiver::new(Baudrate::DEFAULT).next_byte(&wire, Duration::MAX).unwrap();
        assert_eq!((byte.value, byte.is_clean), (0x01, false));
    }

    #[test]
    fn a_glitch_shorter_than_half_a_bit_is_no_byte() {
        let mut wire = Wire::default();
        // One bit at 38 400 baud is a sixteenth of a bit at 2400 baud.
        wire.send(Duration::ZERO, Baudrate::new(38_400).unwrap(), vec![0xFF]);
        let mut receiver = Receiver::new(Baudrate::DEFAULT);
        assert_eq!(receiver.next_byte(&wire, Duration::MAX), None);
    }
}
