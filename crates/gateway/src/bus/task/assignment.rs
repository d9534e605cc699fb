//! What a bus has to do: its port and its meters. It can change while the bus runs.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{BusTask, connection_of};
use crate::bus::presence::Presence;
use crate::bus::schedule::{Past, Stays};
use crate::config::{BusConfig, MeterConfig, MeterId};

/// A bus with its meters.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) bus: Arc<BusConfig>,
    pub(crate) meters: Vec<Assigned>,
}

/// A meter of a bus.
#[derive(Clone, Debug)]
pub(crate) struct Assigned {
    pub(crate) meter: Arc<MeterConfig>,
    /// What was known of it when it was configured as it is.
    pub(crate) past: Past,
}

impl Assignment {
    pub(super) fn by_id(&self) -> HashMap<MeterId, Arc<MeterConfig>> {
        let meters = self.meters.iter();
        meters.map(|one| (one.meter.id.clone(), Arc::clone(&one.meter))).collect()
    }
}

impl BusTask {
    /// Takes the newest assignment over, between two jobs. Meters that are read as before keep
    /// their slots; a port that is set as before stays open.
    pub(super) fn take_over(&mut self) {
        let next = Arc::clone(&self.assignment.borrow_and_update());
        let active = next.meters.iter().filter(|one| !one.meter.suspended);
        let slots = active.map(|Assigned { meter, past }| {
            let before = self.meters.get(&meter.id);
            let stays = before.is_some_and(|before| before.reads_like(meter));
            let stays = if stays { Stays::Yes } else { Stays::No };
            (meter.id.clone(), meter.interval, *past, stays)
        });
        let slots: Vec<_> = slots.collect();
        self.schedule.exchange(slots, Timestamp::now());
        self.meters = next.by_id();
        self.queue.retain_due(|id| self.meters.get(id).is_some_and(|meter| !meter.suspended));
        self.presence.set_meters(self.meters.len());
        let moves = next.bus.port != self.config.port
            || next.bus.transport_allowance != self.config.transport_allowance;
        self.config = Arc::clone(&next.bus);
        if moves {
            tracing::info!(bus = %self.config.id, port = %self.config.port, "bus has another port");
            self.connection.close();
            self.connection = connection_of(&self.config);
            self.presence = Presence::new(self.meters.len());
            self.tell_presence();
        }
        self.tell_slots();
    }

    /// When each meter is read next.
    pub(super) fn tell_slots(&self) {
        for meter in self.meters.values() {
            let next_at = self.schedule.next_at(&meter.id);
            self.latest.note_meter(meter, |latest| latest.next_at = next_at);
        }
    }
}
