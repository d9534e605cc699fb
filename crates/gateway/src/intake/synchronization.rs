//! What a readout makes of a meter's settings, step by step.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use metering::HistoricalData;

use super::Intake;
use crate::config::{MeterConfig, MeterId};
use crate::device::{DeviceSettings, FreshSettings, Stage, Stamp};
use crate::readout::ReadoutReport;
use crate::store::{NewReadout, ReadoutId};

/// One turn at a time for each meter.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<MeterId, Turn>>);

type Turn = Arc<tokio::sync::Mutex<()>>;

impl Turns {
    pub(super) fn of(&self, meter: &MeterId) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(meter.clone()).or_default())
    }
}

/// A synchronization that waits for its commit.
pub(super) struct Synchronization {
    before: Arc<DeviceSettings>,
    fresh: FreshSettings,
    needed: Option<BTreeSet<ReadoutId>>,
}

impl Intake {
    /// The steps in their order: metadata, history where that is wanted, and then the values,
    /// which end with the commit.
    pub(super) fn synchronize(
        &self,
        meter: &MeterConfig,
        report: &ReadoutReport,
    ) -> Synchronization {
        let frames = report.frames();
        let mut fresh = FreshSettings::new(&frames, meter.historical_data);
        if meter.historical_data == HistoricalData::On {
            self.latest.enter_stage(meter, Some(Stage::History));
            fresh.take_history(metering::history(&frames));
        }
        self.latest.enter_stage(meter, Some(Stage::Values));
        let before = self.latest.meter(&meter.id).settings;
        let needed = before.needed_beside(&fresh);
        Synchronization { before, fresh, needed }
    }
}

impl Synchronization {
    /// The settings from now on: the readout is in the store.
    pub(super) fn finish(self, stamp: Stamp) -> Arc<DeviceSettings> {
        let mut settings = Arc::unwrap_or_clone(self.before);
        settings.merge(self.fresh, stamp);
        Arc::new(settings)
    }
}

/// The row with what is stored beside it for the settings.
pub(super) fn with(row: NewReadout, synchronization: Option<&Synchronization>) -> NewReadout {
    let Some(Synchronization { fresh, needed, .. }) = synchronization else { return row };
    NewReadout { history: fresh.history().to_vec(), needed: needed.clone(), ..row }
}
