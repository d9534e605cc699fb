//! How a server is reached, as options; and what it shows on the console for the first login.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use fleet_link::PortalUrl;
use web_access::{PasswordReset, SetupCode};
use web_server::WebSettings;

use crate::announce::announce;
use crate::exit::{Exit, UsageError};

/// How the gateway is reached, instead of what its configuration says.
#[derive(Args)]
#[command(next_help_heading = "How it is reached")]
pub(super) struct GatewayWebOptions {
    /// Looking needs a login on this machine too
    #[arg(long, env = "BUSMEISTER_LOGIN_FOR_READING", value_parser = FalseyValueParser::new())]
    login_for_reading: bool,
    /// A proxy speaks HTTPS for it
    #[arg(long, env = "BUSMEISTER_BEHIND_PROXY", value_parser = FalseyValueParser::new())]
    behind_proxy: bool,
    /// Further names under which browsers reach it, separated by commas
    #[arg(long, value_name = "HOST", env = "BUSMEISTER_PUBLIC_HOSTS", value_delimiter = ',')]
    public_hosts: Vec<String>,
    /// Certificate (PEM) instead of the one made at the first start
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_CERTIFICATE")]
    certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_KEY")]
    key: Option<PathBuf>,
}

/// How the portal is reached, instead of what its configuration says.
#[derive(Args)]
#[command(next_help_heading = "How it is reached")]
pub(super) struct PortalWebOptions {
    /// Where gateways and browsers reach it: https, the host and, unless it is 443, the port
    #[arg(long, value_name = "URL", env = "BUSMEISTER_PORTAL_PUBLIC_URL")]
    public_url: Option<String>,
    /// A proxy speaks HTTPS for it
    #[arg(long, env = "BUSMEISTER_PORTAL_BEHIND_PROXY", value_parser = FalseyValueParser::new())]
    behind_proxy: bool,
    /// Further names under which browsers reach it, separated by commas
    #[arg(
        long,
        value_name = "HOST",
        env = "BUSMEISTER_PORTAL_PUBLIC_HOSTS",
        value_delimiter = ','
    )]
    public_hosts: Vec<String>,
    /// Certificate (PEM) instead of the one made at the first start
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_PORTAL_CERTIFICATE")]
    certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", env = "BUSMEISTER_PORTAL_KEY")]
    key: Option<PathBuf>,
}

impl GatewayWebOptions {
    /// What was said here goes before what the configuration says.
    pub(super) fn put_into(self, settings: &mut WebSettings) {
        settings.login_for_reading |= self.login_for_reading;
        let Self { behind_proxy, public_hosts, certificate, key, .. } = self;
        put(settings, behind_proxy, public_hosts, certificate, key);
    }
}

impl PortalWebOptions {
    /// What was said here goes before what the configuration says.
    pub(super) fn put_into(self, config: &mut portal::Config) -> Result<(), UsageError> {
        if let Some(text) = self.public_url {
            let url = PortalUrl::parse(&text);
            config.public_url =
                Some(url.map_err(|error| UsageError(format!("--public-url: {error}")))?);
        }
        let Self { behind_proxy, public_hosts, certificate, key, .. } = self;
        put(&mut config.web, behind_proxy, public_hosts, certificate, key);
        Ok(())
    }
}

fn put(
    settings: &mut WebSettings,
    behind_proxy: bool,
    public_hosts: Vec<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) {
    settings.behind_proxy |= behind_proxy;
    if !public_hosts.is_empty() {
        settings.public_hosts = public_hosts;
    }
    if certificate.is_some() || key.is_some() {
        (settings.certificate, settings.key) = (certificate, key);
    }
}

/// Shows the code with which the first password is set, and a link that brings it along. A
/// browser keeps to itself what stands behind `#`.
pub(super) fn show_setup_code(url: &str, code: &SetupCode) {
    let code = code.reveal();
    announce(format_args!("setup code {code}"));
    announce(format_args!("setup link {url}/setup#{code}"));
}

/// Shows the code with which a forgotten password is set anew.
pub(super) fn show_reset(
    data: &Path,
    reset: Option<PasswordReset>,
    server: &str,
) -> anyhow::Result<Exit> {
    let data = data.display();
    let Some(PasswordReset { code, accounts }) = reset else {
        return Err(UsageError(format!(
            "nobody has a password in {data} yet; busmeister {server} prints a setup code at its start"
        ))
        .into());
    };
    announce(format_args!("setup code {}", code.reveal()));
    eprintln!(
        "busmeister: start busmeister {server} with this directory, open its address with /setup behind it, and set another password for one of {} with the code. It works once, and for a day.",
        accounts.join(", ")
    );
    Ok(Exit::Ok)
}
