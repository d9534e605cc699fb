//! What is known now: the last readings, findings and states, for pages and API.
//!
//! It is fed by the intake after a commit, and by the buses with what needs no commit. Whoever
//! wants to hear of changes subscribes.

mod standing;
mod status;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use mbus::SecondaryAddress;
use mbus_io::PortError;
use tokio::sync::{broadcast, watch};

pub use status::{ConnectionStatus, SynchronizationStatus};

use crate::config::{BusConfig, BusId, MeterConfig, MeterId};
use crate::device::{DeviceSettings, Stage};
use crate::findings::{Cause, Severity};
use crate::reading::Reading;

/// How many changes a slow listener may be behind before it is told so.
const EVENTS: usize = 256;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A meter: it was read, or its reading begins.
    Readout(MeterId),
    /// The state of a bus.
    Bus(BusId),
    /// The synchronization of a meter is at another stage; at none where it has ended.
    Synchronization(MeterId, Option<Stage>),
    /// Which buses and meters there are, or how one is configured.
    Configuration,
}

/// How many of the meters were read since they were configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many meters there are; those that are left alone do not count.
    pub meters: usize,
    /// How many of them were asked at least once.
    pub attempted: usize,
    /// How many of them have a value to show.
    pub answered: usize,
}

impl Progress {
    /// Whether every meter was asked.
    pub const fn is_complete(&self) -> bool {
        self.attempted >= self.meters
    }
}

/// What is known of a meter.
#[derive(Clone, Debug, Default)]
pub struct MeterLatest {
    /// The last readout that brought readings.
    pub good: Option<GoodReadout>,
    /// Why the last attempt brought none, where it did not.
    pub failing: Option<Failing>,
    /// When it was last asked.
    pub last_attempt_at: Option<Timestamp>,
    /// When it is asked next.
    pub next_at: Option<Timestamp>,
    /// Whether it is being read.
    pub reading_now: bool,
    /// How far its synchronization is, where one is going on.
    pub stage: Option<Stage>,
    /// Its last known settings.
    pub settings: Arc<DeviceSettings>,
    /// Whether it is left alone.
    pub suspended: bool,
}

/// A readout that brought readings.
#[derive(Clone, Debug)]
pub struct GoodReadout {
    /// When.
    pub read_at: Timestamp,
    /// Who answered.
    pub identification: Option<SecondaryAddress>,
    /// The readings.
    pub readings: Vec<Reading>,
    /// What was wrong with it, and since when.
    pub causes: Vec<(Cause, Timestamp)>,
}

/// A meter that cannot be read.
#[derive(Clone, Debug)]
pub struct Failing {
    /// Why.
    pub causes: Vec<Cause>,
    /// Since when.
    pub since: Timestamp,
}

/// What a person is told of a bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusState {
    /// Its port was not opened yet.
    Connecting,
    /// Its port is open, whoever answers on it.
    Online,
    /// Its port is closed.
    Offline {
        /// Why.
        error: PortError,
        /// Since when.
        since: Timestamp,
    },
}

/// The state of a meter in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterState {
    /// It answers and all is well.
    Ok,
    /// Values come; somebody should look.
    Attention,
    /// No values come.
    Fault,
    /// It was not asked yet.
    Waiting,
}

impl MeterLatest {
    /// The state in one word.
    pub fn state(&self) -> MeterState {
        let causes = self.good.iter().flat_map(|good| good.causes.iter().map(|(cause, _)| cause));
        let worst = causes
            .chain(self.failing.iter().flat_map(|failing| &failing.causes))
            .map(|cause| cause.severity)
            .max();
        match worst {
            _ if self.last_attempt_at.is_none() => MeterState::Waiting,
            Some(Severity::Fault) => MeterState::Fault,
            Some(Severity::Attention) => MeterState::Attention,
            None => MeterState::Ok,
        }
    }

    fn has_value(&self) -> bool {
        let mut readings = self.good.iter().flat_map(|good| &good.readings);
        readings.any(|reading| reading.value.is_some())
    }

