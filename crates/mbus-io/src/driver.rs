//! The driver loop: the only place where a master meets a port and the clock.

use std::io;
use std::time::Duration;

use mbus::frame::stream::FrameStream;
use mbus_master::{Event, Instant, Master, Outcome};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{self, timeout, timeout_at};

use crate::port::CutFrame;

/// How long a port may take no bytes. A request is at most 261 bytes, which every port takes at
/// once unless nothing moves behind it.
pub(crate) const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// Long enough for the runtime to see what has already arrived at a port.
const GLANCE: Duration = Duration::from_millis(1);
/// A line that never falls quiet does not keep a procedure from its start for longer than this;
/// the master then says what it hears.
const STALE_LIMIT: Duration = Duration::from_secs(1);

/// The master's clock: tokio's, counted from when the clock was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    start: time::Instant,
}

/// Why driving ended without an outcome. The procedure is over for the master, too.
#[derive(Debug)]
pub(crate) struct Interruption {
    pub(crate) cause: InterruptionCause,
    /// The frame that was being received.
    pub(crate) cut_frame: Option<CutFrame>,
}

impl Interruption {
    /// There is no port to drive over.
    pub(crate) const NOT_OPEN: Self =
        Self { cause: InterruptionCause::EndOfStream, cut_frame: None };
}

/// What ended the driving.
#[derive(Debug)]
pub(crate) enum InterruptionCause {
    /// The other end closed, or the device is gone.
    EndOfStream,
    /// The port failed.
    Failed(io::Error),
    /// The port took nothing for [`WRITE_LIMIT`].
    Stalled,
}

/// What a wait ended with.
enum Read {
    Bytes,
    Elapsed,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { start: time::Instant::now() }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::ZERO + self.start.elapsed()
    }

    /// The same moment on tokio's clock; `None` where it lies beyond all times.
    fn at(&self, instant: Instant) -> Option<time::Instant> {
        self.start.checked_add(instant.duration_since(Instant::ZERO))
    }
}

/// One master, one port, one clock, for as long as they belong together.
pub(crate) struct Driver<'a, P> {
    port: &'a mut P,
    master: &'a mut Master,
    clock: Clock,
    /// Follows what the master sees, to tell which frame a lost port has cut.
    incoming: FrameStream,
}

impl<'a, P: AsyncRead + AsyncWrite + Unpin> Driver<'a, P> {
    pub(crate) const fn new(port: &'a mut P, master: &'a mut Master, clock: Clock) -> Self {
        Self { port, master, clock, incoming: FrameStream::new() }
    }

    /// Drives the master until its procedure is finished; without a procedure, until the port is
    /// lost. Dropping it halfway leaves the master where it stands.
    ///
    /// When the port is lost the procedure ends with `PortLost`, and the observer still gets the
    /// events that say so.
    pub(crate) async fn drive(
        &mut self,
        observe: &mut impl FnMut(&Event),
    ) -> Result<Outcome, Interruption> {
        match self.carry(observe).await {
            Ok(outcome) => Ok(outcome),
            Err(cause) => Err(self.interrupt(cause, observe)),
        }
    }

    /// Gives the master what has arrived while nobody listened, so that it is seen as late and
    /// never taken for an answer. For before the start of a procedure.
    pub(crate) async fn take_stale(
        &mut self,
        observe: &mut impl FnMut(&Event),
    ) -> Result<(), Interruption> {
        let give_up_at = time::Instant::now() + STALE_LIMIT;
        while time::Instant::now() < give_up_at {
            match self.read_until(Some(time::Instant::now() + GLANCE)).await {
                Ok(Read::Bytes) => self.tell(observe),
                Ok(Read::Elapsed) => break,
                Err(cause) => return Err(self.interrupt(cause, observe)),
            };
        }
        Ok(())
    }

    async fn carry(
        &mut self,
        observe: &mut impl FnMut(&Event),
    ) -> Result<Outcome, InterruptionCause> {
        loop {
            while let Some(bytes) = self.master.poll_transmit() {
                self.write(&bytes).await?;
            }
            if let Some(outcome) = self.tell(observe) {
                return Ok(outcome);
            }
            let deadline = self.master.poll_timeout().and_then(|at| self.clock.at(at));
            match self.read_until(deadline).await? {
                Read::Bytes => (),
                Read::Elapsed => self.master.handle_timeout(self.clock.now()),
            }
        }
    }

    fn interrupt(
        &mut self,
        cause: InterruptionCause,
        observe: &mut impl FnMut(&Event),
    ) -> Interruption {
        let partial = self.incoming.partial();
        let cut_frame = partial.map(|part| CutFrame { have: part.have, need: part.need });
        self.master.abort(self.clock.now());
        self.tell(observe);
        Interruption { cause, cut_frame }
    }

    /// Passes on what has happened, and returns the outcome if there is one.
    fn tell(&mut self, observe: &mut impl FnMut(&Event)) -> Option<Outcome> {
        while let Some(event) = self.master.poll_event() {
            observe(&event);
            if let Event::Finished(outcome) = event {
                return Some(outcome);
            }
        }
        None
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), InterruptionCause> {
        self.incoming.clear();
        match timeout(WRITE_LIMIT, self.port.write_all(bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(InterruptionCause::Failed(error)),
            Err(_elapsed) => Err(InterruptionCause::Stalled),
        }
    }

    /// Waits for bytes and gives them to the master. Bytes that are there go before the deadline.
    async fn read_until(
        &mut self,
        deadline: Option<time::Instant>,
    ) -> Result<Read, InterruptionCause> {
        let mut buffer = [0; 512];
        let read = self.port.read(&mut buffer);
        let result = match deadline {
            Some(at) => timeout_at(at, read).await,
            None => Ok(read.await),
        };
        match result {
            Ok(Ok(0)) => Err(InterruptionCause::EndOfStream),
            Ok(Ok(length)) => {
                self.master.handle_input(self.clock.now(), &buffer[..length]);
                self.follow(&buffer[..length]);
                Ok(Read::Bytes)
            }
            Ok(Err(error)) => Err(InterruptionCause::Failed(error)),
            Err(_elapsed) => Ok(Read::Elapsed),
        }
    }

    fn follow(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = self.incoming.push(bytes);
            bytes = &bytes[taken..];
            while self.incoming.next_item().is_some() {}
        }
    }
}

#[cfg(test)]
mod tests;
