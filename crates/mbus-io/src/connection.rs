//! One bus: its port and its master.

use std::time::Duration;

use mbus_master::{Baudrate, Event, Master, Outcome, Procedure, Timing};
use tracing::{debug, warn};

use crate::driver::{Clock, Driver, Interruption, InterruptionCause, WRITE_LIMIT};
use crate::port::{LostCause, LostPort, Port, PortError, PortSettings, PortWarning};

/// How a bus is waited for, beside its baudrate, which stands in the settings of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimingSettings {
    /// What the way to the bus adds to each answer; `None` takes what is usual for the kind of
    /// port ([`PortKind::transport_allowance`](crate::PortKind::transport_allowance)).
    pub transport_allowance: Option<Duration>,
    /// How often a request is sent before it counts as failed.
    pub tries: u8,
    /// How many telegrams one readout takes at most.
    pub max_telegrams: u8,
}

impl Default for TimingSettings {
    /// Three tries and ten telegrams, and the usual allowance.
    fn default() -> Self {
        Self { transport_allowance: None, tries: 3, max_telegrams: 10 }
    }
}

/// The connection to one bus.
///
/// It opens its port when it is needed and again after it was lost; when to try again after a
/// failure is its owner's affair (see [`Backoff`](crate::Backoff)). All of its futures may be
/// dropped halfway: the next [`run`](Self::run) begins anew.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use mbus_io::{BusConnection, PortSettings, TimingSettings};
/// use mbus_master::{Event, Outcome, Procedure, ReadOut};
///
/// let port = PortSettings::Tcp("192.168.1.17:10001".parse()?);
/// let mut bus = BusConnection::new(port, TimingSettings::default());
/// let read = Procedure::ReadOut(ReadOut::new("1".parse().map_err(|error| format!("{error}"))?));
/// let trace = |event: &Event| println!("{event:?}");
/// match bus.run(read, trace).await {
///     Ok(Outcome::ReadOut(Ok(readout))) => println!("{} telegrams", readout.telegrams.len()),
///     Ok(failed) => println!("{failed:?}"),
///     Err(port) => println!("{port}. {}", port.remedy()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct BusConnection {
    settings: PortSettings,
    timing: TimingSettings,
    clock: Clock,
    master: Master,
    port: Option<Port>,
}

impl BusConnection {
    /// A connection that is not open yet.
    pub fn new(settings: PortSettings, timing: TimingSettings) -> Self {
        let master = Master::new(timing_of(&settings, timing));
        Self { settings, timing, clock: Clock::start(), master, port: None }
    }

    /// How the port is set.
    pub const fn settings(&self) -> &PortSettings {
        &self.settings
    }

    /// Whether the port is open, as far as is known: a loss shows when something is read, so
    /// await [`idle`](Self::idle) while there is nothing to do.
    pub const fn is_open(&self) -> bool {
        self.port.is_some()
    }

    /// What the open port did not take over of its settings.
    pub fn warnings(&self) -> &[PortWarning] {
        self.port.as_ref().map_or(&[], Port::warnings)
    }

    /// Opens the port if it is not open.
    pub async fn open(&mut self) -> Result<(), PortError> {
        if self.port.is_some() {
            return Ok(());
        }
        let port = Port::open(&self.settings).await?;
        debug!(port = %self.settings, "port opened");
        for warning in port.warnings() {
            if warning.is_note() {
                debug!(port = %self.settings, "{warning}");
            } else {
                warn!(port = %self.settings, "{warning}");
            }
        }
        self.port = Some(port);
        // A device that was missing before may have turned out to be of another kind.
        self.master.set_timing(timing_of(&self.settings, self.timing));
        Ok(())
    }

    /// Closes the port; the next [`run`](Self::run) opens it again.
    pub fn close(&mut self) {
        if self.port.take().is_some() {
            debug!(port = %self.settings, "port closed");
        }
    }

