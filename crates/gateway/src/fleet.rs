//! The gateway's side of the fleet link: only it opens connections, and only to the portal it
//! belongs to.
//!
//! | module | holds |
//! |---|---|
//! | `claim` | how the gateway becomes one of a portal's |
//! | `store` | what must not be forgotten: portal, token, how far the portal is, commands |
//! | `client`, `certificate` | requests, and which portal is the right one |
//! | `upload`, `outgoing` | readouts go up |
//! | `stream`, `event_lines` | the portal says that there is something to fetch |
//! | `configuration` | the meters that the portal wants to be read |
//! | `commands`, `replies`, `act` | what the portal tells the gateway to do |
//! | `status` | how the gateway is |
//! | `condition`, `backoff` | how the link is, and how long to wait where it fails |
//! | `task` | what the parts of a running link share |
//!
//! A gateway that belongs to no portal does nothing of all this.

mod act;
mod backoff;
mod certificate;
mod claim;
mod client;
mod commands;
mod condition;
mod configuration;
mod event_lines;
mod outgoing;
mod replies;
mod status;
pub(crate) mod store;
mod stream;
mod task;
mod token;
mod upload;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fleet_link::ClaimCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web_access::Access;

pub(crate) use claim::claim_stopped;
pub use claim::{ClaimError, ClaimedPortal};
pub use condition::{Condition, LinkState};

use crate::bus::BusHandle;
use crate::configuration::{Configurator, Present};
use crate::latest::Latest;
use crate::store::{Reader, Store, StoreError};
use client::Client;
use commands::Commands;
use condition::Conditions;
use configuration::ConfigurationFetch;
use replies::Replies;
use status::StatusReport;
use store::{Claim, FleetStore};
use stream::Stream;
use task::LinkTask;
use upload::Upload;

/// What the link needs of the gateway around it.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) configurator: Configurator,
    pub(crate) latest: Arc<Latest>,
    pub(crate) access: Access,
    pub(crate) store: Store,
    /// The file of the store. The link reads it over a connection of its own.
    pub(crate) readings: PathBuf,
    pub(crate) time_zone: TimeZone,
    /// This start of the gateway.
    pub(crate) boot: String,
}

impl Surroundings {
    /// What is configured now.
    fn present(&self) -> Arc<Present> {
        self.configurator.present()
    }

    fn meter_names(&self) -> HashMap<String, String> {
        let present = self.present();
        present.meters.iter().map(|meter| (meter.id.to_string(), meter.name.clone())).collect()
    }

    /// The door to a bus; to the only one, where none is named.
    fn door(&self, bus: Option<&str>) -> Result<BusHandle, String> {
        let present = self.present();
        let only = || match &present.buses[..] {
            [only] => Ok(only.id.as_str()),
            [] => Err("The gateway has no bus.".to_owned()),
            _ => {
                Err("The gateway has several buses, and it is not said which is meant.".to_owned())
            }
        };
        let bus = bus.map_or_else(only, Ok)?;
        let unknown = || format!("The gateway has no bus \"{}\".", bus.escape_default());
        present.door(bus).cloned().ok_or_else(unknown)
    }
}

/// The link to the portal; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct FleetLink(Arc<Link>);

#[derive(Debug)]
struct Link {
    store: FleetStore,
    surroundings: Arc<Surroundings>,
    conditions: Arc<Mutex<Conditions>>,
    /// Claiming and releasing take their time; one at a time.
    turn: tokio::sync::Mutex<()>,
    running: Mutex<Option<Running>>,
    /// The commands of the portal that have begun.
    under_way: TaskTracker,
    stop: CancellationToken,
}

/// The link to one portal.
#[derive(Clone, Debug)]
struct Running {
    claim: Arc<Claim>,
    task: LinkTask,
    stop: CancellationToken,
    parts: TaskTracker,
}

/// How the link is, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// How it is.
    pub condition: Condition,
    /// Where the portal is.
    pub portal: Option<String>,
    /// What the portal calls this gateway.
    pub gateway: Option<String>,
    /// How many readouts the portal does not have yet.
    pub waiting: u64,
    /// The revision of the portal's configuration that the gateway reads by.
    pub revision: Option<u64>,
}

