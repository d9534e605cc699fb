//! A bus in motion: takes what a master sends, gives what the master would hear.

mod ear;

use core::time::Duration;

use mbus::{Frame, PrimaryAddress};

use crate::baudrate::Baudrate;
use crate::bus_description::BusDescription;
use crate::clock::{BuildingClock, ClockSettings};
use crate::meter::Meter;
use crate::quirks::Quirks;
use crate::wire::{Receiver, Wire};
use ear::{Ear, HeardFrame};

/// A bus with its meters as a pure state machine.
///
/// `now` is the time since any fixed start and must not go back. The order of calls:
/// 1. [`handle_input`](Self::handle_input) whenever the master has sent bytes. They go over the
///    wire from that moment on, 11 bit times each, or behind those still being sent.
/// 2. [`poll_transmit`](Self::poll_transmit) gives the bytes that have reached the master.
/// 3. [`poll_timeout`](Self::poll_timeout) says when something happens next; wait until then,
///    call [`handle_timeout`](Self::handle_timeout), go to 2.
///
/// A caller that comes late loses nothing: everything happens at its own moment, and what has
/// arrived by `now` is given out together.
#[derive(Clone, Debug)]
pub struct SimulatedBus {
    description: BusDescription,
    clock: BuildingClock,
    meters: Vec<Meter>,
    /// From the master to the meters.
    downlink: Wire,
    /// From the meters to the master.
    uplink: Wire,
    /// One for each speed that meters of this bus listen at.
    ears: Vec<Ear>,
    converter: Receiver,
    /// When the last byte of the master ends.
    master_sends_until: Duration,
    bytes_received: u64,
    arrived: Vec<u8>,
}

impl SimulatedBus {
    /// A bus at rest, with the default clock.
    pub fn new(description: BusDescription) -> Self {
        let mut ears: Vec<Ear> = Vec::new();
        for meter in &description.meters {
            let baudrate = meter.baudrate.unwrap_or(description.baudrate);
            if ears.iter().all(|ear| ear.baudrate() != baudrate) {
                ears.push(Ear::new(baudrate));
            }
        }
        Self {
            clock: BuildingClock::new(ClockSettings::default()),
            meters: description.meters.iter().cloned().map(Meter::new).collect(),
            downlink: Wire::default(),
            uplink: Wire::default(),
            ears,
            converter: Receiver::new(description.baudrate),
            master_sends_until: Duration::ZERO,
            bytes_received: 0,
            arrived: Vec::new(),
            description,
        }
    }

    /// The same with another clock; for before the first input.
    #[must_use]
    pub fn with_clock(mut self, settings: ClockSettings) -> Self {
        self.clock = BuildingClock::new(settings);
        self
    }

    /// What the bus was made from.
    pub const fn description(&self) -> &BusDescription {
        &self.description
    }

    /// Gives the meter at that place of the description other quirks, from now on; false when
    /// there is no such meter.
    pub fn set_quirks(&mut self, meter: usize, quirks: Quirks) -> bool {
        self.meters.get_mut(meter).map(|meter| meter.set_quirks(quirks)).is_some()
    }

    /// The primary address that the meter at that place of the description has now: a master may
    /// have given it another.
    pub fn primary_address(&self, meter: usize) -> Option<PrimaryAddress> {
        self.meters.get(meter).map(Meter::primary_address)
    }

    /// Sets the speed of the master's converter, from now on. It starts with the speed of the bus;
    /// at any other one, master and meters do not understand each other.
    pub const fn set_converter_baudrate(&mut self, baudrate: Baudrate) {
        self.converter.set_baudrate(baudrate);
    }

    /// The master has sent these bytes at `now`.
    pub fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
        self.advance(now);
        if bytes.is_empty() {
            return;
        }
        let start = self.master_sends_until.max(now);
        let baudrate = self.converter.baudrate();
        if self.description.disturbance.echo {
            self.uplink.send(start, baudrate, bytes.to_vec());
        }
        self.master_sends_until = self.downlink.send(start, baudrate, bytes.to_vec());
    }

    /// Time has passed; call at or after the moment [`poll_timeout`](Self::poll_timeout) named.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.advance(now);
    }

    /// The bytes that have reached the master until `now` and were not given out yet; `None`
    /// when there are none.
    pub fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.advance(now);
        if self.arrived.is_empty() { None } else { Some(core::mem::take(&mut self.arrived)) }
    }

    /// When something happens next, as time since the fixed start; `None` when the bus rests
    /// until the next input.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let heard = self.ears.iter().filter_map(|ear| ear.next_end(&self.downlink)).min();
        let received = self.converter.next_end(&self.uplink);
        [heard, received].into_iter().flatten().min()
    }

    /// Everything up to `now`, in its order: an answer must be on the wire before the converter
    /// reads past its start.
    fn advance(&mut self, now: Duration) {
        while let Some(next) = self.poll_timeout().filter(|next| *next <= now) {
            self.meters_hear_until(next);
            self.master_hears_until(next);
        }
        self.forget_the_past();
    }

    fn meters_hear_until(&mut self, until: Duration) {
        let Self { description, clock, meters, downlink, uplink, ears, .. } = self;
        for ear in ears {
            let baudrate = ear.baudrate();
            while let Some(heard) = ear.next_frame(downlink, until) {
                let listeners = meters.iter_mut().filter(|meter| {
                    meter.description().baudrate.unwrap_or(description.baudrate) == baudrate
                });
                let answers = answers(listeners, &heard, baudrate, clock);
                if answers.is_empty() {
                    continue;
                }
                let stray = description.disturbance.stray.clone();
                let quiet_from = uplink.send(heard.end, baudrate, stray);
                for answer in answers {
                    uplink.send(answer.start.max(quiet_from), baudrate, answer.bytes);
                }
            }
        }
    }

    fn master_hears_until(&mut self, until: Duration) {
        while let Some(byte) = self.converter.next_byte(&self.uplink, until) {
            self.bytes_received += 1;
            let flip_every = u64::from(self.description.disturbance.flip_every);
            let is_flipped = flip_every > 0 && self.bytes_received.is_multiple_of(flip_every);
            // Any one bit will do; the checksum must find each.
            self.arrived.push(if is_flipped { byte.value ^ 0x10 } else { byte.value });
        }
    }

    fn forget_the_past(&mut self) {
        // Without a meter nobody listens.
        let heard = self.ears.iter().map(Ear::from).min().unwrap_or(Duration::MAX);
        self.downlink.forget_before(heard);
        self.uplink.forget_before(self.converter.from());
    }
}

/// Bytes that a meter puts on the wire.
struct Answer {
    start: Duration,
    bytes: Vec<u8>,
}

/// What meters answer to a frame.
fn answers<'a>(
    meters: impl Iterator<Item = &'a mut Meter>,
    heard: &HeardFrame,
    baudrate: Baudrate,
    clock: &BuildingClock,
) -> Vec<Answer> {
    let Ok((frame, _)) = Frame::parse(&heard.bytes) else { return Vec::new() };
    let moment = clock.moment(heard.end);
    meters
        .filter_map(|meter| {
            let bytes = meter.hear(&frame, heard.end, moment)?;
            let start = meter.answers_at(heard.end, baudrate, bytes.len());
            Some(Answer { start, bytes })
        })
        .collect()
}
