//! What was on the wire during one readout.

use std::time::Duration;

use mbus_master::{Event, Instant};

/// More than a readout of ten telegrams with all its repetitions makes. A line that never falls
/// quiet must not fill the memory.
const MAX_ENTRIES: usize = 256;

/// The bytes of one readout, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    entries: Vec<TraceEntry>,
    began: Option<Instant>,
}

/// Bytes that went or came together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEntry {
    /// Since the beginning of the trace.
    pub at: Duration,
    /// Which way they went.
    pub direction: Direction,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which way bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the meters.
    Sent,
    /// From a meter: a whole frame.
    Received,
    /// From the wire, no frame; also the echo of what was sent.
    Noise,
}

impl Trace {
    /// Notes what happened, where it was on the wire.
    pub fn note(&mut self, event: &Event) {
        let (at, direction, bytes) = match event {
            Event::Sent { at, bytes } => (*at, Direction::Sent, bytes),
            Event::Received { at, bytes } => (*at, Direction::Received, bytes),
            Event::Noise { at, bytes } | Event::Echo { at, bytes } => {
                (*at, Direction::Noise, bytes)
            }
            Event::Telegram(_) | Event::Finished(_) => return,
        };
        let began = *self.began.get_or_insert(at);
        if self.entries.len() < MAX_ENTRIES {
            let at = at.duration_since(began);
            self.entries.push(TraceEntry { at, direction, bytes: bytes.clone() });
        }
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[TraceEntry] {
        &self.entries
    }

    /// The request that the first frame longer than an acknowledgement answered, or the last one
    /// sent.
    pub fn answered_request(&self) -> Option<&[u8]> {
        let answer = self
            .entries
            .iter()
            .position(|entry| entry.direction == Direction::Received && entry.bytes.len() > 1)
            .unwrap_or(self.entries.len());
        self.entries[..answer]
            .iter()
            .rev()
            .find(|entry| entry.direction == Direction::Sent)
            .map(|entry| entry.bytes.as_slice())
    }

    /// Whether anything was sent.
    pub fn sent_something(&self) -> bool {
        self.entries.iter().any(|entry| entry.direction == Direction::Sent)
    }

    /// Whether anything at all came from the wire.
    pub fn heard_something(&self) -> bool {
        self.entries.iter().any(|entry| entry.direction != Direction::Sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_micros(millis * 1000)
    }

    #[test]
    fn the_request_is_the_one_that_was_answered() {
        let mut trace = Trace::default();
        trace.note(&Event::Sent { at: at(500), bytes: vec![0x10, 0x40] });
        trace.note(&Event::Received { at: at(550), bytes: vec![0xE5] });
        trace.note(&Event::Sent { at: at(600), bytes: vec![0x10, 0x5B] });
        assert!(trace.heard_something());
        trace.note(&Event::Received { at: at(700), bytes: vec![0x68, 0x16] });
        trace.note(&Event::Sent { at: at(800), bytes: vec![0x10, 0x7B] });
        assert_eq!(trace.answered_request(), Some(&[0x10, 0x5B][..]));
        assert_eq!(trace.entries()[3].at, Duration::from_millis(200), "it begins at zero");
    }

    #[test]
    fn a_noisy_line_does_not_fill_the_memory() {
        let mut trace = Trace::default();
        assert!(!trace.heard_something());
        for _ in 0..10_000 {
            trace.note(&Event::Noise { at: at(0), bytes: vec![0] });
        }
        assert_eq!(trace.entries().len(), MAX_ENTRIES);
        assert_eq!(trace.answered_request(), None);
    }
}
