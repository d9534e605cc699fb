//! The master: runs one procedure at a time on one bus.
//!
//! # The order of the calls
//!
//! 1. One thing happens: a [`Procedure`] is to [`start`](Master::start), bytes have arrived
//!    ([`handle_input`](Master::handle_input)), the instant of `poll_timeout` has come
//!    ([`handle_timeout`](Master::handle_timeout)), or the port is gone
//!    ([`abort`](Master::abort)).
//! 2. [`poll_transmit`](Master::poll_transmit) until `None`; write what it gives to the port.
//! 3. [`poll_event`](Master::poll_event) until `None`. [`Event::Finished`] is the last event of a
//!    procedure.
//! 4. [`poll_timeout`](Master::poll_timeout) says until when to wait for the next thing.
//!
//! Between procedures, go on giving the master what arrives: it must see a late answer to let it
//! pass. `now` may stand still but must not go back.
//!
//! # Example
//!
//! One readout of meter 1 on a clock made of numbers; `wire` stands for the port and the meter.
//!
//! ```
//! use mbus_master::{Baudrate, Event, Instant, Master, Outcome, Procedure, ReadOut, Timing};
//! use std::time::Duration;
//!
//! fn wire(request: &[u8]) -> &'static [u8] {
//!     match request {
//!         [0x10, 0x40, ..] => &[0xE5],
//!         _ => &[
//!             0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00,
//!             0x0C, 0x78, 0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
//!         ],
//!     }
//! }
//!
//! let mut master = Master::new(Timing::new(Baudrate::B2400, Duration::from_millis(20)));
//! let mut now = Instant::ZERO;
//! master.start(now, Procedure::ReadOut(ReadOut::new("1".parse().unwrap()))).unwrap();
//! let readout = 'finished: loop {
//!     while let Some(request) = master.poll_transmit() {
//!         now += Duration::from_millis(60);
//!         master.handle_input(now, wire(&request));
//!     }
//!     while let Some(event) = master.poll_event() {
//!         if let Event::Finished(Outcome::ReadOut(result)) = event {
//!             break 'finished result.unwrap();
//!         }
//!     }
//!     now = master.poll_timeout().unwrap();
//!     master.handle_timeout(now);
//! };
//! assert_eq!(readout.telegrams.len(), 1);
//! assert_eq!(readout.telegrams[0].tries, 1);
//! ```

use std::collections::VecDeque;

use thiserror::Error;

use crate::asking::Asking;
use crate::exchange::Exchange;
use crate::frame_count::FrameCount;
use crate::procedure::{Running, Step};
use crate::quiet::Quiet;
use crate::receive::{Heard, Receiver};
use crate::{Event, Instant, Procedure, Timing};

/// A procedure is running, and the bus can do one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the bus is busy with another procedure; wait for its end")]
pub struct Busy;

