//! A simulated bus behind a TCP port, as a converter offers it.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mbus_sim::SimulatedBus;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::time::sleep;
use tracing::{debug, warn};

use super::ServeError;
use super::running_bus::RunningBus;

/// The pause after an accept that failed for a passing reason, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A simulated bus on a TCP address.
///
/// A bus has one master: one client is served at a time, and the next one waits, connected, until
/// the one before has gone.
pub struct SimulatedTcp {
    listener: TcpListener,
    local_addr: SocketAddr,
    bus: RunningBus,
}

impl SimulatedTcp {
    /// Listens on an address such as `127.0.0.1:10001`; port 0 takes a free one. The bus's time
    /// begins now.
    pub async fn bind(
        address: impl ToSocketAddrs + Display,
        bus: SimulatedBus,
    ) -> Result<Self, ServeError> {
        let text = address.to_string();
        let failed = |error: io::Error| ServeError::from_listen(&text, &error);
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, local_addr, bus: RunningBus::start(bus) })
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves one client after another until dropped, or until listening fails for good.
    pub async fn run(mut self) -> ServeError {
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = self.bus.rest() => continue,
            };
            match accepted {
                Ok((client, peer)) => self.serve(client, peer).await,
                Err(error) if is_passing(&error) => {
                    warn!(address = %self.local_addr, %error, "a client could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
                Err(error) => {
                    return ServeError::from_listen(&self.local_addr.to_string(), &error);
                }
            }
        }
    }

    async fn serve(&mut self, client: TcpStream, peer: SocketAddr) {
        debug!(%peer, "a master has connected");
        // Without it a frame's bytes would wait for each other's acknowledgement.
        if let Err(error) = client.set_nodelay(true) {
            debug!(%peer, %error, "TCP_NODELAY was refused");
        }
        // A converter with a TCP port has its speed set elsewhere: the bus's.
        match self.bus.serve(client, || None).await {
            Ok(()) => debug!(%peer, "the master has gone"),
            Err(error) => debug!(%peer, %error, "the master was lost"),
        }
    }
}

/// Whether the next accept may succeed: the client broke off, or there are too many files open.
fn is_passing(error: &io::Error) -> bool {
    let out_of_files =
        [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE, rustix::io::Errno::NOBUFS]
            .into_iter()
            .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()));
    out_of_files
        || matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::Interrupted
                | io::ErrorKind::WouldBlock
                | io::ErrorKind::OutOfMemory
        )
}
