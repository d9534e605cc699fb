//! The master: runs one procedure at a time on one bus.
//!
//! # The order of the calls
//!
//! 1. [`start`](Master::start) a [`Procedure`]; or something arrived:
//!    [`handle_input`](Master::handle_input); or the instant of `poll_timeout` has come:
//!    [`handle_timeout`](Master::handle_timeout); or the port is gone: [`abort`](Master::abort).
//! 2. After any of them: [`poll_transmit`](Master::poll_transmit) until `None`, writing each
//!    answer to the port.
//! 3. [`poll_event`](Master::poll_event) until `None`. [`Event::Finished`] is the last event of a
//!    procedure.
//! 4. [`poll_timeout`](Master::poll_timeout): wait until then at most, or for bytes. Between
//!    procedures go on giving it what arrives: a late answer must be seen to be ignored.
//!
//! `now` may stand still but must not go back.

use std::collections::VecDeque;

use thiserror::Error;

use crate::{Event, Instant, Procedure, Timing};

/// A procedure is running; the bus can do one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the bus is busy with another procedure; wait for its end")]
pub struct Busy;

/// The master of one bus.
#[derive(Debug)]
pub struct Master {
    timing: Timing,
    transmit: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

impl Master {
    /// A master of a bus about which nothing is known yet.
    pub fn new(timing: Timing) -> Self {
        Self { timing, transmit: VecDeque::new(), events: VecDeque::new() }
    }

    /// Replaces the timing, from the next request on. For a meter with another baudrate, or for a
    /// slow one.
    pub fn set_timing(&mut self, timing: Timing) {
        self.timing = timing;
    }

    /// Whether a procedure is running.
    pub fn is_busy(&self) -> bool {
        false
    }

    /// Starts a procedure.
    pub fn start(&mut self, now: Instant, procedure: Procedure) -> Result<(), Busy> {
        let _ = (now, procedure);
        Ok(())
    }

    /// Takes in bytes that have arrived, in any pieces.
    pub fn handle_input(&mut self, now: Instant, bytes: &[u8]) {
        let _ = (now, bytes);
    }

    /// Lets time take its course. A call before the instant of `poll_timeout` does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// Ends the running procedure with [`PortLost`](crate::FailureReason::PortLost) and forgets
    /// what was received of an answer.
    pub fn abort(&mut self, now: Instant) {
        let _ = now;
    }

    /// Bytes to write to the port now.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmit.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if nothing arrives before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// What has happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}
