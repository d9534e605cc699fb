//! What the wire brought, sorted into frames, echo and noise.

use std::collections::VecDeque;

use mbus::Frame;
use mbus::frame::stream::{FrameStream, StreamItem};

use crate::request::{Expectation, Fit};
use crate::{Event, Instant};

/// Some bytes that were heard and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
    /// When the first of the bytes arrived.
    pub(crate) began_at: Instant,
    /// When the last of the bytes arrived.
    pub(crate) ended_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole frame with a right checksum.
    Frame,
    /// Exactly what was sent last.
    Echo,
    /// Bytes of no frame.
    Noise,
}

impl Heard {
    pub(crate) fn is_echo(&self) -> bool {
        self.kind == Kind::Echo
    }

    /// How it fits what was expected.
    pub(crate) fn fit(&self, expects: Expectation) -> Fit {
        match Frame::parse(&self.bytes) {
            Ok((frame, _)) if self.kind == Kind::Frame => expects.fit(&frame),
            _ => Fit::Other,
        }
    }
}

impl From<Heard> for Event {
    fn from(heard: Heard) -> Self {
        let Heard { kind, bytes, ended_at: at, .. } = heard;
        match kind {
            Kind::Frame => Self::Received { at, bytes },
            Kind::Echo => Self::Echo { at, bytes },
            Kind::Noise => Self::Noise { at, bytes },
        }
    }
}

/// Finds frames in what arrives, in whatever pieces it does, and knows the echo of what was sent.
#[derive(Debug)]
pub(crate) struct Receiver {
    stream: FrameStream,
    /// When the bytes arrived that the stream still holds, oldest first.
    arrivals: VecDeque<(Instant, usize)>,
    /// What was sent last, until its echo has come.
    sent: Vec<u8>,
}

impl Receiver {
    pub(crate) fn new() -> Self {
        Self { stream: FrameStream::new(), arrivals: VecDeque::new(), sent: Vec::new() }
    }

    /// From now on the echo of these bytes may come, once.
    pub(crate) fn expect_echo(&mut self, sent: &[u8]) {
        self.sent.clear();
        self.sent.extend_from_slice(sent);
    }

    /// Takes in bytes; gives out everything that is certain now.
    pub(crate) fn receive(&mut self, now: Instant, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.stream.push(rest);
            self.arrivals.push_back((now, taken));
            rest = &rest[taken..];
            self.sort_out(&mut heard);
        }
        heard
    }

    /// No more bytes will come: gives out the rest. A frame may come to light in it, behind a
    /// byte that only looked like the start of one.
    pub(crate) fn give_up(&mut self) -> Vec<Heard> {
        let mut heard = Vec::new();
        while let Some(StreamItem::Noise(byte)) = self.stream.abandon() {
            self.keep(Kind::Noise, vec![byte], &mut heard);
            self.sort_out(&mut heard);
        }
        heard
    }

    /// Whether a frame has begun and is not complete.
    pub(crate) fn is_waiting_for_more(&self) -> bool {
        !self.stream.pending().is_empty()
    }

    fn sort_out(&mut self, heard: &mut Vec<Heard>) {
        while let Some(item) = self.stream.next_item() {
            let (kind, bytes) = match item {
                StreamItem::Noise(byte) => (Kind::Noise, vec![byte]),
                StreamItem::Frame { bytes, .. } if bytes == self.sent => {
                    (Kind::Echo, std::mem::take(&mut self.sent))
                }
                StreamItem::Frame { bytes, .. } => (Kind::Frame, bytes.to_vec()),
            };
            self.keep(kind, bytes, heard);
        }
    }

    /// Adds what was found; noise joins the noise before it.
    fn keep(&mut self, kind: Kind, bytes: Vec<u8>, heard: &mut Vec<Heard>) {
        let (began_at, ended_at) = self.take_arrival(bytes.len());
        match heard.last_mut() {
            Some(last) if last.kind == Kind::Noise && kind == Kind::Noise => {
                last.bytes.extend(bytes);
                last.ended_at = ended_at;
            }
            _ => heard.push(Heard { kind, bytes, began_at, ended_at }),
        }
    }

    /// When the oldest `count` bytes arrived, the first and the last of them.
    fn take_arrival(&mut self, mut count: usize) -> (Instant, Instant) {
        let began_at = self.arrivals.front().map_or(Instant::ZERO, |(at, _)| *at);
        let mut ended_at = began_at;
        while let Some((at, left)) = self.arrivals.front_mut() {
            ended_at = *at;
            if *left > count {
                *left -= count;
                break;
            }
            count -= *left;
            self.arrivals.pop_front();
            if count == 0 {
                break;
            }
        }
        (began_at, ended_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: [u8; 5] = [0x10, 0x7B, 0x01, 0x7C, 0x16];

    fn at(millis: u64) -> Instant {
        Instant::from_micros(millis * 1000)
    }

    fn kinds(heard: &[Heard]) -> Vec<(Kind, usize)> {
        heard.iter().map(|heard| (heard.kind, heard.bytes.len())).collect()
    }

    #[test]
    fn the_echo_is_known_once_even_behind_noise_and_in_pieces() {
        let mut receiver = Receiver::new();
        receiver.expect_echo(&REQUEST);
        assert_eq!(kinds(&receiver.receive(at(0), &[0x00, 0x10, 0x7B])), [(Kind::Noise, 1)]);
        assert_eq!(kinds(&receiver.receive(at(1), &[0x01, 0x7C, 0x16])), [(Kind::Echo, 5)]);
        assert_eq!(kinds(&receiver.receive(at(2), &REQUEST)), [(Kind::Frame, 5)]);
    }

    #[test]
    fn a_frame_knows_when_its_own_first_and_last_byte_arrived() {
        let mut receiver = Receiver::new();
        receiver.receive(at(1), &[0xFF, 0xFF]);
        receiver.receive(at(2), &[0xFF, 0x10, 0x7B]);
        let heard = receiver.receive(at(7), &[0x01, 0x7C, 0x16]);
        assert_eq!((heard[0].began_at, heard[0].ended_at), (at(2), at(7)));
    }

    #[test]
    fn giving_up_finds_the_frame_behind_a_false_start() {
        let mut receiver = Receiver::new();
        // Noise that announces a frame of 261 bytes, then an acknowledgement.
        assert_eq!(receiver.receive(at(0), &[0x68, 0xFF, 0xFF, 0x68, 0xE5]), []);
        assert!(receiver.is_waiting_for_more());
        assert_eq!(kinds(&receiver.give_up()), [(Kind::Noise, 4), (Kind::Frame, 1)]);
        assert!(!receiver.is_waiting_for_more());
    }
}
