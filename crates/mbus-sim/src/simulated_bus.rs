//! A bus in motion: takes what a master sends, gives what the master would hear.

use core::time::Duration;

use crate::bus_description::BusDescription;
use crate::clock::{BuildingClock, ClockSettings};

/// A bus with its meters as a pure state machine.
///
/// `now` is the time since any fixed start and must not go back. The order of calls:
/// 1. [`handle_input`](Self::handle_input) whenever the master has sent bytes. They go over the
///    wire from that moment on, 11 bit times each, or behind those still being sent.
/// 2. [`poll_transmit`](Self::poll_transmit) gives the bytes that have reached the master.
/// 3. [`poll_timeout`](Self::poll_timeout) says when something happens next; wait until then,
///    call [`handle_timeout`](Self::handle_timeout), go to 2.
#[derive(Clone, Debug)]
pub struct SimulatedBus {
    description: BusDescription,
    clock: BuildingClock,
}

impl SimulatedBus {
    /// A bus at rest, with the default clock.
    pub fn new(description: BusDescription) -> Self {
        Self { description, clock: BuildingClock::new(ClockSettings::default()) }
    }

    /// The same with another clock; for before the first input.
    #[must_use]
    pub fn with_clock(mut self, settings: ClockSettings) -> Self {
        self.clock = BuildingClock::new(settings);
        self
    }

    /// What the bus was made from.
    pub fn description(&self) -> &BusDescription {
        &self.description
    }

    /// The master has sent these bytes at `now`.
    pub fn handle_input(&mut self, _now: Duration, _bytes: &[u8]) {}

    /// Time has passed; call at or after the moment [`poll_timeout`](Self::poll_timeout) named.
    pub fn handle_timeout(&mut self, _now: Duration) {}

    /// The bytes that have reached the master until `now` and were not given out yet; `None`
    /// when there are none.
    pub fn poll_transmit(&mut self, _now: Duration) -> Option<Vec<u8>> {
        None
    }

    /// When something happens next, as time since the fixed start; `None` when the bus rests
    /// until the next input.
    pub fn poll_timeout(&self) -> Option<Duration> {
        None
    }
}
