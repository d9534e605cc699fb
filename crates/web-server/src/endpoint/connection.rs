//! One connection, from its handshake to its end.

use std::net::SocketAddr;
use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Limits;
use super::unstalled::Unstalled;

/// What a browser is told that speaks plain HTTP to a port of HTTPS.
const SPEAK_HTTPS: &str = "This port speaks HTTPS: begin the address with https://\n";

/// What all connections share.
pub(super) struct Door {
    pub(super) router: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Limits,
    pub(super) stop: CancellationToken,
}

impl Door {
    /// Answers a peer until one of both has enough.
    pub(super) async fn attend(&self, stream: TcpStream, peer: SocketAddr) {
        // Answers are small; each is to go at once.
        let _ = stream.set_nodelay(true);
        let stream = Unstalled::new(stream, self.limits.unread);
        let Some(acceptor) = &self.tls else { return self.answer(stream, peer).await };
        let handshake = shake_hands(acceptor, stream);
        let handshake = tokio::time::timeout(self.limits.handshake, handshake);
        match self.stop.run_until_cancelled(handshake).await {
            Some(Ok(Ok(Some(stream)))) => self.answer(stream, peer).await,
            Some(Ok(Err(error))) => tracing::debug!(%peer, %error, "no handshake"),
            Some(Err(_)) => tracing::debug!(%peer, "a handshake took too long"),
            Some(Ok(Ok(None))) | None => {}
        }
    }

    async fn answer<S>(&self, stream: S, peer: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let service = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            self.router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_header_size(self.limits.head_bytes)
            .max_headers(self.limits.headers)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection broke off");
        }
    }
}

type Secure = tokio_rustls::server::TlsStream<Unstalled>;

/// `None` where the peer speaks plain HTTP, which it is told.
async fn shake_hands(
    acceptor: &TlsAcceptor,
    mut stream: Unstalled,
) -> std::io::Result<Option<Secure>> {
    let mut first = [0; 1];
    let peeked = stream.inner().peek(&mut first).await?;
    // A handshake begins with byte 22, a request with a letter.
    if peeked == 1 && first.iter().all(u8::is_ascii_alphabetic) {
        let length = SPEAK_HTTPS.len();
        let head = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain";
        let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{SPEAK_HTTPS}");
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing with the request unread would take the answer from the peer.
        let mut unread = [0; 1024];
        while stream.read(&mut unread).await? > 0 {}
        return Ok(None);
    }
    acceptor.accept(stream).await.map(Some)
}
