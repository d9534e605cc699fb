//! What is configured at one moment.

use std::collections::HashMap;
use std::sync::Arc;

use fleet_link::{ConfiguredMeter, Finding};

use crate::bus::BusHandle;
use crate::config::{BusConfig, BusId, MeterConfig};

/// What is configured at one moment. It does not change: whoever has it sees buses and meters
/// that fit together.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// What people call the place.
    pub name: String,
    /// The buses, in the order of the file.
    pub buses: Vec<Arc<BusConfig>>,
    /// The meters, those of the file first, in its order.
    pub meters: Vec<Arc<MeterConfig>>,
    /// The revision of the portal that is among them.
    pub portal_revision: Option<u64>,
    /// Why meters of that revision are not read, where the file has been changed since so that
    /// they do not stand beside its own.
    pub left_out: Vec<Finding>,
    pub(super) own: Vec<ConfiguredMeter>,
    pub(super) doors: HashMap<BusId, BusHandle>,
}

impl Present {
    /// The bus with that id.
    pub fn bus(&self, id: &str) -> Option<&Arc<BusConfig>> {
        self.buses.iter().find(|bus| bus.id.as_str() == id)
    }

    /// The meter with that id.
    pub fn meter(&self, id: &str) -> Option<&Arc<MeterConfig>> {
        self.meters.iter().find(|meter| meter.id.as_str() == id)
    }

    /// The door to a bus.
    pub fn door(&self, bus: &str) -> Option<&BusHandle> {
        self.doors.get(bus)
    }

    /// The meters of the file, as the portal knows meters.
    pub fn own_meters(&self) -> Vec<ConfiguredMeter> {
        self.own.clone()
    }
}
