//! The gateway as a whole: it owns everything, and knows in which order to start and to stop.

mod past;
mod start_error;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use web_access::{Access, Clock, Settings, SetupCode};
use web_assets::Pages;
use web_server::{DataDir, Endpoint, Limits};

use crate::api::{self, ApiState};
use crate::bus::{BusHandle, BusTask};
use crate::config::{BusId, Config};
use crate::intake::Intake;
use crate::latest::{Latest, Progress, now_to_the_millisecond};
use crate::security;
use crate::store::{Database, Reader, Store, WriterThread};

use past::Known;
pub use start_error::StartError;

/// The file of the store in the data directory.
const STORE: &str = "readings.sqlite";
/// The file of accounts, sessions and the audit log.
const ACCOUNTS: &str = "accounts.sqlite";
/// How long a bus may take to stop. Its readout has a shorter limit of its own.
const BUS_STOP_LIMIT: Duration = Duration::from_secs(2);
/// How long requests that are being answered may take when the gateway stops.
const WEB_STOP_LIMIT: Duration = Duration::from_secs(1);

/// A running gateway.
///
/// Dropping it leaves its tasks to the runtime; [`stop`](Self::stop) ends them in order.
#[derive(Debug)]
pub struct App {
    local_addr: SocketAddr,
    router: Router,
    latest: Arc<Latest>,
    doors: HashMap<BusId, BusHandle>,
    stop: CancellationToken,
    buses: JoinSet<()>,
    web: JoinHandle<()>,
    intake: Arc<Intake>,
    store: Store,
    writer: WriterThread,
    access: Access,
    setup_code: Option<SetupCode>,
    _data_dir: DataDir,
}

impl App {
    /// Starts a gateway. When this returns, its pages are served and its buses are being opened;
    /// whatever can fail for good has not.
    ///
    /// The order: the data directory, which nobody else may have; the store; what it knows of
    /// the meters; the address of the pages; and last the buses, so that no meter is asked by a
    /// gateway that cannot keep the answer.
    pub async fn start(config: Config, data_dir: &Path) -> Result<Self, StartError> {
        Self::start_with(config, data_dir, Settings::default()).await
    }

    /// The same with settings of the login.
    pub async fn start_with(
        config: Config,
        data_dir: &Path,
        login: Settings,
    ) -> Result<Self, StartError> {
        if !config.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: config.listen });
        }
        let started_at = now_to_the_millisecond();
        let time_zone = named_time_zone();
        let config = Arc::new(config);

        let data_dir = DataDir::open(data_dir)?;
        let database = Database::open(&data_dir.file(STORE), started_at)?;
        let reader = Reader::open(&data_dir.file(STORE))?;
        let Known { latest, identifications, pasts } = Known::load(&database, &config)?;
        let (access, setup_code) = Access::open(&data_dir.file(ACCOUNTS), login, Clock::system())?;
        let endpoint = Endpoint::bind(config.listen, None, Limits::default()).await?;
        let local_addr = endpoint.local_addr();
        let (store, writer) = database.start_writer()?;

        let latest = Arc::new(Latest::new(&config, latest));
        let intake =
            Intake::new(store.clone(), Arc::clone(&latest), time_zone.clone(), identifications);
        let intake = Arc::new(intake);
        let stop = CancellationToken::new();
        let (tasks, handles) =
            bus_tasks(&config, &pasts, &latest, &intake, &stop, Timestamp::now());

        let state = ApiState::new(api::Shared {
            config: Arc::clone(&config),
            latest: Arc::clone(&latest),
            buses: handles.clone(),
            store: store.clone(),
            reader,
            started_at,
            time_zone,
            stop: stop.clone(),
        });
        let router = api::router(state, access.clone())
            .fallback(|method, uri, headers| Pages::Gateway.serve(method, uri, headers));
        let router = router.layer(tower_http::compression::CompressionLayer::new());
        let router = security::protect(router, local_addr);
        let web = tokio::spawn(endpoint.serve(router.clone(), stop.clone()));
        let mut buses = JoinSet::new();
        for task in tasks {
            buses.spawn(task.run());
        }
        tracing::info!(%local_addr, buses = buses.len(), "gateway started");
        Ok(Self {
            local_addr,
            router,
            latest,
            doors: handles,
            stop,
            buses,
            web,
            intake,
            store,
            writer,
            access,
            setup_code,
            _data_dir: data_dir,
        })
    }

    /// Where pages and API are served.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The service that answers requests, as it listens at [`local_addr`](Self::local_addr);
    /// for callers in the same process.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The code the first password is set with; `None` where somebody can log in already. It is
    /// for the console and for nowhere else.
    pub const fn setup_code(&self) -> Option<&SetupCode> {
        self.setup_code.as_ref()
    }

    /// What is known of buses and meters.
    pub fn latest(&self) -> &Latest {
        &self.latest
    }

    /// The door to a bus, for callers in the same process.
    pub fn bus(&self, id: &BusId) -> Option<&BusHandle> {
        self.doors.get(id)
    }

    /// How far the first readouts are.
    pub fn progress(&self) -> Progress {
        *self.latest.progress().borrow()
    }

    /// The same, as it goes on.
    pub fn subscribe(&self) -> watch::Receiver<Progress> {
        self.latest.progress()
    }

    /// Stops: readouts that have begun are finished or, after a while, given up; what was read
    /// is stored; the store is closed.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let buses = async { while self.buses.join_next().await.is_some() {} };
        if tokio::time::timeout(BUS_STOP_LIMIT, buses).await.is_err() {
            tracing::warn!("a bus did not stop in time");
            self.buses.abort_all();
        }
        self.intake.finish().await;
        if tokio::time::timeout(WEB_STOP_LIMIT, &mut self.web).await.is_err() {
            self.web.abort();
        }
        self.access.close().await;
        self.store.close();
        let writer = self.writer;
        let joined = tokio::task::spawn_blocking(move || writer.join()).await;
        match joined {
            Ok(Ok(())) => tracing::info!("gateway stopped"),
            _ => tracing::error!("the store did not close as it should"),
        }
    }
}

/// The time zone of this machine, or UTC where it has no name that could be told to others.
fn named_time_zone() -> TimeZone {
    let system = TimeZone::system();
    if system.iana_name().is_some() { system } else { TimeZone::UTC }
}

fn bus_tasks(
    config: &Config,
    pasts: &past::Pasts,
    latest: &Arc<Latest>,
    intake: &Arc<Intake>,
    stop: &CancellationToken,
    now: Timestamp,
) -> (Vec<BusTask>, HashMap<BusId, BusHandle>) {
    let mut tasks = Vec::new();
    let mut handles = HashMap::new();
    for bus in &config.buses {
        let meters = config.meters.iter().filter(|meter| meter.bus == bus.id);
        let meters = meters
            .map(|meter| {
                let past = pasts.get(&meter.id).copied().unwrap_or_default();
                (Arc::new(meter.clone()), past)
            })
            .collect();
        let (task, handle) = BusTask::new(
            bus.clone(),
            meters,
            Arc::clone(latest),
            Arc::clone(intake),
            stop.clone(),
            now,
        );
        tasks.push(task);
        handles.insert(bus.id.clone(), handle);
    }
    (tasks, handles)
}
