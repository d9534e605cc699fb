//! The gateway as a whole: it owns everything, and knows in which order to start and to stop.

mod claim;
mod start_error;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use fleet_link::ClaimCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web_access::{Access, Clock, PasswordReset, Settings, SetupCode};
use web_assets::Pages;
use web_server::{DataDir, Limits, Site};

use crate::api::{self, ApiState};
use crate::bus::BusHandle;
use crate::config::{BusId, Config};
use crate::configuration::{Beginning, Configurator, Surroundings};
use crate::fleet::store::{self as fleet_store, FleetStore};
use crate::fleet::{self, ClaimError, Condition, FleetLink};
use crate::intake::Intake;
use crate::latest::{Latest, Progress, now_to_the_millisecond};
use crate::security;
use crate::store::{Database, Reader, Store, WriterThread};

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
    url: String,
    router: Router,
    latest: Arc<Latest>,
    configurator: Configurator,
    stop: CancellationToken,
    web: JoinHandle<()>,
    intake: Arc<Intake>,
    store: Store,
    writer: WriterThread,
    access: Access,
    fleet: FleetLink,
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
        let started_at = now_to_the_millisecond();
        let time_zone = named_time_zone();
        let web_settings = config.web.clone();

        let data_dir = DataDir::open(data_dir)?;
        let database = Database::open(&data_dir.file(STORE), started_at)?;
        let reader = Reader::open(&data_dir.file(STORE))?;
        let fleet = FleetStore::open(&data_dir.file(fleet_store::FILE), started_at)?;
        let beginning = Beginning::load(config, &fleet, &database)?;
        let login = Settings { login_for_reading: web_settings.needs_login_for_reading(), ..login };
        let (access, setup_code) = Access::open(&data_dir.file(ACCOUNTS), login, Clock::system())?;
        let site = Site::open(&web_settings, &data_dir, Limits::default()).await?;
        let (local_addr, url) = (site.local_addr(), site.url().to_owned());
        let (store, writer) = database.start_writer()?;

        let latest = Arc::new(Latest::new());
        let intake = Arc::new(Intake::new(store.clone(), Arc::clone(&latest), time_zone.clone()));
        let stop = CancellationToken::new();
        let surroundings = Surroundings {
            latest: Arc::clone(&latest),
            intake: Arc::clone(&intake),
            reader: reader.clone(),
            fleet: fleet.clone(),
            stop: stop.clone(),
        };
        let configurator = Configurator::new(beginning, surroundings);

        let surroundings = fleet::Surroundings {
            configurator: configurator.clone(),
            latest: Arc::clone(&latest),
            access: access.clone(),
            store: store.clone(),
            readings: data_dir.file(STORE),
            time_zone: time_zone.clone(),
            boot: boot(started_at),
        };
        let fleet = FleetLink::new(fleet, surroundings, stop.clone());

        let state = ApiState::new(api::Shared {
            configurator: configurator.clone(),
            latest: Arc::clone(&latest),
            store: store.clone(),
            reader,
            fleet: fleet.clone(),
            started_at,
            time_zone,
            stop: stop.clone(),
        });
        let router = api::router(state, access.clone())
            .fallback(|method, uri, headers| Pages::Gateway.serve(method, uri, headers));
        let router = router.layer(tower_http::compression::CompressionLayer::new());
        let router = security::protect(router, site.guards("gateway"));
        let web = tokio::spawn(site.serve(router.clone(), stop.clone()));
        configurator.run().await;
        fleet.start().await?;
        let buses = configurator.present().buses.len();
        tracing::info!(%local_addr, buses, "gateway started");
        Ok(Self {
            local_addr,
            url,
            router,
            latest,
            configurator,
            stop,
            web,
            intake,
            store,
            writer,
            access,
            fleet,
            setup_code,
            _data_dir: data_dir,
        })
    }

    /// Where pages and API are served.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Where people open the pages.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a code for somebody who forgot his password; `None` where nobody has one. It works
    /// once, in the gateway that is started next on this data directory.
    pub async fn reset_password(data_dir: &Path) -> Result<Option<PasswordReset>, StartError> {
        let data_dir = DataDir::open(data_dir)?;
        Ok(Access::reset_password(&data_dir.file(ACCOUNTS), Clock::system()).await?)
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
    pub fn bus(&self, id: &BusId) -> Option<BusHandle> {
        self.configurator.bus(id)
    }

    /// The owner of the configuration, which can change while the gateway runs.
    pub const fn configurator(&self) -> &Configurator {
        &self.configurator
    }

    /// Makes this gateway one of a portal's: the text is the claim code the portal shows.
    pub async fn claim(&self, code: &str) -> Result<(), ClaimError> {
        self.fleet.claim(&ClaimCode::parse(code)?).await
    }

    /// How the link to the portal is, and when that changes.
    pub fn portal(&self) -> watch::Receiver<Condition> {
        self.fleet.watch()
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
        self.fleet.stop().await;
        if tokio::time::timeout(BUS_STOP_LIMIT, self.configurator.stopped()).await.is_err() {
            tracing::warn!("a bus did not stop in time");
            self.configurator.abort().await;
        }
        self.intake.finish().await;
        // What is not answered by now is answered at the next start.
        let _ = tokio::time::timeout(WEB_STOP_LIMIT, self.fleet.finish()).await;
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

/// A text that no other start of a gateway has.
fn boot(started_at: Timestamp) -> String {
    let mut number = [0; 4];
    // Where the operating system gives none, the time alone has to do.
    let _ = getrandom::fill(&mut number);
    format!("{started_at}-{}", u32::from_be_bytes(number))
}

/// The time zone of this machine, or UTC where it has no name that could be told to others.
fn named_time_zone() -> TimeZone {
    let system = TimeZone::system();
    if system.iana_name().is_some() { system } else { TimeZone::UTC }
}
