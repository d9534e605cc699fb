//! Connecting to a converter's TCP port.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tracing::debug;

use super::{PortError, TcpSettings};

/// A connection on which nothing was said for this long is asked whether it still lives, and
/// again at this interval. A converter that lost its power says no good-bye.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_TRIES: u32 = 3;
/// How long sent bytes may stay unacknowledged. Without it the system tries for a quarter of an
/// hour, and meanwhile every meter on the bus looks silent.
const UNACKNOWLEDGED_LIMIT: Duration = Duration::from_secs(30);

/// Connects, with keep-alive and without delay for small frames.
pub(super) async fn connect(settings: &TcpSettings) -> Result<TcpStream, PortError> {
    let limit = settings.connect_timeout;
    let stream = timeout(limit, try_addresses(settings))
        .await
        .map_err(|_| PortError::ConnectTimeout { address: settings.to_string(), after: limit })??;
    configure(&stream);
    Ok(stream)
}

/// Tries the addresses of the host one after another; the first error of the last one counts.
async fn try_addresses(settings: &TcpSettings) -> Result<TcpStream, PortError> {
    let host_not_found =
        |cause: String| PortError::HostNotFound { host: settings.host.clone(), cause };
    let addresses = lookup_host((settings.host.as_str(), settings.port))
        .await
        .map_err(|error| host_not_found(error.to_string()))?;
    let mut failure = host_not_found("the name has no address".to_owned());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                let name = settings.to_string();
                failure = PortError::from_connect(&name, &error, settings.connect_timeout);
            }
        }
    }
    Err(failure)
}

/// Settings that make a dead connection known. One that the system does not have is no reason to
/// fail.
fn configure(stream: &TcpStream) {
    let keep_alive = TcpKeepalive::new()
        .with_time(KEEP_ALIVE)
        .with_interval(KEEP_ALIVE)
        .with_retries(KEEP_ALIVE_TRIES);
    let socket = SockRef::from(stream);
    let report = |option: &str, result: io::Result<()>| {
        if let Err(error) = result {
            debug!(option, %error, "the connection goes on without an option");
        }
    };
    report("TCP_NODELAY", socket.set_tcp_nodelay(true));
    report("SO_KEEPALIVE", socket.set_tcp_keepalive(&keep_alive));
    #[cfg(target_os = "linux")]
    report("TCP_USER_TIMEOUT", socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_LIMIT)));
}
