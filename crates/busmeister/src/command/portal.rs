//! `busmeister portal`: the fleet server.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use portal::{App, Config, StartError};

use crate::announce::announce;
use crate::exit::{Exit, UsageError};
use crate::log;
use crate::stop_signal::stop_signal;

/// Configure the meters of many gateways, and keep and show what they read
///
/// Plain HTTP on this machine only. At the first start it prints a code, with which the first
/// password is set.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister portal\n  busmeister portal --listen 127.0.0.1:9000 --data /var/lib/busmeister/portal"
)]
pub(crate) struct Portal {
    /// Configuration file; without one everything is as usual
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_PORTAL_CONFIG")]
    config: Option<PathBuf>,
    /// Directory for accounts, meters and readings
    #[arg(
        long,
        value_name = "DIR",
        default_value = "busmeister-data/portal",
        env = "BUSMEISTER_PORTAL_DATA"
    )]
    data: PathBuf,
    /// Serve the portal here [usual: 127.0.0.1:8090]
    #[arg(long, value_name = "ADDR", env = "BUSMEISTER_PORTAL_LISTEN")]
    listen: Option<SocketAddr>,
}

impl Portal {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        let mut config = match &self.config {
            Some(path) => Config::load(path).map_err(|error| UsageError(error.to_string()))?,
            None => Config::default(),
        };
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        log::start("info");
        let app = App::start(&config, &self.data).await.map_err(|error| match error {
            StartError::NotLoopback { .. } => UsageError(error.to_string()).into(),
            error => anyhow::Error::from(error),
        })?;
        announce(format_args!("http://{}", app.local_addr()));
        if let Some(code) = app.setup_code() {
            announce(format_args!("setup code {}", code.reveal()));
            eprintln!("busmeister: no password is set yet; set one with the setup code");
        }
        let stopped = stop_signal().await;
        app.stop().await;
        stopped.map(|()| Exit::Ok)
    }
}
