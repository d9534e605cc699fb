//! `busmeister gateway`: the daemon beside the meters.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use gateway::config::TEMPLATE;
use gateway::fleet::{ClaimError, ClaimedPortal};
use gateway::{App, Config, StartError};
use web_server::SiteError;

use super::web_options::{self, GatewayWebOptions};
use crate::announce::announce;
use crate::exit::{Exit, UsageError};
use crate::listen::parse_listen;
use crate::log;
use crate::stop_signal::stop_signal;

/// Read meters on a schedule, keep what they say, and show it on web pages and by REST
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  busmeister gateway config-template > gateway.toml\n  busmeister gateway check-config --config gateway.toml\n  busmeister gateway --config gateway.toml"
)]
pub(crate) struct Gateway {
    #[command(flatten)]
    run: Run,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Args)]
struct Run {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    data: DataOption,
    /// Serve pages and API here instead of at the address in the configuration
    #[arg(long, value_name = "ADDR", env = "BUSMEISTER_LISTEN", value_parser = parse_listen)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    web: GatewayWebOptions,
}

#[derive(Args)]
struct DataOption {
    /// Directory for telegrams and readings
    #[arg(long, value_name = "DIR", default_value = "busmeister-data", env = "BUSMEISTER_DATA")]
    data: PathBuf,
}

#[derive(Args)]
struct ConfigOption {
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "gateway.toml", env = "BUSMEISTER_CONFIG")]
    config: PathBuf,
}

#[derive(Subcommand)]
enum Action {
    /// Check a configuration: every fault with file, line and cause
    CheckConfig(ConfigOption),
    /// Print a configuration to start from
    ConfigTemplate,
    /// Make a code for a forgotten password; the gateway must not be running
    ResetPassword(DataOption),
    /// Make a gateway that does not run one of a portal's; one that runs is claimed on its page
    #[command(
        after_help = "Example:\n  busmeister gateway claim 'https://portal.example:8090#claim1.…' --data /var/lib/busmeister"
    )]
    Claim(Claim),
}

#[derive(Args)]
struct Claim {
    /// The claim code, all of it, as the portal shows it
    #[arg(value_name = "CODE")]
    code: String,
    /// Configuration file, for the gateway's name
    #[arg(long, value_name = "FILE", default_value = "gateway.toml", env = "BUSMEISTER_CONFIG")]
    config: PathBuf,
    /// Directory for telegrams and readings
    #[arg(long, value_name = "DIR", default_value = "busmeister-data", env = "BUSMEISTER_DATA")]
    data: PathBuf,
}

impl Gateway {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self.action {
            Some(Action::ConfigTemplate) => {
                announce(TEMPLATE.trim_end());
                Ok(Exit::Ok)
            }
            Some(Action::CheckConfig(option)) => check(&option),
            Some(Action::Claim(claim)) => super::in_runtime(claim.run()),
            Some(Action::ResetPassword(option)) => super::in_runtime(reset_password(&option.data)),
            None => super::in_runtime(self.run.serve()),
        }
    }
}

impl Claim {
    async fn run(self) -> anyhow::Result<Exit> {
        // Without a file it has the name that it would run under.
        let config = match self.config.exists() {
            true => Config::load(&self.config)?,
            false => Config::parse("", "")?,
        };
        let claimed = App::claim_stopped(&self.code, &config.name, &self.data).await;
        let claimed = claimed.map_err(|error| match error {
            ClaimError::Code(_) | ClaimError::Running { .. } => {
                UsageError(error.to_string()).into()
            }
            error => anyhow::Error::from(error),
        })?;
        let ClaimedPortal { portal, gateway } = claimed;
        announce(format_args!("claimed by {portal} as {gateway}; it sends when it is started"));
        Ok(Exit::Ok)
    }
}

async fn reset_password(data: &Path) -> anyhow::Result<Exit> {
    web_options::show_reset(data, App::reset_password(data).await?, "gateway")
}

fn check(option: &ConfigOption) -> anyhow::Result<Exit> {
    let config = load(option)?;
    announce(format_args!(
        "{} is right: {} buses, {} meters",
        option.config.display(),
        config.buses.len(),
        config.meters.len()
    ));
    Ok(Exit::Ok)
}

fn load(option: &ConfigOption) -> anyhow::Result<Config> {
    if !option.config.exists() {
        let path = option.config.display();
        return Err(UsageError(format!(
            "there is no configuration {path}; give one with --config, or make one to start from: busmeister gateway config-template > gateway.toml"
        ))
        .into());
    }
    let config = Config::load(&option.config)?;
    for warning in &config.warnings {
        eprintln!("busmeister: {warning}");
    }
    Ok(config)
}

/// Until somebody can log in, the code the first password is set with. It is shown on standard
/// output and nowhere else, the log included.
pub(super) fn show_setup_code(app: &App) {
    if let Some(code) = app.setup_code() {
        web_options::show_setup_code(app.url(), code);
    }
}

impl Run {
    async fn serve(self) -> anyhow::Result<Exit> {
        let mut config = load(&self.config)?;
        if let Some(listen) = self.listen {
            config.web.listen = listen;
        }
        self.web.put_into(&mut config.web);
        log::start("info");
        let app = App::start(config, &self.data.data).await.map_err(|error| match error {
            StartError::Site(SiteError::Settings(fault)) => UsageError(fault.to_string()).into(),
            error => anyhow::Error::from(error),
        })?;
        announce(app.url());
        show_setup_code(&app);
        let stopped = stop_signal().await;
        app.stop().await;
        stopped.map(|()| Exit::Ok)
    }
}
