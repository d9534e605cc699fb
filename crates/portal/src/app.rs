//! The portal as a whole: it owns everything, and knows in which order to start and to stop.

mod config;
mod invite;
mod start_error;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use fleet_link::{CertificateHash, PortalUrl};
use jiff::Timestamp;
use metering::Models;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web_access::{Access, Clock, CookieName, PasswordReset, Settings, SetupCode};
use web_assets::Pages;
use web_server::{DataDir, Limits, Site};

use crate::api::{self, ApiState};
use crate::db::Db;
use crate::fleet::{self, FleetState};
use crate::live::Live;
use crate::reached_at::ReachedAt;

pub use config::{Config, ConfigError, PublicUrlFault};
pub use invite::InviteError;
pub use start_error::StartError;

/// The files in the data directory.
const STORE: &str = "fleet.sqlite";
const ACCESS: &str = "access.sqlite";
/// A batch may come over a slow line.
const BATCH: Duration = Duration::from_secs(60);
/// Connections from one address: each gateway has two.
const GATEWAYS_OF_ONE_SOURCE: usize = 1024;
/// How long requests that are being answered may take when the portal stops.
const WEB_STOP_LIMIT: Duration = Duration::from_secs(1);

/// A running portal.
///
/// Dropping it leaves its tasks to the runtime; [`stop`](Self::stop) ends them in order.
#[derive(Debug)]
pub struct App {
    local_addr: SocketAddr,
    url: String,
    reached_at: ReachedAt,
    router: Router,
    setup_code: Option<SetupCode>,
    db: Db,
    access: Access,
    live: Live,
    stop: CancellationToken,
    web: JoinHandle<()>,
    _data_dir: DataDir,
}

impl App {
    /// Starts a portal. When this returns, it answers; whatever can fail for good has not.
    ///
    /// The order: the data directory, which nobody else may have; the stores; and last the
    /// address, so that no gateway is told anything by a portal that cannot keep it.
    pub async fn start(config: &Config, data_dir: &Path) -> Result<Self, StartError> {
        let settings = config.web_settings()?;
        let data_dir = DataDir::open(data_dir)?;
        let db = Db::open(&data_dir.file(STORE), Timestamp::now())?;
        // A gateway on the same host has the usual name, and cookies do not know of ports.
        let login = Settings { cookie: CookieName::SESSION_PORTAL, ..Settings::default() };
        let (access, setup_code) = Access::open(&data_dir.file(ACCESS), login, Clock::system())?;
        // Gateways of one customer can come from one address.
        let limits = Limits { per_source: GATEWAYS_OF_ONE_SOURCE, ..Limits::default() };
        let site = Site::open(&settings, &data_dir, limits).await?;
        let (local_addr, url) = (site.local_addr(), site.url().to_owned());
        let portal = match &config.public_url {
            Some(url) => url.clone(),
            None => PortalUrl::parse(&url)?,
        };
        // One that an authority signed is trusted without, and renewed every few months.
        let pinned = site.certificate().filter(|certificate| certificate.is_self_signed());
        let certificate = pinned.map(|certificate| CertificateHash(certificate.sha256()));
        let reached_at = ReachedAt { portal, certificate };

        let (live, stop) = (Live::new(), CancellationToken::new());
        let models = Arc::new(Models::builtin());
        let api = ApiState {
            db: db.clone(),
            live: live.clone(),
            models: Arc::clone(&models),
            reached_at: reached_at.clone(),
            stop: stop.clone(),
        };
        let link = FleetState {
            db: db.clone(),
            live: live.clone(),
            access: access.clone(),
            models,
            stop: stop.clone(),
        };
        let router = api::router(api, access.clone())
            .merge(fleet::router(link))
            .fallback(|method, uri, headers| Pages::Portal.serve(method, uri, headers));
        let router = site.guards("portal").slow("/batches", BATCH).protect(router);
        let web = tokio::spawn(site.serve(router.clone(), stop.clone()));
        tracing::info!(%local_addr, "portal started");
        let _data_dir = data_dir;
        Ok(Self {
            local_addr,
            url,
            reached_at,
            router,
            setup_code,
            db,
            access,
            live,
            stop,
            web,
            _data_dir,
        })
    }

    /// Where the portal is served.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Where people open the pages.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a code for somebody who forgot his password; `None` where nobody has one. It works
    /// once, in the portal that is started next on this data directory.
    pub async fn reset_password(data_dir: &Path) -> Result<Option<PasswordReset>, StartError> {
        let data_dir = DataDir::open(data_dir)?;
        Ok(Access::reset_password(&data_dir.file(ACCESS), Clock::system()).await?)
    }

    /// The code for the first password, as long as none is set: for the console and nowhere else.
    pub const fn setup_code(&self) -> Option<&SetupCode> {
        self.setup_code.as_ref()
    }

    /// The service that answers requests; for callers in the same process.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// What is kept.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// What changes.
    pub const fn live(&self) -> &Live {
        &self.live
    }

    /// Stops: streams end, requests that have begun are answered or, after a while, given up, and
    /// the stores are closed.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(WEB_STOP_LIMIT, &mut self.web).await.is_err() {
            tracing::warn!("a request did not end in time");
            self.web.abort();
        }
        self.db.close().await;
        self.access.close().await;
        tracing::info!("portal stopped");
    }
}
