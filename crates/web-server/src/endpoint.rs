//! The address a server listens on, and its connections.
//!
//! Anybody who reaches the address can open a connection. What he can do with it before he is
//! known is bounded: how long he takes for a handshake and for the head of a request, how large
//! the head is, how long he leaves an answer unread, and how many connections there are.

mod connection;
mod places;
mod unstalled;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::certificate::Certificate;
use places::Places;

/// How long to wait where the system has no room for another connection.
const OUT_OF_ROOM: Duration = Duration::from_secs(1);

/// What a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the handshake of TLS.
    pub handshake: Duration,
    /// For the head of a request, also for the next one on the same connection.
    pub head: Duration,
    /// The bytes of a head.
    pub head_bytes: usize,
    /// The headers in it.
    pub headers: usize,
    /// An answer may be left unread so long.
    pub unread: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address, or from the 64 bits of IPv6 that one customer has.
    /// This machine itself is not limited.
    pub per_source: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            head_bytes: 16 * 1024,
            headers: 64,
            unread: Duration::from_secs(30),
            connections: 4096,
            per_source: 128,
        }
    }
}

/// A server cannot be served where it should be.
#[derive(Debug, thiserror::Error)]
#[error("the pages cannot be served at {address}: {}", cause(source))]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// What the operating system says.
    pub source: io::Error,
}

fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has this port; stop it, or choose another with --listen".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need special rights; choose a higher one with --listen".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "no interface of this machine has the address; use one that it has, or 0.0.0.0 for all"
                .to_owned()
        }
        _ => error.to_string(),
    }
}

/// An address that is listened on. Nobody is answered before [`serve`](Self::serve) runs.
pub struct Endpoint {
    listener: TcpListener,
    local_addr: SocketAddr,
    tls: Option<TlsAcceptor>,
    limits: Limits,
}

impl Endpoint {
    /// Listens: with a certificate over HTTPS, without one over plain HTTP.
    pub async fn bind(
        address: SocketAddr,
        certificate: Option<&Certificate>,
        limits: Limits,
    ) -> Result<Self, ListenError> {
        let failed = |source| ListenError { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        let tls = certificate.map(|certificate| TlsAcceptor::from(certificate.config()));
        Ok(Self { listener, local_addr, tls, limits })
    }

    /// Where it listens, with the port that was given.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Answers until told to stop; then requests that have begun are answered, and it returns.
    /// Dropping it ends all connections.
    ///
    /// Handlers find the peer as [`ConnectInfo`](axum::extract::ConnectInfo).
    pub async fn serve(self, router: Router, stop: CancellationToken) {
        let Self { listener, tls, limits, .. } = self;
        let places = Places::new(limits.connections, limits.per_source);
        let door = Arc::new(connection::Door { router, tls, limits, stop: stop.clone() });
        let mut connections = JoinSet::new();
        while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer)) => match places.take(peer.ip()) {
                    Some(place) => {
                        let door = Arc::clone(&door);
                        connections.spawn(async move {
                            let _place = place;
                            door.attend(stream, peer).await;
                        });
                    }
                    None => refuse(stream, peer),
                },
                Err(error) => wait_for_room(&error, &stop).await,
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_https = self.tls.is_some();
        f.debug_struct("Endpoint")
            .field("local_addr", &self.local_addr)
            .field("is_https", &is_https)
            .finish_non_exhaustive()
    }
}

/// Too many: whoever comes now has to come again.
fn refuse(stream: TcpStream, peer: SocketAddr) {
    tracing::debug!(%peer, "a connection was refused: there are too many");
    drop(stream);
}

async fn wait_for_room(error: &io::Error, stop: &CancellationToken) {
    use io::ErrorKind as E;

    // The peer went away before it was accepted.
    if matches!(error.kind(), E::ConnectionAborted | E::ConnectionReset | E::ConnectionRefused) {
        return;
    }
    tracing::error!(%error, "no connection can be accepted");
    stop.run_until_cancelled(tokio::time::sleep(OUT_OF_ROOM)).await;
}