    /// Takes over a readout; one that is older than what is known changes nothing.
    pub(crate) fn take(&mut self, news: News) {
        let at = match &news {
            News::Good { read_at, .. } | News::Failed { at: read_at, .. } => *read_at,
        };
        if self.last_attempt_at.is_some_and(|last| last > at) {
            return;
        }
        self.last_attempt_at = Some(at);
        match news {
            News::Good { read_at, identification, readings, causes } => {
                let before = self.good.take().map(|good| good.causes).unwrap_or_default();
                let since = |cause: &Cause| {
                    before
                        .iter()
                        .find(|(old, _)| old.code == cause.code && old.register == cause.register)
                        .map_or(read_at, |(_, since)| *since)
                };
                let causes = causes.into_iter().map(|cause| {
                    let since = since(&cause);
                    (cause, since)
                });
                let causes = causes.collect();
                self.good = Some(GoodReadout { read_at, identification, readings, causes });
                self.failing = None;
            }
            News::Failed { at, causes } => {
                let since = self.failing.as_ref().map_or(at, |failing| failing.since);
                self.failing = Some(Failing { causes, since });
            }
        }
    }
}

/// How a readout ended, for [`MeterLatest::take`].
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// With readings.
    Good {
        read_at: Timestamp,
        identification: Option<SecondaryAddress>,
        readings: Vec<Reading>,
        causes: Vec<Cause>,
    },
    /// Without.
    Failed { at: Timestamp, causes: Vec<Cause> },
}

/// A meter, and what is known of it.
#[derive(Debug)]
struct Known {
    config: Arc<MeterConfig>,
    latest: MeterLatest,
}

/// The latest of everything, shared.
#[derive(Debug)]
pub struct Latest {
    meters: RwLock<HashMap<MeterId, Known>>,
    buses: RwLock<HashMap<BusId, BusState>>,
    events: broadcast::Sender<Event>,
    progress: watch::Sender<Progress>,
}

impl Latest {
    /// Of no meter and no bus.
    pub(crate) fn new() -> Self {
        let (events, _) = broadcast::channel(EVENTS);
        Self {
            meters: RwLock::default(),
            buses: RwLock::default(),
            events,
            progress: watch::Sender::new(Progress::default()),
        }
    }

    /// From now on there are these buses and meters. What is known of a meter stays where it is
    /// read as before; else it is what is given here.
    pub(crate) fn exchange(
        &self,
        buses: &[Arc<BusConfig>],
        meters: &[Arc<MeterConfig>],
        mut known: HashMap<MeterId, MeterLatest>,
    ) {
        {
            let mut states = self.buses.write().unwrap_or_else(PoisonError::into_inner);
            states.retain(|id, _| buses.iter().any(|bus| bus.id == *id));
            for bus in buses {
                states.entry(bus.id.clone()).or_insert(BusState::Connecting);
            }
        }
        self.change(|before| {
            let mut old = std::mem::take(before);
            for meter in meters {
                let stays = old.remove(&meter.id).filter(|old| old.config.reads_like(meter));
                let mut latest = match stays {
                    Some(old) => old.latest,
                    None => known.remove(&meter.id).unwrap_or_default(),
                };
                latest.suspended = meter.suspended;
                let config = Arc::clone(meter);
                before.insert(meter.id.clone(), Known { config, latest });
            }
        });
    }

    /// Says that there are other buses or meters now, or that one is configured in another way.
    pub(crate) fn tell_configuration(&self) {
        self.tell(Event::Configuration);
    }

    /// What is known of a meter; the default where there is no such meter.
    pub fn meter(&self, id: &MeterId) -> MeterLatest {
        let meters = self.meters.read().unwrap_or_else(PoisonError::into_inner);
        meters.get(id).map(|known| known.latest.clone()).unwrap_or_default()
    }

    /// Whether a meter is still there, and read as it says.
    pub(crate) fn has(&self, meter: &MeterConfig) -> bool {
        let meters = self.meters.read().unwrap_or_else(PoisonError::into_inner);
        meters.get(&meter.id).is_some_and(|known| known.config.reads_like(meter))
    }

    /// The state of a bus.
    pub fn bus(&self, id: &BusId) -> BusState {
        let buses = self.buses.read().unwrap_or_else(PoisonError::into_inner);
        buses.get(id).cloned().unwrap_or(BusState::Connecting)
    }

    /// Changes to come. A listener that is too slow is told that it missed some.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// How far the first readouts are, and when that changes.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Changes what is known of a meter, and says so. Where the meter is gone by now, or is read
    /// in another way, nothing changes: what is said here is about another one.
    pub(crate) fn change_meter(&self, meter: &MeterConfig, change: impl FnOnce(&mut MeterLatest)) {
        self.note_meter(meter, change);
        self.tell(Event::Readout(meter.id.clone()));
    }

