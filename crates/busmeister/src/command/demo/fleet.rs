//! The portal of the demo, above its gateway.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context;
use portal::{App, Config, StartError};
use web_server::SiteError;

/// Starts the portal. Where nobody said an address and another program has the usual one, any
/// free port serves as well.
pub(super) async fn start(listen: Option<SocketAddr>, folder: &Path) -> anyhow::Result<App> {
    let data = folder.join("portal");
    let config = Config::at(listen.unwrap_or(Config::default().web.listen));
    match App::start(&config, &data).await {
        Err(StartError::Site(SiteError::Listen(_))) if listen.is_none() => {
            let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            Ok(App::start(&Config::at(anywhere), &data).await?)
        }
        started => Ok(started?),
    }
}

/// The site of the demo's gateway, and the name it has there.
const SITE: &str = "Demo";

/// Makes the gateway one of the portal's, once. Where somebody released it since, it stays so;
/// where the portal is elsewhere at this start, the gateway is told.
pub(super) async fn claim(
    gateway: &gateway::App,
    name: &str,
    portal: &App,
    folder: &Path,
) -> anyhow::Result<()> {
    let file = folder.join("claimed");
    let address = format!("http://{}", portal.local_addr());
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let (told, known) = before.trim().split_once(' ').unwrap_or_default();
    if told == address {
        return Ok(());
    }
    let (id, code) = portal.invite(known.parse().ok(), SITE, name).await?;
    gateway.claim(&code.to_string()).await?;
    std::fs::write(&file, format!("{address} {id}\n"))
        .with_context(|| format!("{} cannot be written", file.display()))
}