    /// Changes the speed of the bus, from the next procedure on. A bus may have meters of several
    /// speeds.
    pub fn set_baudrate(&mut self, baudrate: Baudrate) -> Result<(), PortError> {
        if self.settings.baudrate() == baudrate {
            return Ok(());
        }
        self.settings.set_baudrate(baudrate);
        self.master.set_timing(timing_of(&self.settings, self.timing));
        let Some(port) = &mut self.port else { return Ok(()) };
        let result = port.set_baudrate(baudrate);
        if result.is_err() {
            // In doubt about its speed the port is set anew.
            self.close();
        }
        result
    }

    /// Runs one procedure from start to end and tells `observe` of each event in between. Opens
    /// the port first if it is not open, or was lost while nothing was done.
    ///
    /// A failure of the meter or of the wire is an [`Outcome`]. An error means the port: it did
    /// not open, or it was lost meanwhile; then `observe` has got [`Event::Finished`] with the
    /// telegrams that came before.
    pub async fn run(
        &mut self,
        procedure: Procedure,
        mut observe: impl FnMut(&Event),
    ) -> Result<Outcome, PortError> {
        self.forget_dropped_run();
        if self.take_stale(&mut observe).await.is_err() {
            debug!(port = %self.settings, "the port was lost while idle; it is opened again");
        }
        if self.port.is_none() {
            self.open().await?;
            self.take_stale(&mut observe).await?;
        }
        // Nothing runs, as was seen to above, so it is not refused.
        let started = self.master.start(self.clock.now(), procedure);
        debug_assert_eq!(started, Ok(()));
        self.drive(&mut observe).await
    }

    /// Listens while there is nothing to do, until the port is lost: a late answer is seen to be
    /// late, and the loss of the port is seen at once. Never returns while the port is closed.
    pub async fn idle(&mut self, mut observe: impl FnMut(&Event)) -> PortError {
        self.forget_dropped_run();
        if self.port.is_none() {
            return std::future::pending().await;
        }
        loop {
            if let Err(error) = self.drive(&mut observe).await {
                return error;
            }
        }
    }

    async fn drive(&mut self, observe: &mut impl FnMut(&Event)) -> Result<Outcome, PortError> {
        let result = match &mut self.port {
            Some(port) => Driver::new(port, &mut self.master, self.clock).drive(observe).await,
            None => Err(Interruption::NOT_OPEN),
        };
        result.map_err(|interruption| self.lose(interruption))
    }

    async fn take_stale(&mut self, observe: &mut impl FnMut(&Event)) -> Result<(), PortError> {
        let result = match &mut self.port {
            Some(port) => Driver::new(port, &mut self.master, self.clock).take_stale(observe).await,
            None => Ok(()),
        };
        result.map_err(|interruption| self.lose(interruption))
    }

    /// The port is gone: drops it and says why.
    fn lose(&mut self, interruption: Interruption) -> PortError {
        let port = self.port.take();
        let cause = match (interruption.cause, port) {
            (InterruptionCause::EndOfStream, Some(port)) => port.end_of_stream(),
            (InterruptionCause::Failed(error), Some(port)) => port.failure(&error),
            (InterruptionCause::Stalled, _) => LostCause::Stalled { after: WRITE_LIMIT },
            (_, None) => LostCause::Closed,
        };
        let port = self.settings.to_string();
        let lost = LostPort { port, cause, cut_frame: interruption.cut_frame };
        debug!("{lost}");
        PortError::Lost(lost)
    }

    /// A run that was dropped halfway left its procedure behind.
    fn forget_dropped_run(&mut self) {
        if self.master.is_busy() {
            self.master.abort(self.clock.now());
            while self.master.poll_transmit().is_some() {}
            while self.master.poll_event().is_some() {}
        }
    }
}

/// The master's timing: what was asked for, or what is usual for this kind of port.
fn timing_of(port: &PortSettings, settings: TimingSettings) -> Timing {
    let TimingSettings { transport_allowance, tries, max_telegrams } = settings;
    let allowance = transport_allowance.unwrap_or_else(|| port.kind().transport_allowance());
    Timing { tries, max_telegrams, ..Timing::new(port.baudrate(), allowance) }
}
