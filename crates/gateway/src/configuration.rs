//! The configuration while the gateway runs: one owner of what is read, and how it changes.
//!
//! Meters come from two places: the gateway's own file, and the last revision of the portal. A
//! meter of the portal takes the place of the file's meter with the same id. Both are checked
//! together, by the same rules as a file alone; what does not hold as a whole is refused as a
//! whole, and everything goes on as before.
//!
//! Everybody else sees what is [`Present`]. When it changes, buses and meters that stay as they
//! are notice nothing: connections stay open, slots and values are kept, queues are served on. A
//! readout that is under way ends first.

mod change;
mod connection;
mod edit;
mod file;
mod merged;
mod past;
mod present;
mod running;

use std::sync::Arc;

use fleet_link::ConfiguredMeter;
use metering::Models;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::bus::BusHandle;
use crate::config::{BusId, Config};
use crate::fleet::store::{FleetStore, PortalRevision};
use crate::intake::Intake;
use crate::latest::{Latest, now_to_the_millisecond};
use crate::store::{Database, Reader, StoreError};

pub use change::{Change, ChangeError, Changed, Configured, Seen};
pub use connection::{ConnectionChange, PropertyFault};
pub use file::FileRevision;
use merged::Merged;
pub(crate) use past::Known;
pub use present::Present;
use running::Running;

/// The owner of the configuration; clones are the same.
#[derive(Clone, Debug)]
pub struct Configurator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    present: watch::Sender<Arc<Present>>,
    owner: Mutex<Owner>,
    latest: Arc<Latest>,
    reader: Reader,
    fleet: FleetStore,
    models: Models,
}

/// What only one change at a time may touch.
#[derive(Debug)]
struct Owner {
    file: Arc<Config>,
    portal: Option<PortalRevision>,
    running: Running,
}

/// What the owner needs of the rest of the house.
pub(crate) struct Surroundings {
    pub(crate) latest: Arc<Latest>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) reader: Reader,
    pub(crate) fleet: FleetStore,
    pub(crate) stop: CancellationToken,
}

/// What a gateway begins with: what was checked, and what the store knows of it.
pub(crate) struct Beginning {
    file: Arc<Config>,
    portal: Option<PortalRevision>,
    merged: Merged,
    known: Known,
}

impl Beginning {
    /// The file's meters and those of the last revision the gateway has read by, as far as it
    /// still holds beside the file.
    pub(crate) fn load(
        file: Config,
        fleet: &FleetStore,
        database: &Database,
    ) -> Result<Self, StoreError> {
        let models = Models::builtin();
        let kept = fleet.portal_revision()?;
        let merged = match &kept {
            None => Merged::of_file(&file),
            Some(kept) => Merged::check(&file, Some(&kept.meters), &models)
                .unwrap_or_else(|_| Merged::as_far_as_it_holds(&file, &kept.meters, &models)),
        };
        for problem in &merged.left_out {
            tracing::error!("a meter of the portal is not read: {}. {}", problem.what, problem.why);
        }
        let known = Known::load(database, &merged.meters)?;
        Ok(Self { file: Arc::new(file), portal: kept, merged, known })
    }
}

impl Configurator {
    /// The owner, with every bus ready to [`run`](Self::run).
    pub(crate) fn new(beginning: Beginning, surroundings: Surroundings) -> Self {
        let Beginning { file, portal, merged, known } = beginning;
        let Surroundings { latest, intake, reader, fleet, stop } = surroundings;
        let mut running = Running::new(Arc::clone(&latest), intake, stop);
        let revision = portal.as_ref().map(|portal| portal.revision);
        let present = running.exchange(&Present::default(), &file, merged, revision, known);
        Self(Arc::new(Inner {
            present: watch::Sender::new(Arc::new(present)),
            owner: Mutex::new(Owner { file, portal, running }),
            latest,
            reader,
            fleet,
            models: Models::builtin(),
        }))
    }

    /// Begins to read.
    pub(crate) async fn run(&self) {
        self.0.owner.lock().await.running.run();
    }

    /// Waits until every bus has stopped, which the stop signal makes them do.
    pub(crate) async fn stopped(&self) {
        self.0.owner.lock().await.running.stopped().await;
    }

    /// Gives up the buses that have not stopped.
    pub(crate) async fn abort(&self) {
        self.0.owner.lock().await.running.abort();
    }

    /// What is configured now.
    pub fn present(&self) -> Arc<Present> {
        Arc::clone(&self.0.present.borrow())
    }

    /// The same, as it changes.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Present>> {
        self.0.present.subscribe()
    }

    /// The door to a bus.
    pub fn bus(&self, id: &BusId) -> Option<BusHandle> {
        self.present().door(id.as_str()).cloned()
    }

    /// The meters of the gateway's own file, as the portal knows meters; those whose place a
    /// meter of the portal has taken, too.
    pub fn own_meters(&self) -> Vec<ConfiguredMeter> {
        self.present().own_meters()
    }

    /// The revision of the portal that the gateway reads by.
    pub fn portal_revision(&self) -> Option<u64> {
        self.present().portal_revision
    }

    /// Reads by a revision of the portal from now on, and after each start. It holds as a whole
    /// or not at all: where something is wrong with it, everything goes on as before.
    pub async fn apply_portal(
        &self,
        revision: u64,
        meters: Vec<ConfiguredMeter>,
    ) -> Result<(), Vec<fleet_link::Finding>> {
        self.replace_portal(Some(PortalRevision { revision, meters })).await
    }

    /// Reads by no revision of the portal any more: what the file says holds.
    pub async fn forget_portal(&self) -> Result<(), Vec<fleet_link::Finding>> {
        self.replace_portal(None).await
    }

    async fn replace_portal(
        &self,
        portal: Option<PortalRevision>,
    ) -> Result<(), Vec<fleet_link::Finding>> {
        // Whoever asked may stop waiting; what has begun is done to its end.
        let this = self.clone();
        let replaced = tokio::spawn(async move {
            let mut owner = this.0.owner.lock().await;
            if owner.portal == portal {
                let left_out = this.present().left_out.clone();
                return if left_out.is_empty() { Ok(()) } else { Err(left_out) };
            }
            let meters = portal.as_ref().map(|portal| portal.meters.as_slice());
            let merged = Merged::check(&owner.file, meters, &this.0.models)?;
            let now = now_to_the_millisecond();
            let kept = this.0.fleet.keep_portal_revision(portal.clone(), now).await;
            kept.map_err(|error| vec![merged::not_kept(&error)])?;
            owner.portal = portal;
            this.exchange(&mut owner, merged).await;
            Ok(())
        });
        replaced.await.unwrap_or_else(|_| Err(vec![merged::not_kept(&StoreError::Closed)]))
    }

    /// From now on this is read.
    async fn exchange(&self, owner: &mut Owner, merged: Merged) {
        let before = self.present();
        let new = merged.meters.iter().filter(|meter| {
            let known = before.meter(meter.id.as_str());
            !known.is_some_and(|known| known.reads_like(meter))
        });
        let new: Vec<_> = new.cloned().collect();
        let known = Known::ask(&self.0.reader, &new).await;
        let revision = owner.portal.as_ref().map(|portal| portal.revision);
        let file = Arc::clone(&owner.file);
        let present = owner.running.exchange(&before, &file, merged, revision, known);
        self.0.present.send_replace(Arc::new(present));
        owner.running.run();
        self.0.latest.tell_configuration();
    }
}
