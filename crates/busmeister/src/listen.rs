//! Where a server listens, as an option.

use std::net::SocketAddr;

/// Reads the address, for clap.
pub(crate) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    web_server::parse_listen(text)
        .ok_or_else(|| "write address:port, as in 127.0.0.1:8080 or localhost:8080".to_owned())
}
