//! The portal of the demo, above its gateway.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use portal::{App, Config, StartError};

/// Starts the portal. Where nobody said an address and another program has the usual one, any
/// free port serves as well.
pub(super) async fn start(listen: Option<SocketAddr>, folder: &Path) -> anyhow::Result<App> {
    let data = folder.join("portal");
    let config = Config { listen: listen.unwrap_or(Config::default().listen) };
    match App::start(&config, &data).await {
        Err(StartError::Listen(_)) if listen.is_none() => {
            let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            Ok(App::start(&Config { listen: anywhere }, &data).await?)
        }
        started => Ok(started?),
    }
}
