//! `busmeister portal`: the fleet server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use portal::{App, Config, StartError};
use web_server::SiteError;

use super::web_options::{self, PortalWebOptions};
use crate::announce::announce;
use crate::exit::{Exit, UsageError};
use crate::listen::parse_listen;
use crate::log;
use crate::stop_signal::stop_signal;

/// Configure the meters of many gateways, and keep and show what they read
///
/// Plain HTTP on this machine, HTTPS where others reach it. At the first start it prints a code,
/// with which the first password is set.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  busmeister portal\n  busmeister portal --listen 127.0.0.1:9000 --data /var/lib/busmeister/portal"
)]
pub(crate) struct Portal {
    #[command(flatten)]
    run: Run,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Make a code for a forgotten password; the portal must not be running
    ResetPassword(DataOption),
}

#[derive(Args)]
struct DataOption {
    /// Directory for accounts, meters and readings
    #[arg(
        long,
        value_name = "DIR",
        default_value = "busmeister-data/portal",
        env = "BUSMEISTER_PORTAL_DATA"
    )]
    data: PathBuf,
}

#[derive(Args)]
struct Run {
    /// Configuration file; without one everything is as usual
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_PORTAL_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    data: DataOption,
    /// Serve the portal here [usual: 127.0.0.1:8090]
    #[arg(long, value_name = "ADDR", env = "BUSMEISTER_PORTAL_LISTEN", value_parser = parse_listen)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    web: PortalWebOptions,
}

impl Portal {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        match self.action {
            Some(Action::ResetPassword(option)) => reset_password(&option.data).await,
            None => self.run.serve().await,
        }
    }
}

async fn reset_password(data: &Path) -> anyhow::Result<Exit> {
    web_options::show_reset(data, App::reset_password(data).await?, "portal")
}

impl Run {
    async fn serve(self) -> anyhow::Result<Exit> {
        let mut config = match &self.config {
            Some(path) => Config::load(path).map_err(|error| UsageError(error.to_string()))?,
            None => Config::default(),
        };
        if let Some(listen) = self.listen {
            config.web.listen = listen;
        }
        self.web.put_into(&mut config)?;
        log::start("info");
        let app = App::start(&config, &self.data.data).await.map_err(|error| match error {
            StartError::PublicUrl(fault) => UsageError(fault.to_string()).into(),
            StartError::Site(SiteError::Settings(fault)) => UsageError(fault.to_string()).into(),
            error => anyhow::Error::from(error),
        })?;
        announce(app.url());
        if let Some(code) = app.setup_code() {
            web_options::show_setup_code(app.url(), code);
            eprintln!("busmeister: no password is set yet; set one with the setup code");
        }
        let stopped = stop_signal().await;
        app.stop().await;
        stopped.map(|()| Exit::Ok)
    }
}
