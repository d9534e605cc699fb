//! What the meters of one speed hear of the master: frames out of the bits on the wire.

use core::time::Duration;

use mbus::frame::stream::{FrameStream, StreamItem};

use crate::baudrate::Baudrate;
use crate::wire::{Receiver, Wire};

/// Bit times of idle line after which a frame that has begun is given up (EN 13757-2).
const GIVE_UP_AFTER_BITS: u32 = 33;

/// The common receiver of all meters that listen at one speed: they hear the same.
#[derive(Clone, Debug)]
pub(super) struct Ear {
    receiver: Receiver,
    stream: FrameStream,
    last_byte_end: Duration,
}

/// A whole frame with a right checksum, and the moment its last stop bit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeardFrame {
    pub(super) bytes: Vec<u8>,
    pub(super) end: Duration,
}

impl Ear {
    pub(super) const fn new(baudrate: Baudrate) -> Self {
        Self {
            receiver: Receiver::new(baudrate),
            stream: FrameStream::new(),
            last_byte_end: Duration::ZERO,
        }
    }

    pub(super) const fn baudrate(&self) -> Baudrate {
        self.receiver.baudrate()
    }

    /// What lies before this moment no longer matters to this ear.
    pub(super) const fn from(&self) -> Duration {
        self.receiver.from()
    }

    /// When the next byte will be complete.
    pub(super) fn next_end(&self, wire: &Wire) -> Option<Duration> {
        self.receiver.next_end(wire)
    }

    /// The next frame that is complete by `until`.
    pub(super) fn next_frame(&mut self, wire: &Wire, until: Duration) -> Option<HeardFrame> {
        loop {
            while let Some(item) = self.stream.next_item() {
                if let StreamItem::Frame { bytes, .. } = item {
                    return Some(HeardFrame { bytes: bytes.to_vec(), end: self.last_byte_end });
                }
            }
            let byte = self.receiver.next_byte(wire, until)?;
            let idle = byte.start.saturating_sub(self.last_byte_end);
            // A byte with a wrong parity makes its frame void as well.
            if idle >= self.baudrate().bits(GIVE_UP_AFTER_BITS) || !byte.is_clean {
                self.stream.clear();
            }
            self.last_byte_end = byte.end;
            if byte.is_clean {
                self.stream.push(&[byte.value]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: [u8; 5] = [0x10, 0x5B, 0x01, 0x5C, 0x16];

    fn heard(pieces: &[(u64, &[u8])]) -> Vec<HeardFrame> {
        let mut wire = Wire::default();
        for (milliseconds, bytes) in pieces {
            wire.send(Duration::from_millis(*milliseconds), Baudrate::DEFAULT, bytes.to_vec());
        }
        let mut ear = Ear::new(Baudrate::DEFAULT);
        core::iter::from_fn(|| ear.next_frame(&wire, Duration::MAX)).collect()
    }

    #[test]
    fn a_frame_ends_with_its_last_stop_bit() {
        let frames = heard(&[(100, &REQUEST)]);
        let end = Duration::from_millis(100) + Baudrate::DEFAULT.bytes(5);
        let [frame] = &frames[..] else { panic!("{frames:?}") };
        assert_eq!(frame.bytes, REQUEST);
        // Bit times are whole nanoseconds, rounded up.
        assert!(frame.end.abs_diff(end) <= Duration::from_nanos(1), "{:?}", frame.end);
    }

    #[test]
    fn an_idle_line_ends_a_frame_that_has_begun() {
        assert_eq!(heard(&[(0, &REQUEST[..3]), (20, &REQUEST[3..])]).len(), 1, "gap of 15 bits");
        assert_eq!(heard(&[(0, &REQUEST[..3]), (30, &REQUEST[3..])]).len(), 0, "gap of 39 bits");
        assert_eq!(heard(&[(0, &[0x68, 0x0B, 0x0B]), (30, &REQUEST)]).len(), 1);
    }
}
