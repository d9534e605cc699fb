//! A server as browsers and gateways reach it: address, certificate and names in one.

use axum::Router;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use web_access::{Guards, Hosts, Scheme};

use crate::certificate::{Certificate, CertificateError, names_of_this_server};
use crate::data_dir::DataDir;
use crate::endpoint::{Endpoint, Limits, ListenError};
use crate::web_settings::{PublicHost, SettingsFault, WebSettings};

const HTTPS_PORT: u16 = 443;

/// A server as browsers and gateways reach it. It listens; nobody is answered before
/// [`serve`](Self::serve) runs.
#[derive(Debug)]
pub struct Site {
    endpoint: Endpoint,
    certificate: Option<Certificate>,
    hosts: Hosts,
    is_behind_proxy: bool,
    url: String,
}

/// Why a server is not reached.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The settings do not fit each other.
    #[error(transparent)]
    Settings(#[from] SettingsFault),
    /// There is no certificate to show.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The address is taken, or is none.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl Site {
    /// Checks the settings, gets the certificate where one is needed, and listens. A certificate
    /// that is made at the first start is kept in the data directory. `limits` are for what
    /// strangers can do.
    pub async fn open(
        settings: &WebSettings,
        data_dir: &DataDir,
        limits: Limits,
    ) -> Result<Self, SiteError> {
        let public = settings.check()?;
        let certificate = certificate(settings, &public, data_dir)?;
        // Who comes through a proxy comes from it: its share is that of all.
        let per_source = if settings.behind_proxy { limits.connections } else { limits.per_source };
        let limits = Limits { per_source, ..limits };
        let endpoint = Endpoint::bind(settings.listen, certificate.as_ref(), limits).await?;
        let port = endpoint.local_addr().port();
        let hosts = hosts(settings, &public, certificate.as_ref(), port);
        let url = url(settings, &public, certificate.as_ref(), &endpoint);
        Ok(Self { endpoint, certificate, hosts, is_behind_proxy: settings.behind_proxy, url })
    }

    /// Where it listens, with the port that was given.
    pub const fn local_addr(&self) -> std::net::SocketAddr {
        self.endpoint.local_addr()
    }

    /// The certificate it shows itself.
    pub const fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Where people open it, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What stands before every route of a server, which is called `server` in a sentence.
    pub fn guards(&self, server: &'static str) -> Guards {
        let guards = Guards::new(server, self.hosts.clone());
        if self.is_behind_proxy { guards.behind_proxy() } else { guards }
    }

    /// Answers until told to stop; see [`Endpoint::serve`].
    pub fn serve(
        self,
        router: Router,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        self.endpoint.serve(router, stop)
    }
}

fn certificate(
    settings: &WebSettings,
    public: &[PublicHost],
    data_dir: &DataDir,
) -> Result<Option<Certificate>, CertificateError> {
    if !settings.is_https() {
        return Ok(None);
    }
    let now = Timestamp::now();
    let certificate = match (&settings.certificate, &settings.key) {
        (Some(certificate), Some(key)) => Certificate::load(certificate, key)?,
        _ => {
            let public = public.iter().map(|host| host.name.clone());
            let names = names_of_this_server(settings.listen.ip(), public);
            let own = Certificate::own(data_dir, &names, now)?;
            for name in names.iter().filter(|name| !own.names().contains(name)) {
                tracing::warn!(
                    name,
                    "the certificate of the first start is not for this name; browsers warn of it"
                );
            }
            own
        }
    };
    if let Some(warning) = certificate.warning(now) {
        tracing::warn!("{warning}");
    }
    Ok(Some(certificate))
}

/// The names it answers to. An address in digits always is one: no other site can have it.
fn hosts(
    settings: &WebSettings,
    public: &[PublicHost],
    certificate: Option<&Certificate>,
    port: u16,
) -> Hosts {
    if certificate.is_none() && !settings.behind_proxy {
        return Hosts::loopback(port);
    }
    let certified = certificate.into_iter().flat_map(Certificate::names).cloned();
    let names = certified.chain(public.iter().map(|host| host.name.clone()));
    let further = public.iter().filter_map(|host| host.port);
    // Browsers see the port of the proxy.
    let usual = settings.behind_proxy.then_some(HTTPS_PORT);
    Hosts::network(Scheme::Https, port, names).at_ports(further.chain(usual))
}

fn url(
    settings: &WebSettings,
    public: &[PublicHost],
    certificate: Option<&Certificate>,
    endpoint: &Endpoint,
) -> String {
    let address = endpoint.local_addr();
    let with_port = |name: &str, port: Option<u16>| match port.filter(|port| *port != HTTPS_PORT) {
        Some(port) => format!("https://{name}:{port}"),
        None => format!("https://{name}"),
    };
    let own_port = Some(address.port());
    match (public.first(), certificate) {
        (Some(host), _) if settings.behind_proxy => with_port(&host.name, host.port),
        (Some(host), Some(_)) => with_port(&host.name, host.port.or(own_port)),
        (None, Some(certificate)) => {
            let is_certain = !address.ip().is_unspecified();
            let name = certificate.names().first().filter(|_| !is_certain);
            match name {
                Some(name) => with_port(name, own_port),
                None => format!("https://{address}"),
            }
        }
        (_, None) => format!("http://{address}"),
    }
}
