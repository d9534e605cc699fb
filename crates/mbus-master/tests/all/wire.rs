//! A scripted wire: which request must come, and what arrives after it and when.

use std::collections::VecDeque;
use std::time::Duration;

use mbus::hex::Hex;
use mbus_master::{
    Baudrate, Event, Instant, Master, Outcome, Procedure, ReadOut, Readout, ReadoutFailure, Timing,
};

use crate::frames::bytes;

/// How long a meter takes to answer where a test does not say.
const USUAL: u64 = 20;

/// A master at 2400 baud and the wire it talks to.
pub(crate) struct Wire {
    pub(crate) master: Master,
    pub(crate) now: Instant,
    pub(crate) events: Vec<Event>,
    script: VecDeque<Expected>,
    arriving: Vec<(Instant, Vec<u8>)>,
}

struct Expected {
    request: String,
    /// Milliseconds from the last stop bit of the request, and the bytes.
    arriving: Vec<(u64, Vec<u8>)>,
}

impl Wire {
    /// A bus without a transport in between.
    pub(crate) fn new() -> Self {
        Self::with(Timing::new(Baudrate::B2400, Duration::ZERO))
    }

    pub(crate) fn with(timing: Timing) -> Self {
        Self {
            master: Master::new(timing),
            now: Instant::ZERO,
            events: Vec::new(),
            script: VecDeque::new(),
            arriving: Vec::new(),
        }
    }

    /// The next request must be this one. Unless something is added, nothing answers it.
    pub(crate) fn on(mut self, request: &str) -> Self {
        self.script.push_back(Expected { request: request.into(), arriving: Vec::new() });
        self
    }

    /// These bytes arrive in one piece, in good time.
    pub(crate) fn answer(self, hex: &str) -> Self {
        self.after(USUAL, &bytes(hex))
    }

    /// These bytes arrive in one piece, so many milliseconds after the request.
    pub(crate) fn after(mut self, millis: u64, bytes: &[u8]) -> Self {
        self.script.back_mut().unwrap().arriving.push((millis, bytes.to_vec()));
        self
    }

    /// Reads a meter by the script, to its end.
    pub(crate) fn read(&mut self, address: &str) -> Result<Readout, ReadoutFailure> {
        self.start(address);
        match self.finish() {
            Outcome::ReadOut(result) => result,
            other => panic!("{other:?}"),
        }
    }

    /// Runs a procedure by the script, to its end.
    pub(crate) fn run(&mut self, procedure: Procedure) -> Outcome {
        self.master.start(self.now, procedure).unwrap();
        self.finish()
    }

    /// Starts to read a meter.
    pub(crate) fn start(&mut self, address: &str) {
        let read_out = ReadOut::new(address.parse().unwrap());
        self.master.start(self.now, Procedure::ReadOut(read_out)).unwrap();
    }

    /// Goes on to the end of what was started.
    pub(crate) fn finish(&mut self) -> Outcome {
        loop {
            if let Some(outcome) = self.settle() {
                let left: Vec<_> = self.script.iter().map(|expected| &expected.request).collect();
                assert!(left.is_empty(), "was never sent: {left:?}");
                return outcome;
            }
            self.step();
        }
    }

    /// Whether every request of the script was sent and everything has arrived.
    pub(crate) fn is_played(&self) -> bool {
        self.script.is_empty() && self.arriving.is_empty()
    }

    /// Lets the next thing happen that can happen.
    pub(crate) fn step(&mut self) {
        let timeout = self.master.poll_timeout();
        let next = self.arriving.iter().map(|(at, _)| *at).min();
        match next {
            Some(at) if timeout.is_none_or(|timeout| at <= timeout) => {
                let index = self.arriving.iter().position(|(due, _)| *due == at).unwrap();
                let (_, bytes) = self.arriving.remove(index);
                self.now = self.now.max(at);
                self.master.handle_input(self.now, &bytes);
            }
            _ => {
                self.now = self.now.max(timeout.expect("the master waits for nothing"));
                self.master.handle_timeout(self.now);
            }
        }
    }

    /// Takes out what the master has to say; gives the outcome once it is there.
    pub(crate) fn settle(&mut self) -> Option<Outcome> {
        while let Some(sent) = self.master.poll_transmit() {
            let sent_hex = format!("{:#}", Hex(&sent));
            let expected = self.script.pop_front();
            let expected = expected.unwrap_or_else(|| panic!("nothing more expected: {sent_hex}"));
            assert_eq!(sent_hex, expected.request, "at {}", self.now);
            let request_end = self.now + Baudrate::B2400.bytes(sent.len());
            for (millis, bytes) in expected.arriving {
                self.arriving.push((request_end + Duration::from_millis(millis), bytes));
            }
        }
        let mut outcome = None;
        while let Some(event) = self.master.poll_event() {
            if let Event::Finished(finished) = &event {
                outcome = Some(finished.clone());
            }
            self.events.push(event);
        }
        outcome
    }

    /// When the requests were sent.
    pub(crate) fn sent_at(&self) -> Vec<Instant> {
        let sent = |event: &Event| match event {
            Event::Sent { at, .. } => Some(*at),
            _ => None,
        };
        self.events.iter().filter_map(sent).collect()
    }

    /// All bytes of the events that `pick` picks.
    pub(crate) fn heard(&self, pick: impl Fn(&Event) -> Option<&Vec<u8>>) -> Vec<u8> {
        self.events.iter().filter_map(pick).flatten().copied().collect()
    }

    /// How many telegrams were delivered as events.
    pub(crate) fn delivered(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Telegram(_))).count()
    }
}

pub(crate) fn noise(event: &Event) -> Option<&Vec<u8>> {
    match event {
        Event::Noise { bytes, .. } => Some(bytes),
        _ => None,
    }
}

pub(crate) fn echo(event: &Event) -> Option<&Vec<u8>> {
    match event {
        Event::Echo { bytes, .. } => Some(bytes),
        _ => None,
    }
}
