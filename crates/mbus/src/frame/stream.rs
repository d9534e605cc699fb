//! Frames out of a stream of bytes that may be cut, merged, echoed or noisy.
//!
//! The rule on a fault is to drop one byte and try again at the next, never to clear the buffer:
//! a real frame may start inside what looked like one.

use super::{Frame, FrameError, MAX_FRAME_LEN};

const CAPACITY: usize = 2 * MAX_FRAME_LEN;

/// Finds frames in bytes as they arrive.
///
/// ```
/// use mbus::frame::stream::{FrameStream, StreamItem};
///
/// let mut stream = FrameStream::new();
/// stream.push(&[0x00, 0x40, 0xE5]);
/// assert_eq!(stream.next_item(), Some(StreamItem::Noise(0x00)));
/// assert_eq!(stream.next_item(), Some(StreamItem::Noise(0x40)));
/// assert!(matches!(stream.next_item(), Some(StreamItem::Frame { .. })));
/// assert_eq!(stream.next_item(), None);
/// ```
#[derive(Clone, Debug)]
pub struct FrameStream {
    buffer: [u8; CAPACITY],
    start: usize,
    end: usize,
}

/// What the stream found next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamItem<'a> {
    /// A whole frame with a right checksum.
    Frame {
        /// The frame.
        frame: Frame<'a>,
        /// Its bytes as received.
        bytes: &'a [u8],
    },
    /// A byte that belongs to no frame.
    Noise(u8),
}

/// A frame that has begun and lacks bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Bytes received of it.
    pub have: usize,
    /// Bytes it announces, or the least it needs while that is unknown.
    pub need: usize,
}

impl Default for FrameStream {
    fn default() -> Self {
        Self::new()
    }
}

impl FrameStream {
    /// An empty stream.
    pub const fn new() -> Self {
        Self { buffer: [0; CAPACITY], start: 0, end: 0 }
    }

    /// Takes in bytes and returns how many fitted; call [`next_item`](Self::next_item) until it
    /// returns `None` before pushing the rest. At least [`MAX_FRAME_LEN`] bytes fit then.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let taken = bytes.len().min(CAPACITY - self.end);
        self.buffer[self.end..self.end + taken].copy_from_slice(&bytes[..taken]);
        self.end += taken;
        taken
    }

    /// The next frame or noise byte; `None` when more bytes are needed.
    pub fn next_item(&mut self) -> Option<StreamItem<'_>> {
        let length = match Frame::parse(&self.buffer[self.start..self.end]) {
            Ok((_, length)) => length,
            Err(FrameError::Empty | FrameError::Truncated { .. }) => return None,
            Err(_) => return Some(self.drop_byte()),
        };
        let bytes = &self.buffer[self.start..self.start + length];
        self.start += length;
        // Parsed a second time because the first borrow had to end; it cannot fail.
        Frame::parse(bytes).ok().map(|(frame, _)| StreamItem::Frame { frame, bytes })
    }

    fn drop_byte(&mut self) -> StreamItem<'static> {
        let byte = self.buffer[self.start];
        self.start += 1;
        StreamItem::Noise(byte)
    }

    /// Gives up on the frame that has begun: its first byte becomes noise, and what follows is
    /// looked at afresh. For the moment when no more bytes will come.
    pub fn abandon(&mut self) -> Option<StreamItem<'_>> {
        if self.start == self.end { None } else { Some(self.drop_byte()) }
    }

    /// The frame that has begun and is not complete.
    pub fn partial(&self) -> Option<Partial> {
        match Frame::parse(&self.buffer[self.start..self.end]) {
            Err(FrameError::Truncated { have, need }) => Some(Partial { have, need }),
            _ => None,
        }
    }

    /// Bytes received and not yet given out.
    pub fn pending(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Forgets everything received.
    pub const fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}