/// The master of one bus.
#[derive(Debug)]
pub struct Master {
    timing: Timing,
    receiver: Receiver,
    frame_count: FrameCount,
    quiet: Quiet,
    task: Option<Task>,
    transmit: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

/// A procedure and the request it has come to.
#[derive(Debug)]
struct Task {
    procedure: Running,
    asking: Asking,
}

impl Master {
    /// A master of a bus on which nothing was sent yet.
    pub fn new(timing: Timing) -> Self {
        Self {
            timing,
            receiver: Receiver::new(),
            frame_count: FrameCount::new(),
            quiet: Quiet::new(),
            task: None,
            transmit: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The limits in force.
    pub const fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Replaces the limits: for a meter with another baudrate, or a slow one. A procedure that is
    /// running takes them over with its next request.
    pub const fn set_timing(&mut self, timing: Timing) {
        self.timing = timing;
    }

    /// Whether a procedure is running.
    pub const fn is_busy(&self) -> bool {
        self.task.is_some()
    }

    /// Starts a procedure. Its first request goes out as soon as the bus is quiet.
    pub fn start(&mut self, now: Instant, procedure: Procedure) -> Result<(), Busy> {
        if self.is_busy() {
            return Err(Busy);
        }
        let mut procedure = Running::new(procedure, &self.timing);
        let request = procedure.begin();
        let asking = Asking::new(now, request, &self.frame_count, &self.timing);
        self.task = Some(Task { procedure, asking });
        self.handle_timeout(now);
        Ok(())
    }

    /// Takes in bytes that have arrived, in whatever pieces.
    pub fn handle_input(&mut self, now: Instant, bytes: &[u8]) {
        // What arrives behind the deadline is no answer, even where the caller was slow to say
        // that the deadline had passed.
        if self.exchange().is_some_and(|exchange| exchange.deadline() < now) {
            self.conclude(now);
        }
        let heard = self.receiver.receive(now, bytes);
        if !bytes.is_empty() {
            self.touch(now, bytes.len(), &heard);
        }
        self.hear(heard);
        self.handle_timeout(now);
    }

    /// Lets time take its course. Before the instant of `poll_timeout` it does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(Task { asking, .. }) = &self.task
            && asking.due(&self.quiet, &self.timing) <= now
        {
            match asking.exchange() {
                None => self.send(now),
                Some(_) => self.conclude(now),
            }
        }
    }

    /// The port is gone: ends the running procedure with
    /// [`PortLost`](crate::FailureReason::PortLost) and forgets what was to be sent. Whoever opens
    /// the port again goes on with the same master, so that what is still coming is let pass.
    pub fn abort(&mut self, now: Instant) {
        let rest = self.receiver.give_up();
        self.hear(rest);
        self.transmit.clear();
        let Some(task) = self.task.take() else { return };
        self.quiet.ask(now, self.timing.response_limit());
        let sent = task.asking.bytes().to_vec();
        let outcome = task.procedure.give_up(task.asking.port_lost(now), &sent);
        self.events.push_back(Event::Finished(outcome));
    }

    /// Bytes to write to the port now.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmit.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout); `None` while there is nothing to
    /// wait for.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.task.as_ref().map(|task| task.asking.due(&self.quiet, &self.timing))
    }

    /// What has happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn exchange(&self) -> Option<&Exchange> {
        self.task.as_ref()?.asking.exchange()
    }

    fn send(&mut self, now: Instant) {
        // Whatever has begun before the request is no answer to it.
        let rest = self.receiver.give_up();
        self.hear(rest);
        let Some(task) = &mut self.task else { return };
        let bytes = task.asking.send(now, &mut self.frame_count, &self.timing).to_vec();
        self.receiver.expect_echo(&bytes);
        self.transmit.push_back(bytes.clone());
        self.events.push_back(Event::Sent { at: now, bytes });
    }

    /// Notes that bytes arrived: they may belong to an answer, or disturb the quiet.
    fn touch(&mut self, now: Instant, bytes: usize, heard: &[Heard]) {
        let only_echo = !self.receiver.is_waiting_for_more() && heard.iter().all(Heard::is_echo);
        match &mut self.task {
            Some(task) if only_echo && task.asking.exchange().is_some() => {}
            Some(task) => task.asking.touch(now, bytes, &mut self.quiet, &self.timing),
            None => self.quiet.ask(now, self.timing.pause_after_miss()),
        }
    }

    fn hear(&mut self, heard: Vec<Heard>) {
        for heard in heard {
            self.events.push_back(heard.clone().into());
            if let Some(task) = &mut self.task {
                task.asking.hear(heard);
            }
        }
    }

    /// The try is over: goes on with the repetition, or with the procedure's next step.
    fn conclude(&mut self, now: Instant) {
        if self.exchange().is_some_and(Exchange::wants_the_rest) {
            let rest = self.receiver.give_up();
            self.hear(rest);
        }
        let Some(Task { procedure, asking }) = &mut self.task else { return };
        let Some(answered) =
            asking.conclude(now, &mut self.frame_count, &mut self.quiet, &self.timing)
        else {
            return;
        };
        match procedure.proceed(answered, asking.bytes(), &mut self.events) {
            Step::Ask(request) => {
                *asking = Asking::new(now, request, &self.frame_count, &self.timing);
            }
            Step::Finish(outcome) => {
                self.task = None;
                self.events.push_back(Event::Finished(outcome));
            }
        }
    }
}