impl FleetLink {
    /// A link that does nothing yet.
    pub(crate) fn new(
        store: FleetStore,
        surroundings: Surroundings,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Link {
            store,
            surroundings: Arc::new(surroundings),
            conditions: Arc::new(Mutex::new(Conditions::new(Timestamp::now()))),
            turn: tokio::sync::Mutex::default(),
            running: Mutex::default(),
            under_way: TaskTracker::new(),
            stop,
        }))
    }

    /// Goes on with the portal the gateway belongs to, where it belongs to one.
    pub(crate) async fn start(&self) -> Result<(), StoreError> {
        let _turn = self.0.turn.lock().await;
        if let Some(claim) = self.0.store.claim().await? {
            commands::answer_interrupted(&self.0.store).await?;
            self.0.run(claim);
        }
        Ok(())
    }

    /// Makes the gateway one of a portal's, and begins at once. Where the code is not taken,
    /// everything stays as it was.
    pub(crate) async fn claim(&self, code: &ClaimCode) -> Result<(), ClaimError> {
        let link = Arc::clone(&self.0);
        let code = code.clone();
        // The code works once: whoever stops waiting does not stop this halfway.
        let claimed = tokio::spawn(async move { link.claim(&code).await });
        claimed.await.unwrap_or(Err(ClaimError::Store(StoreError::Closed)))
    }

    /// The gateway belongs to no portal any more. `false` where it belonged to none.
    pub(crate) async fn release(&self) -> Result<bool, StoreError> {
        let _turn = self.0.turn.lock().await;
        let was_claimed = self.0.store.claim().await?.is_some();
        self.0.end().await;
        self.0.store.delete_claim().await?;
        self.0.forget_configuration().await;
        self.0.conditions().begin(false, Timestamp::now());
        Ok(was_claimed)
    }

    /// How the link is.
    pub(crate) fn view(&self) -> LinkView {
        let running = self.0.running().clone();
        LinkView {
            condition: self.watch().borrow().clone(),
            portal: running.as_ref().map(|running| running.claim.portal.to_string()),
            gateway: running.as_ref().map(|running| running.claim.gateway.clone()),
            waiting: running.as_ref().map_or(0, |running| running.task.waiting()),
            revision: self.0.surroundings.configurator.portal_revision(),
        }
    }

    /// How the link is, and when that changes.
    pub(crate) fn watch(&self) -> watch::Receiver<Condition> {
        self.0.conditions().watch()
    }

    /// Waits until the replies to the commands that had begun are kept: after the buses stopped.
    pub(crate) async fn finish(&self) {
        self.0.under_way.close();
        self.0.under_way.wait().await;
    }

    /// Ends the link; the gateway stays with its portal.
    pub(crate) async fn stop(&self) {
        let _turn = self.0.turn.lock().await;
        self.0.end().await;
    }
}

impl Link {
    async fn claim(&self, code: &ClaimCode) -> Result<(), ClaimError> {
        let _turn = self.turn.lock().await;
        let name = self.surroundings.present().name.clone();
        let claim = claim::show(code, &name, Timestamp::now()).await?;
        self.end().await;
        let before = self.store.claim().await?;
        let is_same = before.as_ref().is_some_and(|before| before.is_the_same_as(&claim));
        self.store.save_claim(claim.clone()).await?;
        if !is_same {
            self.forget_configuration().await;
        }
        tracing::info!(portal = %claim.portal, gateway = claim.gateway, "claimed by a portal");
        self.run(claim);
        Ok(())
    }

    /// The meters of a portal are read as long as the gateway belongs to it.
    async fn forget_configuration(&self) {
        if let Err(problems) = self.surroundings.configurator.forget_portal().await {
            for problem in problems {
                tracing::error!("{}: {}", problem.what, problem.why);
            }
        }
    }

    /// Starts the parts of the link.
    fn run(&self, claim: Claim) {
        if self.stop.is_cancelled() {
            return;
        }
        self.conditions().begin(true, Timestamp::now());
        let (store, surroundings) = (self.store.clone(), Arc::clone(&self.surroundings));
        let task = LinkTask::new(&claim, store, surroundings, Arc::clone(&self.conditions));
        let running = Running {
            claim: Arc::new(claim),
            task,
            stop: self.stop.child_token(),
            parts: TaskTracker::new(),
        };
        running.start(&self.under_way);
        *self.running() = Some(running);
    }

    /// Ends the parts of the link that runs.
    async fn end(&self) {
        let running = self.running().take();
        if let Some(running) = running {
            running.stop.cancel();
            running.parts.close();
            running.parts.wait().await;
        }
    }

    fn conditions(&self) -> MutexGuard<'_, Conditions> {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn start(&self, under_way: &TaskTracker) {
        let Claim { portal, certificate, token, .. } = &*self.claim;
        let task = self.task.clone();
        let client = match Client::new(portal.clone(), *certificate, Some(token)) {
            Ok(client) => client,
            Err(error) => return task.fails(condition::Part::Stream, &error),
        };
        self.spawn(Stream::new(task.clone(), client.clone()).run());
        self.spawn(ConfigurationFetch::new(task.clone(), client.clone()).run());
        self.spawn(Commands::new(task.clone(), client.clone(), under_way.clone()).run());
        self.spawn(Replies::new(task.clone(), client.clone()).run());
        self.spawn(StatusReport::new(task.clone(), client.clone()).run());
        match Reader::open(&task.surroundings.readings) {
            Ok(reader) => self.spawn(Upload::new(task, client, reader).run()),
            Err(error) => tracing::error!(%error, "readouts cannot be read to be sent"),
        }
    }

    fn spawn(&self, part: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.parts.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = part => {}
            }
        });
    }
}
