//! How the gateway is, for its portal: told when it changes, and each minute.

use std::time::Duration;

use fleet_link::{BusStatus, MeterStatus, Status};
use jiff::Timestamp;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::Surroundings;
use super::backoff::Backoff;
use super::client::Client;
use super::outgoing::finding_of;
use super::task::LinkTask;
use crate::config::MeterConfig;
use crate::findings::Finding;
use crate::latest::{BusState, MeterState};

/// Also when nothing changes.
const PERIOD: Duration = Duration::from_secs(60);
/// After a change, for what changes with it.
const GATHER: Duration = Duration::from_millis(500);
/// Between two that are told because something changed.
const GAP: Duration = Duration::from_secs(2);

/// Tells the portal how the gateway is.
pub(super) struct StatusReport {
    task: LinkTask,
    client: Client,
    backoff: Backoff,
}

impl StatusReport {
    pub(super) fn new(task: LinkTask, client: Client) -> Self {
        Self { task, client, backoff: Backoff::default() }
    }

    pub(super) async fn run(mut self) {
        let mut changes = self.task.surroundings.latest.events();
        let mut told: Option<Status> = None;
        let mut due = Instant::now();
        loop {
            let status = status(&self.task);
            let is_news = told.as_ref().is_none_or(|told| !says_the_same(told, &status));
            if is_news || Instant::now() >= due {
                match self.client.tell("/status", &status).await {
                    Ok(()) => {
                        self.backoff.reset();
                        told = Some(status);
                        due = Instant::now() + PERIOD;
                        tokio::time::sleep(GAP).await;
                    }
                    Err(error) => {
                        tracing::debug!(%error, "the status was not told");
                        self.task.pause(self.backoff.failed()).await;
                        continue;
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                heard = changes.recv() => match heard {
                    Ok(_) | Err(RecvError::Lagged(_)) => tokio::time::sleep(GATHER).await,
                    Err(RecvError::Closed) => return,
                },
            }
            // All that came meanwhile is in the next status.
            changes = changes.resubscribe();
        }
    }
}

/// Apart from what changes with each readout.
fn says_the_same(one: &Status, other: &Status) -> bool {
    let bare = |status: &Status| {
        let mut status = status.clone();
        status.waiting = 0;
        for meter in &mut status.meters {
            meter.last_success_at = None;
        }
        status
    };
    bare(one) == bare(other)
}

fn status(task: &LinkTask) -> Status {
    let surroundings = &task.surroundings;
    let now = Timestamp::now();
    let present = surroundings.present();
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        buses: present
            .buses
            .iter()
            .map(|bus| {
                let (state, problem) = match surroundings.latest.bus(&bus.id) {
                    BusState::Connecting => (fleet_link::BusState::Connecting, None),
                    BusState::Online => (fleet_link::BusState::Online, None),
                    BusState::Offline { error, since } => (
                        fleet_link::BusState::Offline,
                        Some(Finding::of_bus(&bus.id, &error, since)),
                    ),
                };
                let problem = problem.map(|problem| finding_of(problem, None, None));
                BusStatus { id: bus.id.to_string(), name: bus.name.clone(), state, problem }
            })
            .collect(),
        meters: present.meters.iter().map(|meter| meter_status(surroundings, meter, now)).collect(),
        configuration: present.portal_revision,
        problems: task.problems(),
        waiting: task.waiting(),
        own_meters: present.own_meters(),
    }
}

fn meter_status(surroundings: &Surroundings, meter: &MeterConfig, now: Timestamp) -> MeterStatus {
    let latest = surroundings.latest.meter(&meter.id);
    let id = meter.id.to_string();
    let findings = latest.findings(meter, now, &surroundings.time_zone);
    let problem = findings.into_iter().next();
    MeterStatus {
        state: match latest.state() {
            MeterState::Ok => fleet_link::MeterState::Ok,
            MeterState::Attention => fleet_link::MeterState::Attention,
            MeterState::Fault => fleet_link::MeterState::Fault,
            MeterState::Waiting => fleet_link::MeterState::Waiting,
        },
        last_success_at: latest.good.as_ref().map(|good| good.read_at),
        problem: problem.map(|problem| finding_of(problem, None, Some(id.clone()))),
        id,
    }
}
