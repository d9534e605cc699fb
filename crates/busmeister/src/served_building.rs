//! A simulated building behind real transports: what `simulate` and `demo` put in place of the
//! wires.

use std::path::{Path, PathBuf};

use anyhow::Context;
use mbus_io::{ServeError, SimulatedPty, SimulatedTcp};
use mbus_sim::{BusDescription, ClockSettings, SimulatedBus};
use tokio::task::JoinSet;

/// Simulated buses, served until this is dropped.
pub(crate) struct ServedBuilding {
    clock: ClockSettings,
    tasks: JoinSet<ServeError>,
}

impl ServedBuilding {
    /// No bus yet; all of them will share this clock.
    pub(crate) fn new(clock: ClockSettings) -> Self {
        Self { clock, tasks: JoinSet::new() }
    }

    /// Serves a bus on a TCP address; returns the address with the port that was given.
    pub(crate) async fn serve_tcp(
        &mut self,
        bus: &BusDescription,
        address: &str,
    ) -> anyhow::Result<std::net::SocketAddr> {
        let simulated = self.simulate(bus);
        let server = SimulatedTcp::bind(address, simulated)
            .await
            .with_context(|| format!("bus {} cannot be served on {address}", bus.id))?;
        let local = server.local_addr();
        self.tasks.spawn(server.run());
        Ok(local)
    }

    /// Serves a bus on a pseudo terminal that opens at this path like a serial port.
    pub(crate) fn serve_pty(
        &mut self,
        bus: &BusDescription,
        link: &Path,
    ) -> anyhow::Result<PathBuf> {
        let server = SimulatedPty::open(link, self.simulate(bus))
            .with_context(|| format!("bus {} cannot be served at {}", bus.id, link.display()))?;
        let link = server.link().to_owned();
        self.tasks.spawn(server.run());
        Ok(link)
    }

    fn simulate(&self, bus: &BusDescription) -> SimulatedBus {
        SimulatedBus::new(bus.clone()).with_clock(self.clock)
    }

    /// Waits until a bus fails; never returns while all of them are served.
    pub(crate) async fn failure(&mut self) -> anyhow::Error {
        match self.tasks.join_next().await {
            Some(Ok(error)) => error.into(),
            Some(Err(error)) => error.into(),
            None => std::future::pending().await,
        }
    }
}
