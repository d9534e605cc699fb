//! A simulated bus that runs with the clock on the wall.

use std::io;
use std::time::Duration;

use mbus_sim::{Baudrate, BusDescription, SimulatedBus};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

/// How long a master may take no bytes before it counts as gone.
const WRITE_LIMIT: Duration = Duration::from_secs(5);

/// A [`SimulatedBus`] and the moment that is its time zero.
pub(crate) struct RunningBus {
    bus: SimulatedBus,
    start: Instant,
}

impl RunningBus {
    /// Sets the bus going; its time zero is now.
    pub(crate) fn start(bus: SimulatedBus) -> Self {
        Self { bus, start: Instant::now() }
    }

    /// The bus as it was described.
    pub(crate) const fn description(&self) -> &BusDescription {
        self.bus.description()
    }

    /// Carries bytes between the bus and one master until the master hangs up (`Ok`) or its
    /// stream fails. Each byte goes out at the moment it has crossed the simulated wire. `speed`
    /// tells what the master has set its converter to; `None` leaves it as it is.
    pub(crate) async fn serve<S>(
        &mut self,
        mut master: S,
        speed: impl Fn() -> Option<Baudrate>,
    ) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut buffer = [0; 1024];
        loop {
            while let Some(bytes) = self.bus.poll_transmit(self.now()) {
                timeout(WRITE_LIMIT, master.write_all(&bytes)).await??;
            }
            let read = master.read(&mut buffer);
            let received = match self.next_at() {
                Some(at) => timeout_at(at, read).await,
                None => Ok(read.await),
            };
            match received {
                Ok(Ok(0)) => return Ok(()),
                Ok(Ok(length)) => {
                    if let Some(speed) = speed() {
                        self.bus.set_converter_baudrate(speed);
                    }
                    self.bus.handle_input(self.now(), &buffer[..length]);
                }
                Ok(Err(error)) => return Err(error),
                Err(_elapsed) => self.bus.handle_timeout(self.now()),
            }
        }
    }

    /// Lets time pass on the bus while no master listens: what is on the wire is heard by nobody.
    pub(crate) async fn rest(&mut self) {
        while let Some(at) = self.next_at() {
            sleep_until(at).await;
            self.bus.handle_timeout(self.now());
            while self.bus.poll_transmit(self.now()).is_some() {}
        }
        std::future::pending::<()>().await;
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn next_at(&self) -> Option<Instant> {
        self.bus.poll_timeout().map(|at| self.start + at)
    }
}
