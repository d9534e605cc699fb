//! The buses that run, and what each has to do.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Present;
use super::merged::{Merged, configured};
use super::past::Known;
use crate::bus::{Assigned, Assignment, BusHandle, BusTask, Past};
use crate::config::{BusConfig, BusId, Config, MeterConfig, MeterId};
use crate::intake::Intake;
use crate::latest::Latest;

/// The buses that run.
pub(super) struct Running {
    latest: Arc<Latest>,
    intake: Arc<Intake>,
    stop: CancellationToken,
    buses: HashMap<BusId, Bus>,
    pasts: HashMap<MeterId, Past>,
    /// Those that are ready to run.
    ready: Vec<BusTask>,
    tasks: JoinSet<()>,
}

struct Bus {
    door: BusHandle,
    assignment: watch::Sender<Arc<Assignment>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("buses", &self.buses.keys()).finish_non_exhaustive()
    }
}

impl Running {
    pub(super) fn new(latest: Arc<Latest>, intake: Arc<Intake>, stop: CancellationToken) -> Self {
        Self {
            latest,
            intake,
            stop,
            buses: HashMap::new(),
            pasts: HashMap::new(),
            ready: Vec::new(),
            tasks: JoinSet::new(),
        }
    }

    /// From now on these buses and meters; `known` is what the store knows of those that are not
    /// read as before. The order: what is known of them, so that no news of a meter finds nobody
    /// who keeps it; the buses that go; the others.
    pub(super) fn exchange(
        &mut self,
        before: &Present,
        file: &Config,
        merged: Merged,
        portal_revision: Option<u64>,
        known: Known,
    ) -> Present {
        let Merged { buses, meters, left_out } = merged;
        let buses: Vec<_> = buses.into_iter().map(|bus| keep_same(bus, &before.buses)).collect();
        let Known { latest, mut identifications, pasts } = known;
        let stays = |meter: &MeterConfig| {
            let known = before.meter(meter.id.as_str());
            known.is_some_and(|known| known.is_placed_like(meter))
        };
        let moved = meters.iter().filter(|meter| !stays(meter));
        let moved: Vec<_> =
            moved.map(|meter| (meter.id.clone(), identifications.remove(&meter.id))).collect();
        let is_there = |id: &MeterId| meters.iter().any(|meter| meter.id == *id);
        self.intake.exchange(is_there, moved);
        self.latest.exchange(&buses, &meters, latest);
        self.pasts.retain(|id, _| is_there(id));
        self.pasts.extend(pasts);

        // Without an assignment a bus ends what it is about, and goes.
        self.buses.retain(|id, _| buses.iter().any(|bus| bus.id == *id));
        for bus in &buses {
            self.assign(bus, &meters);
        }
        Present {
            name: file.name.clone(),
            own: file.meters.iter().map(|meter| configured(meter, file)).collect(),
            doors: self.buses.iter().map(|(id, bus)| (id.clone(), bus.door.clone())).collect(),
            buses,
            meters,
            left_out,
            portal_revision,
        }
    }

    /// Tells a bus what it has to do; makes its task where there is none.
    fn assign(&mut self, bus: &Arc<BusConfig>, meters: &[Arc<MeterConfig>]) {
        let mine = meters.iter().filter(|meter| meter.bus == bus.id);
        let mine = mine.map(|meter| {
            let past = self.pasts.get(&meter.id).copied().unwrap_or_default();
            Assigned { meter: Arc::clone(meter), past }
        });
        let assignment = Arc::new(Assignment { bus: Arc::clone(bus), meters: mine.collect() });
        if let Some(known) = self.buses.get(&bus.id) {
            known.assignment.send_replace(assignment);
            return;
        }
        let (sender, receiver) = watch::channel(assignment);
        let (latest, intake) = (Arc::clone(&self.latest), Arc::clone(&self.intake));
        let (task, door) =
            BusTask::new(receiver, latest, intake, self.stop.clone(), Timestamp::now());
        self.buses.insert(bus.id.clone(), Bus { door, assignment: sender });
        self.ready.push(task);
    }

    /// Starts the buses that are ready.
    pub(super) fn run(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        for task in self.ready.drain(..) {
            self.tasks.spawn(task.run());
        }
    }

    pub(super) async fn stopped(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    pub(super) fn abort(&mut self) {
        self.tasks.abort_all();
    }
}

/// A bus that is configured as before is the one there was.
fn keep_same(bus: Arc<BusConfig>, before: &[Arc<BusConfig>]) -> Arc<BusConfig> {
    before.iter().find(|known| **known == bus).map_or(bus, Arc::clone)
}