    /// The same without saying so, for what more news follows at once.
    pub(crate) fn note_meter(&self, meter: &MeterConfig, change: impl FnOnce(&mut MeterLatest)) {
        self.change(|meters| {
            let known = meters.get_mut(&meter.id);
            if let Some(known) = known.filter(|known| known.config.reads_like(meter)) {
                change(&mut known.latest);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<MeterId, Known>)) {
        let progress = {
            let mut meters = self.meters.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut meters);
            progress_of(&meters)
        };
        self.progress.send_if_modified(|known| {
            let news = *known != progress;
            *known = progress;
            news
        });
    }

    /// The synchronization of a meter comes to a stage, or ends; says so.
    pub(crate) fn enter_stage(&self, meter: &MeterConfig, stage: Option<Stage>) {
        self.note_meter(meter, |latest| latest.stage = stage);
        self.tell(Event::Synchronization(meter.id.clone(), stage));
    }

    /// Changes the state of a bus, and says so.
    pub(crate) fn change_bus(&self, id: &BusId, state: BusState) {
        if let Some(known) = self.buses.write().unwrap_or_else(PoisonError::into_inner).get_mut(id)
        {
            *known = state;
        }
        self.tell(Event::Bus(id.clone()));
    }

    fn tell(&self, event: Event) {
        // Where nobody listens, nobody misses it.
        let _ = self.events.send(event);
    }
}

/// The clock, at the edge. The store keeps milliseconds, so nothing finer is ever shown.
pub(crate) fn now_to_the_millisecond() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

fn progress_of(meters: &HashMap<MeterId, Known>) -> Progress {
    let active = || meters.values().map(|known| &known.latest).filter(|meter| !meter.suspended);
    Progress {
        meters: active().count(),
        attempted: active().filter(|meter| meter.last_attempt_at.is_some()).count(),
        answered: active().filter(|meter| meter.has_value()).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn cause(code: &str, severity: Severity) -> Cause {
        Cause {
            code: code.to_owned(),
            register: None,
            why: String::new(),
            remedy: String::new(),
            severity,
        }
    }

    fn good(second: i64, causes: Vec<Cause>) -> News {
        News::Good { read_at: at(second), identification: None, readings: Vec::new(), causes }
    }

    fn failed(second: i64, code: &str) -> News {
        News::Failed { at: at(second), causes: vec![cause(code, Severity::Fault)] }
    }

    #[test]
    fn the_state_is_the_worst_that_is_known() {
        let mut meter = MeterLatest::default();
        assert_eq!(meter.state(), MeterState::Waiting);
        meter.take(good(1, Vec::new()));
        assert_eq!(meter.state(), MeterState::Ok);
        meter.take(good(2, vec![cause("no_value", Severity::Attention)]));
        assert_eq!(meter.state(), MeterState::Attention);
        meter.take(failed(3, "no_answer"));
        assert_eq!(meter.state(), MeterState::Fault);
        assert!(meter.good.is_some(), "the last values stay");
        meter.take(good(4, Vec::new()));
        assert_eq!(meter.state(), MeterState::Ok);
    }

    #[test]
    fn a_finding_that_stays_keeps_its_beginning() {
        let mut meter = MeterLatest::default();
        meter.take(good(1, vec![cause("a", Severity::Attention)]));
        meter.take(good(2, vec![cause("a", Severity::Attention), cause("b", Severity::Attention)]));
        let since: Vec<_> = meter.good.unwrap().causes.iter().map(|(_, since)| *since).collect();
        assert_eq!(since, [at(1), at(2)]);
        let mut meter = MeterLatest::default();
        meter.take(failed(5, "no_answer"));
        meter.take(failed(6, "garbage"));
        let failing = meter.failing.unwrap();
        assert_eq!((failing.since, failing.causes[0].code.as_str()), (at(5), "garbage"));
    }

    #[test]
    fn what_comes_late_changes_nothing() {
        let mut meter = MeterLatest::default();
        meter.take(good(10, Vec::new()));
        meter.take(failed(9, "no_answer"));
        assert_eq!((meter.state(), meter.last_attempt_at), (MeterState::Ok, Some(at(10))));
    }
}
