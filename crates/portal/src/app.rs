//! The portal as a whole: it owns everything, and knows in which order to start and to stop.

mod config;
mod invite;
mod start_error;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use fleet_link::PortalUrl;
use jiff::Timestamp;
use metering::Models;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web_access::{Access, Clock, CookieName, Guards, Hosts, Settings, SetupCode};
use web_assets::Pages;
use web_server::{DataDir, Endpoint, Limits};

use crate::api::{self, ApiState};
use crate::db::Db;
use crate::fleet::{self, FleetState};
use crate::live::Live;

pub use config::{Config, ConfigError};
pub use invite::InviteError;
pub use start_error::StartError;

/// The files in the data directory.
const STORE: &str = "fleet.sqlite";
const ACCESS: &str = "access.sqlite";
/// A batch may come over a slow line.
const BATCH: Duration = Duration::from_secs(60);
/// How long requests that are being answered may take when the portal stops.
const WEB_STOP_LIMIT: Duration = Duration::from_secs(1);

/// A running portal.
///
/// Dropping it leaves its tasks to the runtime; [`stop`](Self::stop) ends them in order.
#[derive(Debug)]
pub struct App {
    local_addr: SocketAddr,
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
        if !config.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: config.listen });
        }
        let data_dir = DataDir::open(data_dir)?;
        let db = Db::open(&data_dir.file(STORE), Timestamp::now())?;
        // A gateway on the same host has the usual name, and cookies do not know of ports.
        let login = Settings { cookie: CookieName::SESSION_PORTAL, ..Settings::default() };
        let (access, setup_code) = Access::open(&data_dir.file(ACCESS), login, Clock::system())?;
        let endpoint = Endpoint::bind(config.listen, None, Limits::default()).await?;
        let local_addr = endpoint.local_addr();
        let portal = PortalUrl::parse(&format!("http://{local_addr}"))?;

        let (live, stop) = (Live::new(), CancellationToken::new());
        let models = Arc::new(Models::builtin());
        let api = ApiState {
            db: db.clone(),
            live: live.clone(),
            models: Arc::clone(&models),
            portal,
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
        let guards = Guards::new("portal", Hosts::loopback(local_addr.port()));
        let router = guards.slow("/batches", BATCH).protect(router);
        let web = tokio::spawn(endpoint.serve(router.clone(), stop.clone()));
        tracing::info!(%local_addr, "portal started");
        let _data_dir = data_dir;
        Ok(Self { local_addr, router, setup_code, db, access, live, stop, web, _data_dir })
    }

    /// Where the portal is served.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
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
