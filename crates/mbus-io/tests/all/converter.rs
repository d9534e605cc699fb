//! A converter that does as it is told: the other end of a TCP connection, byte by byte.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// A test that fails does not wait for ever.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Converter {
    listener: TcpListener,
}

impl Converter {
    pub(crate) async fn listen() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    pub(crate) async fn accept(&self) -> Client {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        let (stream, _) = accepted.expect("the master has not connected").unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream }
    }
}

/// The master as the converter sees it.
pub(crate) struct Client {
    stream: TcpStream,
}

impl Client {
    /// Waits for a short frame.
    pub(crate) async fn request(&mut self) -> [u8; 5] {
        let mut frame = [0; 5];
        self.stream.read_exact(&mut frame).await.unwrap();
        frame
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Acknowledges SND_NKE and sends the answer to REQ_UD2.
    pub(crate) async fn answer(&mut self, telegram: &[u8]) {
        assert_eq!(self.request().await, [0x10, 0x40, 0x01, 0x41, 0x16]);
        self.send(&[0xE5]).await;
        let request = self.request().await;
        assert!(matches!(request[1], 0x5B | 0x7B), "{request:02X?}");
        self.send(telegram).await;
    }

    /// Everything until the master hangs up.
    pub(crate) async fn until_closed(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes).await.unwrap();
        bytes
    }
}

/// An answer of meter 1 of 185 bytes, as many as the fixture of the decoder has.
pub(crate) fn telegram() -> Vec<u8> {
    let header = [0x13, 0x65, 0x31, 0x20, 0xC5, 0x14, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00];
    let mut data = header.to_vec();
    // Fillers (DIF 2F), which carry nothing.
    data.resize(185 - 9, 0x2F);
    let frame =
        mbus::Frame::Long { control: mbus::ControlField(0x08), address: 1, ci: 0x72, data: &data };
    let mut bytes = vec![0; 185];
    assert_eq!(frame.encode(&mut bytes), Ok(185));
    bytes
}
