//! The master and a simulated bus on one virtual clock.

use std::time::Duration;

use mbus_master::{
    Baudrate, Event, Instant, Master, Outcome, Procedure, ReadOut, Readout, ReadoutFailure, Timing,
};
use mbus_sim::{BusDescription, SimulatedBus};

pub(crate) struct Joined {
    pub(crate) master: Master,
    pub(crate) bus: SimulatedBus,
    pub(crate) now: Duration,
    pub(crate) events: Vec<Event>,
}

impl Joined {
    pub(crate) fn new(description: BusDescription) -> Self {
        let baudrate = Baudrate::new(description.baudrate.get()).unwrap();
        Self {
            master: Master::new(Timing::new(baudrate, Duration::ZERO)),
            bus: SimulatedBus::new(description),
            now: Duration::ZERO,
            events: Vec::new(),
        }
    }

    pub(crate) fn instant(&self) -> Instant {
        Instant::ZERO + self.now
    }

    pub(crate) fn read(&mut self, address: &str) -> Result<Readout, ReadoutFailure> {
        let read_out = ReadOut::new(address.parse().unwrap());
        match self.run(Procedure::ReadOut(read_out)) {
            Outcome::ReadOut(result) => result,
            other => panic!("{other:?}"),
        }
    }

    /// Runs a procedure to its end.
    pub(crate) fn run(&mut self, procedure: Procedure) -> Outcome {
        self.run_while(procedure, |_| true).unwrap()
    }

    /// Runs a procedure to its end, or until `goes_on` says no before the next thing happens.
    pub(crate) fn run_while(
        &mut self,
        procedure: Procedure,
        goes_on: impl Fn(&Self) -> bool,
    ) -> Option<Outcome> {
        self.master.start(self.instant(), procedure).unwrap();
        while goes_on(self) {
            while let Some(request) = self.master.poll_transmit() {
                self.bus.handle_input(self.now, &request);
            }
            while let Some(event) = self.master.poll_event() {
                if let Event::Finished(outcome) = event {
                    return Some(outcome);
                }
                self.events.push(event);
            }
            let timeout = self.master.poll_timeout().map(|at| at.duration_since(Instant::ZERO));
            let next = [timeout, self.bus.poll_timeout()].into_iter().flatten().min().unwrap();
            self.now = self.now.max(next);
            self.bus.handle_timeout(self.now);
            match self.bus.poll_transmit(self.now) {
                Some(bytes) => self.master.handle_input(self.instant(), &bytes),
                None => self.master.handle_timeout(self.instant()),
            }
        }
        None
    }

    pub(crate) fn echoes(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Echo { .. })).count()
    }
}
