//! A server to test, and a peer that speaks to it byte by byte.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web_server::{Certificate, Endpoint, Limits};

/// Nothing in these tests takes longer, but machines can be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

async fn peer(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
    peer.ip().to_string()
}

async fn large() -> Vec<u8> {
    vec![b'x'; 64 << 20]
}

/// Answers without reading the body.
async fn early() -> &'static str {
    "no"
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(300)).await;
    "done"
}

impl Server {
    pub(crate) async fn start(certificate: Option<&Certificate>, limits: Limits) -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let endpoint = Endpoint::bind(anywhere, certificate, limits).await.unwrap();
        let address = endpoint.local_addr();
        let router = Router::new()
            .route("/peer", get(peer))
            .route("/large", get(large))
            .route("/early", axum::routing::post(early))
            .route("/slow", get(slow));
        let stop = CancellationToken::new();
        let task = tokio::spawn(endpoint.serve(router, stop.clone()));
        Self { address, stop, task }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// What is answered to these bytes until the server closes.
    pub(crate) async fn answer(&self, sent: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(sent).await.unwrap();
        read_to_end(&mut stream).await
    }
}

/// What comes until the peer closes, however it does.
pub(crate) async fn read_to_end(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
