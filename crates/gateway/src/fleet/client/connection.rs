//! One connection to the portal.

use std::sync::Arc;
use std::time::Duration;

use fleet_link::PortalUrl;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::LinkError;

/// How long a connection may take to open.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// One connection to the portal. It closes when this is dropped and no answer is being read.
#[derive(Debug)]
pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    /// Opens it: address, TCP, TLS.
    pub(super) async fn open(
        portal: &PortalUrl,
        tls: Option<Arc<ClientConfig>>,
    ) -> Result<Self, LinkError> {
        let host = portal.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let opened = async {
            let refused = LinkError::unreachable(portal);
            let stream =
                TcpStream::connect((host.as_str(), portal.port())).await.map_err(refused)?;
            // Messages are written as a whole.
            let _ = stream.set_nodelay(true);
            let Some(config) = tls else { return Self::speak(stream).await };
            let unusable = |_| LinkError::Unusable { portal: portal.to_string() };
            let name = ServerName::try_from(host.clone()).map_err(unusable)?;
            let stream = TlsConnector::from(config).connect(name, stream).await;
            Self::speak(stream.map_err(LinkError::handshake(portal))?).await
        };
        let slow = |_| LinkError::TooSlow { what: "no connection was opened", limit: LIMIT };
        tokio::time::timeout(LIMIT, opened).await.map_err(slow)?
    }

    async fn speak<S>(stream: S) -> Result<Self, LinkError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let broken = |error: hyper::Error| LinkError::Broken(error.to_string());
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(async move {
            // Whoever sent a request hears of it, too.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the portal ended");
            }
        });
        Ok(Self(sender))
    }

    /// The connection, where it can take another request.
    pub(super) async fn ready(mut self) -> Option<Self> {
        self.0.ready().await.ok().map(|()| self)
    }

    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, LinkError> {
        self.0.send_request(request).await.map_err(|error| LinkError::Broken(error.to_string()))
    }
}
