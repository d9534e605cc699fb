//! One direction of the bus as a signal over time: marks and spaces of every sender at once.
//!
//! A bit 1 is a mark, a bit 0 a space (EN 13757-2). A meter sends a space by drawing more
//! current, so a space of any sender covers the marks of the others: the line is the bitwise AND
//! of all that is sent. Equal bytes at equal times stay clean, everything else is damaged as it
//! would be on two wires.

mod receiver;

use core::time::Duration;

pub(crate) use receiver::Receiver;

use crate::baudrate::{BITS_PER_BYTE, Baudrate};

/// The signal of one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    transmissions: Vec<Transmission>,
}

impl Wire {
    /// Puts bytes on the wire from `start` on; returns when their last stop bit ends.
    pub(crate) fn send(&mut self, start: Duration, baudrate: Baudrate, bytes: Vec<u8>) -> Duration {
        let transmission = Transmission { start, baudrate, bytes };
        let end = transmission.end();
        self.transmissions.push(transmission);
        end
    }

    /// Whether the wire shows a mark; it does when nobody sends.
    pub(crate) fn is_mark(&self, at: Duration) -> bool {
        self.transmissions.iter().all(|transmission| transmission.is_mark(at))
    }

    /// The first change from mark to space at `from` or later.
    pub(crate) fn next_falling_edge(&self, from: Duration) -> Option<Duration> {
        self.transmissions.iter().filter_map(|sender| sender.next_falling_edge(from, self)).min()
    }

    /// Drops what ended before that moment.
    pub(crate) fn forget_before(&mut self, moment: Duration) {
        self.transmissions.retain(|transmission| transmission.end() >= moment);
    }
}

/// Bytes of one sender without gaps.
#[derive(Clone, Debug)]
struct Transmission {
    start: Duration,
    baudrate: Baudrate,
    bytes: Vec<u8>,
}

impl Transmission {
    fn bit_count(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).saturating_mul(BITS_PER_BYTE)
    }

    fn bit_start(&self, bit: u32) -> Duration {
        self.start + self.baudrate.bits(bit)
    }

    fn end(&self) -> Duration {
        self.bit_start(self.bit_count())
    }

    /// The bit that is on the wire at that moment; `None` before the first and after the last.
    fn bit_at(&self, at: Duration) -> Option<u32> {
        let elapsed = at.checked_sub(self.start)?.as_nanos();
        let bit = elapsed * u128::from(self.baudrate.get()) / 1_000_000_000;
        u32::try_from(bit).ok().filter(|bit| *bit < self.bit_count())
    }

    fn is_mark(&self, at: Duration) -> bool {
        self.bit_at(at).is_none_or(|bit| self.bit_is_mark(bit))
    }

    fn bit_is_mark(&self, bit: u32) -> bool {
        let position = bit % BITS_PER_BYTE;
        let byte = usize::try_from(bit / BITS_PER_BYTE).ok().and_then(|at| self.bytes.get(at));
        let Some(byte) = byte else { return true };
        match position {
            0 => false,
            1..=8 => byte >> (position - 1) & 1 == 1,
            9 => has_odd_ones(*byte),
            _ => true,
        }
    }

    fn next_falling_edge(&self, from: Duration, wire: &Wire) -> Option<Duration> {
        let first = if from <= self.start { 0 } else { self.bit_at(from)? };
        (first..self.bit_count())
            .filter(|bit| !self.bit_is_mark(*bit) && (*bit == 0 || self.bit_is_mark(bit - 1)))
            .map(|bit| self.bit_start(bit))
            // A space of somebody else may hide the edge.
            .find(|edge| {
                let before = edge.checked_sub(Duration::from_nanos(1));
                *edge >= from && before.is_none_or(|before| wire.is_mark(before))
            })
    }
}

/// The even parity bit of 8E1.
const fn has_odd_ones(byte: u8) -> bool {
    byte.count_ones() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(wire: &Wire, baudrate: Baudrate) -> Vec<u8> {
        let mut receiver = Receiver::new(baudrate);
        let mut bytes = Vec::new();
        while let Some(byte) = receiver.next_byte(wire, Duration::MAX) {
            bytes.push(byte.value);
        }
        bytes
    }

    fn wire(senders: &[(u64, u32, &[u8])]) -> Wire {
        let mut wire = Wire::default();
        for (microseconds, baudrate, bytes) in senders {
            let baudrate = Baudrate::new(*baudrate).unwrap();
            wire.send(Duration::from_micros(*microseconds), baudrate, bytes.to_vec());
        }
        wire
    }

    #[test]
    fn every_byte_value_crosses_at_every_baudrate() {
        let all: Vec<u8> = (0..=255).collect();
        for baudrate in Baudrate::ALL {
            let wire = wire(&[(777, baudrate.get(), &all)]);
            assert_eq!(heard(&wire, baudrate), all, "{baudrate} baud");
        }
    }

    #[test]
    fn two_acks_at_one_moment_are_one_clean_ack() {
        let wire = wire(&[(0, 2400, &[0xE5]), (0, 2400, &[0xE5])]);
        assert_eq!(heard(&wire, Baudrate::DEFAULT), [0xE5]);
    }

    #[test]
    fn equally_timed_bytes_become_their_bitwise_and() {
        let wire = wire(&[(0, 2400, &[0x78, 0x0F]), (0, 2400, &[0x56, 0xF3])]);
        assert_eq!(heard(&wire, Baudrate::DEFAULT), [0x78 & 0x56, 0x0F & 0xF3]);
    }

    #[test]
    fn acks_that_overlap_partly_are_no_clean_ack() {
        // Three bit times apart: the second start bit falls into the data of the first.
        let wire = wire(&[(0, 2400, &[0xE5]), (1250, 2400, &[0xE5])]);
        assert_ne!(heard(&wire, Baudrate::DEFAULT), [0xE5]);
    }

    #[test]
    fn a_receiver_at_another_speed_hears_something_else() {
        let request = [0x10, 0x5B, 0x01, 0x5C, 0x16];
        let wire = wire(&[(0, 2400, &request)]);
        assert_ne!(heard(&wire, Baudrate::new(300).unwrap()), request);
        assert_ne!(heard(&wire, Baudrate::new(9600).unwrap()), request);
    }

    #[test]
    fn a_finished_transmission_is_forgotten_and_a_running_one_is_not() {
        let mut wire = wire(&[(0, 2400, &[0x00]), (10_000, 2400, &[0x00])]);
        wire.forget_before(Duration::from_micros(11_000));
        assert!(wire.is_mark(Duration::from_micros(100)));
        assert!(!wire.is_mark(Duration::from_micros(10_100)));
    }
}
